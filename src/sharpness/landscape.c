/*
 * The loss on a line or a plane through the weights along random directions
 * (Li et al. 2018): a direction is normal noise whose every filter (row of a
 * weight) is scaled to the length of the network's; biases and norms are left
 * alone. Directions depend on the seed alone, so runs of one shape are seen
 * along the same noise.
 */
#include "sharpness/ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/vector.h"

enum { DIMENSIONS = 2 };

const struct option landscape_options[] = {
	{"dim", OPTION_INTEGER, 1, 1, DIMENSIONS, NULL, "a line or a plane",
	    false},
	{"points", OPTION_INTEGER, 21, 3, 201, NULL,
	    "places along a direction; odd: the weights are one of them",
	    false},
	{"range", OPTION_REAL, 1, 1e-6, 1e3, NULL,
	    "how far, in lengths of the filters", false},
	{0}
};

struct landscape {
	int rows, columns, next;
	double range;
	double *loss;		/* (rows, columns), the result's */
	double centre;		/* the loss at w */
	real *along[DIMENSIONS];	/* (n); NULL: none */
};

static void scale_filters(const struct segment *segment, const real *w,
    real *direction)
{
	size_t filters = (size_t)segment->dimension[0];
	size_t size = segment->count / filters;

	for (size_t i = 0; i < filters; i++, w += size, direction += size) {
		double length = vector_norm(direction, size);

		vector_scale(direction, length > 0 ?
		    vector_norm(w, size) / length : 0, size);
	}
}

static real *make_direction(const struct measure *measure, int number)
{
	const struct network *network =
	    engine_network(measure->request.engine);
	struct random_key key = {.seed = measure->request.seed,
		.stream = RANDOM_LANDSCAPE, .step = (uint64_t)number};
	real *direction = reals_new(measure->n);

	for (int i = 0; i < network->segments; i++) {
		const struct segment *segment = &network->segment[i];
		size_t at = segment->offset - measure->first;

		if (!segment_compressible(segment) ||
		    segment->offset < measure->first || at >= measure->n)
			continue;
		random_normal(key, segment->offset, segment->count,
		    direction + at);
		scale_filters(segment, measure->w + at, direction + at);
	}
	return direction;
}

static double place(const struct landscape *landscape, int i, int count)
{
	return count < 2 ? 0 :
	    landscape->range * (2.0 * i / (count - 1) - 1);
}

static void move_to(struct measure *measure, double a, double b)
{
	const struct landscape *landscape = measure->state;

	memcpy(measure->point, measure->w, measure->n * sizeof(real));
	vector_add(measure->point, a, landscape->along[0], measure->n);
	if (landscape->along[1])
		vector_add(measure->point, b, landscape->along[1],
		    measure->n);
}

static enum ask landscape_begin(struct measure *measure)
{
	struct landscape *landscape = measure->state;
	int points = (int)measure_option(measure, "points");
	double *at = measure_list(measure, "at", 1, points);

	landscape->range = measure_option(measure, "range");
	landscape->columns = points;
	landscape->rows = measure_option(measure, "dim") > 1 ? points : 1;
	landscape->loss = measure_list(measure, "losses", landscape->rows,
	    points);
	for (int i = 0; i < points; i++)
		at[i] = place(landscape, i, points);
	landscape->along[0] = make_direction(measure, 0);
	if (landscape->rows > 1)
		landscape->along[1] = make_direction(measure, 1);
	measure->expected = landscape->rows * points + 1;
	return ASK_LOSS;
}

/* The mean rise of the loss at the ends of the line or the plane's edge. */
static enum ask finish(struct measure *measure)
{
	const struct landscape *landscape = measure->state;
	int rows = landscape->rows, columns = landscape->columns;
	struct mean rise = {0};

	for (int i = 0; i < rows * columns; i++) {
		int row = i / columns, column = i % columns;

		if (column == 0 || column == columns - 1 ||
		    (rows > 1 && (row == 0 || row == rows - 1)))
			mean_add(&rise, landscape->loss[i] -
			    landscape->centre);
	}
	measure->result.value = rise.mean;
	return ASK_DONE;
}

static enum ask landscape_answer(struct measure *measure)
{
	struct landscape *landscape = measure->state;
	int columns = landscape->columns, next;

	if (measure->asked == 1)
		landscape->centre = measure->loss;
	else
		landscape->loss[landscape->next++] = measure->loss;
	next = landscape->next;
	if (next == landscape->rows * columns)
		return finish(measure);
	move_to(measure, place(landscape, next % columns, columns),
	    place(landscape, next / columns, landscape->rows));
	return ASK_LOSS;
}

static void landscape_end(struct measure *measure)
{
	struct landscape *landscape = measure->state;

	for (int i = 0; i < DIMENSIONS; i++)
		reals_free(landscape->along[i]);
}

const struct measure_method landscape_method = {
	.state = sizeof(struct landscape),
	.begin = landscape_begin,
	.answer = landscape_answer,
	.end = landscape_end,
};
