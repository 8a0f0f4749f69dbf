/* What was said and done. */
#include "tui/panel.h"

#include <time.h>

#include "base/text.h"
#include "tui/log_search.h"

enum { WITH_TIME = 100 };	/* columns from which a folded log has it */

static const struct {
	enum style style;
	const char *before;
} levels[] = {
	[LOG_COMMAND] = {STYLE_KEY, "> "},
	[LOG_RESULT] = {STYLE_NORMAL, ""},
	[LOG_NOTE] = {STYLE_NORMAL, ""},
	[LOG_ERROR] = {STYLE_BAD, "! "},
};

static void print_time(const struct log_line *line, char *out, size_t size)
{
	time_t at = (time_t)line->time;
	struct tm local;

	localtime_r(&at, &local);
	text_format(out, size, "%02d:%02d:%02d", local.tm_hour, local.tm_min,
	    local.tm_sec);
}

static void note(const struct ui *ui, char *out, size_t size)
{
	out[0] = '\0';
	if (ui->search[0])
		text_format(out, size, "/%s · n older N newer", ui->search);
	else if (ui->log_back)
		text_format(out, size, "%d newer lines below", ui->log_back);
}

/* In one line there are no columns to keep. */
static void squeeze(const char *text, char *out, size_t size)
{
	size_t used = 0;

	for (; *text && used + 1 < size; text++) {
		if (*text != ' ' || text[1] != ' ')
			out[used++] = *text;
	}
	out[used] = '\0';
}

static void line(const struct ui *ui, char *out, size_t size)
{
	const struct snapshot *snapshot = ui->snapshot;
	const struct log_line *last;
	char at[16], text[400];

	text_copy(out, size, "nothing yet; ? helps");
	if (snapshot->log_lines == 0)
		return;
	last = ui_error(ui);
	if (!last)
		last = &snapshot->log[snapshot->log_lines - 1];
	print_time(last, at, sizeof(at));
	squeeze(last->text, text, sizeof(text));
	text_format(out, size, STYLE_SET "%s" STYLE_BACK "%s" STYLE_SET "%s%s"
	    STYLE_BACK, STYLE_TEXT(STYLE_DIM), ui->canvas.columns < WITH_TIME ?
	    "" : at, ui->canvas.columns < WITH_TIME ? "" : " ",
	    STYLE_TEXT(levels[last->level].style), levels[last->level].before,
	    text);
}

static void draw_line(const struct area *area, int row,
    const struct log_line *line, bool found)
{
	enum style style = found ? STYLE_SELECTED : levels[line->level].style;
	char at[16];
	int column;

	print_time(line, at, sizeof(at));
	column = area_puts(area, row, 0, STYLE_DIM, area->columns >= 60 ? at :
	    "");
	column = area_puts(area, row, column ? column + 1 : 0, style,
	    levels[line->level].before);
	area_puts(area, row, column, style, line->text);
}

static void draw(struct ui *ui, const struct area *area)
{
	const struct snapshot *snapshot = ui->snapshot;
	int most = snapshot->log_lines - area->rows;
	int found = log_search_at(ui), first;

	if (ui->log_back > most)
		ui->log_back = most;
	if (ui->log_back < 0)
		ui->log_back = 0;
	first = most > 0 ? most - ui->log_back : 0;
	for (int i = 0; i < area->rows && first + i < snapshot->log_lines;
	    i++)
		draw_line(area, i, &snapshot->log[first + i],
		    first + i == found);
}

static void scroll(struct ui *ui, int lines)
{
	ui->log_back += lines;
}

static const struct key_row keys[] = {
	{"↑", {KEY_CODE_UP, 'k'}, NULL, "older lines", NULL, scroll, 1},
	{"↓", {KEY_CODE_DOWN, 'j'}, "↑↓ scroll", "newer lines", NULL, scroll,
		-1},
	{"PgUp", {KEY_CODE_PAGE_UP, KEY_CTRL('U')}, NULL, "a page older, as "
		"Ctrl-U", NULL, scroll, 10},
	{"PgDn", {KEY_CODE_PAGE_DOWN, KEY_CTRL('D')}, NULL, "a page newer, as "
		"Ctrl-D", NULL, scroll, -10},
	{"Home g", {KEY_CODE_HOME, 'g'}, NULL, "the oldest line", NULL,
		scroll, 100000},
	{"End G", {KEY_CODE_END, 'G'}, NULL, "the newest line", NULL, scroll,
		-100000},
	{0},
};

const struct panel panel_log = {"Log", note, line, draw, keys,
	NULL};
