#include "tui/help.h"

#include <string.h>

#include "base/text.h"
#include "tui/panel.h"
#include "tui/prompt.h"
#include "workbench/command.h"

enum { NAME = 9, HELP = 45 };	/* columns of the table */

/* Keys of the prompt and of the help itself are not in the table: the prompt
 * is readline's, and both take every key. */
static const struct {
	const char *key, *help;
} prompt_keys[] = {
	{"Tab", "at the beginning: all commands, settings and runs; type to "
		"filter"},
	{"Tab", "later: complete; again for the next, Shift-Tab for the last"},
	{"/TEXT", "search the log; then n older, N newer"},
	{"Enter", "run the line; an empty line leaves the prompt"},
	{"Esc", "leave the prompt"},
	{"↑ ↓", "lines typed before; Ctrl-R searches in them"},
	{"Ctrl-A", "to the beginning, Ctrl-E to the end"},
	{"Ctrl-W", "cut a word, Ctrl-U all before, Ctrl-K all behind; Ctrl-Y "
		"pastes"},
	{"Ctrl-C", "clear the line; on an empty one: stop what is running"},
	{"PgUp PgDn", "scroll the log"},
}, marks[] = {
	{"∘", "trained through the transform (SNT)"},
	{"*", "the current run; in curves: exact points"},
	{"±", "95% interval, or the error of an estimate"},
	{"n 2.6k…", "so far on that many samples: still measuring"},
	{"exact", "on the whole test set"},
	{"'", "stale: of an earlier step; stale @N: of step N"},
	{"+", "in curves: an estimate, with its interval"},
	{"1 2 3", "the runs in plots; dotted lines are of the test set"},
};

static void heading(struct buffer *out, const char *text)
{
	buffer_printf(out, "%s" STYLE_SET "%s" STYLE_BACK "\n",
	    out->length ? "\n" : "", STYLE_TEXT(STYLE_TITLE), text);
}

static void put_row(struct buffer *out, const char *key, const char *help,
    const char *line)
{
	int used = styled_width(key);

	buffer_printf(out, "  " STYLE_SET "%s" STYLE_BACK "%*s %s",
	    STYLE_TEXT(STYLE_KEY), key, used < NAME ? NAME - used : 0, "",
	    help);
	used = styled_width(help);
	if (line)
		buffer_printf(out, "%*s" STYLE_SET "%s" STYLE_BACK,
		    used < HELP ? HELP - used : 2, "", STYLE_TEXT(STYLE_DIM),
		    line);
	buffer_puts(out, "\n");
}

static void put_keys(struct buffer *out, const struct key_row *row)
{
	for (; row->name; row++) {
		if (row->help)
			put_row(out, row->name, row->help, row->line);
	}
}

void help_text(enum panel_name panel, struct buffer *out)
{
	char title[64];

	text_format(title, sizeof(title), "Keys of the panel %s",
	    panel_of(panel)->title);
	heading(out, title);
	put_keys(out, keys_panel(panel));
	heading(out, "Keys everywhere, and the lines they issue");
	put_keys(out, keys_global());
	heading(out, "The prompt");
	for (size_t i = 0; i < sizeof(prompt_keys) / sizeof(*prompt_keys);
	    i++)
		put_row(out, prompt_keys[i].key, prompt_keys[i].help, NULL);
	heading(out, "Marks");
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		put_row(out, marks[i].key, marks[i].help, NULL);
	heading(out, "Commands");
	command_help(NULL, out);
}

static int count_lines(const char *text)
{
	int lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static void draw_lines(const struct area *area, const char *text, int first)
{
	char line[512];

	for (int i = 0; *text && i < first + area->rows; i++) {
		size_t length = strcspn(text, "\n");

		text_format(line, sizeof(line), "%.*s", (int)length, text);
		if (i >= first)
			area_puts(area, i - first, 1, STYLE_NORMAL, line);
		text += length + (text[length] == '\n');
	}
}

void help_draw(struct ui *ui, const struct area *area)
{
	struct buffer text = {0};
	char note[64];
	struct area inside;
	int lines;

	for (int i = 0; i < area->rows; i++)
		area_fill(area, i, STYLE_NORMAL);
	help_text(ui->wish.focus, &text);
	lines = count_lines(text.text);
	if (ui->help_first > lines - (area->rows - 2))
		ui->help_first = lines - (area->rows - 2);
	if (ui->help_first < 0)
		ui->help_first = 0;
	text_format(note, sizeof(note), "line %d of %d · ↑↓ · Esc leaves",
	    ui->help_first + 1, lines);
	inside = area_frame(area, FRAME_BOX, true, "Help", note);
	draw_lines(&inside, text.text, ui->help_first);
	buffer_free(&text);
}

void help_key(struct ui *ui, int32_t code)
{
	static const struct { int32_t code; int lines; } moves[] = {
		{KEY_CODE_UP, -1}, {'k', -1}, {KEY_CODE_DOWN, 1}, {'j', 1},
		{KEY_CODE_PAGE_UP, -15}, {KEY_CODE_PAGE_DOWN, 15}, {' ', 15},
		{KEY_CODE_HOME, -10000}, {KEY_CODE_END, 10000},
		{'G', 10000}};

	for (size_t i = 0; i < sizeof(moves) / sizeof(*moves); i++) {
		if (moves[i].code == code) {
			ui->help_first += moves[i].lines;
			return;
		}
	}
	switch (code) {
	case '\t':
	case KEY_CODE_BACK_TAB:
		ui->help_first = 0;
		keys_press(ui, code);
		break;
	case ':':
		ui->help_open = false;
		prompt_open(ui->prompt, "", -1);
		break;
	case KEY_CODE_ESCAPE:
	case KEY_CODE_F1:
	case '?':
	case 'q':
		ui->help_open = false;
		break;
	default:
		break;
	}
}
