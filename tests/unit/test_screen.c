/* The parts of the screen that need no terminal. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/canvas.h"
#include "tui/keys.h"
#include "tui/layout.h"
#include "tui/plot.h"
#include "tui/slider.h"

static bool overlap(const struct rectangle *a, const struct rectangle *b)
{
	return a->rows && b->rows && a->row < b->row + b->rows &&
	    b->row < a->row + a->rows && a->column < b->column + b->columns &&
	    b->column < a->column + a->columns;
}

static void check_layout(int rows, int columns, enum panel_name focus,
    bool zoomed)
{
	struct layout layout;
	struct rectangle all[PANELS + 3];

	layout_compute(rows, columns, focus, zoomed, &layout);
	if (!layout.fits) {
		assert_true(rows < LEAST_ROWS || columns < LEAST_COLUMNS);
		return;
	}
	memcpy(all, layout.panel, sizeof(layout.panel));
	all[PANELS] = layout.status;
	all[PANELS + 1] = layout.prompt;
	all[PANELS + 2] = layout.keys;
	assert_true(layout.panel[focus].rows > 0);
	for (int i = 0; i < PANELS + 3; i++) {
		assert_true(all[i].rows >= 0 && all[i].columns >= 0);
		assert_true(all[i].row + all[i].rows <= rows);
		assert_true(all[i].column + all[i].columns <= columns);
		for (int j = 0; j < i; j++)
			assert_false(overlap(&all[i], &all[j]));
	}
}

static void no_size_makes_panels_overlap(void **state)
{
	(void)state;
	for (int rows = 1; rows <= 100; rows++) {
		for (int columns = 1; columns <= 300; columns += 1 +
		    (columns > 200) * 9) {
			for (int focus = 0; focus < PANELS; focus++) {
				check_layout(rows, columns,
				    (enum panel_name)focus, false);
				check_layout(rows, columns,
				    (enum panel_name)focus, true);
			}
		}
	}
}

static void all_panels_are_there_at_80x24(void **state)
{
	struct layout layout;

	(void)state;
	layout_compute(24, 80, PANEL_LOSS, false, &layout);
	for (int i = 0; i < PANELS; i++)
		assert_true(layout.panel[i].rows > 0);
}

static void drawing_outside_is_cut_off(void **state)
{
	struct canvas canvas = {0};
	struct area area;
	char *text;

	(void)state;
	canvas_resize(&canvas, 3, 8);
	area = area_of(&canvas, true);
	area = area_within(&area, 1, 2, 1, 4);
	area_puts(&area, 0, 2, STYLE_NORMAL, "long text");
	area_puts(&area, 1, 0, STYLE_NORMAL, "below");
	area_puts(&area, 0, -3, STYLE_NORMAL, "abcd");
	text = canvas_text(&canvas);
	assert_string_equal(text, "\n  d lo\n\n");
	free(text);
	canvas_free(&canvas);
}

static void wide_characters_are_never_halved(void **state)
{
	struct canvas canvas = {0};
	struct area area;
	char *text;

	(void)state;
	canvas_resize(&canvas, 1, 4);
	area = area_of(&canvas, true);
	area_puts(&area, 0, 0, STYLE_NORMAL, "a漢字");
	text = canvas_text(&canvas);
	assert_string_equal(text, "a漢\n");
	free(text);
	canvas_free(&canvas);
}

static void ascii_has_a_form_for_all_of_ours(void **state)
{
	struct canvas canvas = {0};
	struct area area;
	char *text;

	(void)state;
	canvas_resize(&canvas, 2, 20);
	area = area_of(&canvas, false);
	area_puts(&area, 0, 0, STYLE_NORMAL, "λ ±1 · ▶ ∘ ← ●─┤");
	area_frame(&area, true, "T", "");
	text = canvas_text(&canvas);
	for (char *at = text; *at; at++)
		assert_true((unsigned char)*at < 0x80 && *at != '?');
	free(text);
	canvas_free(&canvas);
}

static char *plotted(const struct plot *plot, int rows, int columns,
    bool unicode)
{
	struct canvas canvas = {0};
	struct area area;
	char *text;

	canvas_resize(&canvas, rows, columns);
	area = area_of(&canvas, unicode);
	plot_draw(&area, plot);
	text = canvas_text(&canvas);
	canvas_free(&canvas);
	return text;
}

static void a_falling_line_falls(void **state)
{
	static const struct point point[] = {{0, 4, 4, 4}, {1, 3, 3, 3},
		{2, 2, 2, 2}, {3, 1, 1, 1}};
	struct plot plot = {.glyphs = PLOT_ASCII, .cursor = NAN, .count = 1,
		.series = {{.curve = {4, point}, .mark = '*'}},
		.y_from = 1, .y_to = 4};
	char *text = plotted(&plot, 5, 11, true);

	(void)state;
	assert_string_equal(text,
	    "     4┤*\n"
	    "      │ *\n"
	    "     2┤  *\n"
	    "     1┤   *\n"
	    "      └0─ 3\n");
	free(text);
}

static void a_spike_is_seen_in_one_column(void **state)
{
	static const struct point point[] = {{0, 1, 1, 1}, {1, 1, 1, 9},
		{2, 1, 1, 1}};
	struct plot plot = {.glyphs = PLOT_ASCII, .cursor = NAN, .count = 1,
		.series = {{.curve = {3, point}, .mark = '*'}},
		.y_from = 1, .y_to = 9};
	char *text = plotted(&plot, 5, 12, false), *rest = text;
	int stars = 0;

	(void)state;
	for (char *line = strtok_r(text, "\n", &rest); line;
	    line = strtok_r(NULL, "\n", &rest))
		stars += strlen(line) > 9 && line[9] == '*';
	assert_int_equal(stars, 4);
	free(text);
}

static void nothing_to_draw_says_so(void **state)
{
	struct plot plot = {.cursor = NAN, .empty = "train first"};
	char *text = plotted(&plot, 5, 30, true);

	(void)state;
	assert_non_null(strstr(text, "train first"));
	free(text);
}

static void odd_plots_do_not_fail(void **state)
{
	static const struct point point[] = {{5, NAN, NAN, NAN},
		{6, 0, 0, 0}, {7, -3, -3, -3}, {7, 1e30f, 1e30f, 1e30f}};
	struct plot plot = {.cursor = 6, .count = 1, .log_y = true,
		.series = {{.curve = {4, point}, .mark = '*'}},
		.line = {{2, "2/lr"}}, .lines = 1};

	(void)state;
	for (int rows = 1; rows < 12; rows++) {
		for (int columns = 1; columns < 30; columns++)
			free(plotted(&plot, rows, columns, true));
	}
}

static void sliders_stop_at_their_ends(void **state)
{
	struct slider_state slider = {0};

	(void)state;
	slider_move(&slider, -1);
	assert_int_equal(slider.percent, 0);
	slider_move(&slider, 10);
	slider_move(&slider, 10);
	assert_int_equal(slider.percent, 20);
	assert_true(slider_undo(&slider));
	assert_int_equal(slider.percent, 10);
	slider.chosen = SLIDER_BITS;
	slider_move(&slider, 1);
	assert_int_equal(slider.bits, 8);
	for (int i = 0; i < 10; i++)
		slider_move(&slider, 1);
	assert_int_equal(slider.bits, 2);
	for (int i = 0; i < 10; i++)
		slider_move(&slider, -1);
	assert_int_equal(slider.bits, 0);
}

static void typed_values_are_checked(void **state)
{
	struct slider_state slider = {0};

	(void)state;
	slider_type(&slider, '9');
	slider_type(&slider, '5');
	assert_true(slider_take_typed(&slider));
	assert_int_equal(slider.percent, 95);
	slider_type(&slider, '1');
	slider_type(&slider, '0');
	slider_type(&slider, '1');
	assert_false(slider_take_typed(&slider));
	assert_int_equal(slider.percent, 95);
	slider.chosen = SLIDER_BITS;
	slider_type(&slider, '1');
	assert_false(slider_take_typed(&slider));
}

static void no_key_means_two_things_in_one_place(void **state)
{
	int count;
	const struct key_row *row = key_rows(&count);

	(void)state;
	for (int i = 0; i < count; i++) {
		assert_non_null(row[i].help);
		assert_non_null(row[i].act);
		for (int j = 0; j < i; j++) {
			if (row[i].panel != row[j].panel)
				continue;
			assert_int_not_equal(row[i].code, row[j].code);
			assert_false(row[i].other &&
			    (row[i].other == row[j].code ||
				row[i].other == row[j].other));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_size_makes_panels_overlap),
		cmocka_unit_test(all_panels_are_there_at_80x24),
		cmocka_unit_test(drawing_outside_is_cut_off),
		cmocka_unit_test(wide_characters_are_never_halved),
		cmocka_unit_test(ascii_has_a_form_for_all_of_ours),
		cmocka_unit_test(a_falling_line_falls),
		cmocka_unit_test(a_spike_is_seen_in_one_column),
		cmocka_unit_test(nothing_to_draw_says_so),
		cmocka_unit_test(odd_plots_do_not_fail),
		cmocka_unit_test(sliders_stop_at_their_ends),
		cmocka_unit_test(typed_values_are_checked),
		cmocka_unit_test(no_key_means_two_things_in_one_place),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
