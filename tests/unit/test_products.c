/*
 * Products of matrices and matrices turned round against plain loops in
 * double precision, at sizes around the tiles' and beyond the depth at which
 * sums are cut; nothing beside the result is touched; and the same bits from
 * every table.
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "net/kernels.h"

enum { SLACK = 5 };	/* between rows */

static const char *const tables[] = {"portable", "avx2", "avx512"};
enum { TABLES = sizeof(tables) / sizeof(*tables) };

#ifdef SNT_DOUBLE
static const double epsilon = DBL_EPSILON;
#else
static const double epsilon = FLT_EPSILON;
#endif

static real *normal(uint64_t stream, size_t count)
{
	real *a = xmalloc(count * sizeof(*a));
	struct random_key key = {12, RANDOM_PROBE, stream};

	random_normal(key, 0, count, a);
	return a;
}

/* Of one product: whether a lies turned round, what is added, what cut. */
struct shape_of {
	int rows, columns, depth;
	bool turned, add, bias, rectify, mask;
};

static struct product product_of(const struct shape_of *s)
{
	size_t rows = (size_t)s->rows, depth = (size_t)s->depth;
	size_t columns = (size_t)s->columns;
	size_t a_row = s->turned ? 1 : depth + SLACK;
	size_t a_step = s->turned ? rows + SLACK : 1;

	return (struct product) {
		.rows = s->rows, .columns = s->columns, .depth = s->depth,
		.a = normal(1, (rows + SLACK) * (depth + SLACK)),
		.a_row = a_row, .a_step = a_step,
		.b = normal(2, depth * (columns + SLACK)),
		.b_step = columns + SLACK,
		.bias = s->bias ? normal(3, columns) : NULL,
		.scale = (real)0.75, .add = s->add, .rectify = s->rectify,
		.mask = s->mask ? normal(7, rows * (columns + SLACK)) : NULL,
		.c = normal(4, rows * (columns + SLACK)),
		.c_step = columns + SLACK,
	};
}

static void product_free(const struct product *p)
{
	free((real *)p->a);
	free((real *)p->b);
	free((real *)p->bias);
	free((real *)p->mask);
	free(p->c);
}

static void check_number(const struct product *p, const real *before, int i,
    int j)
{
	size_t row = (size_t)i, column = (size_t)j;
	size_t at = row * p->c_step + column;
	double sum = 0, size = 1;

	for (size_t k = 0; k < (size_t)p->depth; k++) {
		double term = (double)p->scale *
		    (double)p->a[row * p->a_row + k * p->a_step] *
		    (double)p->b[k * p->b_step + column];

		sum += term;
		size += fabs(term);
	}
	sum += p->add ? (double)before[at] : 0;
	sum += p->bias ? (double)p->bias[column] : 0;
	if ((p->rectify && sum < 0) || (p->mask && p->mask[at] <= 0))
		sum = 0;
	if (!(fabs((double)p->c[at] - sum) <= 8 * epsilon * (size + 4)))
		fail_msg("%d, %d: %.9g is not near %.9g", i, j,
		    (double)p->c[at], sum);
}

static void check_product(const struct product *p, const real *before)
{
	for (int i = 0; i < p->rows; i++) {
		for (int j = 0; j < p->columns; j++)
			check_number(p, before, i, j);
		assert_memory_equal(p->c + (size_t)i * p->c_step +
		    (size_t)p->columns, before + (size_t)i * p->c_step +
		    (size_t)p->columns, SLACK * sizeof(real));
	}
}

static void check_shape(const struct shape_of *s)
{
	struct product p = product_of(s);
	size_t count = (size_t)p.rows * p.c_step;
	real *before = reals_dup(p.c, count), *first = NULL;

	for (int t = 0; t < TABLES; t++) {
		if (kernels_choose(tables[t]) < 0)
			continue;
		reals_copy(p.c, before, count);
		kernels()->multiply(&p);
		if (!first) {
			first = reals_dup(p.c, count);
			check_product(&p, before);
		}
		assert_memory_equal(p.c, first, count * sizeof(real));
	}
	kernels_choose("auto");
	reals_free(before);
	reals_free(first);
	product_free(&p);
}

static void test_multiply(void **state)
{
	static const int sizes[][3] = {
		{1, 1, 1}, {2, 8, 3}, {4, 16, 5}, {5, 17, 7}, {6, 31, 9},
		{7, 32, 1}, {14, 33, 20}, {15, 48, 11}, {29, 50, 13},
		{13, 70, 100}, {3, 20, 1025}, {2, 5, 3000}
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		for (unsigned way = 0; way < 24; way++)
			check_shape(&(struct shape_of) {
			    sizes[i][0], sizes[i][1], sizes[i][2],
			    way & 1, way & 2, way & 4, way & 8, way & 16});
}

static void check_transpose(size_t rows, size_t columns)
{
	size_t x_step = columns + SLACK, y_step = rows + SLACK;
	real *x = normal(5, rows * x_step), *y = normal(6, columns * y_step);
	real *before = reals_dup(y, columns * y_step);

	kernels()->transpose(rows, columns, x, x_step, y, y_step);
	for (size_t c = 0; c < columns; c++)
		for (size_t r = 0; r < y_step; r++)
			assert_true(y[c * y_step + r] == (r < rows ?
			    x[r * x_step + c] : before[c * y_step + r]));
	reals_free(before);
	free(y);
	free(x);
}

static void test_transpose(void **state)
{
	(void)state;
	for (int t = 0; t < TABLES; t++) {
		if (kernels_choose(tables[t]) < 0)
			continue;
		for (size_t rows = 1; rows < 36; rows += rows < 18 ? 1 : 7)
			for (size_t columns = 1; columns < 40;
			    columns += columns < 18 ? 1 : 5)
				check_transpose(rows, columns);
	}
	kernels_choose("auto");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_multiply),
		cmocka_unit_test(test_transpose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
