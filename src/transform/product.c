#include "transform/product.h"

struct factor product_factor(const struct piece *piece, int i)
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

size_t product_count(const struct piece *piece)
{
	struct factor leftmost = product_factor(piece, 0);

	return leftmost.offset + (size_t)leftmost.rows *
	    (size_t)leftmost.columns;
}

/* The products of the last factors, F_(i+1) ... F_d, for i = 1 .. d-1, each
 * (width, columns); and two more matrices of that size. */
size_t product_work(const struct piece *piece)
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
	return theta + product_factor(piece, i).offset;
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

void product_compose(const struct piece *piece, const real *theta, real *w,
    real *space, struct pool *pool)
{
	compute_tails(piece, theta, space, pool);
	pooled_gemm(pool, false, false, piece->rows, piece->columns,
	    piece->width, factor_data(piece, theta, 0), piece->width,
	    tail_of(piece, theta, space, 1), piece->columns, 0, w,
	    piece->columns);
}

/* With G_1 = G: dF_i = G_i (F_(i+1) ... F_d)^T and G_(i+1) = F_i^T G_i. */
void product_pull_back(const struct piece *piece, const real *theta,
    const real *g_w, real *g_theta, real *space, struct pool *pool)
{
	int h = piece->width, columns = piece->columns;
	const real *g = g_w;
	real *spare[2] = {tail(piece, space, piece->depth),
		tail(piece, space, piece->depth + 1)};

	compute_tails(piece, theta, space, pool);
	/* G_d is dF_d: the last round leaves it in its place. */
	for (int i = 0; i < piece->depth - 1; i++) {
		struct factor factor = product_factor(piece, i);
		real *next = i == piece->depth - 2 ?
		    g_theta + product_factor(piece, i + 1).offset : spare[i % 2];

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
void product_push_forward(const struct piece *piece, const real *theta,
    const real *d_theta, real *d_w, real *space, struct pool *pool)
{
	int h = piece->width, columns = piece->columns;
	const real *change = factor_data(piece, d_theta, piece->depth - 1);
	real *spare[2] = {tail(piece, space, piece->depth),
		tail(piece, space, piece->depth + 1)};

	compute_tails(piece, theta, space, pool);
	for (int i = piece->depth - 2; i >= 0; i--) {
		struct factor factor = product_factor(piece, i);
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
