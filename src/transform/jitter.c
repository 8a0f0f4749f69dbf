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

static void copy_row(const struct piece *piece, const real *from, int o,
    real *to)
{
	size_t columns = (size_t)piece->columns, at = (size_t)o * columns;

	memcpy(to + at, from + at, columns * sizeof(real));
}

static void pull_back_row(const struct piece *piece, const real *theta,
    const real *g_w, int o, real *g_theta)
{
	(void)theta;
	copy_row(piece, g_w, o, g_theta);
}

static void push_row(const struct piece *piece, const real *theta,
    const real *d_theta, int o, real *d_w)
{
	(void)theta;
	copy_row(piece, d_theta, o, d_w);
}

const struct piece_functions jitter_functions = {
	.plan = plan, .start = start, .compose_row = copy_row,
	.pull_back_row = pull_back_row, .push_row = push_row};
