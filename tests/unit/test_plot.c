/* Plots as text: axes, glyphs, several series, extremes, reference lines. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/plot.h"
#include "tui/scale.h"

enum { POINTS = 201 };

static struct point ramp[POINTS], fall[POINTS];

static int set_up(void **state)
{
	(void)state;
	for (int i = 0; i < POINTS; i++) {
		float x = (float)i, up = (float)i / 200;
		float down = expf(-x / 40) * 100;

		ramp[i] = (struct point){x, up, up, up};
		fall[i] = (struct point){x, down, down, down};
	}
	return 0;
}

static const struct curve rising = {POINTS, ramp}, falling = {POINTS, fall};

/* Drawn on so many cells; compared, or shown where it differs. */
static void expect(const struct plot *plot, int rows, int columns,
    bool unicode, const char *expected)
{
	struct canvas canvas = {0};
	struct area area;
	char *text;

	canvas_resize(&canvas, rows, columns);
	area = area_of(&canvas, unicode);
	plot_draw(&area, plot);
	text = canvas_text(&canvas);
	if (strcmp(text, expected) != 0)
		printf("%s", text);
	assert_string_equal(text, expected);
	free(text);
	canvas_free(&canvas);
}

static void test_braille(void **state)
{
	struct plot plot = plot_new(PLOT_BRAILLE);

	(void)state;
	plot.x_label = "step";
	plot_add(&plot, rising, STYLE_SERIES1, '1');
	expect(&plot, 6, 36, true,
	    "1.0┤                          ⣀⡠⠤⠖⠚1\n"
	    "   │                   ⣀⣀⠤⠴⠒⠋⠉\n"
	    "   │            ⢀⣀⡤⠤⠒⠚⠉⠁\n"
	    "   │      ⣀⣠⠤⠖⠒⠉⠉\n"
	    "0.0┤⣀⡤⠴⠒⠊⠉\n"
	    "   └0──────50──────100────150── step\n");
}

static void test_blocks(void **state)
{
	struct plot plot = plot_new(PLOT_BLOCK);

	(void)state;
	plot_add(&plot, rising, STYLE_SERIES1, '1');
	expect(&plot, 6, 36, true,
	    "1.0┤                          ▄▄▄█▀1\n"
	    "   │                   ▄▄▄█▀▀▀▀\n"
	    "   │            ▄▄▄▄▀▀▀▀\n"
	    "   │     ▄▄▄▄█▀▀▀\n"
	    "0.0┤▄▄█▀▀▀\n"
	    "   └0──────50──────100────150────200\n");
}

static void test_ascii_with_two_series(void **state)
{
	struct plot plot = plot_new(PLOT_BRAILLE);

	(void)state;
	plot.x_label = "step";
	plot_add(&plot, rising, STYLE_SERIES1, '1')->y_unit = 100;
	plot_add(&plot, falling, STYLE_SERIES2, '2');
	expect(&plot, 8, 40, false,
	    "100+22                              1111\n"
	    "   | 22                       1111111\n"
	    "   |  222               1111111\n"
	    "   |    222        111111\n"
	    "   |      2222211111\n"
	    "   |   111111122222222\n"
	    "  0+1111              222222222222222222\n"
	    "   +0-------50-------100-----150--- step\n");
}

static void test_logarithmic(void **state)
{
	struct plot plot = plot_new(PLOT_BRAILLE);

	(void)state;
	plot.log_y = true;
	plot_add(&plot, falling, STYLE_SERIES1, '1');
	expect(&plot, 7, 40, true,
	    "100┤⠉⠒⠲⠤⢄⣀\n"
	    "   │      ⠉⠙⠒⠦⢤⣀⡀\n"
	    " 10┤            ⠈⠉⠓⠲⠤⣄⣀\n"
	    "   │                   ⠉⠙⠒⠦⠤⣀⡀\n"
	    "  1┤                         ⠈⠉⠓⠒⠤⢄⣀⡀\n"
	    "   │                                ⠉⠙⠒1\n"
	    "   └0───────50───────100─────150─────200\n");
}

