/* Sliders: what keys do, what is told, and when. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/slider.h"

static struct layer_view layers[] = {
	{.id = 1, .compressible = true}, {.id = 2},
	{.id = 3, .compressible = true}};
static const struct snapshot snapshot = {.layers = 3, .layer = layers};

static struct slider_state fresh(void)
{
	struct slider_state slider;

	slider_init(&slider);
	return slider;
}

static struct compress_view answer(int percent, int bits)
{
	struct compress_view view = {.state = COMPRESS_EXACT,
		.pruned = percent > 0, .quantised = bits > 0,
		.ratio = percent / 100.0, .bits = bits};

	strcpy(view.method, "magnitude");
	strcpy(view.scope, "global");
	strcpy(view.per, "channel");
	return view;
}

static void expect_told(struct slider_state *slider,
    const struct compress_view *view, double now, const char *line)
{
	char told[160];

	assert_true(slider_due(slider, view, now));
	slider_tell(slider, view, now, told, sizeof(told));
	assert_string_equal(told, line);
	assert_false(slider_pending(slider));
}

static void test_a_notch_is_a_percent(void **state)
{
	struct slider_state slider = fresh();
	struct compress_view view = answer(0, 0);

	(void)state;
	slider_move(&slider, 10, &snapshot);
	slider_move(&slider, 1, &snapshot);
	assert_int_equal(slider_tenths(&slider), 110);
	expect_told(&slider, &view, 0, "prune 0.11");
	slider_move(&slider, -1000, &snapshot);
	assert_int_equal(slider_tenths(&slider), 0);
	slider_move(&slider, 2000, &snapshot);
	assert_int_equal(slider_tenths(&slider), 1000);
}

static void test_notches_are_whole_percents(void **state)
{
	struct slider_state slider = fresh();

	(void)state;
	slider.tenths[0] = 855;
	slider_move(&slider, 1, &snapshot);
	assert_int_equal(slider_tenths(&slider), 860);
	slider.tenths[0] = 855;
	slider_move(&slider, -1, &snapshot);
	assert_int_equal(slider_tenths(&slider), 850);
}

static void test_bits(void **state)
{
	struct slider_state slider = fresh();
	struct compress_view view = answer(0, 0);

	(void)state;
	slider.chosen = SLIDER_BITS;
	slider_move(&slider, 1, &snapshot);
	assert_int_equal(slider_bits(&slider), 8);
	slider_move(&slider, 10, &snapshot);
	assert_int_equal(slider_bits(&slider), 2);
	expect_told(&slider, &view, 0, "quant 2");
	slider_move(&slider, -10, &snapshot);
	expect_told(&slider, &view, 1, "quant off");
}

static void test_newest_position_only(void **state)
{
	struct slider_state slider = fresh();
	struct compress_view view = answer(0, 0);

	(void)state;
	slider_move(&slider, 1, &snapshot);
	expect_told(&slider, &view, 1.0, "prune 0.01");
	slider_move(&slider, 1, &snapshot);
	slider_move(&slider, 1, &snapshot);
	/* Unanswered: nothing more is told, until it takes too long. */
	assert_false(slider_due(&slider, &view, 1.05));
	assert_true(slider_due(&slider, &view, 1.2));
	view = answer(1, 0);
	view.state = COMPRESS_WORKING;
	slider.tenths[0] = 10;
	assert_false(slider_due(&slider, &view, 1.05));
	view.state = COMPRESS_ESTIMATE;
	slider.tenths[0] = 30;
	view.ratio = 0.03;
	expect_told(&slider, &view, 1.06, "prune 0.03");
}

static void test_follows_the_workbench(void **state)
{
	struct slider_state slider = fresh();
	struct compress_view view = answer(80, 4);

	(void)state;
	slider_follow(&slider, &view, 0);
	assert_int_equal(slider_tenths(&slider), 800);
	assert_int_equal(slider_bits(&slider), 4);
	/* Not while a position is on its way; a refused one comes back. */
	slider_move(&slider, 1, &snapshot);
	slider_follow(&slider, &view, 1);
	assert_int_equal(slider_tenths(&slider), 810);
	expect_told(&slider, &view, 1, "prune 0.81");
	slider_follow(&slider, &view, 1.5);
	assert_int_equal(slider_tenths(&slider), 810);
	slider_follow(&slider, &view, 2.5);
	assert_int_equal(slider_tenths(&slider), 800);
}

