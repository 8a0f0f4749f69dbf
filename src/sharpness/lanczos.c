#include "sharpness/lanczos.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/vector.h"

/*
 * Invariant, with V the first `size` vectors and v the one after them:
 * H V = V P + beta v e^T, e the last unit vector. P = V^T H V is tridiagonal
 * until the first restart; it is kept as a full matrix because the restart
 * makes an arrow of it, and orthogonalising against all vectors gives every
 * entry of a column anyway.
 */
struct lanczos {
	size_t n;
	int most, size;
	bool exhausted;
	double beta;		/* length of what left the space last */
	double scale;		/* the largest product seen: |H| so far */
	real *basis;		/* (most + 1, n) */
	double *projected;	/* P: (most, most), upper triangle */
};

/* LAPACK, from OpenBLAS: eigenvalues (ascending) and vectors, symmetric. */
void dsyev_(const char *job, const char *triangle, const int *n, double *a,
    const int *stride, double *values, double *work, const int *work_size,
    int *info);

static real *basis_vector(const struct lanczos *lanczos, int k)
{
	return lanczos->basis + (size_t)k * lanczos->n;
}

/* P[row][column], row <= column */
static double *entry(const struct lanczos *lanczos, int row, int column)
{
	return &lanczos->projected[row * lanczos->most + column];
}

struct lanczos *lanczos_new(size_t n, int most, const real *start)
{
	struct lanczos *lanczos = xcalloc(1, sizeof(*lanczos));
	double length = vector_norm(start, n);

	if (!(length > 0))
		die("Lanczos iteration without a start vector");
	if ((size_t)most > n)
		most = (int)n;
	lanczos->n = n;
	lanczos->most = most;
	lanczos->basis = reals_new((size_t)(most + 1) * n);
	lanczos->projected = xcalloc((size_t)(most * most), sizeof(double));
	memcpy(lanczos->basis, start, n * sizeof(real));
	vector_scale(lanczos->basis, 1 / length, n);
	return lanczos;
}

void lanczos_free(struct lanczos *lanczos)
{
	if (!lanczos)
		return;
	reals_free(lanczos->basis);
	free(lanczos->projected);
	free(lanczos);
}

const real *lanczos_direction(const struct lanczos *lanczos)
{
	return basis_vector(lanczos, lanczos->size);
}

int lanczos_size(const struct lanczos *lanczos)
{
	return lanczos->size;
}

bool lanczos_exhausted(const struct lanczos *lanczos)
{
	return lanczos->exhausted;
}

/* Take out of `vector` what lies in the space; the components go to the last
 * column of P. Once leaves rounding behind, twice is enough (Parlett). */
static void orthogonalise(struct lanczos *lanczos, real *vector)
{
	int last = lanczos->size - 1;

	for (int pass = 0; pass < 2; pass++) {
		for (int k = 0; k <= last; k++) {
			const real *v = basis_vector(lanczos, k);
			double component = vector_dot(v, vector, lanczos->n);

			vector_add(vector, -component, v, lanczos->n);
			*entry(lanczos, k, last) += component;
		}
	}
}

bool lanczos_take(struct lanczos *lanczos, const real *product)
{
	/* What is left of a product after rounding is no direction. */
	const double rounding = sizeof(real) == sizeof(float) ? 1e-6 : 1e-13;
	size_t n = lanczos->n;
	real *next;

	if (lanczos->exhausted || lanczos->size == lanczos->most)
		die("Lanczos iteration: no product was wanted");
	lanczos->scale = fmax(lanczos->scale, vector_norm(product, n));
	next = basis_vector(lanczos, ++lanczos->size);
	memcpy(next, product, n * sizeof(real));
	for (int k = 0; k < lanczos->size; k++)
		*entry(lanczos, k, lanczos->size - 1) = 0;
	orthogonalise(lanczos, next);
	lanczos->beta = vector_norm(next, n);
	if (lanczos->beta <= rounding * lanczos->scale ||
	    (size_t)lanczos->size == n) {
		lanczos->beta = 0;
		lanczos->exhausted = true;
		return false;
	}
	vector_scale(next, 1 / lanczos->beta, n);
	return lanczos->size < lanczos->most;
}

