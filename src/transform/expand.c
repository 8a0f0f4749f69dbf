/*
 * expand: linear over-parameterisation. A matrix W (rows, columns) is trained
 * as F_1 F_2 ... F_d with inner width h = width * min(rows, columns), started
 * from the singular value decomposition W = U S V^T as
 *
 *   F_1 = U S^(1/d) R_1^T,  F_i = R_(i-1) S^(1/d) R_i^T,
 *   F_d = R_(d-1) S^(1/d) V^T
 *
 * with random rotations R, so that the factors are balanced (Arora, Cohen and
 * Hazan 2018, arXiv 1802.06509) and the product is W. A width above 1 pads
 * columns with noise and the rows that meet them with zeros: the product is
 * kept and the extra width is alive. A width below 1 keeps the largest
 * singular values only, and W changes.
 *
 * norm=on takes the length of each row of the product away and trains it
 * beside the factors, as weight normalisation does,
 *
 *   w_o = g_o (F_1 ... F_d)_o / |(F_1 ... F_d)_o|,
 *
 * g started at the rows' own lengths, so that the start is the same. In theta
 * g (rows) lies behind the factors.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/gemm.h"
#include "transform/product.h"
#include "transform/rows.h"
#include "transform/svd.h"

const struct option expand_options[] = {
	{"depth", OPTION_INTEGER, 2, 2, FACTORS_MAX, NULL,
	    "factors of each weight matrix", false},
	{"width", OPTION_REAL, 1, 0.1, 4, NULL,
	    "inner width, as a multiple of the smaller side; below 1 the "
	    "weights are projected", false},
	{"norm", OPTION_SWITCH, 0, 0, 1, NULL,
	    "take the length of each output's row away from the product and "
	    "train it beside, w = g BA / |BA|, from the same function", false},
	{0}};

static void name_factor(const struct piece *piece, int i, char *out,
    size_t size)
{
	if (piece->depth == 2)
		text_copy(out, size, i == 0 ? "b" : "a");
	else
		text_format(out, size, "f%d", i + 1);
}

static void plan_factors(struct transform *transform, struct piece *piece)
{
	char name[8];

	piece->count = 0;
	for (int i = piece->depth - 1; i >= 0; i--) {
		struct factor factor = product_factor(piece, i);

		name_factor(piece, i, name, sizeof(name));
		transform_add_segment(transform, piece, name, factor.offset,
		    factor.rows, factor.columns);
		piece->count += (size_t)factor.rows * (size_t)factor.columns;
	}
}

static bool plan(struct transform *transform, struct piece *piece)
{
	const struct option_values *options = transform_options(transform);
	int least = piece->rows < piece->columns ? piece->rows :
	    piece->columns;
	double width = option_value(expand_options, options, "width");
	bool normed = option_value(expand_options, options, "norm") != 0;

	piece->depth = (int)option_value(expand_options, options, "depth");
	piece->width = (int)lround(width * least);
	if (piece->width < 1)
		piece->width = 1;
	plan_factors(transform, piece);
	piece->product = !normed;
	if (normed) {
		transform_add_segment(transform, piece, "gain", piece->count,
		    piece->rows, 0);
		piece->count += (size_t)piece->rows;
	}
	return true;
}

/* Where one side of a factor comes from: (n, k) row-major, or a rotation. */
struct side {
	const real *basis;
	int n, step;
};

/* f (left.n.., right.n..) = left diag(s) right^T in its first rows and
 * columns; what is beyond k is padding, filled by the caller. */
static void fill_factor(const struct side *left, const struct side *right,
    const real *s, int k, int columns, real *f)
{
	real *scaled = reals_new((size_t)left->n * (size_t)k);

	for (int i = 0; i < left->n; i++) {
		for (int r = 0; r < k; r++)
			scaled[i * k + r] = left->basis[i * left->step + r] *
			    s[r];
	}
	gemm(false, true, left->n, right->n, k, 1, scaled, k, right->basis,
	    right->step, 0, f, columns);
	reals_free(scaled);
}

/* Columns beyond k of all factors but the last are noise of the usual
 * initial size; the rows that meet them stay zero. */
static void pad_factor(const struct piece *piece, int i, int k,
    struct random_key key, real *f)
{
	struct factor factor = product_factor(piece, i);
	int live = i == 0 ? factor.rows : k;
	real deviation = (real)sqrt(1.0 / piece->columns);
	int extra = factor.columns - k;

	if (i == piece->depth - 1 || extra <= 0)
		return;
	for (int row = 0; row < live; row++) {
		real *to = f + (size_t)row * (size_t)factor.columns + k;

		random_normal(key, ((uint64_t)i << 32) + (uint64_t)row *
		    (uint64_t)extra, (size_t)extra, to);
		for (int j = 0; j < extra; j++)
			to[j] *= deviation;
	}
}

