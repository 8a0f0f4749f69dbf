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

static const struct measure_list *find(const struct measure_result *result,
    const char *name)
{
	for (int i = 0; i < MEASURE_LISTS && result->list[i].name; i++) {
		if (strcmp(result->list[i].name, name) == 0)
			return &result->list[i];
	}
	return NULL;
}

static void copy(float *to, const double *from, int count)
{
	for (int i = 0; i < count; i++)
		to[i] = (float)from[i];
}

struct picture *picture_new(const struct measure_result *result,
    const struct reading *reading, int layer)
{
	const struct measure_list *at = find(result, "at");
	const struct measure_list *density = find(result, "density");
	const struct measure_list *value = density ? density :
	    find(result, "losses");
	struct shared *shared;
	int numbers;

	if (!at || !value)
		return NULL;
	numbers = at->columns + value->rows * value->columns;
	shared = xcalloc(1, sizeof(*shared) +
	    (size_t)numbers * sizeof(*shared->number));
	copy(shared->number, at->value, at->columns);
	copy(shared->number + at->columns, value->value,
	    value->rows * value->columns);
	atomic_init(&shared->owners, 1);
	shared->picture = (struct picture){.density = density != NULL,
		.rows = value->rows, .columns = value->columns,
		.at = shared->number, .value = shared->number + at->columns,
		.layer = layer, .reading = *reading};
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
