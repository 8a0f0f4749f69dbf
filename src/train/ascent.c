#include "train/ascent.h"

#include <math.h>
#include <string.h>

#include "net/kernels.h"

struct ascent ascent_begin(const struct method_step *step)
{
	const struct gradient_source *source = step->source;
	struct ascent ascent = {.step = step, .n = step->n, .at = step->theta,
		.segment = source->segment, .segments = source->segments};

	if (step->options->value[METHOD_SPACE] == 0)
		return ascent;
	ascent.at = source->w(source->context);
	ascent.in_w = ascent.at != step->theta;
	ascent.n = source->n_w;
	ascent.segment = source->w_segment;
	ascent.segments = source->w_segments;
	return ascent;
}

const real *ascent_first(const struct ascent *ascent, real *plain)
{
	const struct method_step *step = ascent->step;
	const struct gradient_source *source = step->source;
	const real *g;

	if (ascent->in_w) {
		g = source->gradient_w(source->context, ascent->at, 0);
		if (plain)
			source->pull_back(source->context, plain);
		return g;
	}
	source->gradient(source->context, step->theta, 0, step->g);
	if (plain)
		memcpy(plain, step->g, step->n * sizeof(real));
	return step->g;
}

void ascent_gradient(const struct ascent *ascent, const real *point, int pass)
{
	const struct method_step *step = ascent->step;
	const struct gradient_source *source = step->source;

	if (!ascent->in_w) {
		source->gradient(source->context, point, pass, step->g);
		return;
	}
	source->gradient_w(source->context, point, pass);
	source->pull_back(source->context, step->g);
}

void ascent_climb(const struct ascent *ascent, const real *g, real *point)
{
	const struct method_step *step = ascent->step;
	double norm = sqrt(pooled_dot(step->source->pool, ascent->n, g, g));

	kernels()->scale(ascent->n, (real)(step->options->value[METHOD_RADIUS] /
	    (norm + NORM_FLOOR)), g, point);
	kernels()->add(ascent->n, ascent->at, point);
}

void ascent_sam(const struct ascent *ascent, real *plain)
{
	real *point = ascent->step->state[0];

	ascent_climb(ascent, ascent_first(ascent, plain), point);
	ascent_gradient(ascent, point, 1);
}
