#include "sharpness/theta_space.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/vector.h"

struct theta_space {
	struct measure_theta theta;
	size_t n, parameters;
	real *gradient;		/* (parameters): of the loss in w */
	bool has_gradient;	/* it is that at the present point */
	real *moved, *pulled;	/* (n) */
};

struct theta_space *theta_space_new(const struct measure_theta *theta,
    size_t parameters)
{
	struct theta_space *space = xcalloc(1, sizeof(*space));

	space->theta = *theta;
	space->n = transform_size(theta->transform);
	space->parameters = parameters;
	space->gradient = reals_new(parameters);
	space->moved = reals_new(space->n);
	space->pulled = reals_new(space->n);
	return space;
}

void theta_space_free(struct theta_space *space)
{
	if (!space)
		return;
	reals_free(space->gradient);
	reals_free(space->moved);
	reals_free(space->pulled);
	free(space);
}

void theta_space_window(const struct theta_space *space, int layer,
    size_t *first, size_t *n)
{
	const struct segment *segment;
	int count = transform_segments(space->theta.transform, &segment);

	*first = 0;
	*n = layer ? 0 : space->n;
	/* Those of a layer lie one after the other. */
	for (int i = 0; i < count; i++) {
		if (!layer || segment[i].layer != layer)
			continue;
		if (*n == 0)
			*first = segment[i].offset;
		*n += segment[i].count;
	}
}

enum ask theta_space_question(const struct theta_space *space, enum ask ask)
{
	return ask == ASK_PRODUCT && !space->has_gradient ? ASK_GRADIENT :
	    ask;
}

/* What is pruned stays zero whatever theta does. */
static void mask_out(const struct theta_space *space, real *w)
{
	const uint8_t *mask = space->theta.mask;

	for (size_t i = 0; mask && i < space->parameters; i++)
		w[i] = mask[i] ? w[i] : 0;
}

void theta_space_place(struct theta_space *space, enum ask question,
    const real *point, const real *direction, real *w, real *d_w)
{
	const struct measure_theta *theta = &space->theta;

	transform_compose(theta->transform, point, w, theta->pool);
	mask_out(space, w);
	if (question != ASK_PRODUCT)
		return;
	transform_push_forward(theta->transform, point, direction, d_w,
	    theta->pool);
	mask_out(space, d_w);
}

/* How far the difference goes: no row of theta by more than this share of
 * its length, where short rows count as a tenth of the usual one. */
static double step_along(const struct theta_space *space, const real *point,
    const real *direction)
{
	const double share = 0.03, short_row = 0.1;
	const struct segment *segment;
	int count = transform_segments(space->theta.transform, &segment);
	double most = 0;

	for (int i = 0; i < count; i++) {
		size_t rows = (size_t)segment[i].dimension[0];
		size_t columns = segment[i].count / rows;
		const real *p = point + segment[i].offset;
		const real *d = direction + segment[i].offset;
		double usual = vector_norm(p, segment[i].count) /
		    sqrt((double)rows);

		if (segment[i].dimensions < 2 || !(usual > 0))
			continue;
		for (size_t k = 0; k < rows; k++, p += columns, d += columns)
			most = fmax(most, vector_norm(d, columns) /
			    fmax(vector_norm(p, columns), short_row * usual));
	}
	return most > 0 ? share / most : 0;
}

/* out += factor * J(point + t d)^T g */
static void add_pulled(struct theta_space *space, const real *point,
    const real *direction, double t, double factor, real *out)
{
	memcpy(space->moved, point, space->n * sizeof(real));
	vector_add(space->moved, t, direction, space->n);
	transform_pull_back(space->theta.transform, space->moved,
	    space->gradient, space->pulled, space->theta.pool);
	vector_add(out, factor, space->pulled, space->n);
}

static void add_change(struct theta_space *space, const real *point,
    const real *direction, real *out)
{
	double h = step_along(space, point, direction);

	if (h == 0)
		return;
	add_pulled(space, point, direction, h, 8 / (12 * h), out);
	add_pulled(space, point, direction, -h, -8 / (12 * h), out);
	add_pulled(space, point, direction, 2 * h, -1 / (12 * h), out);
	add_pulled(space, point, direction, -2 * h, 1 / (12 * h), out);
}

bool theta_space_take(struct theta_space *space, enum ask asked,
    enum ask question, const real *point, const real *direction,
    real *answer_w, real *answer)
{
	const struct measure_theta *theta = &space->theta;

	/* Between products the point stays where it is. */
	space->has_gradient = asked == ASK_PRODUCT;
	if (question == ASK_LOSS)
		return true;
	mask_out(space, answer_w);
	if (question == ASK_GRADIENT && asked == ASK_PRODUCT) {
		memcpy(space->gradient, answer_w, space->parameters *
		    sizeof(real));
		return false;
	}
	transform_pull_back(theta->transform, point, answer_w, answer,
	    theta->pool);
	if (question == ASK_PRODUCT)
		add_change(space, point, direction, answer);
	return true;
}
