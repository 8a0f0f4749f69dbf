/* The layout at every size: nothing overlaps, nothing leaves the screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/layout.h"

enum { MOST_ROWS = 100, MOST_COLUMNS = 300, PARTS = PANELS + 4,
	SMALL = 3 /* panels for large terminals */ };

static void take(const struct rectangle *at, const struct rectangle *whole,
    struct rectangle *taken, int *count)
{
	assert_true(at->row >= 0 && at->column >= 0);
	assert_true(at->rows >= 0 && at->columns >= 0);
	assert_true(at->row + at->rows <= whole->rows);
	assert_true(at->column + at->columns <= whole->columns);
	if (at->rows)
		taken[(*count)++] = *at;
}

static bool overlap(const struct rectangle *a, const struct rectangle *b)
{
	return a->row < b->row + b->rows && b->row < a->row + a->rows &&
	    a->column < b->column + b->columns &&
	    b->column < a->column + a->columns;
}

/* Nothing twice, and no cell left over. */
static void check_taken(const struct layout *layout, int rows, int columns)
{
	const struct rectangle whole = {0, 0, rows, columns};
	struct rectangle taken[PARTS];
	int count = 0, cells = 0;

	take(&layout->status, &whole, taken, &count);
	take(&layout->prompt, &whole, taken, &count);
	take(&layout->keys, &whole, taken, &count);
	take(&layout->lesson, &whole, taken, &count);
	take(&layout->timeline, &whole, taken, &count);
	for (int i = 0; i < PANELS; i++)
		take(&layout->panel[i], &whole, taken, &count);
	for (int i = 0; i < count; i++) {
		cells += taken[i].rows * taken[i].columns;
		for (int j = 0; j < i; j++)
			assert_false(overlap(&taken[i], &taken[j]));
	}
	assert_int_equal(cells, rows * columns);
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
	check_taken(&layout, rows, columns);
	for (int i = 0; i < PANELS; i++) {
		if (layout.panel[i].rows == 0)
			continue;
		assert_int_equal(layout.frame[i] == FRAME_LINE,
		    layout.panel[i].rows == 1);
		assert_true(layout.panel[i].columns >= 15);
	}
	focus = &layout.panel[wish->focus];
	assert_int_equal(layout.status.columns, columns);
	assert_int_equal(layout.prompt.columns, columns);
	assert_true(focus->rows >= (rows < 10 && wish->lesson ? 1 : 4));
	assert_false(layout.absent[wish->focus]);
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
			wish.zoomed = wish.lesson = false;
			wish.timeline = !wish.timeline;
			check(rows, columns, &wish);
			wish.zoomed = true;
			wish.lesson = preset % 2;
			check(rows, columns, &wish);
		}
	}
}

static void test_every_size(void **state)
{
	(void)state;
	for (int rows = 1; rows <= MOST_ROWS; rows++) {
		for (int columns = 1; columns <= MOST_COLUMNS; columns++)
			check_wishes(rows, columns);
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
	for (int focus = 0; focus <= PANEL_COMPRESSION; focus++)
		assert_int_equal(open_panels(24, 80, (enum panel_name)focus),
		    5);
	assert_int_equal(open_panels(24, 80, PANEL_LOG), 6);
}

static void test_larger_opens_everything(void **state)
{
	(void)state;
	assert_int_equal(open_panels(30, 100, PANEL_LOSS), PANELS - SMALL);
	assert_int_equal(open_panels(60, 200, PANEL_LOSS), PANELS);
	assert_int_equal(open_panels(100, 300, PANEL_LOSS), PANELS);
}

/* What would take the room of all others is passed by, not folded. */
static void test_small_plots_need_room(void **state)
{
	const struct layout_wish wish = {.focus = PANEL_LOSS};
	struct layout layout;

	(void)state;
	layout_compute(24, 80, &wish, &layout);
	assert_true(layout.absent[PANEL_WEIGHTS]);
	assert_int_equal(layout.panel[PANEL_WEIGHTS].rows, 0);
	assert_false(layout.absent[PANEL_LOG]);
	layout_compute(60, 200, &wish, &layout);
	assert_false(layout.absent[PANEL_WEIGHTS]);
	assert_true(layout.panel[PANEL_WEIGHTS].rows >= 11);
}

/* Each layout shows what it is named after, also where there is little. */
static void test_presets_show_their_panel(void **state)
{
	static const enum panel_name first[PRESETS] = {PANEL_LOSS, PANEL_LOSS,
		PANEL_COMPRESSION, PANEL_RUNS, PANEL_LANDSCAPE, PANEL_LOSS};
	static const int sizes[][2] = {{10, 40}, {24, 80}, {40, 120},
		{60, 200}};
	struct layout layout;

	(void)state;
	for (int i = 0; i < 4; i++) {
		for (int preset = 0; preset < PRESETS; preset++) {
			const struct layout_wish wish = {.focus = PANEL_LOG,
				.preset = (enum preset)preset};

			layout_compute(sizes[i][0], sizes[i][1], &wish,
			    &layout);
			assert_true(layout.panel[first[preset]].rows >=
			    (i == 0 ? 1 : 5));
		}
	}
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
		if (first.absent[focus])
			continue;
		layout_compute(40, 120, &wish, &other);
		assert_memory_equal(first.panel, other.panel,
		    sizeof(first.panel));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_size),
		cmocka_unit_test(test_80x24_opens_five_and_the_log),
		cmocka_unit_test(test_larger_opens_everything),
		cmocka_unit_test(test_small_plots_need_room),
		cmocka_unit_test(test_presets_show_their_panel),
		cmocka_unit_test(test_40x10_folds_to_lines),
		cmocka_unit_test(test_focus_is_calm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
