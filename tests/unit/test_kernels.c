/*
 * The kernels over flat vectors and rows against plain loops in double
 * precision, at every length around the vectors' widths; and the same bits
 * from every table. (Convolution and pooling: test_ops.c.)
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

enum { LENGTHS = 70, GUARD = 64, LONG = 100003 };

static const char *const tables[] = {"portable", "avx2", "avx512"};

#ifdef SNT_DOUBLE
static const double epsilon = DBL_EPSILON;
#else
static const double epsilon = FLT_EPSILON;
#endif

static real *normal(uint64_t stream, size_t count)
{
	real *a = xmalloc((count + GUARD) * sizeof(*a));
	struct random_key key = {11, RANDOM_PROBE, stream};

	random_normal(key, 0, count + GUARD, a);
	return a;
}


/* |a - b| within a few roundings of numbers up to `size`. */
static void assert_near(real a, double b, double size)
{
	if (!(fabs((double)a - b) <= 4 * epsilon * (1 + fabs(size))))
		fail_msg("%.9g is not near %.9g", (double)a, b);
}

/* What the vectors of one case are, before and after. */
struct fixture {
	size_t n;
	real *x, *y, *z, *v;
};

static struct fixture fixture_new(size_t n)
{
	struct fixture f = {
		n, normal(1, n), normal(2, n), normal(3, n), normal(4, n)
	};

	/* A second moment is not negative. */
	for (size_t i = 0; i < n + GUARD; i++)
		f.v[i] = f.v[i] * f.v[i];
	return f;
}

static void fixture_free(struct fixture *f)
{
	free(f->x);
	free(f->y);
	free(f->z);
	free(f->v);
}

static const struct adam_step adam_settings = {
	.beta1 = (real)0.9, .beta1_rest = (real)(1 - 0.9),
	.beta2 = (real)0.999, .beta2_rest = (real)(1 - 0.999),
	.step_size = (real)(1e-3 / (1 - 0.9 * 0.9)),
	.root_correction = (real)0.0447, .epsilon = (real)1e-8,
};

/* Each kernel works on y (and z, v) of a fixture. */
static void do_relu(struct fixture *f)
{
	kernels()->relu(f->n, f->x, f->y);
}

static void do_relu_backward(struct fixture *f)
{
	kernels()->relu_backward(f->n, f->x, f->z, f->y);
}

static void do_add(struct fixture *f)
{
	kernels()->add(f->n, f->x, f->y);
}

static void do_scale(struct fixture *f)
{
	kernels()->scale(f->n, (real)0.3, f->x, f->y);
}

static void do_add_scaled(struct fixture *f)
{
	kernels()->add_scaled(f->n, (real)0.3, f->x, f->y);
}

static void do_affine(struct fixture *f)
{
	kernels()->affine(f->n, (real)0.7, f->x, (real)-0.3, f->y);
}

static void do_blend(struct fixture *f)
{
	kernels()->blend(f->n, (real)0.7, f->x, (real)1.5, f->y, (real)-0.3,
	    f->z);
}

static void do_sgd(struct fixture *f)
{
	kernels()->sgd(f->n, (real)0.1, (real)0.9, false, f->x, f->z, f->y);
}

static void do_nesterov(struct fixture *f)
{
	kernels()->sgd(f->n, (real)0.1, (real)0.9, true, f->x, f->z, f->y);
}

static void do_plain_sgd(struct fixture *f)
{
	kernels()->sgd(f->n, (real)0.1, 0, false, f->x, NULL, f->y);
}

static void do_adam(struct fixture *f)
{
	kernels()->adam(f->n, &adam_settings, f->x, f->z, f->v, f->y);
}

/* The same of number i, in double precision: y, z, v after. */
struct number {
	double x, y, z, v;
};

static void expect_relu(struct number *a)
{
	a->y = a->x > 0 ? a->x : 0;
}

static void expect_relu_backward(struct number *a)
{
	a->y = a->x > 0 ? a->z : 0;
}

static void expect_add(struct number *a)
{
	a->y += a->x;
}

static void expect_scale(struct number *a)
{
	a->y = (double)(real)0.3 * a->x;
}

static void expect_add_scaled(struct number *a)
{
	a->y += (double)(real)0.3 * a->x;
}

static void expect_affine(struct number *a)
{
	a->y = (double)(real)0.7 * a->x - (double)(real)0.3;
}

static void expect_blend(struct number *a)
{
	a->z = (double)(real)0.7 * a->x + 1.5 * a->y - (double)(real)0.3;
}

