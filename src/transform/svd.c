#include "transform/svd.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/gemm.h"

#ifdef SNT_DOUBLE
#define gesdd_ dgesdd_
#define geqrf_ dgeqrf_
#define orgqr_ dorgqr_
#else
#define gesdd_ sgesdd_
#define geqrf_ sgeqrf_
#define orgqr_ sorgqr_
#endif

/* LAPACK 3.11, in OpenBLAS. */
void gesdd_(const char *jobz, const int *m, const int *n, real *a,
    const int *lda, real *s, real *u, const int *ldu, real *vt,
    const int *ldvt, real *work, const int *lwork, int *iwork, int *info);
void geqrf_(const int *m, const int *n, real *a, const int *lda, real *tau,
    real *work, const int *lwork, int *info);
void orgqr_(const int *m, const int *n, const int *k, real *a,
    const int *lda, const real *tau, real *work, const int *lwork, int *info);

static int all_finite(const real *w, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(w[i]))
			return 0;
	}
	return 1;
}

/* LAPACK is column-major, so it sees w^T = left diag(s) right^T; then u of w
 * is `right` and v is `left`. */
int svd(const real *w, int rows, int columns, real *u, real *s, real *v,
    struct error *error)
{
	int k = rows < columns ? rows : columns;
	size_t size = (size_t)rows * (size_t)columns;
	real *a, *left, *work, best;
	int *iwork, lwork = -1, info;

	if (!all_finite(w, size))
		return error_set(error, "weights that are not finite numbers");
	gemm_prepare();
	a = reals_new(size);
	memcpy(a, w, size * sizeof(real));
	left = reals_new((size_t)columns * (size_t)k);
	iwork = xcalloc(8 * (size_t)k, sizeof(*iwork));
	gesdd_("S", &columns, &rows, a, &columns, s, left, &columns, u, &k,
	    &best, &lwork, iwork, &info);
	lwork = (int)best + 1;
	work = reals_new((size_t)lwork);
	gesdd_("S", &columns, &rows, a, &columns, s, left, &columns, u, &k,
	    work, &lwork, iwork, &info);
	/* left is (columns, k) column-major; u came as right^T (k, rows)
	 * column-major, which is (rows, k) row-major already. */
	for (int i = 0; i < columns; i++) {
		for (int j = 0; j < k; j++)
			v[i * k + j] = left[(size_t)j * (size_t)columns +
			    (size_t)i];
	}
	free(iwork);
	reals_free(work);
	reals_free(left);
	reals_free(a);
	if (info != 0)
		return error_set(error, "the singular values do not converge");
	return 0;
}

void random_rotation(struct random_key key, uint64_t first, int n, real *q)
{
	real *tau = reals_new((size_t)n), *work, best;
	int lwork = -1, info;

	gemm_prepare();
	random_normal(key, first, (size_t)n * (size_t)n, q);
	geqrf_(&n, &n, q, &n, tau, &best, &lwork, &info);
	lwork = (int)best + n;
	work = reals_new((size_t)lwork);
	geqrf_(&n, &n, q, &n, tau, work, &lwork, &info);
	orgqr_(&n, &n, &n, q, &n, tau, work, &lwork, &info);
	reals_free(work);
	reals_free(tau);
}
