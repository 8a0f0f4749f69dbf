#include "transform/factor_start.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/gemm.h"
#include "net/kernels.h"
#include "transform/product.h"
#include "transform/svd.h"

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

static int start_balanced(const struct piece *piece, struct random_key key,
    const real *w, real *theta, struct error *error)
{
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

/* Each factor normal, its deviation that of a layer of its own. */
static void draw_factors(const struct piece *piece, struct random_key key,
    real *theta)
{
	for (int i = 0; i < piece->depth; i++) {
		struct factor factor = product_factor(piece, i);
		size_t count = (size_t)factor.rows * (size_t)factor.columns;

		random_normal(key, (uint64_t)i << 32, count,
		    theta + factor.offset);
		kernels()->scale(count, (real)sqrt(1.0 / factor.columns),
		    theta + factor.offset, theta + factor.offset);
	}
}

static double length(const real *x, size_t n)
{
	return sqrt(kernels()->dot(n, x, x));
}

/* Every factor by the same number, so that the product is as large as w. */
static void start_spread(const struct piece *piece, struct random_key key,
    const real *w, real *theta)
{
	size_t matrix = piece_size(piece);
	real *product = reals_new(matrix);
	real *space = reals_new(product_work(piece));
	double ratio;

	draw_factors(piece, key, theta);
	product_compose(piece, theta, product, space, NULL);
	ratio = length(w, matrix) / length(product, matrix);
	kernels()->scale(product_count(piece),
	    (real)pow(ratio, 1.0 / piece->depth), theta, theta);
	reals_free(space);
	reals_free(product);
}

int factors_start(const struct piece *piece, uint64_t seed, const real *w,
    bool fresh, real *theta, struct error *error)
{
	struct random_key key = {seed, RANDOM_TRANSFORM,
		(uint64_t)piece->index};

	if (!fresh || !piece->spread)
		return start_balanced(piece, key, w, theta, error);
	start_spread(piece, key, w, theta);
	return 0;
}
