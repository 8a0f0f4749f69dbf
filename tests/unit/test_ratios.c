/* A ratio for each layer from what each costs alone. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compress/ratios.h"

static const double ratio[] = {0.5, 0.9};

static double choose(const double *damage, double target, double *chosen)
{
	static const double weights[] = {100, 100};
	const struct ratio_costs costs = {2, 2, ratio, damage, weights};

	return ratios_allocate(&costs, target, chosen);
}

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-12;
}

/* The robust layer gives first, and the last step is taken in part. */
static void test_least_damage(void **state)
{
	const double damage[] = {0.01, 0.02, 1, 5};
	double chosen[2];

	(void)state;
	assert_true(near(choose(damage, 0.25, chosen), 0.25));
	assert_true(near(chosen[0], 0.5) && near(chosen[1], 0));
	assert_true(near(choose(damage, 0.6, chosen), 0.6));
	assert_true(near(chosen[0], 0.9) && near(chosen[1], 0.3));
	assert_true(near(choose(damage, 0, chosen), 0));
	assert_true(chosen[0] == 0 && chosen[1] == 0);
}

/* A dear first step does not hide a cheap longer one. */
static void test_hull(void **state)
{
	const double damage[] = {0.6, 0.61, 0.4, 4};
	double chosen[2];

	(void)state;
	choose(damage, 0.45, chosen);
	assert_true(near(chosen[0], 0.9) && near(chosen[1], 0));
}

/* A layer that cannot be pruned has no finite cost. */
static void test_as_far_as_it_goes(void **state)
{
	const double damage[] = {0.1, 0.2, HUGE_VAL, HUGE_VAL};
	double chosen[2];

	(void)state;
	assert_true(near(choose(damage, 0.8, chosen), 0.45));
	assert_true(near(chosen[0], 0.9) && near(chosen[1], 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_least_damage),
		cmocka_unit_test(test_hull),
		cmocka_unit_test(test_as_far_as_it_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
