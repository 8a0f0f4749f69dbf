/* The palette: what a few letters find, and what comes first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/palette.h"

static struct run_view runs[] = {{.name = "main", .arm = "adam lr=0.001"},
	{.name = "twin", .arm = "adam lr=0.001, expand"}};
static const struct snapshot snapshot = {.runs = 2, .run = runs};

static void expect_first(const char *query, const char *word)
{
	int count;
	struct completion *found = palette_find(&snapshot, query, &count);

	assert_true(count > 0);
	assert_string_equal(found[0].word, word);
	completions_free(found, count);
}

static void test_everything_is_offered(void **state)
{
	int all, commands_count, settings_count;
	struct completion *found;

	(void)state;
	commands(&commands_count);
	settings(&settings_count);
	found = palette_find(&snapshot, "", &all);
	completions_free(found, all);
	/* The runs, and lr. */
	assert_int_equal(all, commands_count + settings_count + 2 + 1);
}

static void test_best_comes_first(void **state)
{
	(void)state;
	expect_first("prune", "prune");
	expect_first("PRU", "prune");
	expect_first("net ad", "net add");
	expect_first("twin expand", "run use twin");
	expect_first("probe_n", "set probe_n");
	expect_first("snpr", "sensitivity prune");
	/* By the names of things, too. */
	expect_first("sam", "opt sam");
	expect_first("lambda", "sharpness lambda");
	expect_first("lenet", "net lenet5");
	expect_first("resnet", "net resnet20");
	expect_first("fashion", "data fashion-mnist");
	expect_first("learning rate", "set lr");
	expect_first("batchn", "net add batchnorm");
}

static void test_how_it_fits(void **state)
{
	(void)state;
	assert_int_equal(palette_misfit("", "net add", "a layer"), 0);
	assert_int_equal(palette_misfit("net", "net add", ""), 0);
	assert_true(palette_misfit("add", "net add", "") <
	    palette_misfit("dd", "net add", ""));
	assert_true(palette_misfit("dd", "net add", "") <
	    palette_misfit("nd", "net add", ""));
	assert_true(palette_misfit("nd", "net add", "") <
	    palette_misfit("layer", "net add", "a layer"));
	assert_int_equal(palette_misfit("net xyz", "net add", ""), -1);
}

static void test_nothing_fits(void **state)
{
	int count;
	struct completion *found = palette_find(&snapshot, "qqqq", &count);

	(void)state;
	completions_free(found, count);
	assert_int_equal(count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_everything_is_offered),
		cmocka_unit_test(test_best_comes_first),
		cmocka_unit_test(test_how_it_fits),
		cmocka_unit_test(test_nothing_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