static void expect_sgd(struct number *a)
{
	a->z = (double)(real)0.9 * a->z + a->x;
	a->y -= (double)(real)0.1 * a->z;
}

static void expect_nesterov(struct number *a)
{
	a->z = (double)(real)0.9 * a->z + a->x;
	a->y -= (double)(real)0.1 * (a->x + (double)(real)0.9 * a->z);
}

static void expect_plain_sgd(struct number *a)
{
	a->y -= (double)(real)0.1 * a->x;
}

static void expect_adam(struct number *a)
{
	a->z = (double)adam_settings.beta1 * a->z + (double)adam_settings.beta1_rest * a->x;
	a->v = (double)adam_settings.beta2 * a->v +
	    (double)adam_settings.beta2_rest * a->x * a->x;
	a->y -= (double)adam_settings.step_size * a->z / (sqrt(a->v) /
	    (double)adam_settings.root_correction + (double)adam_settings.epsilon);
}

static const struct {
	void (*compute)(struct fixture *f);
	void (*expect)(struct number *a);
} cases[] = {
	{do_relu, expect_relu},
	{do_relu_backward, expect_relu_backward},
	{do_add, expect_add},
	{do_scale, expect_scale},
	{do_add_scaled, expect_add_scaled},
	{do_affine, expect_affine},
	{do_blend, expect_blend},
	{do_sgd, expect_sgd},
	{do_nesterov, expect_nesterov},
	{do_plain_sgd, expect_plain_sgd},
	{do_adam, expect_adam},
};

static void check_numbers(const struct fixture *before,
    const struct fixture *after, void (*expect)(struct number *))
{
	for (size_t i = 0; i < before->n; i++) {
		struct number a = {
			(double)before->x[i], (double)before->y[i],
			(double)before->z[i], (double)before->v[i]
		};
		double size = fabs(a.y) + fabs(a.z);

		expect(&a);
		assert_near(after->y[i], a.y, size + fabs(a.y));
		assert_near(after->z[i], a.z, size);
		assert_near(after->v[i], a.v, a.v);
	}
	/* Nothing behind the end was touched. */
	for (size_t i = before->n; i < before->n + GUARD; i++) {
		assert_true(after->y[i] == before->y[i]);
		assert_true(after->z[i] == before->z[i]);
		assert_true(after->v[i] == before->v[i]);
	}
}

static void check_case(size_t number, size_t n)
{
	struct fixture before = fixture_new(n), first = fixture_new(n);

	assert_int_equal(kernels_choose(tables[0]), 0);
	cases[number].compute(&first);
	check_numbers(&before, &first, cases[number].expect);
	for (size_t t = 1; t < 3; t++) {
		struct fixture other = fixture_new(n);

		if (kernels_choose(tables[t]) == 0) {
			size_t bytes = (n + GUARD) * sizeof(real);

			cases[number].compute(&other);
			assert_memory_equal(first.y, other.y, bytes);
			assert_memory_equal(first.z, other.z, bytes);
			assert_memory_equal(first.v, other.v, bytes);
		}
		fixture_free(&other);
	}
	fixture_free(&before);
	fixture_free(&first);
	kernels_choose("auto");
}

static void test_flat(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t n = 0; n <= LENGTHS; n++)
			check_case(i, n);
		check_case(i, 5003);
	}
}

static void test_relu_keeps_nan(void **state)
{
	real x[3] = {(real)NAN, -1, 2}, y[3];

	(void)state;
	kernels()->relu(3, x, y);
	assert_true(isnan(y[0]));
	assert_true(y[1] == 0 && y[2] == 2);
}

static void test_dot(void **state)
{
	real *x = normal(5, LONG), *y = normal(6, LONG);
	long double exact = 0;
	double first = 0;

	(void)state;
	for (size_t i = 0; i < LONG; i++)
		exact += (long double)x[i] * (long double)y[i];
	for (size_t t = 0; t < 3; t++) {
		double sum;

		if (kernels_choose(tables[t]) < 0)
			continue;
		sum = kernels()->dot(LONG, x, y);
		assert_true(fabs(sum - (double)exact) < 1e-9);
		if (t == 0)
			first = sum;
		assert_true(sum == first);
		for (size_t n = 0; n < 40; n++) {
			long double few = 0;

			for (size_t i = 0; i < n; i++)
				few += (long double)x[i] * (long double)y[i];
			assert_true(fabs(kernels()->dot(n, x, y) -
			    (double)few) < 1e-13);
		}
	}
	kernels_choose("auto");
	free(x);
	free(y);
}

