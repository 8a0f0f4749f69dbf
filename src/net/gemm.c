#include "net/gemm.h"

#include <pthread.h>

#include <cblas.h>

static void one_thread(void)
{
	openblas_set_num_threads(1);
}

void gemm_prepare(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, one_thread);
}

void gemm(bool transpose_a, bool transpose_b, int m, int n, int k, real alpha,
    const real *a, int lda, const real *b, int ldb, real beta, real *c,
    int ldc)
{
	CBLAS_TRANSPOSE ta = transpose_a ? CblasTrans : CblasNoTrans;
	CBLAS_TRANSPOSE tb = transpose_b ? CblasTrans : CblasNoTrans;

	gemm_prepare();
#ifdef SNT_DOUBLE
	cblas_dgemm(CblasRowMajor, ta, tb, m, n, k, alpha, a, lda, b, ldb,
	    beta, c, ldc);
#else
	cblas_sgemm(CblasRowMajor, ta, tb, m, n, k, alpha, a, lda, b, ldb,
	    beta, c, ldc);
#endif
}
