#include "tui/study_page.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

void study_page_open(struct ui *ui)
{
	ui->study = (struct study_page){.shown = true};
	ui->wish.focus = PANEL_RUNS;
	ui->wish.zoomed = true;
	ui_message(ui, "the study, as it fills: arrows move it, z the other "
	    "panels, y the runs");
}

void study_page_toggle(struct ui *ui)
{
	if (ui->snapshot->study)
		ui->study.shown = !ui->study.shown;
	else
		ui_message(ui, "no study was run: `study PLAN` runs one");
}

bool study_page_shown(const struct ui *ui)
{
	return ui->study.shown && ui->snapshot->study;
}

static const struct job_view *study_job(const struct ui *ui)
{
	for (int i = 0; i < ui->snapshot->jobs; i++) {
		if (ui->snapshot->job[i].kind == JOB_STUDY)
			return &ui->snapshot->job[i];
	}
	return NULL;
}

void study_page_note(const struct ui *ui, char *out, size_t size)
{
	const struct job_view *job = study_job(ui);
	char left[32] = "";

	if (job && !isnan(job->seconds_left))
		text_duration(left, sizeof(left), job->seconds_left);
	text_format(out, size, !job ? "study · ended" : left[0] ?
	    "study · about %s left" : "study", left);
}

/* Characters cut off at the left; the rest is cut by the area. */
static const char *from_column(const char *line, size_t length, int column)
{
	return (size_t)column < length ? line + column : line + length;
}

/* Networks stand at the left, their quantities below them. */
static void draw_line(const struct area *area, int row, const char *line,
    size_t length, int column)
{
	const char *rest = from_column(line, length, column);
	int room = (int)(length - (size_t)(rest - line));

	area_printf(area, row, 0, line[0] == ' ' ? STYLE_NORMAL : STYLE_BOLD,
	    "%.*s", room, rest);
	if (room > area->columns)
		area_put(area, row, area->columns - 1, STYLE_DIM, 0x2026);
}

struct extent {
	int rows, columns;
};

static struct extent measure(const char *text)
{
	struct extent extent = {0};

	for (const char *line = text; line; extent.rows++) {
		int length = (int)strcspn(line, "\n");

		extent.columns = length > extent.columns ? length :
		    extent.columns;
		line = line[length] ? line + length + 1 : NULL;
	}
	return extent;
}

static int within(int value, int most)
{
	return value > most ? (most > 0 ? most : 0) : value < 0 ? 0 : value;
}

void study_page_draw(struct ui *ui, const struct area *area)
{
	const char *line = ui->snapshot->study;
	struct extent extent = measure(line);
	struct study_page *page = &ui->study;

	page->row = within(page->row, extent.rows - area->rows);
	page->column = within(page->column, extent.columns - area->columns);
	for (int row = -page->row; line && row < area->rows; row++) {
		size_t length = strcspn(line, "\n");

		if (row >= 0)
			draw_line(area, row, line, length, page->column);
		line = line[length] ? line + length + 1 : NULL;
	}
}

void study_page_move(struct ui *ui, int rows, int columns)
{
	ui->study.row += rows;
	ui->study.column += columns;
}