/* P = Y diag(value) Y^T, values ascending; vectors: (size, size), one a row.
 * Both are to be freed. */
static void decompose(const struct lanczos *lanczos, double **value,
    double **vectors)
{
	int m = lanczos->size, space = 3 * m, info;
	size_t count = (size_t)m;
	double *a = xcalloc(count * count, sizeof(double));
	double *work = xcalloc((size_t)space, sizeof(double));

	*value = xcalloc(count, sizeof(double));
	/* Row-major upper is column-major lower. */
	for (int row = 0; row < m; row++) {
		for (int column = row; column < m; column++)
			a[row * m + column] = *entry(lanczos, row, column);
	}
	if (m > 0)
		dsyev_("V", "L", &m, a, &m, *value, work, &space, &info);
	if (m > 0 && info != 0)
		die("LAPACK dsyev fails: %d", info);
	free(work);
	*vectors = a;
}

void lanczos_ritz(const struct lanczos *lanczos, double *value,
    double *residual, double *weight)
{
	int m = lanczos->size;
	double *ascending, *vectors;

	decompose(lanczos, &ascending, &vectors);
	for (int k = 0; k < m; k++) {
		const double *y = vectors + (m - 1 - k) * m;

		if (value)
			value[k] = ascending[m - 1 - k];
		if (residual)
			residual[k] = fabs(lanczos->beta * y[m - 1]);
		if (weight)
			weight[k] = y[0] * y[0];
	}
	free(ascending);
	free(vectors);
}

/* out <- sum of y[k] v_k over the coordinates [from, to) */
static void combine(const struct lanczos *lanczos, const double *y,
    size_t from, size_t to, real *out)
{
	for (size_t i = from; i < to; i++) {
		double sum = 0;

		for (int k = 0; k < lanczos->size; k++)
			sum += y[k] * (double)basis_vector(lanczos, k)[i];
		out[i - from] = (real)sum;
	}
}

void lanczos_vector(const struct lanczos *lanczos, int k, real *vector)
{
	int m = lanczos->size;
	double *value, *vectors, length;

	decompose(lanczos, &value, &vectors);
	combine(lanczos, vectors + (m - 1 - k) * m, 0, lanczos->n, vector);
	length = vector_norm(vector, lanczos->n);
	vector_scale(vector, 1 / length, lanczos->n);
	free(value);
	free(vectors);
}

/* V <- V Y for the `keep` largest, in place, a few coordinates at a time. */
static void rotate_basis(struct lanczos *lanczos, int keep,
    const double *vectors)
{
	enum { BLOCK = 256 };
	int m = lanczos->size;
	real *block = reals_new((size_t)keep * BLOCK);

	for (size_t from = 0; from < lanczos->n; from += BLOCK) {
		size_t to = from + BLOCK < lanczos->n ? from + BLOCK :
		    lanczos->n;

		for (int k = 0; k < keep; k++)
			combine(lanczos, vectors + (m - 1 - k) * m, from, to,
			    block + k * BLOCK);
		for (int k = 0; k < keep; k++)
			memcpy(basis_vector(lanczos, k) + from,
			    block + k * BLOCK, (to - from) * sizeof(real));
	}
	reals_free(block);
}

void lanczos_restart(struct lanczos *lanczos, int keep)
{
	int m = lanczos->size;
	double *value, *vectors;

	if (lanczos->exhausted || keep >= m)
		return;
	decompose(lanczos, &value, &vectors);
	rotate_basis(lanczos, keep, vectors);
	memcpy(basis_vector(lanczos, keep), basis_vector(lanczos, m),
	    lanczos->n * sizeof(real));
	for (int row = 0; row < keep; row++) {
		for (int column = row; column < keep; column++)
			*entry(lanczos, row, column) = 0;
		*entry(lanczos, row, row) = value[m - 1 - row];
	}
	lanczos->size = keep;
	free(value);
	free(vectors);
}
