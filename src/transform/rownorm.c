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

static void compose_row(const struct piece *piece, const real *theta, int o,
    real *w)
{
	size_t at = (size_t)o * (size_t)piece->columns;

	rows_compose(1, piece->columns, theta + piece_size(piece) + o,
	    theta + at, w + at);
}

static void pull_back_row(const struct piece *piece, const real *theta,
    const real *g_w, int o, real *g_theta)
{
	size_t at = (size_t)o * (size_t)piece->columns;

	rows_pull_back(1, piece->columns, theta + piece_size(piece) + o,
	    theta + at, g_w + at, g_theta + piece_size(piece) + o,
	    g_theta + at);
}

static void push_row(const struct piece *piece, const real *theta,
    const real *d_theta, int o, real *d_w)
{
	size_t at = (size_t)o * (size_t)piece->columns;

	rows_push_forward(1, piece->columns, theta + piece_size(piece) + o,
	    theta + at, d_theta + piece_size(piece) + o, d_theta + at,
	    d_w + at);
}

const struct piece_functions weight_norm_functions = {
	.plan = plan, .start = start, .compose_row = compose_row,
	.pull_back_row = pull_back_row, .push_row = push_row};
