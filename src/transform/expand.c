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
 * In theta the factors lie in the order in which they would be applied, F_d
 * first: as the parameters of so many layers, one after the other.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/gemm.h"
#include "transform/svd.h"
#include "transform/transform_private.h"

const struct option expand_options[] = {
	{"depth", OPTION_INTEGER, 2, 2, FACTORS_MAX, NULL,
	    "factors of each weight matrix", false},
	{"width", OPTION_REAL, 1, 0.1, 4, NULL,
	    "inner width, as a multiple of the smaller side; below 1 the "
	    "weights are projected", false},
	{0}};

/* The i-th factor: (rows, columns) and where it begins in theta. */
struct factor {
	int rows, columns;
	size_t offset;
};

static struct factor factor_at(const struct piece *piece, int i)
{
	size_t h = (size_t)piece->width;
	struct factor factor = {
		.rows = i == 0 ? piece->rows : piece->width,
		.columns = i == piece->depth - 1 ? piece->columns :
		    piece->width};

	if (i < piece->depth - 1)
		factor.offset = h * (size_t)piece->columns +
		    (size_t)(piece->depth - 2 - i) * h * h;
	return factor;
}

static void name_factor(const struct piece *piece, int i, char *out,
    size_t size)
{
	if (piece->depth == 2)
		text_copy(out, size, i == 0 ? "b" : "a");
	else
		text_format(out, size, "f%d", i + 1);
}

static bool plan(struct transform *transform, struct piece *piece)
{
	const struct option_values *options = transform_options(transform);
	int least = piece->rows < piece->columns ? piece->rows :
	    piece->columns;
	double width = option_value(expand_options, options, "width");
	char name[8];

	piece->depth = (int)option_value(expand_options, options, "depth");
	piece->width = (int)lround(width * least);
	if (piece->width < 1)
		piece->width = 1;
	piece->count = 0;
	for (int i = piece->depth - 1; i >= 0; i--) {
		struct factor factor = factor_at(piece, i);

		name_factor(piece, i, name, sizeof(name));
		transform_add_segment(transform, piece, name, factor.offset,
		    factor.rows, factor.columns);
		piece->count += (size_t)factor.rows * (size_t)factor.columns;
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
	struct factor factor = factor_at(piece, i);
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

static int start(const struct piece *piece, uint64_t seed, const real *w,
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
		struct factor factor = factor_at(piece, i);
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

/* The products of the last factors, F_(i+1) ... F_d, for i = 1 .. d-1, each
 * (width, columns); and two more matrices of that size. */
static size_t work(const struct piece *piece)
{
	return (size_t)(piece->depth + 2) * (size_t)piece->width *
	    (size_t)piece->columns;
}

static real *tail(const struct piece *piece, real *space, int i)
{
	return space + (size_t)i * (size_t)piece->width *
	    (size_t)piece->columns;
}

static const real *factor_data(const struct piece *piece, const real *theta,
    int i)
{
	return theta + factor_at(piece, i).offset;
}

/* tails[i] = F_(i+1) ... F_d of the factors counted from 1. */
static const real *tail_of(const struct piece *piece, const real *theta,
    real *space, int i)
{
	return i == piece->depth - 1 ? factor_data(piece, theta, i) :
	    tail(piece, space, i);
}

static void compute_tails(const struct piece *piece, const real *theta,
    real *space, struct pool *pool)
{
	int h = piece->width, columns = piece->columns;

	for (int i = piece->depth - 2; i >= 1; i--)
		pooled_gemm(pool, false, false, h, columns, h,
		    factor_data(piece, theta, i), h,
		    tail_of(piece, theta, space, i + 1), columns, 0,
		    tail(piece, space, i), columns);
}

static void compose(const struct piece *piece, const real *theta, real *w,
    real *space, struct pool *pool)
{
	compute_tails(piece, theta, space, pool);
	pooled_gemm(pool, false, false, piece->rows, piece->columns,
	    piece->width, factor_data(piece, theta, 0), piece->width,
	    tail_of(piece, theta, space, 1), piece->columns, 0, w,
	    piece->columns);
}

/* With G_1 = G: dF_i = G_i (F_(i+1) ... F_d)^T and G_(i+1) = F_i^T G_i. */
static void pull_back(const struct piece *piece, const real *theta,
    const real *g_w, real *g_theta, real *space, struct pool *pool)
{
	int h = piece->width, columns = piece->columns;
	const real *g = g_w;
	real *spare[2] = {tail(piece, space, piece->depth),
		tail(piece, space, piece->depth + 1)};

	compute_tails(piece, theta, space, pool);
	/* G_d is dF_d: the last round leaves it in its place. */
	for (int i = 0; i < piece->depth - 1; i++) {
		struct factor factor = factor_at(piece, i);
		real *next = i == piece->depth - 2 ?
		    g_theta + factor_at(piece, i + 1).offset : spare[i % 2];

		pooled_gemm(pool, false, true, factor.rows, h, columns, g,
		    columns, tail_of(piece, theta, space, i + 1), columns, 0,
		    g_theta + factor.offset, h);
		pooled_gemm(pool, true, false, h, columns, factor.rows,
		    theta + factor.offset, h, g, columns, 0, next, columns);
		g = next;
	}
}

/* The product rule, from the right: with T = F_i ... F_d and its change D,
 * D <- dF_i T' + F_i D' where primes are of the next factors. */
static void push_forward(const struct piece *piece, const real *theta,
    const real *d_theta, real *d_w, real *space, struct pool *pool)
{
	int h = piece->width, columns = piece->columns;
	const real *change = factor_data(piece, d_theta, piece->depth - 1);
	real *spare[2] = {tail(piece, space, piece->depth),
		tail(piece, space, piece->depth + 1)};

	compute_tails(piece, theta, space, pool);
	for (int i = piece->depth - 2; i >= 0; i--) {
		struct factor factor = factor_at(piece, i);
		real *out = i == 0 ? d_w : spare[i % 2];

		pooled_gemm(pool, false, false, factor.rows, columns, h,
		    d_theta + factor.offset, h,
		    tail_of(piece, theta, space, i + 1), columns, 0, out,
		    columns);
		pooled_gemm(pool, false, false, factor.rows, columns, h,
		    theta + factor.offset, h, change, columns, 1, out,
		    columns);
		change = out;
	}
}

const struct piece_functions expand_functions = {
	plan, start, work, compose, pull_back, push_forward, true};
