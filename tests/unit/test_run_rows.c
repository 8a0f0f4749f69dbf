/* The tree of runs as the screen lists it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/run_rows.h"

static struct run_view run[SNAPSHOT_RUNS];
static struct run_row row[SNAPSHOT_RUNS];

static struct snapshot runs_of(int count, const char *const names[][2])
{
	memset(run, 0, sizeof(run));
	for (int i = 0; i < count; i++) {
		strcpy(run[i].name, names[i][0]);
		strcpy(run[i].parent, names[i][1]);
		run[i].parent_step = 10 * i;
	}
	return (struct snapshot){.runs = count, .run = run};
}

static void says(const struct snapshot *snapshot, int at, const char *text)
{
	char name[96];

	run_row_name(snapshot, &row[at], name, sizeof(name));
	assert_string_equal(name, text);
}

static void test_forks_stand_below_their_parents(void **state)
{
	static const char *const names[][2] = {{"main", ""}, {"b", "main"},
		{"twin", ""}, {"c", "b"}, {"d", "main"}, {"e", "d"}};
	struct snapshot snapshot = runs_of(6, names);

	(void)state;
	run[3].transformed = true;
	run_rows(&snapshot, row);
	says(&snapshot, 0, "main");
	says(&snapshot, 1, "├ b @10");
	says(&snapshot, 2, "│ └ c ∘ @30");
	says(&snapshot, 3, "└ d @40");
	says(&snapshot, 4, "  └ e @50");
	says(&snapshot, 5, "twin");
	assert_int_equal(run_rows_width(&snapshot, row), 11);
	assert_int_equal(run_row_of(&snapshot, row, 4), 3);
}

/* The parent was removed, and names were given again in a circle. */
static void test_orphans_and_circles_are_listed_once(void **state)
{
	static const char *const names[][2] = {{"a", "gone"}, {"b", "c"},
		{"c", "b"}, {"self", "self"}};
	struct snapshot snapshot = runs_of(4, names);
	bool seen[4] = {false};

	(void)state;
	run_rows(&snapshot, row);
	for (int i = 0; i < 4; i++) {
		assert_false(seen[row[i].run]);
		seen[row[i].run] = true;
	}
	says(&snapshot, 0, "a");
	says(&snapshot, 1, "self");
}

/* Branches so deep that there is no room for them end somewhere. */
static void test_deep_branches_stay_short(void **state)
{
	struct snapshot snapshot = {.runs = SNAPSHOT_RUNS, .run = run};

	(void)state;
	memset(run, 0, sizeof(run));
	for (int i = 0; i < SNAPSHOT_RUNS; i++) {
		run[i].name[0] = (char)('A' + i);
		run[i].parent[0] = i ? (char)('A' + i - 1) : '\0';
	}
	run_rows(&snapshot, row);
	for (int i = 0; i < SNAPSHOT_RUNS; i++)
		assert_int_equal(row[i].run, i);
	assert_true(strlen(row[SNAPSHOT_RUNS - 1].branch) <
	    sizeof(row[0].branch) - 1);
	assert_non_null(strstr(row[SNAPSHOT_RUNS - 1].branch, "└ "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forks_stand_below_their_parents),
		cmocka_unit_test(test_orphans_and_circles_are_listed_once),
		cmocka_unit_test(test_deep_branches_stay_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
