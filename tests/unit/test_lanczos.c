/* Lanczos iteration on matrices whose spectrum is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/vector.h"
#include "sharpness/lanczos.h"

#define CLOSE (sizeof(real) == sizeof(float) ? 1e-4 : 1e-9)

static void assert_close(double a, double b, double tolerance)
{
	if (!(fabs(a - b) <= tolerance))
		fail_msg("%.12g and %.12g differ by more than %g", a, b,
		    tolerance);
}

static struct lanczos *start(size_t n, int most)
{
	struct random_key key = {.seed = 1, .stream = RANDOM_PROBE};
	real *vector = reals_new(n);
	struct lanczos *lanczos;

	random_normal(key, 0, n, vector);
	lanczos = lanczos_new(n, most, vector);
	reals_free(vector);
	return lanczos;
}

/* One product with diag(diagonal). */
static bool step(struct lanczos *lanczos, const double *diagonal, size_t n)
{
	const real *direction = lanczos_direction(lanczos);
	real *product = reals_new(n);
	bool more;

	for (size_t i = 0; i < n; i++)
		product[i] = (real)diagonal[i] * direction[i];
	more = lanczos_take(lanczos, product);
	reals_free(product);
	return more;
}

static void test_whole_spectrum(void **state)
{
	double diagonal[12], value[12], residual[12], weight[12], sum = 0;
	struct lanczos *lanczos = start(12, 50);

	(void)state;
	for (int i = 0; i < 12; i++)
		diagonal[i] = 10 - 1.7 * i;
	while (step(lanczos, diagonal, 12))
		;
	assert_int_equal(lanczos_size(lanczos), 12);
	assert_true(lanczos_exhausted(lanczos));
	lanczos_ritz(lanczos, value, residual, weight);
	for (int i = 0; i < 12; i++) {
		assert_close(value[i], diagonal[i], 10 * CLOSE);
		assert_true(residual[i] == 0);
		sum += weight[i];
	}
	assert_close(sum, 1, 1e-12);
	lanczos_free(lanczos);
}

/* The weights are the start vector's squared components: the quadrature of
 * f(H) is then exact for polynomials. */
static void test_quadrature(void **state)
{
	double diagonal[40], value[8], weight[8], direct = 0, sum = 0;
	struct lanczos *lanczos = start(40, 8);
	const real *v = lanczos_direction(lanczos);

	(void)state;
	for (int i = 0; i < 40; i++) {
		diagonal[i] = sin(i);
		direct += (double)v[i] * (double)v[i] * pow(diagonal[i], 6);
	}
	while (step(lanczos, diagonal, 40))
		;
	assert_int_equal(lanczos_size(lanczos), 8);
	lanczos_ritz(lanczos, value, NULL, weight);
	for (int k = 0; k < 8; k++)
		sum += weight[k] * pow(value[k], 6);
	assert_close(sum, direct, CLOSE);
	lanczos_free(lanczos);
}

static void test_few_distinct_values_exhaust(void **state)
{
	double diagonal[30], value[30];
	struct lanczos *lanczos = start(30, 30);

	(void)state;
	for (int i = 0; i < 30; i++)
		diagonal[i] = i % 3;
	while (step(lanczos, diagonal, 30))
		;
	assert_true(lanczos_exhausted(lanczos));
	assert_int_equal(lanczos_size(lanczos), 3);
	lanczos_ritz(lanczos, value, NULL, NULL);
	for (int k = 0; k < 3; k++)
		assert_close(value[k], 2 - k, CLOSE);
	lanczos_free(lanczos);
}

static void test_zero_operator(void **state)
{
	double diagonal[5] = {0}, value[5], residual[5];
	struct lanczos *lanczos = start(5, 5);

	(void)state;
	assert_false(step(lanczos, diagonal, 5));
	assert_true(lanczos_exhausted(lanczos));
	lanczos_ritz(lanczos, value, residual, NULL);
	assert_true(value[0] == 0 && residual[0] == 0);
	lanczos_free(lanczos);
}

/* Every vector stays orthogonal to the others, restarts included; the largest
 * value is found although the most negative one is larger in size. */
static void test_restart(void **state)
{
	enum { N = 400, MOST = 10, KEEP = 3 };
	double diagonal[N], value[MOST], residual[MOST];
	struct lanczos *lanczos = start(N, MOST);
	real *vector = reals_new(N);
	double found = 0;
	int products = 0;

	(void)state;
	for (int i = 0; i < N; i++)
		diagonal[i] = cos(i) - 0.5;
	diagonal[17] = 0.7;
	diagonal[99] = -7;
	for (; products < 100; products++) {
		bool room = step(lanczos, diagonal, N);

		lanczos_ritz(lanczos, value, residual, NULL);
		found = value[0];
		if (residual[0] < 1e-3 * fabs(found))
			break;
		if (!room)
			lanczos_restart(lanczos, KEEP);
	}
	assert_true(products > MOST && products < 60);
	assert_close(found, 0.7, 1e-5);
	lanczos_vector(lanczos, 0, vector);
	assert_close(vector_norm(vector, N), 1, 1e-6);
	assert_close(fabs((double)vector[17]), 1, 1e-4);
	reals_free(vector);
	lanczos_free(lanczos);
}

/* The residual reported is the one computed. */
static void test_residual(void **state)
{
	enum { N = 60 };
	double diagonal[N], value[9], residual[9], squares = 0;
	struct lanczos *lanczos = start(N, 9);
	real vector[N];

	(void)state;
	for (int i = 0; i < N; i++)
		diagonal[i] = sqrt(i);
	for (int k = 0; k < 9; k++) {
		bool room = step(lanczos, diagonal, N);

		if (k == 5)
			lanczos_restart(lanczos, 2);
		else
			assert_true(room || k == 8);
	}
	lanczos_ritz(lanczos, value, residual, NULL);
	lanczos_vector(lanczos, 1, vector);
	for (int i = 0; i < N; i++)
		squares += pow((diagonal[i] - value[1]) * (double)vector[i], 2);
	assert_close(sqrt(squares), residual[1], 10 * CLOSE);
	assert_true(residual[1] > 100 * CLOSE);
	lanczos_free(lanczos);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_spectrum),
		cmocka_unit_test(test_quadrature),
		cmocka_unit_test(test_few_distinct_values_exhaust),
		cmocka_unit_test(test_zero_operator),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_residual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
