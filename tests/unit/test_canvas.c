/* Drawing into cells, read back as text. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tui/canvas.h"
#include "tui/glyph.h"

static void expect(struct canvas *canvas, const char *text)
{
	char *drawn = canvas_text(canvas);

	assert_string_equal(drawn, text);
	free(drawn);
	canvas_free(canvas);
}

static struct area sheet(struct canvas *canvas, int rows, int columns,
    bool unicode)
{
	canvas_resize(canvas, rows, columns);
	return area_of(canvas, unicode);
}

static void test_cut_at_every_side(void **state)
{
	struct canvas canvas = {0};
	struct area area = sheet(&canvas, 3, 8, true);
	struct area inner = area_within(&area, 1, 2, 1, 4);

	(void)state;
	area_puts(&inner, 0, -2, STYLE_NORMAL, "abcdefghij");
	area_puts(&inner, -1, 0, STYLE_NORMAL, "above");
	area_puts(&inner, 1, 0, STYLE_NORMAL, "below");
	expect(&canvas, "\n  cde…\n\n");
}

static void test_cut_between_clauses(void **state)
{
	static const struct { int columns; const char *shown; } cases[] = {
		{20, "12 MB: a 3, b 4, c 5\n"}, {19, "12 MB: a 3, b 4\n"},
		{15, "12 MB: a 3, b 4\n"}, {14, "12 MB: a 3\n"},
		{9, "12 MB: a…\n"}};

	(void)state;
	for (int i = 0; i < 5; i++) {
		struct canvas canvas = {0};
		struct area area = sheet(&canvas, 1, cases[i].columns, true);

		area_clauses(&area, 0, 0, STYLE_NORMAL,
		    "12 MB: a 3, b 4, c 5");
		expect(&canvas, cases[i].shown);
	}
}

static void test_within_never_grows(void **state)
{
	struct canvas canvas = {0};
	struct area area = sheet(&canvas, 2, 5, true);
	struct area inner = area_within(&area, 1, 3, 9, 9);
	struct area none = area_within(&area, 7, 7, 1, 1);

	(void)state;
	assert_int_equal(inner.rows, 1);
	assert_int_equal(inner.columns, 2);
	assert_int_equal(none.rows, 0);
	assert_int_equal(none.columns, 0);
	canvas_free(&canvas);
}

static void test_wide_characters(void **state)
{
	struct canvas canvas = {0};
	struct area area = sheet(&canvas, 3, 5, true);

	(void)state;
	assert_int_equal(area_puts(&area, 0, 0, STYLE_NORMAL, "日本語"), 6);
	/* Half of one overwritten: its other half becomes blank. */
	area_puts(&area, 1, 0, STYLE_NORMAL, "日本");
	area_puts(&area, 1, 1, STYLE_NORMAL, "x");
	area_puts(&area, 2, 0, STYLE_NORMAL, "日本");
	area_puts(&area, 2, 2, STYLE_NORMAL, "y");
	expect(&canvas, "日本…\n x本\n日y\n");
}

static void test_nothing_controls_the_terminal(void **state)
{
	struct canvas canvas = {0};
	struct area area = sheet(&canvas, 2, 12, true);

	(void)state;
	area_puts(&area, 0, 0, STYLE_NORMAL, "a\033[2Jb\r\n\x7f");
	area_puts(&area, 1, 0, STYLE_NORMAL, "\xc2\x9b\xff e\xcc\x81");
	expect(&canvas, "a?[2Jb???\n?? e\n");
}

static void test_ascii(void **state)
{
	struct canvas canvas = {0};
	struct area area = sheet(&canvas, 2, 20, false);

	(void)state;
	area_puts(&area, 0, 0, STYLE_NORMAL, "┌─┐ 84.1 ±0.7 ∘");
	area_puts(&area, 1, 0, STYLE_NORMAL, "é日");
	expect(&canvas, "+-+ 84.1 +-0.7 o\n??\n");
}

/* Whatever panels, bars and plots of blocks are made of. */
static void test_console(void **state)
{
	static const char drawn[] = "─│┌┐└┘├┤┴┷┿━═▀▁▂▃▄▅▆▇█▉▊▋▌▍▎▏░▒▓■▲▶▸▾◆●○"
	    "←↑→↓±·×…∘–‖λ";
	static const char page_437[] = "─│┌┐└┘├┤┴═║╪▀▄█▌░▒▓■▲►▼←↑→↓±·×°";
	const char *at = drawn;
	uint32_t character, has;

	(void)state;
	while (*at) {
		const char *page = page_437;
		bool known;

		utf8_next(&at, &character);
		character = character_console(character);
		for (known = character < 0x80; *page && !known;) {
			utf8_next(&page, &has);
			known = has == character;
		}
		if (!known)
			fail_msg("U+%04x", (unsigned)character);
	}
}

static void test_styles_in_text(void **state)
{
	struct canvas canvas = {0};
	struct area area = sheet(&canvas, 1, 20, true);
	int end = area_printf(&area, 0, 0, STYLE_NORMAL, "a" STYLE_SET "b"
	    STYLE_BACK "c", STYLE_TEXT(STYLE_BAD));

	(void)state;
	assert_int_equal(end, 3);
	assert_int_equal(canvas.cell[0].style, STYLE_NORMAL);
	assert_int_equal(canvas.cell[1].style, STYLE_BAD);
	assert_int_equal(canvas.cell[2].style, STYLE_NORMAL);
	assert_int_equal(styled_width("\001Cab\002c"), 3);
	expect(&canvas, "abc\n");
}

static void test_frames(void **state)
{
	struct canvas canvas = {0};
	struct area area = sheet(&canvas, 6, 24, true);
	struct area box = area_within(&area, 0, 0, 3, 24);
	struct area rule = area_within(&area, 3, 0, 2, 24);
	struct area line = area_within(&area, 5, 0, 1, 24);
	struct area inside = area_frame(&box, FRAME_BOX, true, "Loss",
	    "a note that is long");

	(void)state;
	area_puts(&inside, 0, 0, STYLE_NORMAL, "inside");
	assert_int_equal(inside.columns, 22);
	inside = area_frame(&rule, FRAME_RULE, false, "Log", "note");
	assert_int_equal(inside.rows, 1);
	inside = area_frame(&line, FRAME_LINE, false, "Runs", "");
	area_puts(&inside, 0, 0, STYLE_NORMAL, "1 plain");
	expect(&canvas,
	    "┌ Loss  a note that i… ┐\n"
	    "│inside                │\n"
	    "└──────────────────────┘\n"
	    " Log ──────────── note ─\n"
	    "\n"
	    " Runs 1 plain\n");
}

static void test_middle(void **state)
{
	struct canvas canvas = {0};
	struct area area = sheet(&canvas, 4, 11, true);

	(void)state;
	area_middle(&area, STYLE_DIM, "nothing\nyet");
	expect(&canvas, "\n  nothing\n  yet\n\n");
}

static void test_utf8(void **state)
{
	char bytes[4];

	(void)state;
	assert_int_equal(utf8_put(0x28ff, bytes), 3);
	assert_memory_equal(bytes, "\xe2\xa3\xbf", 3);
	assert_int_equal(text_width("λ±日"), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_at_every_side),
		cmocka_unit_test(test_cut_between_clauses),
		cmocka_unit_test(test_within_never_grows),
		cmocka_unit_test(test_wide_characters),
		cmocka_unit_test(test_nothing_controls_the_terminal),
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_console),
		cmocka_unit_test(test_styles_in_text),
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_middle),
		cmocka_unit_test(test_utf8),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
