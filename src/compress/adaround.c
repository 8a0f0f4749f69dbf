/*
 * AdaRound (Nagel et al. 2020, arXiv 2004.10568): whether a weight goes up or
 * down is learned. With low and high the levels around it,
 *
 *	q = low + (high - low) h(v),
 *	h(v) = clamp(sigmoid(v) (zeta - gamma) + gamma, 0, 1)   (eq. 23)
 *
 * and v is trained by Adam on the error of the layer's output, which for one
 * row of weights is d^T H d with d = q - w, plus
 *
 *	lambda sum(1 - |2 h(v) - 1|^beta)                        (eq. 24)
 *
 * with beta falling from 20 to 2 over the last four fifths of the iterations,
 * which drives h to 0 or 1. The error is the exact one of the calibration set,
 * through H, instead of that of mini-batches, so few iterations do. It is
 * taken in units of what a weight would cost alone at half a step, the same
 * for every layer. A row is kept as rounded to nearest where that is better.
 */
#include "compress/rounding.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/gemm.h"
#include "net/kernels.h"

enum { ITERATIONS = 400, ROWS_EACH = 16 };
static const double rate = 0.5, lambda = 1;
static const double zeta = 1.1, gamma_ = -0.1;
static const double beta_first = 20, beta_last = 2, warm = 0.2;

struct adaround {
	const struct hessian *hessian;
	struct pool *pool;
	struct coded *coded;
	const real *w;
	size_t rows, size;	/* of a row */
	size_t in_group;	/* rows that share H */
	uint8_t *low;		/* (rows, size) the lower code */
	real *lost;		/* (rows, size) its level - w */
	real *step;		/* (rows, size) to the next level, or 0 */
	real *v, *mean, *square;	/* (rows, size) */
	real *unit;		/* (rows) of the error */
	int iteration;
};

/* The levels around a weight; one that is pruned, or beyond the last level,
 * has no choice. */
static void find_levels(struct adaround *a, size_t i)
{
	const struct coded *coded = a->coded;
	size_t group = coded_group(coded, i);
	uint8_t code = coded_code(coded, group, a->w[i]);
	real level = coded_value(coded, group, code), next;

	coded->code[i] = code;		/* nearest: the one to beat */
	if (level > a->w[i] && code > 0)
		level = coded_value(coded, group, --code);
	a->low[i] = code;
	a->lost[i] = level - a->w[i];
	if (a->w[i] == 0 || level > a->w[i] || code == coded_top(coded))
		return;
	next = coded_value(coded, group, (uint8_t)(code + 1));
	a->step[i] = next - level;
}

/* h(v) is where the weight lies between its levels. */
static real start(real share)
{
	double h = (double)share;

	h = h < 0.001 ? 0.001 : h > 0.999 ? 0.999 : h;
	return (real)-log((zeta - gamma_) / (h - gamma_) - 1);
}

static void begin_row(void *argument, int row, int worker)
{
	struct adaround *a = argument;
	size_t n = a->size, first = (size_t)row * n, choices = 0;
	const real *h = hessian_of_group(a->hessian,
	    (int)((size_t)row / a->in_group));
	double unit = 0;

	(void)worker;
	for (size_t k = 0; k < n; k++) {
		size_t i = first + k;

		find_levels(a, i);
		if (a->step[i] == 0)
			continue;
		a->v[i] = start(-a->lost[i] / a->step[i]);
		unit += (double)(a->step[i] * a->step[i] * h[k * n + k]) / 4;
		choices++;
	}
	a->unit[row] = (real)(unit > 0 ? unit / (double)choices : 1);
}

static void *adaround_begin(const struct hessian *hessian, struct pool *pool,
    struct coded *coded, const real *w)
{
	struct adaround *a = xcalloc(1, sizeof(*a));
	size_t count = coded->count;

	a->hessian = hessian;
	a->pool = pool;
	a->coded = coded;
	a->w = w;
	a->size = (size_t)hessian->size;
	a->rows = count / a->size;
	a->in_group = a->rows / (size_t)hessian->groups;
	a->low = xcalloc(count, 1);
	a->lost = reals_new(count);
	a->step = reals_new(count);
	a->v = reals_new(count);
	a->mean = reals_new(count);
	a->square = reals_new(count);
	a->unit = reals_new(a->rows);
	pool_run(pool, (int)a->rows, begin_row, a);
	return a;
}

/* Rows that are worked on together: of one group. */
static size_t chunks(const struct adaround *a)
{
	return (a->in_group + ROWS_EACH - 1) / ROWS_EACH;
}

struct chunk {
	size_t row, rows;
	const real *h;		/* (size, size) */
};

static struct chunk chunk_of(const struct adaround *a, int unit)
{
	size_t group = (size_t)unit / chunks(a);
	size_t at = (size_t)unit % chunks(a) * ROWS_EACH;
	size_t left = a->in_group - at;

