/* The layout at every size: nothing overlaps, nothing leaves the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/layout.h"

enum { MOST_ROWS = 100, MOST_COLUMNS = 300 };

static unsigned char owner[MOST_ROWS][MOST_COLUMNS];

static void take(const struct rectangle *at, int rows, int columns, int who)
{
	assert_true(at->row >= 0 && at->column >= 0);
	assert_true(at->rows >= 0 && at->columns >= 0);
	assert_true(at->row + at->rows <= rows);
	assert_true(at->column + at->columns <= columns);
	for (int i = at->row; i < at->row + at->rows; i++) {
		for (int j = at->column; j < at->column + at->columns; j++) {
			assert_int_equal(owner[i][j], 0);
			owner[i][j] = (unsigned char)who;
		}
	}
}

static void check_all_taken(int rows, int columns)
{
	for (int i = 0; i < rows; i++)
		assert_null(memchr(owner[i], 0, (size_t)columns));
}

static void check(int rows, int columns, const struct layout_wish *wish)
{
	const struct rectangle *focus;
	struct layout layout;

	layout_compute(rows, columns, wish, &layout);
	if (rows < LEAST_ROWS || columns < LEAST_COLUMNS) {
		assert_false(layout.fits);
		return;
	}
	assert_true(layout.fits);
	memset(owner, 0, sizeof(owner));
	take(&layout.status, rows, columns, 1);
	take(&layout.prompt, rows, columns, 2);
	take(&layout.keys, rows, columns, 3);
	for (int i = 0; i < PANELS; i++) {
		take(&layout.panel[i], rows, columns, 4 + i);
		if (layout.panel[i].rows == 0)
			continue;
		assert_int_equal(layout.frame[i] == FRAME_LINE,
		    layout.panel[i].rows == 1);
		assert_true(layout.panel[i].columns >= 15);
	}
	check_all_taken(rows, columns);
	focus = &layout.panel[wish->focus];
	assert_int_equal(layout.status.columns, columns);
	assert_int_equal(layout.prompt.columns, columns);
	assert_true(focus->rows >= 4);
	if (wish->zoomed) {
		assert_int_equal(focus->rows, layout.body.rows);
		assert_int_equal(focus->columns, columns);
	}
}

static void check_wishes(int rows, int columns)
{
	struct layout_wish wish = {0};

	for (int focus = 0; focus < PANELS; focus++) {
		for (int preset = 0; preset < PRESETS; preset++) {
			wish.focus = (enum panel_name)focus;
			wish.preset = (enum preset)preset;
			wish.zoomed = false;
			check(rows, columns, &wish);
			wish.zoomed = true;
			check(rows, columns, &wish);
		}
	}
}

static void test_every_size(void **state)
{
	(void)state;
	for (int rows = 1; rows <= 60; rows++) {
		for (int columns = 1; columns <= 200; columns++)
			check_wishes(rows, columns);
	}
}

static void test_large_sizes(void **state)
{
	(void)state;
	for (int rows = 61; rows <= MOST_ROWS; rows += 3) {
		for (int columns = 10; columns <= MOST_COLUMNS; columns += 29)
			check_wishes(rows, columns);
		check_wishes(rows, MOST_COLUMNS);
	}
}

static int open_panels(int rows, int columns, enum panel_name focus)
{
	const struct layout_wish wish = {.focus = focus};
	struct layout layout;
	int open = 0;

	layout_compute(rows, columns, &wish, &layout);
	for (int i = 0; i < PANELS; i++)
		open += layout.panel[i].rows > 1;
	return open;
}

static void test_80x24_opens_five_and_the_log(void **state)
{
	(void)state;
	for (int focus = 0; focus < PANELS - 1; focus++)
		assert_int_equal(open_panels(24, 80, (enum panel_name)focus),
		    5);
	assert_int_equal(open_panels(24, 80, PANEL_LOG), 6);
}

static void test_larger_opens_everything(void **state)
{
	(void)state;
	assert_int_equal(open_panels(30, 100, PANEL_LOSS), PANELS);
	assert_int_equal(open_panels(60, 200, PANEL_LOSS), PANELS);
	assert_int_equal(open_panels(100, 300, PANEL_LOSS), PANELS);
}

static void test_40x10_folds_to_lines(void **state)
{
	const struct layout_wish wish = {.focus = PANEL_COMPRESSION};
	struct layout layout;
	int lines = 0;

	(void)state;
	layout_compute(10, 40, &wish, &layout);
	for (int i = 0; i < PANELS; i++)
		lines += layout.panel[i].rows == 1;
	assert_int_equal(layout.frame[PANEL_COMPRESSION], FRAME_RULE);
	assert_int_equal(lines, 3);
	assert_int_equal(layout.keys.rows, 1);
}

/* Moving the focus between open panels moves nothing. */
static void test_focus_is_calm(void **state)
{
	struct layout_wish wish = {.focus = PANEL_NETWORK};
	struct layout first, other;

	(void)state;
	layout_compute(40, 120, &wish, &first);
	for (int focus = 1; focus < PANELS; focus++) {
		wish.focus = (enum panel_name)focus;
		layout_compute(40, 120, &wish, &other);
		assert_memory_equal(first.panel, other.panel,
		    sizeof(first.panel));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_size),
		cmocka_unit_test(test_large_sizes),
		cmocka_unit_test(test_80x24_opens_five_and_the_log),
		cmocka_unit_test(test_larger_opens_everything),
		cmocka_unit_test(test_40x10_folds_to_lines),
		cmocka_unit_test(test_focus_is_calm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
