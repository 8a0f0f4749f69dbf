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

/* The line ends at a newline or the end; styles stay in it. */
static const char *next_line(const char *at, char *line, size_t size)
{
	size_t length = strcspn(at, "\n");

	text_format(line, size, "%.*s", (int)length, at);
	return at + length + (at[length] == '\n');
}

static void draw_lines(const struct area *area, const char *text,
    const struct help_view *view)
{
	char line[512];

	for (int i = 0; *text && i < view->first + area->rows; i++) {
		text = next_line(text, line, sizeof(line));
		if (i < view->first)
			continue;
		area_puts(area, i - view->first, 1, STYLE_NORMAL, line);
		if (i == view->found)
			area_put(area, i - view->first, 0, STYLE_KEY, '>');
	}
}

static void describe(const struct help_view *view, int lines, char *out,
    size_t size)
{
	if (view->typing)
		text_format(out, size, "/%s_ · Enter finds", view->sought);
	else if (view->sought[0])
		text_format(out, size, "/%s · n next, N before",
		    view->sought);
	else
		text_format(out, size, "line %d of %d", view->first + 1,
		    lines);
}

void help_show(struct ui *ui)
{
	help_about(ui, "");
}

void help_about(struct ui *ui, const char *word)
{
	ui->help = (struct help_view){.open = true, .found = -1};
	text_copy(ui->help.about, sizeof(ui->help.about), word);
}

/* One line of a text in lines of at most `width`, with its indent and more. */
static void put_wrapped(struct buffer *out, const char *line, int width)
{
	const int indent = (int)strspn(line, " ");
	int column = 0;

	for (const char *at = line; *at;) {
		int blanks = (int)strspn(at, " ");
		int word = (int)strcspn(at + blanks, " ");

		if (column > indent && column + blanks + word > width) {
			buffer_printf(out, "\n%*s", indent + 2, "");
			column = indent + 2;
			blanks = 0;
			at += strspn(at, " ");
		}
		buffer_add(out, at, (size_t)(blanks + word));
		column += blanks + word;
		at += blanks + word;
	}
	buffer_puts(out, "\n");
}

static void word_text(const struct help_view *view, struct buffer *out)
{
	struct buffer raw = {0};
	char line[2048];

	command_help(view->about, &raw);
	for (const char *at = raw.text; *at;) {
		at = next_line(at, line, sizeof(line));
		put_wrapped(out, line, view->columns);
	}
	buffer_free(&raw);
}

static void shown_text(const struct ui *ui, struct buffer *out)
{
	if (ui->help.about[0])
		word_text(&ui->help, out);
	else
		help_text(ui->wish.focus, out);
}

void help_draw(struct ui *ui, const struct area *area)
{
	struct buffer text = {0};
	char note[64];
	struct area inside;
	int lines;

	for (int i = 0; i < area->rows; i++)
		area_fill(area, i, STYLE_NORMAL);
	ui->help.columns = area->columns - 4;
	shown_text(ui, &text);
	lines = count_lines(text.text);
	if (ui->help.first > lines - (area->rows - 2))
		ui->help.first = lines - (area->rows - 2);
	if (ui->help.first < 0)
		ui->help.first = 0;
	describe(&ui->help, lines, note, sizeof(note));
	inside = area_frame(area, FRAME_BOX, true, "Help", note);
	draw_lines(&inside, text.text, &ui->help);
	buffer_free(&text);
}

/* The line with what is sought that is nearest behind `from`, or before it;
 * -1: there is none. */
static int find_line(const char *text, const char *sought, int from, int step)
{
	char line[512];
	int found = -1;

	for (int i = 0; *text; i++) {
		text = next_line(text, line, sizeof(line));
		if (!strcasestr(line, sought) || (step > 0 ? i <= from :
			i >= from))
			continue;
		found = i;
		if (step > 0)
			break;
	}
	return found;
}

static void find(struct ui *ui, int from, int step)
{
	struct buffer text = {0};
	int found;

	shown_text(ui, &text);
	found = find_line(text.text, ui->help.sought, from, step);
	buffer_free(&text);
	if (found < 0) {
		ui_message(ui, "%s is not %s", ui->help.sought, step < 0 ?
		    "further up" : from < 0 ? "in the help" : "further down");
		return;
	}
	ui->help.found = found;
	ui->help.first = found - 2;
}

/* What is sought; it is found while it is typed. */
static bool type_sought(struct ui *ui, int32_t code)
{
	struct help_view *view = &ui->help;
	size_t length = strlen(view->sought);

	if (!view->typing)
		return false;
	if (code == KEY_CODE_ESCAPE)
		view->sought[0] = '\0';
	if (code == KEY_CODE_ESCAPE || code == KEY_CODE_ENTER)
		view->typing = false;
	else if (code == KEY_CODE_BACKSPACE && length > 0)
		view->sought[length - 1] = '\0';
	else if (code >= ' ' && code <= '~' &&
	    length + 1 < sizeof(view->sought))
		memcpy(view->sought + length, (char[]){(char)code, 0}, 2);
	if (view->typing && view->sought[0])
		find(ui, -1, 1);
	return true;
}

static bool scroll_key(struct ui *ui, int32_t code)
{
	static const struct { int32_t code; int lines; } moves[] = {
		{KEY_CODE_UP, -1}, {'k', -1}, {KEY_CODE_DOWN, 1}, {'j', 1},
		{KEY_CODE_ENTER, 1}, {KEY_CODE_PAGE_UP, -15},
		{KEY_CTRL('U'), -15}, {'b', -15}, {KEY_CODE_PAGE_DOWN, 15},
		{KEY_CTRL('D'), 15}, {' ', 15}, {KEY_CODE_HOME, -10000},
		{'g', -10000}, {KEY_CODE_END, 10000}, {'G', 10000}};

	for (size_t i = 0; i < sizeof(moves) / sizeof(*moves); i++) {
		if (moves[i].code == code) {
			ui->help.first += moves[i].lines;
			return true;
		}
	}
	return false;
}

void help_key(struct ui *ui, int32_t code)
{
	if (type_sought(ui, code) || scroll_key(ui, code))
		return;
	switch (code) {
	case '/':
	case KEY_CODE_F3:
		ui->help.typing = true;
		ui->help.sought[0] = '\0';
		break;
	case 'n':
	case 'N':
		if (ui->help.sought[0])
			find(ui, ui->help.found, code == 'n' ? 1 : -1);
		break;
	case '\t':
	case KEY_CODE_BACK_TAB:
		help_show(ui);
		keys_press(ui, code);
		break;
	case ':':
		ui->help.open = false;
		prompt_open(ui->prompt, "", -1);
		break;
	case KEY_CODE_ESCAPE:
	case KEY_CODE_F1:
	case '?':
		ui->help.open = false;
		break;
	default:
		ui->help.open = !keys_quit(code);
	}
}
