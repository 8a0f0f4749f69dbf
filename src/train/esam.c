/*
 * Efficient SAM (Du et al. 2022, arXiv 2110.03141), as in its authors' code:
 *
 * - stochastic weight perturbation: of SAM's ascent, each tensor's part is
 *   taken with probability beta and multiplied by 1 / beta, else left out;
 * - sharpness-sensitive data selection: the second gradient is that of the
 *   gamma * batch samples whose loss rises most, l(theta + e) - l(theta), ties
 *   by place in the batch.
 *
 * The rise costs a forward pass, a third of a gradient. The chosen samples
 * are a batch of their own: batch statistics and dropout are drawn for it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "net/kernels.h"
#include "train/ascent.h"

static const struct option options[] = {
	{"rho", OPTION_REAL, 0.05, 0, 1e3, NULL, "radius of the ascent step",
	    false},
	METHOD_BASE_OPTION, METHOD_SPACE_OPTION(0),
	{"beta", OPTION_RATIO, 0.6, 0.01, 1, NULL, "probability that a tensor "
	    "is perturbed", false},
	{"gamma", OPTION_RATIO, 0.5, 0.01, 1, NULL, "share of the batch that "
	    "the second gradient is taken of", false},
	{0}};

enum { BETA = METHOD_OWN, GAMMA };

static int compare_rises(const void *a, const void *b)
{
	const struct risen *x = a, *y = b;

	if (x->by != y->by)
		return x->by > y->by ? -1 : 1;
	return x->sample - y->sample;
}

static int compare_samples(const void *a, const void *b)
{
	const struct risen *x = a, *y = b;

	return x->sample - y->sample;
}

/* point = at + the parts of rho g / |g| that the dice leave. */
static void perturb_some(const struct ascent *ascent, const real *g,
    real *point)
{
	const struct gradient_source *source = ascent->step->source;
	struct random_key key = {source->seed, RANDOM_OPTIMIZER,
		(uint64_t)source->step};
	double beta = ascent->step->options->value[BETA];
	double norm = sqrt(pooled_dot(source->pool, ascent->n, g, g));
	real scale = (real)(ascent->step->options->value[METHOD_RADIUS] /
	    (norm + NORM_FLOOR) / beta);

	memcpy(point, ascent->at, ascent->n * sizeof(real));
	for (int i = 0; i < ascent->segments; i++) {
		const struct segment *segment = &ascent->segment[i];

		if ((double)random_uniform(key, (uint64_t)i) < beta)
			kernels()->add_scaled(segment->count, scale,
			    g + segment->offset, point + segment->offset);
	}
}

/* Those whose loss rises most, in the order of the batch. */
static void choose_samples(const struct ascent *ascent, const real *point)
{
	const struct gradient_source *source = ascent->step->source;
	int n = source->samples;
	int count = (int)ceil(ascent->step->options->value[GAMMA] * n);
	const real *before = source->first_losses(source->context);
	real *after = source->after;
	struct risen *risen = source->risen;

	source->losses(source->context, point, ascent->in_w, after);
	for (int i = 0; i < n; i++) {
		double by = (double)after[i] - (double)before[i];

		risen[i] = (struct risen){isnan(by) ? INFINITY : by, i};
	}
	qsort(risen, (size_t)n, sizeof(*risen), compare_rises);
	qsort(risen, (size_t)count, sizeof(*risen), compare_samples);
	source->choose(source->context, risen, count);
}

static void gradient(const struct method_step *step)
{
	struct ascent ascent = ascent_begin(step);
	real *point = step->state[0];

	perturb_some(&ascent, ascent_first(&ascent, NULL), point);
	choose_samples(&ascent, point);
	ascent_gradient(&ascent, point, 1);
}

static double cost(const struct option_values *values)
{
	return 1 + 1.0 / 3 + values->value[GAMMA];
}

const struct optimizer_row optimizer_esam = {
	{"esam", "SAM on some tensors and the samples that rise most; "
	    "4/3 + gamma gradients a step", options, 1, {NULL},
	    1 + 1.0 / 3 + 0.5, true},
	.gradient = gradient, .cost = cost};
