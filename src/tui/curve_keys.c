/* What the keys of the panels of curves do: pages, cursor, zoom. */
#include "tui/curves.h"

#include <math.h>

#include "base/text.h"
#include "tui/figures.h"
#include "tui/scale.h"

enum { CLOSEST = 10000 };	/* zoomed at most so many times */

void curves_init(struct curve_panel *panel, const struct curve_page *pages,
    int count, bool log_y)
{
	*panel = (struct curve_panel){.pages = pages, .count = count,
		.log_y = log_y};
	for (int i = 0; i < CURVE_PAGES_MAX; i++)
		panel->reference[i] = NAN;
}

void curve_view_init(struct curve_view *view)
{
	*view = (struct curve_view){.to = INFINITY, .cursor = INFINITY};
}

static struct curve_panel *focused(struct ui *ui)
{
	return ui->wish.focus == PANEL_SHARPNESS ? &ui->sharpness : &ui->loss;
}

void curves_turn(struct ui *ui, int step)
{
	struct curve_panel *panel = focused(ui);

	panel->page = (panel->page + step + panel->count) % panel->count;
}

/* The window is moved where it would not show this x; behind the end of the
 * data it follows them. */
static void keep_in_sight(struct ui *ui, double x)
{
	double from, to;

	curves_window(ui, &from, &to);
	if (ui->view.width > 0 && x < from)
		ui->view.to = x + ui->view.width;
	else if (ui->view.width > 0 && x > to)
		ui->view.to = x;
	if (ui->view.to >= curves_extent(ui))
		ui->view.to = INFINITY;
}

/* A key that moved the cursor by less than a step would seem dead. */
static double notch(const struct ui *ui)
{
	double from, to;

	curves_window(ui, &from, &to);
	return fmax((to - from) / 100, ui->x_axis == X_STEPS ? 1 : 0);
}

/* The first key shows the cursor where it is. */
void curves_read(struct ui *ui, int hundredths)
{
	double end = curves_extent(ui), x = curves_cursor(ui);

	if (ui->view.reading)
		x = fmax(0, x + hundredths * notch(ui));
	ui->view.reading = true;
	ui->view.cursor = x >= end ? INFINITY : x;
	keep_in_sight(ui, fmin(x, end));
}

void curves_hide(struct ui *ui, int argument)
{
	(void)argument;
	ui->view.reading = false;
}

void curves_show_all(struct ui *ui, int argument)
{
	(void)argument;
	ui->view.width = 0;
	ui->view.to = INFINITY;
}

/* About the cursor, or else with the end where it is. */
void curves_zoom(struct ui *ui, int direction)
{
	double from, to, width, end = curves_extent(ui);
	double all = scale_round_up(end);

	curves_window(ui, &from, &to);
	width = (to - from) * (direction > 0 ? 0.5 : 2);
	if (width >= all) {
		curves_show_all(ui, 0);
		return;
	}
	ui->view.width = fmax(width, all / CLOSEST);
	if (ui->view.reading)
		ui->view.to = curves_cursor(ui) + ui->view.width / 2;
	if (ui->view.to >= end)
		ui->view.to = INFINITY;
}

void curves_pan(struct ui *ui, int direction)
{
	double from, to;

	if (ui->view.width <= 0) {
		ui_message(ui, "all of it is in sight; + shows a part");
		return;
	}
	curves_window(ui, &from, &to);
	ui->view.to = to + direction * ui->view.width / 4;
	if (ui->view.to < ui->view.width)
		ui->view.to = ui->view.width;
	if (ui->view.to >= curves_extent(ui))
		ui->view.to = INFINITY;
}

void curves_toggle_log(struct ui *ui, int argument)
{
	struct curve_panel *panel = focused(ui);

	(void)argument;
	panel->log_y = !panel->log_y;
}

void curves_refer(struct ui *ui, int argument)
{
	struct curve_panel *panel = focused(ui);
	double *reference = &panel->reference[panel->page];
	char *label = panel->label[panel->page];
	struct curve_page page = curves_page(panel, panel->page);

	(void)argument;
	if (page.draw) {
		ui_message(ui, "lines are for curves over the steps");
		return;
	}
	if (!isnan(*reference)) {
		*reference = NAN;
		return;
	}
	if (!ui_need_run(ui))
		return;
	*reference = curves_value(ui, &page, ui->snapshot->current,
	    curves_cursor(ui));
	figure_number(*reference, 4, label, sizeof(panel->label[0]));
	if (isnan(*reference))
		ui_message(ui, "no value there to draw a line at");
}

void curves_smooth(struct ui *ui, int argument)
{
	static const char *const names[SMOOTHINGS] = {"as they are",
		"as means over 2% of the axis",
		"as means over 8% of the axis"};

	(void)argument;
	ui->view.smoothing = (ui->view.smoothing + 1) % SMOOTHINGS;
	ui_message(ui, "lines are drawn %s", names[ui->view.smoothing]);
}

/* Places on one axis say nothing about another. */
void curves_next_axis(struct ui *ui, int argument)
{
	static const char *const names[X_AXES] = {"steps", "epochs",
		"gradient evaluations", "seconds of training"};

	(void)argument;
	ui->x_axis = (ui->x_axis + 1) % X_AXES;
	curves_show_all(ui, 0);
	ui->view.cursor = INFINITY;
	ui_message(ui, "curves against %s", names[ui->x_axis]);
}