static void test_undo(void **state)
{
	struct slider_state slider = fresh();
	struct compress_view view = answer(0, 0);

	(void)state;
	assert_false(slider_undo(&slider));
	slider_move(&slider, 50, &snapshot);
	slider.chosen = SLIDER_BITS;
	slider_move(&slider, 5, &snapshot);
	expect_told(&slider, &view, 0, "prune 0.50; quant 4");
	assert_true(slider_undo(&slider));
	assert_int_equal(slider_bits(&slider), 0);
	assert_int_equal(slider_tenths(&slider), 500);
	assert_true(slider_undo(&slider));
	assert_int_equal(slider_tenths(&slider), 0);
	for (int i = 0; i < 3 * SLIDER_UNDO; i++)
		slider_move(&slider, 1, &snapshot);
	for (int i = 0; i < SLIDER_UNDO; i++)
		assert_true(slider_undo(&slider));
	assert_false(slider_undo(&slider));
}

static const char *type(struct slider_state *slider, const char *text)
{
	for (; *text; text++)
		slider_type(slider, *text);
	return slider_take(slider, &snapshot);
}

static void test_typed_values(void **state)
{
	struct slider_state slider = fresh();
	struct compress_view view = answer(0, 0);

	(void)state;
	assert_null(type(&slider, "85.5"));
	expect_told(&slider, &view, 0, "prune 0.855");
	assert_non_null(type(&slider, "101"));
	assert_non_null(type(&slider, "1.2.3"));
	assert_int_equal(slider_tenths(&slider), 855);
	assert_string_equal(slider.typed, "");
	/* As a line says it. */
	assert_null(type(&slider, "0.8"));
	assert_int_equal(slider_tenths(&slider), 800);
	slider.chosen = SLIDER_BITS;
	assert_non_null(type(&slider, "1"));
	assert_non_null(type(&slider, "9"));
	assert_non_null(type(&slider, "4.5"));
	assert_null(type(&slider, "4"));
	assert_int_equal(slider_bits(&slider), 4);
	assert_non_null(type(&slider, "123456789012345"));
}

static void test_layers(void **state)
{
	struct slider_state slider = fresh();
	struct compress_view view = answer(50, 0);

	(void)state;
	slider_follow(&slider, &view, 0);
	slider.chosen = SLIDER_LAYER;
	slider_move(&slider, 1, &snapshot);
	assert_int_equal(slider.layer, 1);
	slider_move(&slider, 1, &snapshot);
	assert_int_equal(slider.layer, 3);
	slider_move(&slider, 1, &snapshot);
	assert_int_equal(slider.layer, 3);
	assert_non_null(type(&slider, "2"));
	/* What has no position of its own is where all are. */
	assert_int_equal(slider_tenths(&slider), 500);
	slider.chosen = SLIDER_PRUNE;
	slider_move(&slider, 10, &snapshot);
	expect_told(&slider, &view, 1, "prune 0.60 layer=3");
	slider.layer = 0;
	assert_int_equal(slider_tenths(&slider), 500);
}

/* A layer that is locked stays; taken back, it goes with all again. */
static void test_lock(void **state)
{
	struct slider_state slider = fresh();
	struct compress_view view = answer(50, 4);
	const struct layer_view layer = {.id = 3, .compressible = true,
		.ratio = 0.412, .bits = 4};

	(void)state;
	slider_follow(&slider, &view, 0);
	slider_lock(&slider, &layer, true);
	assert_true(slider_is_own(&slider, 3));
	expect_told(&slider, &view, 1, "prune 0.412 layer=3; "
	    "quant 4 layer=3");
	slider_move(&slider, 10, &snapshot);
	expect_told(&slider, &view, 3, "prune 0.60");
	assert_int_equal(slider.tenths[3], 412);
	slider_lock(&slider, &layer, false);
	expect_told(&slider, &view, 5, "prune follow layer=3; "
	    "quant follow layer=3");
	assert_true(slider_undo(&slider));
	expect_told(&slider, &view, 7, "prune 0.412 layer=3; "
	    "quant 4 layer=3");
}