static void test_extremes_are_kept(void **state)
{
	static struct point flat[POINTS];
	struct plot plot = plot_new(PLOT_ASCII);

	(void)state;
	for (int i = 0; i < POINTS; i++)
		flat[i] = (struct point){(float)i, (float)(5 + i % 2),
			5, 6};
	flat[100].high = 10;
	plot.y_from = 0;
	plot.y_to = 10;
	plot_add(&plot, (struct curve){POINTS, flat}, STYLE_SERIES1, '1');
	expect(&plot, 7, 30, false,
	    "10+             1\n"
	    "  |             1\n"
	    " 5+111111111111111111111111111\n"
	    "  |\n"
	    "  |\n"
	    " 0+\n"
	    "  +0-----50----100----150--200\n");
	plot.means = true;
	expect(&plot, 7, 30, false,
	    "10+\n"
	    "  |\n"
	    " 5+111111111111111111111111111\n"
	    "  |\n"
	    "  |\n"
	    " 0+\n"
	    "  +0-----50----100----150--200\n");
}

static void test_reference_lines(void **state)
{
	struct plot plot = plot_new(PLOT_ASCII);

	(void)state;
	plot_add(&plot, rising, STYLE_SERIES1, '1');
	plot.lines = 2;
	plot.line[0] = (struct plot_line){0.5, "half"};
	plot.line[1] = (struct plot_line){2000, "2/lr"};
	expect(&plot, 7, 30, true,
	    "1.0┤                    2/lr ↑\n"
	    "   │                  111111\n"
	    "   │· · · · · · ·111111 · half\n"
	    "   │        11111\n"
	    "   │   11111\n"
	    "0.0┤111\n"
	    "   └0────50─────100───150──200\n");
}

static void test_cursor_and_values(void **state)
{
	struct plot plot = plot_new(PLOT_ASCII);

	(void)state;
	plot_add(&plot, rising, STYLE_SERIES1, '1')->x_unit = 0.5;
	plot.cursor = 50;
	expect(&plot, 5, 30, false,
	    "1.0+             |       11111\n"
	    "   |             111111111\n"
	    "   |    111111111|\n"
	    "0.0+11111        |\n"
	    "   +0---20---40---60---80--100\n");
	assert_float_equal(plot_value_at(&plot.series[0], 50), 0.5, 1e-6);
	assert_float_equal(plot_value_at(&plot.series[0], 1e9), 1, 1e-6);
}

/* Lines reach the borders of the part in sight; y fits what is there. */
static void test_part_of_the_axis(void **state)
{
	struct plot plot = plot_new(PLOT_ASCII);

	(void)state;
	plot_add(&plot, rising, STYLE_SERIES1, '1');
	plot.x_from = 50.5;
	plot.x_to = 100.5;
	expect(&plot, 6, 30, false,
	    "0.50+                     1111\n"
	    "    |               111111\n"
	    "    |         1111111\n"
	    "    |   111111\n"
	    "0.25+1111\n"
	    "    +-----60------80-------100\n");
}

static void test_smoothed_lines_have_no_lag(void **state)
{
	static struct point noisy[POINTS];
	struct plot plot = plot_new(PLOT_ASCII);
	struct plot_series *series = plot_add(&plot, (struct curve){POINTS,
		noisy}, STYLE_SERIES1, '1');
	struct plot_values values;

	(void)state;
	for (int i = 0; i < POINTS; i++)
		noisy[i] = (struct point){(float)i, (float)(i + (i % 2 ? 5 :
			-5)), 0, 0};
	plot.smooth = 10;
	values = plot_values(&plot, series);
	for (int i = 10; i < POINTS - 10; i++)
		assert_float_equal(values.y[i], i, 0.3);
	free(values.x);
	/* What diverged stays to be seen, and harms nothing beside it. */
	noisy[50].y = NAN;
	values = plot_values(&plot, series);
	assert_true(isnan(values.y[50]));
	assert_float_equal(values.y[51], 51, 1);
	free(values.x);
}

/* Twice as dear in the second half. */
static void test_axis_of_costs(void **state)
{
	static const struct point cost[] = {{50, 25, 25, 50},
		{100, 75, 75, 100}, {200, 200, 200, 300}};
	struct plot_series series = {.curve = rising, .cost = {3, cost},
		.y_unit = 1};

	(void)state;
	assert_float_equal(plot_x(&series, 0), 0, 1e-9);
	assert_float_equal(plot_x(&series, 25), 25, 1e-9);
	assert_float_equal(plot_x(&series, 100), 100, 1e-9);
	assert_float_equal(plot_x(&series, 150), 200, 1e-9);
	assert_float_equal(plot_x(&series, 200), 300, 1e-9);
}

static void test_says_why_it_is_empty(void **state)
{
	struct plot plot = plot_new(PLOT_BRAILLE);
	static const struct point none = {1, NAN, NAN, NAN};

	(void)state;
	plot.empty = "nothing yet";
	expect(&plot, 3, 15, true, "\n  nothing yet\n\n");
	plot_add(&plot, (struct curve){1, &none}, STYLE_SERIES1, '1');
	expect(&plot, 3, 15, true, "\n  nothing yet\n\n");
	assert_true(isnan(plot_value_at(&plot.series[0], 1)));
}

