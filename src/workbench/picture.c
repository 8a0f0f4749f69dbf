#include "workbench/picture.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct shared {
	struct picture picture;
	atomic_int owners;	/* the threads of screen and workbench */
	float number[];		/* at, then value */
};

/* One with room for its numbers, which `at` and `value` lead to. */
static struct shared *allocate(const struct picture *like)
{
	size_t columns = (size_t)like->columns;
	size_t numbers = columns + (size_t)like->rows * columns;
	struct shared *shared = xcalloc(1, sizeof(*shared) +
	    numbers * sizeof(*shared->number));

	atomic_init(&shared->owners, 1);
	shared->picture = *like;
	shared->picture.at = shared->number;
	shared->picture.value = shared->number + columns;
	return shared;
}

static void copy(float *to, const double *from, int count)
{
	for (int i = 0; i < count; i++)
		to[i] = (float)from[i];
}

struct picture *picture_new(const struct picture *like, const double *at,
    const double *value)
{
	struct shared *shared = allocate(like);

	copy(shared->number, at, like->columns);
	copy(shared->number + like->columns, value,
	    like->rows * like->columns);
	return &shared->picture;
}

struct picture *picture_copy(const struct picture *picture)
{
	struct shared *shared = allocate(picture);
	size_t columns = (size_t)picture->columns;

	memcpy(shared->number, picture->at, columns * sizeof(float));
	memcpy(shared->number + columns, picture->value,
	    (size_t)picture->rows * columns * sizeof(float));
	return &shared->picture;
}

enum picture_name picture_place(const struct picture *picture)
{
	if (picture->density)
		return PICTURE_SPECTRUM;
	return picture->rows > 1 ? PICTURE_PLANE : PICTURE_LINE;
}

struct picture *picture_share(struct picture *picture)
{
	if (picture)
		atomic_fetch_add(&((struct shared *)picture)->owners, 1);
	return picture;
}

void picture_release(struct picture *picture)
{
	struct shared *shared = (struct shared *)picture;

	if (shared && atomic_fetch_sub(&shared->owners, 1) == 1)
		free(shared);
}
