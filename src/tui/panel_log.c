#include "tui/panels.h"

#include <time.h>

static enum style style_of(enum log_level level)
{
	switch (level) {
	case LOG_COMMAND:
		return STYLE_KEY;
	case LOG_NOTE:
		return STYLE_DIM;
	case LOG_ERROR:
		return STYLE_BAD;
	case LOG_RESULT:
		break;
	}
	return STYLE_NORMAL;
}

static void draw_line(const struct area *area, int row,
    const struct log_line *line)
{
	time_t at = (time_t)line->time;
	struct tm local;
	int column;

	localtime_r(&at, &local);
	column = area_printf(area, row, 0, STYLE_DIM, "%02d:%02d:%02d ",
	    local.tm_hour, local.tm_min, local.tm_sec);
	area_printf(area, row, column, style_of(line->level), "%s%s",
	    line->level == LOG_COMMAND ? "> " :
	    line->level == LOG_ERROR ? "error: " : "", line->text);
}

void log_draw(struct ui *ui, const struct area *area)
{
	const struct snapshot *s = ui->snapshot;
	struct area room = *area;
	int last;

	/* Folded to one line, it still says what it is. */
	if (area->rows == 1) {
		room = area_within(area, 0, 4, 1, area->columns - 4);
		area_puts(area, 0, 0, ui->focus == PANEL_LOG ? STYLE_FOCUS :
		    STYLE_TITLE, "Log");
	}
	if (ui->log_back > s->log_lines - area->rows)
		ui->log_back = s->log_lines - area->rows;
	if (ui->log_back < 0)
		ui->log_back = 0;
	last = s->log_lines - ui->log_back;
	for (int i = 0; i < area->rows; i++) {
		int index = last - area->rows + i;

		if (s->log_lines < area->rows)
			index = i;
		if (index >= 0 && index < s->log_lines)
			draw_line(&room, i, &s->log[index]);
	}
}