/* Every length's end: a sum, the largest size. */
static void test_sum_and_largest(void **state)
{
	real *x = normal(5, LONG);

	(void)state;
	for (size_t n = 0; n < 80; n++) {
		double sum = 0, size = 0, most = 0;

		for (size_t i = 0; i < n; i++) {
			sum += (double)x[i];
			size += fabs((double)x[i]);
			most = fmax(most, fabs((double)x[i]));
		}
		for (size_t t = 0; t < 3; t++) {
			if (kernels_choose(tables[t]) < 0)
				continue;
			assert_true(fabs(kernels()->sum(n, x) - sum) < 1e-12);
			assert_true(fabs(kernels()->sum_sizes(n, x) - size) <
			    1e-12 * size + 1e-12);
			assert_true((double)kernels()->largest(n, x) == most);
		}
	}
	kernels_choose("auto");
	free(x);
}

/* The same bits from every table, at every length; within the size asked for,
 * and as good as independent from place to place and key to key. */
static void test_noise(void **state)
{
	static const uint32_t key[2] = {1, 2}, other[2] = {1, 3};
	enum { N = 4096 };
	real *zero = xcalloc(N, sizeof(real)), *first = xcalloc(N, sizeof(real));
	real *again = xcalloc(N, sizeof(real));
	double next = 0, between = 0;

	(void)state;
	assert_int_equal(kernels_choose(tables[0]), 0);
	kernels()->disturb(N, key, (real)0.5, 0, zero, first);
	for (size_t t = 1; t < 3; t++) {
		if (kernels_choose(tables[t]) < 0)
			continue;
		for (size_t n = N - 40; n <= N; n++) {
			memset(again, 0, N * sizeof(real));
			kernels()->disturb(n, key, (real)0.5, 0, zero, again);
			assert_memory_equal(first, again, n * sizeof(real));
			assert_true(n == N || again[n] == 0);
		}
	}
	kernels_choose("auto");
	kernels()->disturb(N, other, (real)0.5, 0, zero, again);
	for (int i = 0; i < N; i++) {
		assert_true(first[i] >= (real)-0.5 && first[i] < (real)0.5);
		next += (double)first[i] * (double)first[(i + 1) % N];
		between += (double)first[i] * (double)again[i];
	}
	/* Deviation of such a sum: sqrt(N) / 12. */
	assert_true(fabs(next) < 4 * sqrt(N) / 12);
	assert_true(fabs(between) < 4 * sqrt(N) / 12);
	free(again);
	free(first);
	free(zero);
}

/* In one pass as in two, at every length. */
static void test_sums(void **state)
{
	enum { N = 100 };
	real x[N], y[N];
	double sum, square;
	struct pair_sums pair;

	(void)state;
	for (int i = 0; i < N; i++) {
		x[i] = (real)(sin(i) - 0.3);
		y[i] = (real)cos(3.0 * i);
	}
	for (size_t t = 0; t < 3; t++) {
		if (kernels_choose(tables[t]) < 0)
			continue;
		for (size_t n = 0; n <= N; n++) {
			kernels()->sum_and_square(n, x, &sum, &square);
			assert_true(sum == kernels()->sum(n, x));
			assert_true(square == kernels()->dot(n, x, x));
			kernels()->pair_sums(n, x, y, &pair);
			assert_true(pair.x == sum);
			assert_true(pair.y == kernels()->sum(n, y));
			assert_true(pair.xy == kernels()->dot(n, x, y));
			assert_true(pair.yy == kernels()->dot(n, y, y));
		}
	}
	kernels_choose("auto");
}

/* With the numbers of disturb(), which are of the same hash: z has the
 * probability that its number says, out to the tails; and the same bits from
 * every table. */
static void test_normals(void **state)
{
	static const uint32_t key[2] = {1, 2};
	enum { N = 100003 };
	real *zero = xcalloc(N, sizeof(real)), *u = xcalloc(N, sizeof(real));
	real *z = xcalloc(N, sizeof(real)), *again = xcalloc(N, sizeof(real));
	double sum = 0, square = 0, fourth = 0;

	(void)state;
	assert_int_equal(kernels_choose(tables[0]), 0);
	kernels()->disturb(N, key, 1, 0, zero, u);
	kernels()->normals(N, key, z);
	for (size_t t = 1; t < 3; t++) {
		if (kernels_choose(tables[t]) < 0)
			continue;
		kernels()->normals(N - 5, key, again);
		assert_memory_equal(z, again, (N - 5) * sizeof(real));
		assert_true(again[N - 5] == 0);
	}
	kernels_choose("auto");
	for (int i = 0; i < N; i++) {
		double outside = 1 - fabs((double)u[i] + 0x1p-24);
		double x = (double)z[i];

		assert_true((x > 0) == (u[i] >= 0));
		assert_true(fabs(erfc(fabs(x) * M_SQRT1_2) / outside - 1) <
		    2e-5);
		sum += x;
		square += x * x;
		fourth += x * x * x * x;
	}
	/* Deviations of the moments: 1, sqrt(2), sqrt(96) / sqrt(N). */
	assert_true(fabs(sum / N) < 4 / sqrt(N));
	assert_true(fabs(square / N - 1) < 4 * sqrt(2.0 / N));
	assert_true(fabs(fourth / N - 3) < 4 * sqrt(96.0 / N));
	free(again);
	free(z);
	free(u);
	free(zero);
}

