/*
 * wn: weight normalisation (Salimans and Kingma 2016, arXiv 1602.07868),
 *	w_o = g_o v_o / |v_o| for each output channel o.
 *
 * theta holds v (rows, columns), then the gains (rows).
 */
#include <string.h>

#include "transform/rows.h"
#include "transform/noise.h"
#include "transform/transform_private.h"

const struct option rows_options[] = {
	LAYERS_OPTION, NOISE_OPTION(0), {0}};

static void plan_rows(struct transform *transform, struct piece *piece)
{
	size_t count = piece_size(piece);

	transform_add_segment(transform, piece, "v", 0, piece->rows,
	    piece->columns);
	transform_add_segment(transform, piece, "gain", count,
	    piece->rows, 0);
	piece->count = count + (size_t)piece->rows;
}

static bool plan(struct transform *transform, struct piece *piece)
{
	plan_rows(transform, piece);
	return true;
}

static void start_gains(const struct piece *piece, real *theta)
{
	real *gain = theta + piece_size(piece);

	for (int o = 0; o < piece->rows; o++)
		gain[o] = row_norm(theta + (size_t)o *
		    (size_t)piece->columns, piece->columns);
}

static int start(const struct piece *piece, uint64_t seed, const real *w,
    bool fresh, real *theta, struct error *error)
{
	(void)seed;
	(void)fresh;
	(void)error;
	memcpy(theta, w, piece_size(piece) * sizeof(real));
	start_gains(piece, theta);
	return 0;
}

static void compose(const struct piece *piece, const real *theta, real *w,
    real *space, struct pool *pool)
{
	(void)space;
	(void)pool;
	rows_compose(piece->rows, piece->columns, theta + piece_size(piece), theta,
	    w);
}

static void pull_back(const struct piece *piece, const real *theta,
    const real *g_w, real *g_theta, real *space, struct pool *pool)
{
	(void)space;
	(void)pool;
	rows_pull_back(piece->rows, piece->columns, theta + piece_size(piece),
	    theta, g_w, g_theta + piece_size(piece), g_theta);
}

static void push_forward(const struct piece *piece, const real *theta,
    const real *d_theta, real *d_w, real *space, struct pool *pool)
{
	(void)space;
	(void)pool;
	rows_push_forward(piece->rows, piece->columns, theta + piece_size(piece),
	    theta, d_theta + piece_size(piece), d_theta, d_w);
}

const struct piece_functions weight_norm_functions = {
	plan, start, NULL, compose, pull_back, push_forward, NULL};
