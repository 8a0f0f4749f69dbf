/* The table of keys: nothing twice, nothing without help. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/canvas.h"
#include "tui/help.h"
#include "tui/keys.h"
#include "tui/panel.h"
#include "workbench/command.h"

/* Columns there are for the three parts of a line of help at 80x24. */
enum { NAME_MOST = 9, HELP_MOST = 44, LINE_MOST = 19, CODES = 3 };

static int count_code(const struct key_row *row, int32_t code)
{
	int count = 0;

	for (; row->name; row++) {
		for (int i = 0; i < CODES; i++)
			count += row->code[i] == code;
	}
	return count;
}

static void check_unique(const struct key_row *mine,
    const struct key_row *others)
{
	for (const struct key_row *row = mine; row->name; row++) {
		for (int i = 0; i < CODES && row->code[i]; i++) {
			if (count_code(mine, row->code[i]) +
			    count_code(others, row->code[i]) != 1)
				fail_msg("%s means two things", row->name);
		}
	}
}

static void test_no_key_twice_in_one_context(void **state)
{
	static const struct key_row none[] = {{0}};

	(void)state;
	check_unique(keys_global(), none);
	for (int i = 0; i < PANELS; i++)
		check_unique(keys_panel((enum panel_name)i), keys_global());
}

static bool is_verb(const char *line)
{
	size_t length = strcspn(line, " ,");
	int count;
	const struct command *command = commands(&count);

	for (int i = 0; i < count; i++) {
		if (strlen(command[i].verb) == length &&
		    strncmp(command[i].verb, line, length) == 0)
			return true;
	}
	return false;
}

static void check_rows(const struct key_row *row)
{
	bool explained = false;

	for (; row->name; row++) {
		assert_true(row->act || !row->code[0]);
		/* Digits share the help of the first of them. */
		explained = row->help || (explained && row[-1].act ==
		    row->act);
		if (!explained)
			fail_msg("%s has no help", row->name);
		if (!row->help)
			continue;
		if (styled_width(row->name) > NAME_MOST ||
		    styled_width(row->help) > HELP_MOST ||
		    (row->line && styled_width(row->line) > LINE_MOST))
			fail_msg("help of %s is too wide", row->name);
		if (row->line && !is_verb(row->line))
			fail_msg("%s issues no command: %s", row->name,
			    row->line);
	}
}

static void test_every_key_has_help(void **state)
{
	(void)state;
	check_rows(keys_global());
	for (int i = 0; i < PANELS; i++)
		check_rows(keys_panel((enum panel_name)i));
}

static void test_arrows_and_letters(void **state)
{
	static const int32_t pairs[][2] = {{KEY_CODE_UP, 'k'},
		{KEY_CODE_DOWN, 'j'}, {KEY_CODE_LEFT, 'h'},
		{KEY_CODE_RIGHT, 'l'}};

	(void)state;
	for (int i = 0; i < PANELS; i++) {
		const struct key_row *rows = keys_panel((enum panel_name)i);

		for (int j = 0; j < 4; j++)
			assert_int_equal(count_code(rows, pairs[j][0]),
			    count_code(rows, pairs[j][1]));
		assert_int_equal(count_code(rows, KEY_CODE_UP), 1);
		assert_int_equal(count_code(rows, KEY_CODE_DOWN), 1);
	}
}

static void test_promised_keys(void **state)
{
	(void)state;
	for (const char *key = ":q?\tz sn"; *key; key++)
		assert_int_equal(count_code(keys_global(), *key), 1);
}

static void test_key_names(void **state)
{
	(void)state;
	assert_int_equal(keys_code("a"), 'a');
	assert_int_equal(keys_code("space"), ' ');
	assert_int_equal(keys_code("Ctrl-C"), 3);
	assert_int_equal(keys_code("Alt-b"), KEY_CODE_ALT | 'b');
	assert_int_equal(keys_code("PgUp"), KEY_CODE_PAGE_UP);
	assert_int_equal(keys_code("nothing"), KEY_CODE_NONE);
}

static void test_help_has_keys_and_commands(void **state)
{
	struct buffer text = {0};

	(void)state;
	help_text(PANEL_COMPRESSION, &text);
	assert_non_null(strstr(text.text, "Keys of the panel Compression"));
	assert_non_null(strstr(text.text, "measure the whole curve"));
	assert_non_null(strstr(text.text, "Ctrl-C"));
	assert_non_null(strstr(text.text, "sharpness"));
	buffer_free(&text);
}

/* `?` is the last to be cut. */
static void test_bar_keeps_the_help(void **state)
{
	static const struct snapshot nothing;
	struct ui ui = {.wish = {.focus = PANEL_COMPRESSION},
		.snapshot = &nothing};

	(void)state;
	for (int columns = LEAST_COLUMNS; columns <= 200; columns++) {
		struct area area;
		char *text;

		canvas_resize(&ui.canvas, 1, columns);
		area = area_of(&ui.canvas, true);
		keys_bar(&ui, &area);
		text = canvas_text(&ui.canvas);
		assert_non_null(strstr(text, "? help"));
		if (columns < 80) {
			free(text);
			continue;
		}
		/* What a first user looks for has a place in 80 columns. */
		assert_non_null(strstr(text, "space train"));
		assert_non_null(strstr(text, "n SNT"));
		assert_non_null(strstr(text, "u undo"));
		assert_non_null(strstr(text, "Tab panel"));
		assert_non_null(strstr(text, "q quit"));
		free(text);
	}
	canvas_free(&ui.canvas);
}

/* A study's table and the map of old steps have keys of their own. */
static void test_bar_follows_what_is_shown(void **state)
{
	static char table[] = "a table";
	const struct snapshot snapshot = {.study = table};
	struct ui ui = {.wish = {.focus = PANEL_RUNS}, .snapshot = &snapshot,
		.study = {.shown = true}, .heat = {.shown = true}};
	struct area area;
	char *text;

	(void)state;
	canvas_resize(&ui.canvas, 1, 80);
	area = area_of(&ui.canvas, true);
	keys_bar(&ui, &area);
	text = canvas_text(&ui.canvas);
	assert_non_null(strstr(text, "y runs"));
	assert_null(strstr(text, "t twin"));
	free(text);
	canvas_clear(&ui.canvas);
	ui.wish.focus = PANEL_COMPRESSION;
	keys_bar(&ui, &area);
	text = canvas_text(&ui.canvas);
	assert_non_null(strstr(text, "t sliders"));
	assert_non_null(strstr(text, "? help"));
	free(text);
	canvas_free(&ui.canvas);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_key_twice_in_one_context),
		cmocka_unit_test(test_every_key_has_help),
		cmocka_unit_test(test_arrows_and_letters),
		cmocka_unit_test(test_promised_keys),
		cmocka_unit_test(test_key_names),
		cmocka_unit_test(test_help_has_keys_and_commands),
		cmocka_unit_test(test_bar_keeps_the_help),
		cmocka_unit_test(test_bar_follows_what_is_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
