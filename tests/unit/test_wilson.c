/* The 95% interval of a proportion, against values from the formula worked
 * out by hand and its limits. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compress/compress.h"

static void check(uint32_t correct, uint32_t n, double low, double high)
{
	double a, b;

	wilson_interval(correct, n, &a, &b);
	assert_true(fabs(a - low) < 5e-5);
	assert_true(fabs(b - high) < 5e-5);
}

static void test_known_values(void **state)
{
	(void)state;
	check(5, 10, 0.23659, 0.76341);
	check(8400, 10000, 0.83268, 0.84705);
	check(1, 100, 0.00177, 0.05449);
}

static void test_limits(void **state)
{
	(void)state;
	check(0, 10, 0, 0.27753);
	check(10, 10, 0.72247, 1);
	check(0, 0, 0, 1);
}

static void test_contains_the_share_and_narrows(void **state)
{
	double before = 1;

	(void)state;
	for (uint32_t n = 10; n <= 100000; n *= 10) {
		double low, high;

		wilson_interval(n / 10 * 3, n, &low, &high);
		assert_true(low < 0.3 && 0.3 < high);
		assert_true(high - low < before);
		before = high - low;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_values),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_contains_the_share_and_narrows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
