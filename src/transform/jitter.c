/*
 * jitter: the weights as they are, in a network that is noisy while it trains
 * (noise.h): what the noise does by itself, without a product.
 */
#include <string.h>

#include "transform/noise.h"
#include "transform/transform_private.h"

const struct option jitter_options[] = {
	LAYERS_OPTION, NOISE_OPTION(1.0 / 14), {0}};

static bool plan(struct transform *transform, struct piece *piece)
{
	transform_add_segment(transform, piece, "v", 0, piece->rows,
	    piece->columns);
	return true;
}

static int start(const struct piece *piece, uint64_t seed, const real *w,
    bool fresh, real *theta, struct error *error)
{
	(void)seed;
	(void)fresh;
	(void)error;
	memcpy(theta, w, piece->count * sizeof(real));
	return 0;
}

static void compose(const struct piece *piece, const real *theta, real *w,
    real *space, struct pool *pool)
{
	(void)space;
	(void)pool;
	memcpy(w, theta, piece->count * sizeof(real));
}

static void pull_back(const struct piece *piece, const real *theta,
    const real *g_w, real *g_theta, real *space, struct pool *pool)
{
	(void)theta;
	(void)space;
	(void)pool;
	memcpy(g_theta, g_w, piece->count * sizeof(real));
}

static void push_forward(const struct piece *piece, const real *theta,
    const real *d_theta, real *d_w, real *space, struct pool *pool)
{
	(void)theta;
	(void)space;
	(void)pool;
	memcpy(d_w, d_theta, piece->count * sizeof(real));
}

const struct piece_functions jitter_functions = {
	plan, start, NULL, compose, pull_back, push_forward, NULL};
