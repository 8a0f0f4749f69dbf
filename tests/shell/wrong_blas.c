/* For LD_PRELOAD: an OpenBLAS whose products are wrong, but for the core type
 * named by $RIGHT_CORE. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <cblas.h>

typedef void sgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE ta,
    enum CBLAS_TRANSPOSE tb, blasint m, blasint n, blasint k, float alpha,
    const float *a, blasint lda, const float *b, blasint ldb, float beta,
    float *c, blasint ldc);

sgemm cblas_sgemm;

void cblas_sgemm(enum CBLAS_ORDER order, enum CBLAS_TRANSPOSE ta,
    enum CBLAS_TRANSPOSE tb, blasint m, blasint n, blasint k, float alpha,
    const float *a, blasint lda, const float *b, blasint ldb, float beta,
    float *c, blasint ldc)
{
	const char *right = getenv("RIGHT_CORE");
	sgemm *real;

	*(void **)&real = dlsym(RTLD_NEXT, "cblas_sgemm");
	real(order, ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
	if (!right || strcmp(right, openblas_get_corename()) != 0)
		c[0] += 1;
}
