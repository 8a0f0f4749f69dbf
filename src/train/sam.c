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
 * Norms are over all parameters, in double precision. With space=w the points
 * are sought around the folded w; their gradients are pulled back, and
 * combined in theta.
 */
#include <math.h>

#include "base/pool.h"
#include "base/random.h"
#include "net/kernels.h"
#include "train/ascent.h"

static const struct option sam_options[] = {
	{"rho", OPTION_REAL, 0.05, 0, 1e3, NULL, "radius of the ascent step",
	    false},
	METHOD_BASE_OPTION, METHOD_SPACE_OPTION(0), {0}};
static const struct option asam_options[] = {
	{"rho", OPTION_REAL, 0.5, 0, 1e3, NULL, "radius of the ascent step, "
	    "relative to each weight", false},
	METHOD_BASE_OPTION, METHOD_SPACE_OPTION(0),
	{"eta", OPTION_REAL, 0.01, 0, 1, NULL, "added to |theta|", false},
	{0}};
static const struct option gsam_options[] = {
	{"rho", OPTION_REAL, 0.05, 0, 1e3, NULL, "radius of the ascent step",
	    false},
	METHOD_BASE_OPTION, METHOD_SPACE_OPTION(0),
	{"alpha", OPTION_REAL, 0.4, 0, 10, NULL, "share of the part of the "
	    "gradient across the perturbed one", false},
	{0}};
static const struct option noise_options[] = {
	{"sigma", OPTION_REAL, 0.05, 0, 10, NULL, "deviation of the noise, "
	    "relative to each weight", false},
	METHOD_BASE_OPTION, METHOD_SPACE_OPTION(0), {0}};

static void sam_gradient(const struct method_step *step)
{
	struct ascent ascent = ascent_begin(step);

	ascent_sam(&ascent, NULL);
}

static void asam_gradient(const struct method_step *step)
{
	struct ascent ascent = ascent_begin(step);
	real eta = (real)step->options->value[METHOD_OWN];
	const real *g = ascent_first(&ascent, NULL);
	real *e = step->state[0];
	double norm;
	real factor;

	for (size_t i = 0; i < ascent.n; i++)
		e[i] = (real_fabs(ascent.at[i]) + eta) * g[i];
	norm = sqrt(pooled_dot(step->source->pool, ascent.n, e, e));
	factor = (real)(step->options->value[METHOD_RADIUS] /
	    (norm + NORM_FLOOR));
	for (size_t i = 0; i < ascent.n; i++)
		e[i] *= factor * (real_fabs(ascent.at[i]) + eta);
	kernels()->add(ascent.n, ascent.at, e);
	ascent_gradient(&ascent, e, 1);
}

static void gsam_gradient(const struct method_step *step)
{
	struct ascent ascent = ascent_begin(step);
	real *plain = step->state[1];
	real alpha = (real)step->options->value[METHOD_OWN];
	struct pool *pool = step->source->pool;
	double along, square;

	ascent_sam(&ascent, plain);
	along = pooled_dot(pool, step->n, plain, step->g);
	square = pooled_dot(pool, step->n, step->g, step->g);
	/* g' = g_p (1 + alpha a) - alpha g with a = g . g_p / |g_p|^2. */
	kernels()->scale(step->n, (real)(1 + (double)alpha * along /
	    (square + NORM_FLOOR)), step->g, step->g);
	kernels()->add_scaled(step->n, -alpha, plain, step->g);
}

/* Numbers with a key of their own in the stream. */
enum { NOISE_BLOCK = 4096 };

struct noisy {
	struct random_key key;
	real sigma;
	size_t n;
	const real *at;
	real *e;
};

static void add_noise(void *argument, int part, int worker)
{
	const struct noisy *noisy = argument;
	size_t first = (size_t)part * NOISE_BLOCK;
	size_t left = noisy->n - first;
	size_t count = left < NOISE_BLOCK ? left : NOISE_BLOCK;
	const real *at = noisy->at + first;
	real *e = noisy->e + first;
	uint32_t key[2];

	(void)worker;
	random_words(noisy->key, 2 * (uint64_t)part, 2, key);
	kernels()->normals(count, key, e);
	for (size_t i = 0; i < count; i++)
		e[i] = at[i] + e[i] * (noisy->sigma * real_fabs(at[i]));
}

static void noise_gradient(const struct method_step *step)
{
	struct ascent ascent = ascent_begin(step);
	struct noisy noisy = {{step->source->seed, RANDOM_OPTIMIZER,
		    (uint64_t)step->source->step},
		(real)step->options->value[METHOD_RADIUS], ascent.n,
		ascent.at, step->state[0]};

	pool_run(step->source->pool,
	    (int)((ascent.n + NOISE_BLOCK - 1) / NOISE_BLOCK), add_noise,
	    &noisy);
	ascent_gradient(&ascent, noisy.e, 0);
}

const struct optimizer_row optimizer_sam = {
	{"sam", "sharpness-aware minimisation over adam or sgd; 2 gradients a "
	    "step", sam_options, 1, {NULL}, 2, true},
	.gradient = sam_gradient};
const struct optimizer_row optimizer_asam = {
	{"asam", "adaptive SAM: the radius scales with each weight; 2 "
	    "gradients a step", asam_options, 1, {NULL}, 2, true},
	.gradient = asam_gradient};
const struct optimizer_row optimizer_gsam = {
	{"gsam", "SAM that also closes the gap between the perturbed and the "
	    "plain loss; 2 gradients a step", gsam_options, 2, {NULL}, 2,
	    true},
	.gradient = gsam_gradient};
const struct optimizer_row optimizer_noise = {
	{"noise", "weight noise, as a control for the sharpness-aware ones; 1 "
	    "gradient a step", noise_options, 1, {NULL}, 1, true},
	.gradient = noise_gradient};