/* One by as much as the other, in one line, and back in one. */
static void test_link(void **state)
{
	struct slider_state slider = fresh();
	struct compress_view view = answer(50, 0);
	struct layer_view first = {.id = 1, .compressible = true,
		.ratio = 0.3};
	struct layer_view third = {.id = 3, .compressible = true,
		.ratio = 0.6};

	(void)state;
	slider_follow(&slider, &view, 0);
	slider_link(&slider, &first, true);
	slider_link(&slider, &third, true);
	expect_told(&slider, &view, 1, "prune 0.30 layer=1; "
	    "prune 0.60 layer=3");
	slider.layer = 3;
	slider_move(&slider, 10, &snapshot);
	expect_told(&slider, &view, 3, "prune 0.40 layer=1; "
	    "prune 0.70 layer=3");
	assert_null(type(&slider, "95"));
	expect_told(&slider, &view, 5, "prune 0.65 layer=1; "
	    "prune 0.95 layer=3");
	assert_true(slider_undo(&slider));
	assert_int_equal(slider.layer, 3);
	expect_told(&slider, &view, 7, "prune 0.40 layer=1; "
	    "prune 0.70 layer=3");
	slider_link(&slider, &third, false);
	slider_move(&slider, -10, &snapshot);
	expect_told(&slider, &view, 9, "prune 0.60 layer=3");
}

/* What was typed moves the sliders of layers too. */
static void test_layers_follow_the_workbench(void **state)
{
	struct slider_state slider = fresh();
	struct layer_view layer[3] = {{.id = 1, .own_ratio = NAN},
		{.id = 2, .own_ratio = 0.25, .own_bits = 6},
		{.id = 3, .own_ratio = NAN, .own_bits = 32}};
	const struct snapshot now = {.layers = 3, .layer = layer};

	(void)state;
	slider.linked[1] = slider.linked[2] = true;
	slider_follow_layers(&slider, &now);
	assert_false(slider_is_own(&slider, 1));
	assert_false(slider.linked[1]);
	assert_true(slider.linked[2]);
	assert_int_equal(slider.tenths[2], 250);
	assert_int_equal(slider.bits[2], 6);
	assert_int_equal(slider.bits[3], 0);
	assert_false(slider_pending(&slider));
}

static void test_manner_is_kept(void **state)
{
	struct slider_state slider = fresh();
	struct compress_view view = answer(50, 4);

	(void)state;
	strcpy(view.method, "random");
	strcpy(view.scope, "layer");
	strcpy(view.per, "tensor");
	slider_follow(&slider, &view, 0);
	slider_move(&slider, 1, &snapshot);
	expect_told(&slider, &view, 1,
	    "prune 0.51 method=random scope=layer");
	slider.chosen = SLIDER_BITS;
	slider_move(&slider, 1, &snapshot);
	strcpy(view.how, "act=8 scheme=affine");
	expect_told(&slider, &view, 3,
	    "quant 3 per=tensor act=8 scheme=affine");
}

/* However far the mouse goes, it is one move to take back. */
static void test_drag_is_one_move(void **state)
{
	struct slider_state slider;

	(void)state;
	slider_init(&slider);
	slider_point(&slider, SLIDER_PRUNE, 0.2);
	slider_drag(&slider, 0.5);
	slider_drag(&slider, 0.7);
	assert_int_equal(slider_tenths(&slider), 700);
	assert_true(slider_undo(&slider));
	assert_int_equal(slider_tenths(&slider), 0);
	assert_false(slider_undo(&slider));
	slider_point(&slider, SLIDER_BITS, 0);
	slider_drag(&slider, 1);
	assert_int_equal(slider_bits(&slider), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_notch_is_a_percent),
		cmocka_unit_test(test_notches_are_whole_percents),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_newest_position_only),
		cmocka_unit_test(test_follows_the_workbench),
		cmocka_unit_test(test_undo),
		cmocka_unit_test(test_typed_values),
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_lock),
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_layers_follow_the_workbench),
		cmocka_unit_test(test_manner_is_kept),
		cmocka_unit_test(test_drag_is_one_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