	return (struct chunk){group * a->in_group + at,
		left < ROWS_EACH ? left : ROWS_EACH,
		hessian_of_group(a->hessian, (int)group)};
}

/* h and its derivative. */
static double rectified(double v, double *slope)
{
	double s = 1 / (1 + exp(-v)), h = s * (zeta - gamma_) + gamma_;

	*slope = h > 0 && h < 1 ? s * (1 - s) * (zeta - gamma_) : 0;
	return h < 0 ? 0 : h > 1 ? 1 : h;
}

/* d = q - w of some rows. */
static void differences(const struct adaround *a, size_t first, size_t count,
    real *d)
{
	double slope;

	for (size_t i = first; i < first + count; i++)
		*d++ = a->step[i] == 0 ? a->lost[i] : a->lost[i] +
		    a->step[i] * (real)rectified((double)a->v[i], &slope);
}

/* g <- the gradient in v, from H d. */
static void chain(const struct adaround *a, const struct chunk *c,
    double beta, real *g)
{
	for (size_t k = 0; k < c->rows * a->size; k++) {
		size_t i = c->row * a->size + k;
		double slope, h = rectified((double)a->v[i], &slope);
		double unit = (double)a->unit[i / a->size], regular = 0;

		if (beta > 0 && slope > 0)
			regular = -2 * lambda * beta * copysign(pow(fabs(
			    2 * h - 1), beta - 1), 2 * h - 1);
		g[k] = a->step[i] == 0 ? 0 : (real)(slope * (regular +
		    2 * (double)(g[k] * a->step[i]) / unit));
	}
}

static void iterate(void *argument, int unit, int worker)
{
	struct adaround *a = argument;
	struct chunk c = chunk_of(a, unit);
	int rows = (int)c.rows, n = (int)a->size, t = a->iteration;
	size_t first = c.row * a->size, count = c.rows * a->size;
	real *d = reals_new(count), *g = reals_new(count);
	double done = ((double)t / ITERATIONS - warm) / (1 - warm);
	double beta = done < 0 ? 0 : beta_last + (beta_first - beta_last) *
	    (1 + cos(done * acos(-1))) / 2;
	const struct adam_step step = {(real)0.9, (real)(1 - 0.9),
		(real)0.999, (real)(1 - 0.999),
		(real)(rate / (1 - pow(0.9, t + 1))),
		(real)sqrt(1 - pow(0.999, t + 1)), (real)1e-8};

	(void)worker;
	differences(a, first, count, d);
	gemm(false, false, rows, n, n, 1, d, n, c.h, n, 0, g, n);
	chain(a, &c, beta, g);
	kernels()->adam(count, &step, g, a->mean + first, a->square + first,
	    a->v + first);
	reals_free(d);
	reals_free(g);
}

static double error_of(const real *h, const real *d, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		if (d[i] != 0)
			sum += (double)d[i] * kernels()->dot(n, h + i * n, d);
	}
	return sum;
}

/* Up where h is at least a half; unless nearest does better. */
static void conclude(void *argument, int row, int worker)
{
	struct adaround *a = argument;
	size_t n = a->size, first = (size_t)row * n;
	const real *h = hessian_of_group(a->hessian,
	    (int)((size_t)row / a->in_group));
	uint8_t *code = a->coded->code + first;
	real *learned = reals_new(n), *nearest = reals_new(n);

	(void)worker;
	for (size_t k = 0; k < n; k++) {
		size_t i = first + k, group = coded_group(a->coded, i);
		bool up = a->step[i] != 0 && a->v[i] >= 0;

		learned[k] = a->lost[i] + (up ? a->step[i] : 0);
		nearest[k] = coded_value(a->coded, group, code[k]) - a->w[i];
	}
	if (error_of(h, learned, n) < error_of(h, nearest, n)) {
		for (size_t k = 0; k < n; k++)
			code[k] = (uint8_t)(a->low[first + k] +
			    (a->step[first + k] != 0 && a->v[first + k] >= 0));
	}
	reals_free(learned);
	reals_free(nearest);
}

static bool adaround_advance(void *work)
{
	struct adaround *a = work;

	if (a->iteration < ITERATIONS) {
		pool_run(a->pool, (int)(chunks(a) *
		    (size_t)a->hessian->groups), iterate, a);
		a->iteration++;
		return false;
	}
	pool_run(a->pool, (int)a->rows, conclude, a);
	return true;
}

static void adaround_free(void *work)
{
	struct adaround *a = work;

	free(a->low);
	reals_free(a->lost);
	reals_free(a->step);
	reals_free(a->v);
	reals_free(a->mean);
	reals_free(a->square);
	reals_free(a->unit);
	free(a);
}

const struct rounder rounder_adaround = {adaround_begin, adaround_advance,
	adaround_free};
