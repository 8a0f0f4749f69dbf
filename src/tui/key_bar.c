/* The line of keys at the bottom. */
#include "tui/keys.h"

#include <string.h>

#include "base/text.h"
#include "tui/panel.h"
#include "tui/prompt.h"
#include "tui/study_page.h"

enum { BAR_MOST = 48, BAR_GAP = 2 };

/* What the space bar would do now. */
static const char *label_of(const struct ui *ui, const struct key_row *row)
{
	const struct job_view *job = ui_played(ui);

	if (row->code[0] != ' ' || !job)
		return row->label;
	return job->paused ? "space go on" : "space pause";
}

/* "a add": the key itself stands out. Returns the column after it. */
static int bar_item(const struct area *area, int column, const char *label)
{
	size_t key = strcspn(label, " ");
	char text[64];

	text_format(text, sizeof(text), STYLE_SET "%.*s" STYLE_BACK "%s",
	    STYLE_TEXT(STYLE_KEY), (int)key, label, label + key);
	return area_puts(area, 0, column, STYLE_NORMAL, text) + BAR_GAP;
}

/* The keys of the bar, in its order. */
struct bar {
	const struct key_row *row[BAR_MOST];
	bool shown[BAR_MOST];
	int count;
};

static void collect(struct bar *bar, const struct key_row *row)
{
	for (; row->name && bar->count < BAR_MOST; row++) {
		if (row->label)
			bar->row[bar->count++] = row;
	}
}

/* What whoever comes for the first time looks for. */
static bool is_basic(const struct key_row *row)
{
	return row->code[0] && row->code[0] < KEY_CODE_FIRST &&
	    strchr(" \tqnu", (int)row->code[0]) != NULL;
}

/* Those that fit, the basic ones before the others; room left. */
static int choose(const struct ui *ui, struct bar *bar, bool basic, int room)
{
	for (int i = 0; i < bar->count; i++) {
		int width = styled_width(label_of(ui, bar->row[i])) + BAR_GAP;

		/* What a panel has first is basic to it. */
		if ((is_basic(bar->row[i]) || i == 0) != basic || width > room)
			continue;
		bar->shown[i] = true;
		room -= width;
	}
	return room;
}

/* What a panel shows in the place of its usual contents has fewer keys. */
static const struct key_row study_rows[] = {
	{.name = "arrows", .label = "↑↓←→ scroll"},
	{.name = "y", .code = {'y'}, .label = "y runs"}, {0}};
static const struct key_row map_rows[] = {
	{.name = "arrows", .label = "↑↓←→ read"},
	{.name = "Enter", .code = {'\r'}, .label = "Enter go there"},
	{.name = "t", .code = {'t'}, .label = "t sliders"},
	{.name = "W", .code = {'W'}, .label = "W measure"}, {0}};

static const struct key_row *panel_rows(const struct ui *ui)
{
	if (ui->wish.focus == PANEL_RUNS && study_page_shown(ui))
		return study_rows;
	if (ui->wish.focus == PANEL_COMPRESSION && ui->heat.shown)
		return map_rows;
	return keys_panel(ui->wish.focus);
}

/* What takes all keys while it is there. */
static const struct key_row question_rows[] = {
	{.name = "y", .label = "y quit"}, {0}};
static const struct key_row help_rows[] = {
	{.name = "arrows", .label = "↑↓ scroll"},
	{.name = "space", .label = "space page"},
	{.name = "/", .label = "/ search"},
	{.name = "Tab", .label = "Tab next panel"},
	{.name = ":", .label = ": command"}, {0}};
static const struct key_row list_rows[] = {
	{.name = "arrows", .label = "↑↓ choose"},
	{.name = "Enter", .label = "Enter take it"}, {0}};
static const struct key_row prompt_rows[] = {
	{.name = "Enter", .label = "Enter run"},
	{.name = "Esc", .label = "Esc to the panels"},
	{.name = "Tab", .label = "Tab complete"},
	{.name = "arrows", .label = "↑↓ history"}, {0}};

/* The keys that work now, and what is never cut. */
static const char *collect_all(const struct ui *ui, struct bar *bar)
{
	const struct { bool on; const struct key_row *row; const char *end;
	} mode[] = {{ui->asked, question_rows, "n stay"},
		{ui->help.open, help_rows, "Esc back"},
		{prompt_is_open(ui->prompt) && prompt_lists(ui->prompt),
			list_rows, "Esc back"},
		{prompt_is_open(ui->prompt), prompt_rows, "F1 help"}};

	for (size_t i = 0; i < sizeof(mode) / sizeof(*mode); i++) {
		if (mode[i].on) {
			collect(bar, mode[i].row);
			return mode[i].end;
		}
	}
	collect(bar, panel_rows(ui));
	collect(bar, keys_global());
	return "? help";
}

void keys_bar(const struct ui *ui, const struct area *area)
{
	struct bar bar = {0};
	const char *last = collect_all(ui, &bar);
	int column = 1, end = area->columns - styled_width(last) - 1;
	int room = choose(ui, &bar, true, end - column);

	choose(ui, &bar, false, room);
	for (int i = 0; i < bar.count; i++) {
		if (bar.shown[i])
			column = bar_item(area, column,
			    label_of(ui, bar.row[i]));
	}
	bar_item(area, end, last);
}
