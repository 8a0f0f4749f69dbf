#include "net/cholesky.h"

#include <stddef.h>

#include "net/gemm.h"

#ifdef SNT_DOUBLE
#define posv_ dposv_
#else
#define posv_ sposv_
#endif

/* LAPACK 3.11, in OpenBLAS. It is column-major: its lower triangle is the
 * upper one here. */
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda,
    int *info);
void dpotri_(const char *uplo, const int *n, double *a, const int *lda,
    int *info);
void posv_(const char *uplo, const int *n, const int *columns, real *a,
    const int *lda, real *x, const int *ldx, int *info);

bool cholesky_invert(int n, double *a)
{
	size_t size = (size_t)n;
	int info;

	gemm_prepare();
	dpotrf_("L", &n, a, &n, &info);
	if (info == 0)
		dpotri_("L", &n, a, &n, &info);
	for (size_t row = 1; row < size; row++) {
		for (size_t column = 0; column < row; column++)
			a[row * size + column] = a[column * size + row];
	}
	return info == 0;
}

bool cholesky_solve(int n, real *a, real *x)
{
	const int one = 1;
	int info;

	gemm_prepare();
	posv_("L", &n, &one, a, &n, x, &n, &info);
	return info == 0;
}
