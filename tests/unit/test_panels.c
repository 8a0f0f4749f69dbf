/*
 * Every panel in every layout at the sizes that matter, in UTF-8, in ASCII
 * and without colour: frames close, nothing is written over them, the panel
 * in focus and the way to the help are there.
 */
#include "key_scene.h"

#include "base/buffer.h"
#include "tui/glyph.h"
#include "tui/panel.h"

enum { ROWS_MOST = 100, COLUMNS_MOST = 300, SIZES = 5, ZOOMS = 2 };

static const int sizes[SIZES][2] = {{40, 10}, {80, 24}, {120, 40},
	{200, 60}, {300, 100}};

/* A dump, as a grid of characters; a wide one is followed by 0. */
static uint32_t grid[ROWS_MOST][COLUMNS_MOST];
static int rows, columns;

static void name_dump(char *out, size_t size, int at, int preset, int panel,
    int zoom)
{
	snprintf(out, size, "dump-%d-%d-%d-%d", at, preset, panel, zoom);
}

/* Tab passes by what is absent, and alone a panel looks the same in all
 * layouts. */
static bool is_dumped(int at, int preset, int panel, int zoom)
{
	const struct layout_wish wish = {.preset = (enum preset)preset};
	struct layout layout;

	layout_compute(sizes[at][1], sizes[at][0], &wish, &layout);
	return !layout.absent[panel] && (!zoom || preset == 0);
}

/* From panel to panel, alone and among the others, in every layout. Digits
 * choose layouts everywhere but on the sliders, so from the first panel. */
static char *make_script(void)
{
	struct buffer script = {0};
	char name[48];

	buffer_puts(&script, "size 120x40\ntype :data toy spiral n=200; "
	    "net mlp 8-8; run rename größe; run twin 日本語 snt on; "
	    "set report 5\nkey Enter\nwait relu\n"
	    "type train 20 steps runs=all\nkey Enter\nwait idle\n"
	    "type sharpness lambda; sensitivity prune; sensitivity quant; "
	    "sharpness landscape; prune 0.5\nkey Enter\nwait exact\n"
	    "wait idle\nkey Esc Shift-Tab\n");
	for (int at = 0; at < SIZES; at++) {
		buffer_printf(&script, "size %dx%d\n", sizes[at][0],
		    sizes[at][1]);
		for (int preset = 0; preset < PRESETS; preset++) {
			buffer_printf(&script, "key %d\n", preset + 1);
			for (int i = 0; i < PANELS * ZOOMS; i++) {
				if (!is_dumped(at, preset, i / ZOOMS,
					i % ZOOMS))
					continue;
				name_dump(name, sizeof(name), at, preset,
				    i / ZOOMS, i % ZOOMS);
				buffer_printf(&script, "dump %s\nkey %s%s\n",
				    name, preset ? "" : "z", preset ? "Tab" :
				    i % ZOOMS ? " Tab" : "");
			}
		}
	}
	buffer_puts(&script, "key q\n");
	return script.text;
}

static void run_script(int unicode, int color)
{
	const struct tui_options options = {.keys = "script",
		.unicode = unicode, .color = color};
	char *script = make_script();
	int status = -1;

	assert_int_equal(play(script, &options, &status), 0);
	assert_int_equal(status, 0);
	free(script);
}

static void take_dump(const char *name)
{
	size_t size;
	char *text = file_read(name, 1 << 20, &size, NULL);
	const char *at = text;

	assert_non_null(text);
	for (int i = 0; i < ROWS_MOST * COLUMNS_MOST; i++)
		grid[i / COLUMNS_MOST][i % COLUMNS_MOST] = ' ';
	for (rows = 0; *at; rows++, at++) {
		int column = 0;

		assert_true(rows < ROWS_MOST);
		while (*at != '\n') {
			uint32_t character;
			int width = utf8_next(&at, &character);

			assert_true(column + width <= columns);
			grid[rows][column] = character;
			if (width == 2)
				grid[rows][column + 1] = 0;
			column += width;
		}
	}
	free(text);
	unlink(name);
}

static bool shows(int row, const char *text)
{
	for (int i = 0; i < columns; i++) {
		const char *at = text;
		int column = i;
		uint32_t character;

		while (*at && column < columns) {
			int width = utf8_next(&at, &character);

			if (grid[row][column] != character)
				break;
			column += width;
			if (!*at)
				return true;
		}
	}
	return false;
}

static bool shows_anywhere(const char *text)
{
	for (int row = 0; row < rows; row++) {
		if (shows(row, text))
			return true;
	}
	return false;
}

/* Down from a corner the line goes on to the corner below. */
static void check_side(const char *name, int row, int column, uint32_t end)
{
	int i = row + 1;

	while (i < rows && grid[i][column] == 0x2502)
		i++;
	if (i >= rows || grid[i][column] != end)
		fail_msg("%s: the frame at %d,%d is broken at row %d", name,
		    row, column, i);
}

static void check_frames(const char *name)
{
	for (int row = 0; row < rows; row++) {
		for (int i = 0; i < columns; i++) {
			if (grid[row][i] == 0x250c)
				check_side(name, row, i, 0x2514);
			if (grid[row][i] == 0x2510)
				check_side(name, row, i, 0x2518);
		}
	}
}

static void check_ascii(const char *name)
{
	for (int row = 0; row < rows; row++) {
		for (int i = 0; i < columns; i++) {
			if (grid[row][i] >= 0x80)
				fail_msg("%s: U+%04x", name,
				    (unsigned)grid[row][i]);
		}
	}
}

static void check_dump(int at, int preset, int panel, int zoom, bool unicode)
{
	const char *title = panel_of((enum panel_name)panel)->title;
	char name[48], head[64];

	columns = sizes[at][0];
	name_dump(name, sizeof(name), at, preset, panel, zoom);
	take_dump(name);
	assert_int_equal(rows, sizes[at][1]);
	assert_true(shows(rows - 1, "? help"));
	assert_true(shows(0, "idle"));
	snprintf(head, sizeof(head), " %s ", title);
	if (!shows_anywhere(head))
		fail_msg("%s: no panel %s", name, title);
	if (unicode)
		check_frames(name);
	else
		check_ascii(name);
}

static void check_all(int unicode, int color)
{
	run_script(unicode, color);
	for (int at = 0; at < SIZES; at++) {
		for (int preset = 0; preset < PRESETS; preset++) {
			for (int i = 0; i < PANELS * ZOOMS; i++) {
				if (is_dumped(at, preset, i / ZOOMS,
					i % ZOOMS))
					check_dump(at, preset, i / ZOOMS,
					    i % ZOOMS, unicode > 0);
			}
		}
	}
}

static void test_utf8_with_colour(void **state)
{
	(void)state;
	check_all(1, 1);
}

static void test_utf8_without_colour(void **state)
{
	(void)state;
	check_all(1, -1);
}

static void test_ascii(void **state)
{
	(void)state;
	check_all(-1, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_utf8_with_colour),
		cmocka_unit_test(test_utf8_without_colour),
		cmocka_unit_test(test_ascii),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
