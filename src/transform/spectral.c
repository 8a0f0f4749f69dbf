/*
 * sn: spectral normalisation (Miyato et al. 2018, arXiv 1802.05957),
 *
 *	w = g v / sigma(v),  sigma(v) = l^T v r,
 *
 * v a matrix (rows, columns) and l, r estimates of its first singular vectors.
 * Gradients take l and r as given, as the paper does. They are the transform's
 * state: at the start those of the singular value decomposition, then one step
 * of power iteration a training step. g, the start's largest singular value,
 * keeps the start's function; it stays (and bounds the layer's gain), or is
 * trained.
 *
 * theta holds v, and behind it g when it is trained. The state holds l (rows),
 * r (columns), and g when it is not.
 */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "net/kernels.h"
#include "transform/noise.h"
#include "transform/svd.h"
#include "transform/transform_private.h"

const struct option spectral_options[] = {
	{"gain", OPTION_CHOICE, 0, 0, 0, "fixed|learned",
	    "the largest singular value: stays that of the start, or is "
	    "trained", false},
	LAYERS_OPTION, NOISE_OPTION(0), {0}};

/* So small that only a matrix of zeros notices, which stays one. */
static const real least_sigma = (real)1e-24;

static bool plan(struct transform *transform, struct piece *piece)
{
	bool learned = option_value(spectral_options,
	    transform_options(transform), "gain") != 0;

	transform_add_segment(transform, piece, "v", 0, piece->rows,
	    piece->columns);
	piece->count = piece_size(piece);
	piece->states = (size_t)piece->rows + (size_t)piece->columns;
	if (learned)
		transform_add_segment(transform, piece, "gain",
		    piece->count++, 1, 0);
	else
		piece->states++;
	return true;
}

static bool learns_gain(const struct piece *piece)
{
	return piece->count > piece_size(piece);
}

static real *left(const struct piece *piece)
{
	return piece->state;
}

static real *right(const struct piece *piece)
{
	return piece->state + piece->rows;
}

static real gain(const struct piece *piece, const real *theta)
{
	return learns_gain(piece) ? theta[piece_size(piece)] :
	    piece->state[piece->states - 1];
}

/* l^T m r */
static real between(const struct piece *piece, const real *m)
{
	size_t columns = (size_t)piece->columns;
	double sum = 0;

	for (int o = 0; o < piece->rows; o++)
		sum += (double)left(piece)[o] * kernels()->dot(columns,
		    m + (size_t)o * columns, right(piece));
	return (real)sum;
}

static real sigma(const struct piece *piece, const real *theta)
{
	return between(piece, theta) + least_sigma;
}

static int start(const struct piece *piece, uint64_t seed, const real *w,
    bool fresh, real *theta, struct error *error)
{
	int k = piece->rows < piece->columns ? piece->rows : piece->columns;
	real *u = reals_new((size_t)piece->rows * (size_t)k);
	real *v = reals_new((size_t)piece->columns * (size_t)k);
	real *s = reals_new((size_t)k);
	int status = svd(w, piece->rows, piece->columns, u, s, v, error);

	(void)seed;
	(void)fresh;
	if (status == 0) {
		memcpy(theta, w, piece_size(piece) * sizeof(real));
		for (int o = 0; o < piece->rows; o++)
			left(piece)[o] = u[o * k];
		for (int i = 0; i < piece->columns; i++)
			right(piece)[i] = v[i * k];
		/* As it is found again, so that g / sigma is 1. */
		*(learns_gain(piece) ? theta + piece_size(piece) :
		    piece->state + piece->states - 1) = sigma(piece, theta);
	}
	reals_free(s);
	reals_free(v);
	reals_free(u);
	return status;
}

/* False: a vector of zeros, left alone. */
static bool normalise(real *x, int n)
{
	double length = sqrt(kernels()->dot((size_t)n, x, x));

	if (!(length > 0))
		return false;
	kernels()->scale((size_t)n, (real)(1 / length), x, x);
	return true;
}

/* r = v^T l / |v^T l|, l = v r / |v r|; where v maps them to nothing, they
 * stay. */
static void advance(const struct piece *piece, const real *theta, real *space)
{
	size_t columns = (size_t)piece->columns;
	real *r = space, *l = space + columns;

	memset(r, 0, columns * sizeof(real));
	for (int o = 0; o < piece->rows; o++)
		kernels()->add_scaled(columns, left(piece)[o],
		    theta + (size_t)o * columns, r);
	if (normalise(r, piece->columns)) {
		for (int o = 0; o < piece->rows; o++)
			l[o] = (real)kernels()->dot(columns,
			    theta + (size_t)o * columns, r);
		if (normalise(l, piece->rows)) {
			memcpy(right(piece), r, columns * sizeof(real));
			memcpy(left(piece), l, (size_t)piece->rows *
			    sizeof(real));
		}
	}
}

static size_t work(const struct piece *piece)
{
	return (size_t)piece->columns + (size_t)piece->rows;
}

static void compose(const struct piece *piece, const real *theta, real *w,
    real *space, struct pool *pool)
{
	(void)space;
	(void)pool;
	kernels()->scale(piece_size(piece), gain(piece, theta) /
	    sigma(piece, theta), theta, w);
}

/* g_v = (g / sigma) (g_w - (g_w . v / sigma) l r^T), g_g = g_w . v / sigma */
static void pull_back(const struct piece *piece, const real *theta,
    const real *g_w, real *g_theta, real *space, struct pool *pool)
{
	size_t columns = (size_t)piece->columns;
	real s = sigma(piece, theta), factor = gain(piece, theta) / s;
	real along = (real)(kernels()->dot(piece_size(piece), g_w, theta) /
	    (double)s);

	(void)space;
	(void)pool;
	kernels()->scale(piece_size(piece), factor, g_w, g_theta);
	for (int o = 0; o < piece->rows; o++)
		kernels()->add_scaled(columns, -factor * along *
		    left(piece)[o], right(piece), g_theta + (size_t)o *
		    columns);
	if (learns_gain(piece))
		g_theta[piece_size(piece)] = along;
}

static void push_forward(const struct piece *piece, const real *theta,
    const real *d_theta, real *d_w, real *space, struct pool *pool)
{
	real s = sigma(piece, theta), factor = gain(piece, theta) / s;
	real change = -factor * between(piece, d_theta) / s;

	(void)space;
	(void)pool;
	if (learns_gain(piece))
		change += d_theta[piece_size(piece)] / s;
	kernels()->scale(piece_size(piece), factor, d_theta, d_w);
	kernels()->add_scaled(piece_size(piece), change, theta, d_w);
}

const struct piece_functions spectral_functions = {
	.plan = plan, .start = start, .work = work, .compose = compose,
	.pull_back = pull_back, .push_forward = push_forward,
	.advance = advance};
