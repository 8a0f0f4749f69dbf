#include "tui/screen.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "tui/help.h"
#include "tui/keys.h"
#include "tui/panels.h"
#include "tui/prompt.h"

const struct panel panels[PANELS] = {
	[PANEL_NETWORK] = {"Network", network_note, network_draw},
	[PANEL_LOSS] = {"Loss", loss_note, loss_draw},
	[PANEL_RUNS] = {"Runs", runs_note, runs_draw},
	[PANEL_SHARPNESS] = {"Sharpness", sharpness_note, sharpness_draw},
	[PANEL_COMPRESSION] = {"Compression", compression_note,
	    compression_draw},
	[PANEL_LOG] = {"Log", NULL, log_draw},
};

enum style run_style(int index)
{
	return (enum style)(STYLE_SERIES1 + (index < 0 ? 0 : index) % 6);
}

char run_mark(int index)
{
	return index < 9 ? (char)('1' + index) :
	    (char)('a' + (index - 9) % 26);
}

static struct area area_at(struct ui *ui, const struct rectangle *place)
{
	struct area all = area_of(&ui->canvas, ui->unicode);

	return area_within(&all, place->row, place->column, place->rows,
	    place->columns);
}

static int draw_bar(const struct area *area, int column, double share)
{
	enum { WIDTH = 12 };
	int full = (int)lround(share * WIDTH);

	for (int i = 0; i < WIDTH; i++)
		area_put(area, 0, column + i, i < full ? STYLE_KEY :
		    STYLE_DIM, i < full ? 0x2588 : 0x2591);
	return column + WIDTH;
}

static int draw_job(const struct area *area, int column,
    const struct job_view *job)
{
	char left[16];

	column = area_printf(area, 0, column, job->paused ? STYLE_WARN :
	    STYLE_GOOD, "%s %s ", job->paused ? "paused:" : "▶", job->text);
	if (!isnan(job->progress))
		column = draw_bar(area, column, job->progress);
	if (!isnan(job->seconds_left) && !job->paused) {
		text_duration(left, sizeof(left), job->seconds_left);
		column = area_printf(area, 0, column, STYLE_NORMAL, " %s left",
		    left);
	}
	return column;
}

/* fashion-mnist  snt ▶ train 5 epochs ████░░ 0:42 left    step epoch speed */
static void draw_status(struct ui *ui)
{
	struct area area = area_at(ui, &ui->layout.status);
	const struct snapshot *s = ui->snapshot;
	const struct run_view *run = ui_run(ui);
	char right[96] = "", speed[16];
	int column;

	column = area_printf(&area, 0, 1, STYLE_BOLD, "%s ",
	    s->data[0] ? s->data : "no data yet");
	if (run)
		column = area_printf(&area, 0, column, run_style(s->current),
		    " %s ", run->name);
	if (s->jobs)
		column = draw_job(&area, column, &s->job[0]);
	if (run) {
		text_short_count(speed, sizeof(speed), s->images_per_second);
		text_format(right, sizeof(right),
		    "step %ld  epoch %.2f  %s img/s", run->step, run->epoch,
		    speed);
	}
	if (column + text_width(right) + 1 < area.columns)
		area_right(&area, 0, STYLE_NORMAL, right);
}

static void draw_panel(struct ui *ui, enum panel_name name)
{
	const struct rectangle *place = &ui->layout.panel[name];
	struct area area = area_at(ui, place), inner;
	char note[160] = "";

	if (place->rows == 0)
		return;
	if (place->rows < 3) {
		inner = area_within(&area, 0, 1, place->rows,
		    area.columns - 1);
		panels[name].draw(ui, &inner);
		return;
	}
	if (panels[name].note)
		panels[name].note(ui, note, sizeof(note));
	inner = area_frame(&area, ui->focus == name, panels[name].title,
	    note);
	panels[name].draw(ui, &inner);
}

static void draw_too_small(struct ui *ui)
{
	struct area area = area_of(&ui->canvas, ui->unicode);

	area_puts(&area, 0, 0, STYLE_WARN, "too small");
	area_printf(&area, 1, 0, STYLE_NORMAL, "needs %dx%d", LEAST_COLUMNS,
	    LEAST_ROWS);
	area_printf(&area, 2, 0, STYLE_NORMAL, "has %dx%d",
	    ui->canvas.columns, ui->canvas.rows);
	area_puts(&area, 3, 0, STYLE_NORMAL, "q quits");
}

static void draw_prompt(struct ui *ui, int *row, int *column)
{
	struct area line = area_at(ui, &ui->layout.prompt);
	struct area all = area_of(&ui->canvas, ui->unicode);
	struct area above = area_within(&all, 1, 0, line.row - 1,
	    all.columns);

	*row = -1;
	if (prompt_is_open(ui->prompt)) {
		prompt_draw(ui->prompt, &line, &above, column);
		*row = line.row;
	} else if (ui->message[0]) {
		area_puts(&line, 0, 1, STYLE_WARN, ui->message);
	} else if (ui->snapshot->data_note[0]) {
		area_puts(&line, 0, 1, STYLE_DIM, ui->snapshot->data_note);
	} else if (ui->snapshot->session[0]) {
		area_printf(&line, 0, 1, STYLE_DIM, "%s %s",
		    ui->snapshot->saved ? "saved in" : "saving in",
		    ui->snapshot->session);
	}
}

void screen_draw(struct ui *ui, int rows, int columns, int *row, int *column)
{
	struct area keys;

	if (rows != ui->canvas.rows || columns != ui->canvas.columns)
		canvas_resize(&ui->canvas, rows, columns);
	canvas_clear(&ui->canvas);
	layout_compute(rows, columns, ui->focus, ui->zoomed, &ui->layout);
	*row = -1;
	*column = 0;
	if (!ui->layout.fits) {
		draw_too_small(ui);
		return;
	}
	draw_status(ui);
	if (ui->help_open) {
		struct area all = area_of(&ui->canvas, ui->unicode);
		struct area body = area_within(&all, 1, 0, rows - 3, columns);

		help_draw(ui, &body);
	} else {
		for (int i = 0; i < PANELS; i++)
			draw_panel(ui, (enum panel_name)i);
	}
	draw_prompt(ui, row, column);
	keys = area_at(ui, &ui->layout.keys);
	keys_bar(ui, &keys);
}
