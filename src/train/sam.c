/*
 * Sharpness-aware minimisation: the gradient that the base rule takes is one
 * from the neighbourhood of theta.
 *
 *   sam     g' = grad L(theta + rho g / |g|)    Foret et al., arXiv 2010.01412
 *   asam    e = rho T^2 g / |T g|, T = |theta| + eta
 *                                               Kwon et al., arXiv 2102.11600
 *   gsam    g' = g_p - alpha (g - (g . g_p / |g_p|^2) g_p), g_p of sam
 *                                               Zhuang et al., arXiv 2203.08065
 *   noise   g' = grad L(theta + sigma |theta| z), z normal: a control
 *
 * Norms are over all parameters, in double precision.
 */
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "net/kernels.h"
#include "train/rule.h"

static const struct option sam_options[] = {
	{"rho", OPTION_REAL, 0.05, 0, 1e3, NULL, "radius of the ascent step",
	    false},
	{"base", OPTION_CHOICE, 0, 0, 0, "adam|sgd", "the rule that steps",
	    false},
	{"space", OPTION_CHOICE, 0, 0, 0, "theta|w",
	    "with a transform: climb in the factors or in the weights", false},
	{0}};
static const struct option asam_options[] = {
	{"rho", OPTION_REAL, 0.5, 0, 1e3, NULL, "radius of the ascent step, "
	    "relative to each weight", false},
	{"base", OPTION_CHOICE, 0, 0, 0, "adam|sgd", "the rule that steps",
	    false},
	{"eta", OPTION_REAL, 0.01, 0, 1, NULL, "added to |theta|", false},
	{0}};
static const struct option gsam_options[] = {
	{"rho", OPTION_REAL, 0.05, 0, 1e3, NULL, "radius of the ascent step",
	    false},
	{"base", OPTION_CHOICE, 0, 0, 0, "adam|sgd", "the rule that steps",
	    false},
	{"alpha", OPTION_REAL, 0.4, 0, 10, NULL, "share of the part of the "
	    "gradient across the perturbed one", false},
	{0}};
static const struct option noise_options[] = {
	{"sigma", OPTION_REAL, 0.05, 0, 10, NULL, "deviation of the noise, "
	    "relative to each weight", false},
	{"base", OPTION_CHOICE, 0, 0, 0, "adam|sgd", "the rule that steps",
	    false},
	{0}};

enum { RHO, BASE, THIRD };

static const double norm_floor = 1e-12;

static void first_gradient(const struct method_step *step)
{
	step->source->gradient(step->source->context, step->theta, 0, step->g);
}

/* g = the gradient at theta + state[0]; theta is given back bit for bit. */
static void gradient_beside(const struct method_step *step, int pass)
{
	real *point = step->state[0];

	kernels()->add(step->n, step->theta, point);
	step->source->gradient(step->source->context, point, pass, step->g);
}

/* The ascent in the folded weights: e is of their length. */
static void climb_in_w(const struct method_step *step)
{
	const struct gradient_source *source = step->source;
	const real *w = source->w(source->context), *g_w;
	real *point = step->state[0];
	double norm;

	source->gradient_at_w(source->context, w, 0, step->g);
	g_w = source->g_w(source->context);
	norm = sqrt(pooled_dot(source->pool, source->n_w, g_w, g_w));
	kernels()->scale(source->n_w, (real)(step->options->value[RHO] /
	    (norm + norm_floor)), g_w, point);
	kernels()->add(source->n_w, w, point);
	source->gradient_at_w(source->context, point, 1, step->g);
}

static void sam_gradient(const struct method_step *step)
{
	double norm;

	/* A theta shorter than w cannot hold the point: none is, but for an
	 * expansion of small width, where the factors are climbed. */
	if (step->options->value[THIRD] > 0 && step->source->n_w <= step->n) {
		climb_in_w(step);
		return;
	}
	first_gradient(step);
	norm = sqrt(pooled_dot(step->source->pool, step->n, step->g, step->g));
	kernels()->scale(step->n, (real)(step->options->value[RHO] /
	    (norm + norm_floor)), step->g, step->state[0]);
	gradient_beside(step, 1);
}

static void asam_gradient(const struct method_step *step)
{
	real eta = (real)step->options->value[THIRD];
	real *e = step->state[0];
	double norm;
	real factor;

	first_gradient(step);
	for (size_t i = 0; i < step->n; i++)
		e[i] = (real_fabs(step->theta[i]) + eta) * step->g[i];
	norm = sqrt(pooled_dot(step->source->pool, step->n, e, e));
	factor = (real)(step->options->value[RHO] / (norm + norm_floor));
	for (size_t i = 0; i < step->n; i++)
		e[i] *= factor * (real_fabs(step->theta[i]) + eta);
	gradient_beside(step, 1);
}

static void gsam_gradient(const struct method_step *step)
{
	real *plain = step->state[1];
	real alpha = (real)step->options->value[THIRD];
	struct pool *pool = step->source->pool;
	double along, square;

	first_gradient(step);
	memcpy(plain, step->g, step->n * sizeof(real));
	square = pooled_dot(pool, step->n, plain, plain);
	kernels()->scale(step->n, (real)(step->options->value[RHO] /
	    (sqrt(square) + norm_floor)), plain, step->state[0]);
	gradient_beside(step, 1);
	along = pooled_dot(pool, step->n, plain, step->g);
	square = pooled_dot(pool, step->n, step->g, step->g);
	/* g' = g_p (1 + alpha a) - alpha g with a = g . g_p / |g_p|^2. */
	kernels()->scale(step->n, (real)(1 + (double)alpha * along /
	    (square + norm_floor)), step->g, step->g);
	kernels()->add_scaled(step->n, -alpha, plain, step->g);
}

static void noise_gradient(const struct method_step *step)
{
	struct random_key key = {step->source->seed, RANDOM_OPTIMIZER,
		(uint64_t)step->source->step};
	real sigma = (real)step->options->value[RHO];
	real *e = step->state[0];

	random_normal(key, 0, step->n, e);
	for (size_t i = 0; i < step->n; i++)
		e[i] *= sigma * real_fabs(step->theta[i]);
	gradient_beside(step, 0);
}

const struct optimizer_row optimizer_sam = {
	{"sam", "sharpness-aware minimisation over adam or sgd", sam_options,
	    1, {NULL}, 2, true},
	NULL, NULL, sam_gradient};
const struct optimizer_row optimizer_asam = {
	{"asam", "adaptive SAM: the radius scales with each weight",
	    asam_options, 1, {NULL}, 2, true},
	NULL, NULL, asam_gradient};
const struct optimizer_row optimizer_gsam = {
	{"gsam", "SAM that also closes the gap between the perturbed and the "
	    "plain loss", gsam_options, 2, {NULL}, 2, true},
	NULL, NULL, gsam_gradient};
const struct optimizer_row optimizer_noise = {
	{"noise", "weight noise, as a control for the sharpness-aware ones",
	    noise_options, 1, {NULL}, 1, true},
	NULL, NULL, noise_gradient};