static void test_ends_stand_beside_each_other(void **state)
{
	struct plot plot = plot_new(PLOT_BRAILLE);

	(void)state;
	plot_add(&plot, rising, STYLE_SERIES1, '1');
	plot_add(&plot, rising, STYLE_SERIES2, '2');
	plot_add(&plot, rising, STYLE_SERIES3, '3');
	expect(&plot, 4, 24, true,
	    "1.0┤             ⢀⣀⡤⠤321\n"
	    "   │      ⣀⣀⡤⠤⠒⠚⠉⠉\n"
	    "0.0┤⣀⡤⠴⠒⠚⠉⠁\n"
	    "   └0───50───100─────200\n");
}

/* Whatever the values and the room: it draws, and stays inside. */
static void test_odd_values_and_sizes(void **state)
{
	static const struct point odd[] = {{0, 0, 0, 0}, {1, -5, -6, -4},
		{2, INFINITY, 0, INFINITY}, {3, 1e30f, 1e30f, 1e30f},
		{4, 1e-30f, 0, 1}, {4, 3, 3, 3}, {5, NAN, NAN, NAN}};

	(void)state;
	for (int log_y = 0; log_y < 2; log_y++) {
		for (int size = 0; size < 40 * 40; size++) {
			struct plot plot = plot_new(PLOT_BRAILLE);
			struct canvas canvas = {0};
			struct area area;

			plot.log_y = log_y;
			plot_add(&plot, (struct curve){1 + size % 7, odd},
			    STYLE_SERIES1, '1');
			canvas_resize(&canvas, size / 40, size % 40);
			area = area_of(&canvas, true);
			plot_draw(&area, &plot);
			canvas_free(&canvas);
		}
	}
}

static void expect_scale(double least, double most, bool logarithmic,
    int ticks, const char *expected)
{
	struct scale scale;
	char text[200] = "", label[16];

	scale_fit(&scale, least, most, logarithmic, ticks);
	assert_true(scale.from <= least + 1e-9 && scale.to >= most - 1e-9);
	for (int i = 0; i < scale.ticks; i++) {
		scale_label(&scale, scale.tick[i], label, sizeof(label));
		strcat(strcat(text, i ? " " : ""), label);
	}
	assert_string_equal(text, expected);
}

static void test_ticks_are_round(void **state)
{
	(void)state;
	expect_scale(0, 1, false, 6, "0.0 0.2 0.4 0.6 0.8 1.0");
	expect_scale(0.13, 0.87, false, 6, "0.0 0.2 0.4 0.6 0.8 1.0");
	expect_scale(3, 47, false, 2, "0 50");
	expect_scale(-1, 1, false, 5,
	    "-1.0 -0.5 0.0 0.5 1.0");
	expect_scale(0, 123456, false, 4, "0 50k 100k 150k");
	expect_scale(5, 5, false, 4, "4.5 5.0 5.5");
	expect_scale(0.02, 7, true, 9, "0.02 0.05 0.1 0.2 0.5 1 2 5");
	expect_scale(0.02, 700, true, 6, "0.1 1 10 100");
	expect_scale(0.3, 4, true, 4, "0.3 1 5");
}

static void test_axes_end_round(void **state)
{
	(void)state;
	assert_float_equal(scale_round_up(469), 500, 1e-9);
	assert_float_equal(scale_round_up(500), 500, 1e-9);
	assert_float_equal(scale_round_up(1.01), 1.2, 1e-9);
	assert_float_equal(scale_round_up(0), 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_braille),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_ascii_with_two_series),
		cmocka_unit_test(test_logarithmic),
		cmocka_unit_test(test_extremes_are_kept),
		cmocka_unit_test(test_reference_lines),
		cmocka_unit_test(test_cursor_and_values),
		cmocka_unit_test(test_part_of_the_axis),
		cmocka_unit_test(test_smoothed_lines_have_no_lag),
		cmocka_unit_test(test_axis_of_costs),
		cmocka_unit_test(test_says_why_it_is_empty),
		cmocka_unit_test(test_ends_stand_beside_each_other),
		cmocka_unit_test(test_odd_values_and_sizes),
		cmocka_unit_test(test_ticks_are_round),
		cmocka_unit_test(test_axes_end_round),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, set_up, NULL);
}
