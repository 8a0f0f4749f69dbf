/*
 * Rounding with feedback: column by column, each weight takes over what the
 * ones before it in its row have lost. With H = (U + I) D (U + I)^T, code k is
 * that of w_k + sum_i<k (w_i - q_i) U_ik: GPTQ (Frantar et al. 2022, arXiv
 * 2210.17323) in the form of Chee et al. 2023, theorem 6, which needs no
 * inverse.
 */
#include "compress/rounding.h"

#include <stdlib.h>

#include "base/memory.h"
#include "net/kernels.h"

struct gptq {
	const struct hessian *hessian;
	struct pool *pool;
	struct coded *coded;
	const real *w;
	size_t rows, size;	/* of a row */
	real *lost;		/* (rows, size) */
	int factored;		/* groups */
};

static void encode_row(void *argument, int row, int worker)
{
	struct gptq *g = argument;
	size_t n = g->size, first = (size_t)row * n;
	size_t in_group = g->rows / (size_t)g->hessian->groups;
	const real *factor = hessian_of_group(g->hessian,
	    (int)((size_t)row / in_group));
	real *lost = g->lost + first;

	(void)worker;
	for (size_t k = 0; k < n; k++, factor += n) {
		size_t i = first + k, group = coded_group(g->coded, i);
		real w = g->w[i];

		/* What is pruned stays so. */
		if (w != 0)
			w += (real)kernels()->dot(k, lost, factor);
		g->coded->code[i] = coded_code(g->coded, group, w);
		lost[k] = g->w[i] - coded_value(g->coded, group,
		    g->coded->code[i]);
	}
}

static void *gptq_begin(const struct hessian *hessian, struct pool *pool,
    struct coded *coded, const real *w)
{
	struct gptq *g = xcalloc(1, sizeof(*g));
	size_t size = (size_t)hessian->size;

	*g = (struct gptq){hessian, pool, coded, w, coded->count / size, size,
		reals_new(coded->count), 0};
	return g;
}

static bool gptq_advance(void *work)
{
	struct gptq *g = work;

	if (g->factored < g->hessian->groups) {
		hessian_factor(hessian_of_group(g->hessian, g->factored++),
		    g->hessian->size, g->pool);
		return false;
	}
	pool_run(g->pool, (int)g->rows, encode_row, g);
	return true;
}

static void gptq_free(void *work)
{
	struct gptq *g = work;

	reals_free(g->lost);
	free(g);
}

const struct rounder rounder_gptq = {gptq_begin, gptq_advance, gptq_free};
