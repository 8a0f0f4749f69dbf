#include "transform/transform_private.h"

#include "net/gemm.h"

enum { ROWS_A_BLOCK = 64 };

struct product {
	bool transpose_a, transpose_b;
	int m, n, k, lda, ldb, ldc;
	const real *a, *b;
	real beta;
	real *c;
};

static void multiply_block(void *argument, int unit, int worker)
{
	const struct product *p = argument;
	int first = unit * ROWS_A_BLOCK;
	int rows = p->m - first < ROWS_A_BLOCK ? p->m - first : ROWS_A_BLOCK;
	const real *a = p->a + (size_t)first *
	    (size_t)(p->transpose_a ? 1 : p->lda);

	(void)worker;
	gemm(p->transpose_a, p->transpose_b, rows, p->n, p->k, 1, a, p->lda,
	    p->b, p->ldb, p->beta, p->c + (size_t)first * (size_t)p->ldc,
	    p->ldc);
}

void pooled_gemm(struct pool *pool, bool transpose_a, bool transpose_b, int m,
    int n, int k, const real *a, int lda, const real *b, int ldb, real beta,
    real *c, int ldc)
{
	struct product product = {transpose_a, transpose_b, m, n, k, lda, ldb,
		ldc, a, b, beta, c};
	int blocks = (m + ROWS_A_BLOCK - 1) / ROWS_A_BLOCK;

	pool_run(pool, blocks, multiply_block, &product);
}