static int start_factors(const struct piece *piece, uint64_t seed, const real *w,
    real *theta, struct error *error)
{
	struct random_key key = {seed, RANDOM_TRANSFORM,
		(uint64_t)piece->index};
	int full = piece->rows < piece->columns ? piece->rows :
	    piece->columns;
	int k = piece->width < full ? piece->width : full;
	size_t kk = (size_t)k * (size_t)k;
	real *u = reals_new((size_t)piece->rows * (size_t)full);
	real *v = reals_new((size_t)piece->columns * (size_t)full);
	real *s = reals_new((size_t)full);
	real *rotation = reals_new(kk * FACTORS_MAX);
	int status = svd(w, piece->rows, piece->columns, u, s, v, error);

	for (int i = 0; i < full; i++)
		s[i] = (real)pow((double)s[i], 1.0 / piece->depth);
	memset(theta, 0, piece->count * sizeof(real));
	for (int i = 0; i < piece->depth && status == 0; i++) {
		struct factor factor = product_factor(piece, i);
		bool last = i == piece->depth - 1;
		struct side left = {i == 0 ? u : rotation +
			(size_t)(i - 1) * kk, i == 0 ? piece->rows : k,
			i == 0 ? full : k};
		struct side right = {last ? v : rotation + (size_t)i * kk,
			last ? piece->columns : k, last ? full : k};

		if (!last)
			random_rotation(key, (uint64_t)(i + 8) << 32, k,
			    rotation + (size_t)i * kk);
		fill_factor(&left, &right, s, k, factor.columns,
		    theta + factor.offset);
		pad_factor(piece, i, k, key, theta + factor.offset);
	}
	reals_free(rotation);
	reals_free(s);
	reals_free(v);
	reals_free(u);
	return status;
}

static size_t matrix(const struct piece *piece)
{
	return (size_t)piece->rows * (size_t)piece->columns;
}

static const real *gains(const struct piece *piece, const real *theta)
{
	return theta + piece->count - piece->rows;
}

static void start_gains(const struct piece *piece, real *theta)
{
	real *product = reals_new(matrix(piece));
	real *space = reals_new(product_work(piece));
	real *gain = theta + piece->count - piece->rows;

	product_compose(piece, theta, product, space, NULL);
	for (int o = 0; o < piece->rows; o++)
		gain[o] = row_norm(product + (size_t)o *
		    (size_t)piece->columns, piece->columns);
	reals_free(space);
	reals_free(product);
}

static int start(const struct piece *piece, uint64_t seed, const real *w,
    real *theta, struct error *error)
{
	if (start_factors(piece, seed, w, theta, error))
		return -1;
	if (!piece->product)
		start_gains(piece, theta);
	return 0;
}

/* Behind the product's own: the product, and its gradient or change. */
static size_t work(const struct piece *piece)
{
	return product_work(piece) + (piece->product ? 0 : 2 * matrix(piece));
}

static void compose(const struct piece *piece, const real *theta, real *w,
    real *space, struct pool *pool)
{
	product_compose(piece, theta, w, space, pool);
	if (!piece->product)
		rows_compose(piece->rows, piece->columns,
		    gains(piece, theta), w, w);
}

static void pull_back(const struct piece *piece, const real *theta,
    const real *g_w, real *g_theta, real *space, struct pool *pool)
{
	real *product = space + product_work(piece);
	real *g = product + matrix(piece);

	if (piece->product) {
		product_pull_back(piece, theta, g_w, g_theta, space, pool);
		return;
	}
	product_compose(piece, theta, product, space, pool);
	rows_pull_back(piece->rows, piece->columns, gains(piece, theta),
	    product, g_w, g_theta + piece->count - piece->rows, g);
	product_pull_back(piece, theta, g, g_theta, space, pool);
}

static void push_forward(const struct piece *piece, const real *theta,
    const real *d_theta, real *d_w, real *space, struct pool *pool)
{
	real *product = space + product_work(piece);
	real *change = product + matrix(piece);

	if (piece->product) {
		product_push_forward(piece, theta, d_theta, d_w, space, pool);
		return;
	}
	product_compose(piece, theta, product, space, pool);
	product_push_forward(piece, theta, d_theta, change, space, pool);
	rows_push_forward(piece->rows, piece->columns, gains(piece, theta),
	    product, gains(piece, d_theta), change, d_w);
}

const struct piece_functions expand_functions = {
	plan, start, work, compose, pull_back, push_forward};