/* What is smaller than the reach is dropped, with every table; the others are
 * as without. */
static void test_dropping(void **state)
{
	static const uint32_t key[2] = {3, 4};
	enum { N = 301 };
	real *x = normal(5, N), *y = xcalloc(N, sizeof(real));
	real *noisy = xcalloc(N, sizeof(real));
	int dropped = 0;

	(void)state;
	x[7] = (real)0.75;
	for (size_t t = 0; t < 3; t++) {
		if (kernels_choose(tables[t]) < 0)
			continue;
		kernels()->disturb(N, key, (real)0.125, 0, x, noisy);
		kernels()->disturb(N, key, (real)0.125, (real)0.75, x, y);
		for (int i = 0; i < N; i++) {
			bool small = fabs((double)x[i]) < 0.75;

			assert_true(y[i] == (small ? 0 : noisy[i]));
			dropped += small;
		}
	}
	kernels_choose("auto");
	assert_true(dropped > N / 3 && y[7] != 0);
	free(noisy);
	free(y);
	free(x);
}

/* Rows `step` apart: sums of columns, and a bias added to every row. */
static void check_rows(size_t rows, size_t columns, size_t step,
    const char *table, real *sums, real *biased)
{
	real *x = normal(8, rows * step), *bias = normal(9, columns);

	assert_int_equal(kernels_choose(table), 0);
	memcpy(biased, x, rows * step * sizeof(real));
	kernels()->sum_rows(rows, columns, step, x, sums);
	kernels()->add_bias(rows, columns, step, bias, biased);
	for (size_t j = 0; j < columns; j++) {
		double sum = 0, size = 0;

		for (size_t i = 0; i < rows; i++) {
			sum += (double)x[i * step + j];
			size += fabs((double)x[i * step + j]);
			assert_true(biased[i * step + j] ==
			    x[i * step + j] + bias[j]);
		}
		assert_near(sums[j], sum, size);
	}
	for (size_t i = 0; i < rows; i++)
		for (size_t j = columns; j < step; j++)
			assert_true(biased[i * step + j] == x[i * step + j]);
	free(x);
	free(bias);
	kernels_choose("auto");
}

static void test_rows(void **state)
{
	static const size_t sizes[][3] = {
		{1, 1, 1}, {3, 10, 10}, {4, 16, 20}, {7, 20, 20}, {0, 5, 5},
		{17, 50, 64}, {100, 33, 33}
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		const size_t *s = sizes[i];
		real sums[2][64], *biased[2];

		biased[0] = xcalloc(s[0] * s[2] + 1, sizeof(real));
		biased[1] = xcalloc(s[0] * s[2] + 1, sizeof(real));
		check_rows(s[0], s[1], s[2], "portable", sums[0], biased[0]);
		for (size_t t = 1; t < 3; t++) {
			if (kernels_choose(tables[t]) < 0)
				continue;
			check_rows(s[0], s[1], s[2], tables[t], sums[1],
			    biased[1]);
			assert_memory_equal(sums[0], sums[1],
			    s[1] * sizeof(real));
		}
		free(biased[0]);
		free(biased[1]);
	}
	kernels_choose("auto");
}

static void test_choice(void **state)
{
	const struct kernels *best = kernels();

	(void)state;
	assert_int_equal(kernels_choose("sse9"), -1);
	assert_ptr_equal(kernels(), best);
	assert_int_equal(kernels_choose("portable"), 0);
	assert_string_equal(kernels_name(), "portable");
	assert_int_equal(kernels_choose("auto"), 0);
	assert_ptr_equal(kernels(), best);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_flat),
		cmocka_unit_test(test_relu_keeps_nan),
		cmocka_unit_test(test_dot),
		cmocka_unit_test(test_sum_and_largest),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_normals),
		cmocka_unit_test(test_dropping),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_choice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
