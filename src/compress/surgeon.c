#include "compress/surgeon.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "net/cholesky.h"
#include "net/gemm.h"

enum { ROWS_AT_ONCE = 8 };

/* A (n, n) in double precision with its damping. */
static double *damped(const real *product, size_t n, double damping)
{
	double *a = xcalloc(n * n, sizeof(*a));

	for (size_t i = 0; i < n * n; i++)
		a[i] = (double)product[i];
	for (size_t i = 0; i < n; i++)
		a[i * n + i] += damping;
	return a;
}

static double mean_diagonal(const real *product, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)product[i * n + i];
	return n ? sum / (double)n : 0;
}

/* Rounding may have cost a matrix its definiteness: then damp it more. Where
 * no input was ever seen, all weights cost the same. */
static double *invert(const real *product, size_t n, double share,
    double *damping)
{
	double mean = mean_diagonal(product, n);

	for (; share < 1e9; share *= 10) {
		double *a;

		*damping = mean > 0 ? share * mean : 1;
		a = damped(product, n, *damping);
		if (cholesky_invert((int)n, a))
			return a;
		free(a);
	}
	die("a Hessian that is not a number");
}

/* Columns of one block of one group. */
static void make_block(const real *product, size_t n, double share, size_t at,
    size_t column, struct surgeon *surgeon)
{
	double damping, *a = invert(product, n, share, &damping);
	real *hessian = surgeon->hessian + at;

	for (size_t i = 0; i < n * n; i++) {
		hessian[i] = product[i];
		surgeon->inverse[at + i] = (real)a[i];
	}
	for (size_t j = 0; j < n; j++) {
		hessian[j * n + j] += (real)damping;
		surgeon->curvature[column + j] = 1 / a[j * n + j];
		surgeon->alone[column + j] = (double)hessian[j * n + j];
	}
	free(a);
}

void surgeon_make(const struct moment *moment, double share,
    struct surgeon *surgeon)
{
	size_t size = moment_offset(moment, moment->groups, 0);
	size_t columns = (size_t)(moment->groups * moment->columns);

	*surgeon = (struct surgeon){moment->columns, moment->groups,
		moment->block, moment->blocks, reals_new(size),
		reals_new(size), xcalloc(columns, sizeof(double)),
		xcalloc(columns, sizeof(double))};
	for (int group = 0; group < moment->groups; group++) {
		for (int block = 0; block < moment->blocks; block++) {
			size_t at = moment_offset(moment, group, block);

			make_block(moment->product + at,
			    (size_t)moment_block(moment, block), share, at,
			    (size_t)(group * moment->columns +
			    block * moment->block), surgeon);
		}
	}
}

void surgeon_release(struct surgeon *surgeon)
{
	reals_free(surgeon->hessian);
	reals_free(surgeon->inverse);
	free(surgeon->curvature);
	free(surgeon->alone);
	*surgeon = (struct surgeon){0};
}

/* sum over rows of w^T H w, of one block of columns: w (rows, n) among more
 * columns */
static double block_energy(const struct surgeon *s, size_t at, int rows,
    int n, const real *w)
{
	real *product = reals_new((size_t)(rows * n));
	double sum = 0;

	gemm(false, false, rows, n, n, 1, w, s->columns, s->hessian + at, n,
	    0, product, n);
	for (int row = 0; row < rows; row++) {
		for (int i = 0; i < n; i++)
			sum += (double)product[row * n + i] *
			    (double)w[row * s->columns + i];
	}
	reals_free(product);
	return sum;
}

double surgeon_energy(const struct surgeon *s, int rows, const real *w)
{
	int each = rows / s->groups;
	double sum = 0;

	for (int group = 0; group < s->groups; group++) {
		for (int block = 0; block < s->blocks; block++) {
			int left = s->columns - block * s->block;

			sum += block_energy(s, (size_t)(group * s->blocks +
			    block) * (size_t)s->block * (size_t)s->block,
			    each, left < s->block ? left : s->block,
			    w + (size_t)(group * each * s->columns +
			    block * s->block));
		}
	}
	return sum;
}

/* One block of one row: which of its columns go, which stay. */
struct cut {
	size_t n, outs, stays;
	uint32_t *out, *stay;
	real *matrix;		/* (smaller number, the same) */
	real *change;
};

static struct cut cut_new(size_t most)
{
	size_t half = most / 2 + 1;

