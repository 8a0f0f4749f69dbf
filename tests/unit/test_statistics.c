#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "workbench/statistics.h"

static void near(double value, double expected, double within)
{
	if (!(fabs(value - expected) <= within))
		fail_msg("%.9g instead of %.9g", value, expected);
}

/* Values of any table of Student's t, two-sided 95%. */
static void points_of_student(void **state)
{
	static const struct {
		int df;
		double point;
	} known[] = {{1, 12.706}, {2, 4.303}, {4, 2.776}, {10, 2.228},
		{11, 2.201}, {15, 2.131}, {20, 2.086}, {30, 2.042},
		{60, 2.000}, {120, 1.980}, {100000, 1.960}};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		near(student_point(known[i].df), known[i].point, 6e-4);
}

static void mean_and_interval(void **state)
{
	const double value[] = {1, NAN, 2, 3};
	struct estimate estimate = estimate_mean(4, value);

	(void)state;
	assert_int_equal(estimate.n, 3);
	near(estimate.mean, 2, 1e-12);
	/* t(2) * s / sqrt(n), s = 1 */
	near(estimate.half, 4.303 / sqrt(3), 1e-3);
	estimate = estimate_mean(1, value);
	assert_int_equal(estimate.n, 1);
	assert_true(isnan(estimate.half));
	estimate = estimate_mean(0, value);
	assert_true(estimate.n == 0 && isnan(estimate.mean));
}

static void differences_are_paired(void **state)
{
	const double a[] = {10, 20, 30, NAN, 5}, b[] = {9, 18, 30, 7, NAN};
	double wins;
	struct estimate estimate = estimate_difference(5, a, b, &wins);

	(void)state;
	assert_int_equal(estimate.n, 3);
	near(estimate.mean, 1, 1e-12);
	near(wins, 2.5, 1e-12);
	near(estimate.half, 4.303 / sqrt(3), 1e-3);
}

static void ranks_correlate(void **state)
{
	const double x[] = {1, 2, 3, 4, 5}, up[] = {1, 4, 9, 16, 25};
	const double down[] = {5, 4, 3, 2, 1};
	/* Ranks 1 2.5 2.5 4 against 1 3 2 4: 4.5 / sqrt(4.5 * 5). */
	const double tied[] = {1, 2, 2, 3}, other[] = {1, 3, 2, 4};
	const double flat[] = {1, 1, 1, 1};

	(void)state;
	near(rank_correlation(5, x, up), 1, 1e-12);
	near(rank_correlation(5, x, down), -1, 1e-12);
	near(rank_correlation(4, tied, other), 4.5 / sqrt(4.5 * 5), 1e-12);
	assert_true(isnan(rank_correlation(4, flat, other)));
	assert_true(isnan(rank_correlation(2, x, up)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(points_of_student),
		cmocka_unit_test(mean_and_interval),
		cmocka_unit_test(differences_are_paired),
		cmocka_unit_test(ranks_correlate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
