/*
 * LookSAM (Liu et al. 2022, arXiv 2203.02714): SAM's gradient g_s every k
 * steps only. What it adds across the plain gradient g changes slowly,
 *
 *   g_v = g_s - (g_s . g / |g|^2) g,
 *
 * so it is kept, and the steps between take g' = g + alpha (|g| / |g_v|) g_v.
 */
#include <math.h>
#include <string.h>

#include "net/kernels.h"
#include "train/ascent.h"

static const struct option options[] = {
	{"rho", OPTION_REAL, 0.1, 0, 1e3, NULL, "radius of the ascent step",
	    false},
	METHOD_BASE_OPTION, METHOD_SPACE_OPTION(0),
	{"k", OPTION_INTEGER, 5, 1, 1000, NULL, "steps from one ascent to the "
	    "next", false},
	{"alpha", OPTION_REAL, 0.7, 0, 10, NULL, "weight of the kept part",
	    false},
	{0}};

enum { EVERY = METHOD_OWN, ALPHA };
enum { POINT, KEPT, PLAIN, STATES };

static void look(const struct method_step *step)
{
	struct ascent ascent = ascent_begin(step);
	struct pool *pool = step->source->pool;
	real *plain = step->state[PLAIN], *kept = step->state[KEPT];
	double along, square;

	ascent_sam(&ascent, plain);
	along = pooled_dot(pool, step->n, step->g, plain);
	square = pooled_dot(pool, step->n, plain, plain);
	memcpy(kept, step->g, step->n * sizeof(real));
	if (square > 0)
		kernels()->add_scaled(step->n, (real)(-along / square), plain,
		    kept);
}

static void go_on(const struct method_step *step)
{
	const struct gradient_source *source = step->source;
	const real *kept = step->state[KEPT];
	double g, v;

	source->gradient(source->context, step->theta, 0, step->g);
	g = sqrt(pooled_dot(source->pool, step->n, step->g, step->g));
	v = sqrt(pooled_dot(source->pool, step->n, kept, kept));
	kernels()->add_scaled(step->n, (real)(step->options->value[ALPHA] * g /
	    (v + NORM_FLOOR)), kept, step->g);
}

static void gradient(const struct method_step *step)
{
	if ((step->t - 1) % (long)step->options->value[EVERY] == 0)
		look(step);
	else
		go_on(step);
}

static double cost(const struct option_values *values)
{
	return 1 + 1 / values->value[EVERY];
}

const struct optimizer_row optimizer_looksam = {
	{"looksam", "SAM every k steps, its part across the gradient reused "
	    "between; 1 + 1/k gradients a step", options, STATES,
	    {[KEPT] = "g_v"}, 1.2, true},
	.gradient = gradient, .cost = cost};