	return (struct cut){.out = xcalloc(most, sizeof(uint32_t)),
		.stay = xcalloc(most, sizeof(uint32_t)),
		.matrix = reals_new(half * half), .change = reals_new(most)};
}

static void cut_free(struct cut *cut)
{
	free(cut->out);
	free(cut->stay);
	reals_free(cut->matrix);
	reals_free(cut->change);
}

static void divide(struct cut *cut, const uint8_t *gone, size_t n)
{
	cut->n = n;
	cut->outs = cut->stays = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (gone[i])
			cut->out[cut->outs++] = i;
		else
			cut->stay[cut->stays++] = i;
	}
}

static void take_square(const struct cut *cut, const real *from,
    const uint32_t *index, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++)
			cut->matrix[i * count + j] =
			    from[index[i] * cut->n + index[j]];
	}
}

/* sum over j of from[row, index[j]] x[j] */
static double row_times(const struct cut *cut, const real *from, uint32_t row,
    const uint32_t *index, size_t count, const real *x)
{
	double sum = 0;

	for (size_t j = 0; j < count; j++)
		sum += (double)from[row * cut->n + index[j]] * (double)x[j];
	return sum;
}

/* By H, where more go than stay: x = w_P. */
static void move_few(struct cut *cut, const real *hessian, const real *x,
    real *w)
{
	for (size_t i = 0; i < cut->stays; i++)
		cut->change[i] = (real)row_times(cut, hessian, cut->stay[i],
		    cut->out, cut->outs, x);
	take_square(cut, hessian, cut->stay, cut->stays);
	if (!cholesky_solve((int)cut->stays, cut->matrix, cut->change))
		return;
	for (size_t i = 0; i < cut->stays; i++)
		w[cut->stay[i]] += cut->change[i];
}

/* By H^-1, where more stay. */
static void move_many(struct cut *cut, const real *inverse, real *x, real *w)
{
	take_square(cut, inverse, cut->out, cut->outs);
	if (!cholesky_solve((int)cut->outs, cut->matrix, x))
		return;
	for (size_t i = 0; i < cut->stays; i++)
		w[cut->stay[i]] -= (real)row_times(cut, inverse, cut->stay[i],
		    cut->out, cut->outs, x);
}

static void prune_block(struct cut *cut, const real *hessian,
    const real *inverse, real *w, real *x)
{
	for (size_t i = 0; i < cut->outs; i++) {
		x[i] = w[cut->out[i]];
		w[cut->out[i]] = 0;
	}
	if (cut->outs == 0 || cut->stays == 0)
		return;
	if (cut->outs > cut->stays)
		move_few(cut, hessian, x, w);
	else
		move_many(cut, inverse, x, w);
}

struct pruning {
	const struct surgeon *surgeon;
	const uint8_t *gone;
	int rows;
	real *w;
};

static void prune_row(const struct pruning *pruning, int row, struct cut *cut,
    real *x)
{
	const struct surgeon *s = pruning->surgeon;
	int group = row / (pruning->rows / s->groups);

	for (int block = 0; block < s->blocks; block++) {
		size_t from = (size_t)(row * s->columns + block * s->block);
		int left = s->columns - block * s->block;
		size_t at = (size_t)(group * s->blocks + block) *
		    (size_t)s->block * (size_t)s->block;

		divide(cut, pruning->gone + from, (size_t)(left < s->block ?
		    left : s->block));
		prune_block(cut, s->hessian + at, s->inverse + at,
		    pruning->w + from, x);
	}
}

static void prune_rows(void *argument, int unit, int worker)
{
	const struct pruning *pruning = argument;
	size_t most = (size_t)pruning->surgeon->block;
	struct cut cut = cut_new(most);
	real *x = reals_new(most);
	int first = unit * ROWS_AT_ONCE;

	(void)worker;
	for (int row = first; row < pruning->rows &&
	    row < first + ROWS_AT_ONCE; row++)
		prune_row(pruning, row, &cut, x);
	cut_free(&cut);
	reals_free(x);
}

void surgeon_prune(const struct surgeon *surgeon, const uint8_t *gone,
    int rows, real *w, struct pool *pool)
{
	struct pruning pruning = {surgeon, gone, rows, w};
	int units = (rows + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE;

	if (pool) {
		pool_run(pool, units, prune_rows, &pruning);
		return;
	}
	for (int unit = 0; unit < units; unit++)
		prune_rows(&pruning, unit, 0);
}
