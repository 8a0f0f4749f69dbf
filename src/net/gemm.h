/* Matrix products by OpenBLAS, on the calling thread. */
#ifndef SNT_NET_GEMM_H
#define SNT_NET_GEMM_H

#include <stdbool.h>

#include "base/real.h"

/*
 * C (m, n) = alpha op(A) op(B) + beta C, all row-major; op(A) is (m, k),
 * op(B) (k, n), and each a transpose where asked. With beta == 0, C is
 * written without being read. lda, ldb, ldc: numbers from one row to the
 * next, as stored.
 */
void gemm(bool transpose_a, bool transpose_b, int m, int n, int k, real alpha,
    const real *a, int lda, const real *b, int ldb, real beta, real *c,
    int ldc);

/* OpenBLAS' own threads would change the bits: switch them off. Called by
 * whatever may be the first to use it; cheap afterwards. */
void gemm_prepare(void);

#endif
