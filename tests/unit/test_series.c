#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "workbench/series.h"

static void few_values_are_kept_as_they_are(void **state)
{
	struct series series = {0};

	(void)state;
	for (int i = 0; i < 10; i++)
		series_add(&series, i, 2 * i);
	assert_int_equal(series_size(&series), 10);
	assert_true(series.point[7].x == 7 && series.point[7].y == 14);
	series_clear(&series);
}

static void a_value_is_found_by_its_place(void **state)
{
	struct series series = {0};

	(void)state;
	assert_true(isnan(series_at(&series, 1)));
	for (int i = 1; i < 5; i++)
		series_add(&series, 10 * i, i);
	assert_true(isnan(series_at(&series, 9)));
	assert_true(series_at(&series, 20) == 2);
	assert_true(series_at(&series, 29) == 2);
	assert_true(series_at(&series, 99) == 4);
	series_clear(&series);
}

static void a_spike_survives_merging(void **state)
{
	struct series series = {0};
	float highest = 0, lowest = 0;

	(void)state;
	for (int i = 0; i < 100000; i++)
		series_add(&series, i, i == 31337 ? 50 : i == 50001 ? -9 : 1);
	assert_true(series_size(&series) <= SERIES_POINTS);
	for (int i = 0; i < series_size(&series); i++) {
		highest = fmaxf(highest, series.point[i].high);
		lowest = fminf(lowest, series.point[i].low);
	}
	assert_true(highest == 50 && lowest == -9);
	series_clear(&series);
}

static void the_mean_is_that_of_the_values(void **state)
{
	struct series series = {0};
	double sum = 0;
	int count = SERIES_POINTS * 8;

	(void)state;
	for (int i = 0; i < count; i++)
		series_add(&series, i, i);
	for (int i = 0; i < series_size(&series); i++)
		sum += (double)series.point[i].y;
	assert_true(fabs(sum / series_size(&series) - (count - 1) / 2.0) < 1);
	series_clear(&series);
}

static void values_can_come_late(void **state)
{
	struct series series = {0};

	(void)state;
	for (int i = 0; i < 10; i++)
		series_add(&series, 10 * i, i);
	series_insert(&series, 25, 7);
	series_insert(&series, 30, 8);
	series_insert(&series, -5, 9);
	series_insert(&series, 95, 6);
	assert_int_equal(series_size(&series), 13);
	assert_true(series.point[0].x == -5 && series.point[0].y == 9);
	assert_true(series.point[4].x == 25 && series.point[4].y == 7);
	assert_true(series.point[5].x == 30 && series.point[5].y == 8);
	assert_true(series.point[12].x == 95);
	series_clear(&series);
}

static void late_values_find_room(void **state)
{
	struct series series = {0};

	(void)state;
	for (int i = 0; i < 100001; i++)
		series_add(&series, 3 * i, 1);
	for (int i = 0; i < 5000; i++)
		series_insert(&series, (i * 7919) % 300000, 1);
	assert_true(series_size(&series) <= SERIES_POINTS);
	for (int i = 1; i < series_size(&series); i++)
		assert_true(series.point[i].x >= series.point[i - 1].x);
	assert_true(series.point[series_size(&series) - 1].x >= 299000);
	series_clear(&series);
}

static void what_lies_beyond_a_step_can_be_forgotten(void **state)
{
	struct series series = {0};

	(void)state;
	for (int i = 0; i < 50; i++)
		series_add(&series, i, i);
	series_cut(&series, 20);
	assert_int_equal(series_size(&series), 21);
	series_add(&series, 21, 7);
	assert_true(series.point[21].y == 7);
	series_clear(&series);
}

static void values_that_are_no_numbers_leave_no_trace(void **state)
{
	struct series series = {0};

	(void)state;
	series_add(&series, 0, NAN);
	series_add(&series, 1, INFINITY);
	assert_int_equal(series_size(&series), 0);
	series_clear(&series);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_values_are_kept_as_they_are),
		cmocka_unit_test(a_value_is_found_by_its_place),
		cmocka_unit_test(a_spike_survives_merging),
		cmocka_unit_test(the_mean_is_that_of_the_values),
		cmocka_unit_test(values_can_come_late),
		cmocka_unit_test(late_values_find_room),
		cmocka_unit_test(what_lies_beyond_a_step_can_be_forgotten),
		cmocka_unit_test(values_that_are_no_numbers_leave_no_trace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
