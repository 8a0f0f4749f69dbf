/*
 * ws: weight standardisation (Qiao et al. 2019, arXiv 1903.10520) with a gain
 * for each output channel o (Brock et al. 2021, arXiv 2101.08692),
 *
 *	w_o = g_o u_o / |u_o| + m_o,	u_o = v_o - mean(v_o).
 *
 * The published form has no gain, leans on a norm layer behind it, and has no
 * m. Here m_o, the mean of the start's row, stays as it was (state), so that
 * the start is the same function; mean=removed leaves it out.
 *
 * theta holds v (rows, columns), then the gains (rows).
 */
#include <math.h>
#include <string.h>

#include "net/kernels.h"
#include "transform/noise.h"
#include "transform/transform_private.h"

const struct option centred_options[] = {
	{"mean", OPTION_CHOICE, 0, 0, 0, "kept|removed",
	    "the mean of each output's weights, which is not trained: stays "
	    "that of the start, so that the function is kept, or becomes 0",
	    false},
	LAYERS_OPTION, NOISE_OPTION(0), {0}};

/* A row of one number has no deviation. */
static bool plan(struct transform *transform, struct piece *piece)
{
	bool kept = option_value(centred_options,
	    transform_options(transform), "mean") == 0;
	size_t count = piece_size(piece);

	if (piece->columns < 2)
		return false;
	transform_add_segment(transform, piece, "v", 0, piece->rows,
	    piece->columns);
	transform_add_segment(transform, piece, "gain", count,
	    piece->rows, 0);
	piece->count = count + (size_t)piece->rows;
	piece->states = kept ? (size_t)piece->rows : 0;
	return true;
}

/* Of a row v: its mean, and |v - mean|. */
struct row {
	double mean, norm;
};

static struct row row_from(int columns, double sum, double square)
{
	double mean = sum / columns;

	square -= columns * mean * mean;
	return (struct row){mean, sqrt(fmax(square, 0) + 1e-24)};
}

static struct row measure(int columns, const real *v)
{
	double sum, square;

	kernels()->sum_and_square((size_t)columns, v, &sum, &square);
	return row_from(columns, sum, square);
}

static const real *row_of(const struct piece *piece, const real *matrix,
    int o)
{
	return matrix + (size_t)o * (size_t)piece->columns;
}

/* The start's own length, so that its direction keeps it. */
static int start(const struct piece *piece, uint64_t seed, const real *w,
    bool fresh, real *theta, struct error *error)
{
	(void)seed;
	(void)fresh;
	(void)error;
	for (int o = 0; o < piece->rows; o++) {
		size_t at = (size_t)o * (size_t)piece->columns;
		struct row row = measure(piece->columns, w + at);

		kernels()->affine((size_t)piece->columns, 1, w + at,
		    (real)-row.mean, theta + at);
		if (piece->states)
			piece->state[o] = (real)row.mean;
		theta[piece_size(piece) + (size_t)o] = (real)row.norm;
	}
	return 0;
}

static void compose_row(const struct piece *piece, const real *theta, int o,
    real *w)
{
	const real *v = row_of(piece, theta, o);
	struct row row = measure(piece->columns, v);
	double a = (double)theta[piece_size(piece) + (size_t)o] / row.norm;
	double kept = piece->states ? (double)piece->state[o] : 0;

	kernels()->affine((size_t)piece->columns, (real)a, v,
	    (real)(kept - a * row.mean), (real *)row_of(piece, w, o));
}

/* out = a (x - mean(x) - (x . n) n) + along_n n with n = u / |u| and
 * a = g / |u|: what x is without a mean and a part along n, and the part along n
 * that is wanted; row o of each. Returns x . n. */
static double project_row(const struct piece *piece, const real *theta,
    const real *x, double along_n, int o, real *out)
{
	size_t columns = (size_t)piece->columns;
	const real *v = row_of(piece, theta, o);
	double a, b, along;
	struct pair_sums sums;
	struct row row;

	x = row_of(piece, x, o);
	kernels()->pair_sums(columns, x, v, &sums);
	row = row_from(piece->columns, sums.y, sums.yy);
	a = (double)theta[piece_size(piece) + (size_t)o] / row.norm;
	along = (sums.xy - row.mean * sums.x) / row.norm;
	b = (along_n - a * along) / row.norm;
	kernels()->blend(columns, (real)a, x, (real)b, v,
	    (real)(-a * sums.x / piece->columns - b * row.mean),
	    (real *)row_of(piece, out, o));
	return along;
}

/* g_v = a (g_w - mean(g_w) - (g_w . n) n), g_g = g_w . n */
static void pull_back_row(const struct piece *piece, const real *theta,
    const real *g_w, int o, real *g_theta)
{
	g_theta[piece_size(piece) + (size_t)o] = (real)project_row(piece,
	    theta, g_w, 0, o, g_theta);
}

/* d_w = a (d_u - (d_u . n) n) + d_g n, d_u = d_v - mean(d_v) */
static void push_row(const struct piece *piece, const real *theta,
    const real *d_theta, int o, real *d_w)
{
	project_row(piece, theta, d_theta,
	    (double)d_theta[piece_size(piece) + (size_t)o], o, d_w);
}

const struct piece_functions standardise_functions = {
	.plan = plan, .start = start, .compose_row = compose_row,
	.pull_back_row = pull_back_row, .push_row = push_row};
