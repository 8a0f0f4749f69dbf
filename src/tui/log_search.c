#include "tui/log_search.h"

#include <string.h>

#include "base/text.h"
#include "tui/keys.h"

static bool has(const struct ui *ui, int line)
{
	return strcasestr(ui->snapshot->log[line].text, ui->search) != NULL;
}

int log_search_at(const struct ui *ui)
{
	for (int i = 0; ui->search[0] && i < ui->snapshot->log_lines; i++) {
		if (ui->snapshot->log[i].number == ui->found)
			return i;
	}
	return -1;
}

/* From `line` on, in steps of one; the panel scrolls there. */
static bool find(struct ui *ui, int line, int step)
{
	int lines = ui->snapshot->log_lines;

	while (line >= 0 && line < lines && !has(ui, line))
		line += step;
	if (line < 0 || line >= lines)
		return false;
	ui->found = ui->snapshot->log[line].number;
	/* A little below the middle of most panels. */
	ui->log_back = lines - 1 - line - 1;
	return true;
}

void log_search(struct ui *ui, const char *text)
{
	text_copy(ui->search, sizeof(ui->search), text);
	if (!ui->search[0])
		return;
	ui->wish.focus = PANEL_LOG;
	if (find(ui, ui->snapshot->log_lines - 1, -1)) {
		ui_message(ui, "n older, N newer, Esc ends the search");
		return;
	}
	ui_message(ui, "%s is not in the log", ui->search);
	ui->search[0] = '\0';
}

bool log_search_key(struct ui *ui, int32_t code)
{
	int at = log_search_at(ui);
	int step = code == 'n' ? -1 : 1;

	if (!ui->search[0] || ui->wish.focus != PANEL_LOG)
		return false;
	if (code == KEY_CODE_ESCAPE) {
		ui->search[0] = '\0';
		ui->log_back = 0;
		return true;
	}
	if (code != 'n' && code != 'N')
		return false;
	if (at < 0)
		at = step < 0 ? ui->snapshot->log_lines : -1;
	if (!find(ui, at + step, step))
		ui_message(ui, "no %s line has %s", step < 0 ? "older" :
		    "newer", ui->search);
	return true;
}
