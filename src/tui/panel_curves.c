/* Loss and accuracy, and sharpness: the same axes for all runs. */
#include "tui/panels.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "workbench/snapshot.h"

static const char *const curve_titles[] = {
	[CURVE_LOSS] = "loss", [CURVE_ACCURACY] = "training accuracy",
	[CURVE_TEST_LOSS] = "test loss",
	[CURVE_TEST_ACCURACY] = "test accuracy",
	[CURVE_LAMBDA] = "λ max", [CURVE_SAM] = "SAM sharpness",
	[CURVE_RATE] = "learning rate"};

static const enum curve_name loss_pages[] = {CURVE_LOSS,
	CURVE_TEST_ACCURACY, CURVE_TEST_LOSS, CURVE_ACCURACY, CURVE_RATE};
static const enum curve_name sharpness_pages[] = {CURVE_LAMBDA, CURVE_SAM};

enum { LOSS_PAGES = sizeof(loss_pages) / sizeof(*loss_pages),
	SHARPNESS_PAGES = sizeof(sharpness_pages) / sizeof(*sharpness_pages) };

static enum curve_name loss_curve(const struct ui *ui)
{
	return loss_pages[ui->curve_page % LOSS_PAGES];
}

static enum curve_name sharpness_curve(const struct ui *ui)
{
	return sharpness_pages[ui->sharpness_page % SHARPNESS_PAGES];
}

void legend(const struct ui *ui, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (int i = 0; i < ui->snapshot->runs && used + 1 < size; i++) {
		text_format(out + used, size - used, "%s%c %s",
		    i ? " " : "", run_mark(i), ui->snapshot->run[i].name);
		used += strlen(out + used);
	}
}

static void note(const struct ui *ui, enum curve_name name,
    enum panel_name panel, char *out, size_t size)
{
	char runs[120];

	legend(ui, runs, sizeof(runs));
	text_format(out, size, "%s%s%s%s", curve_titles[name],
	    ui->log_y[panel] ? " · log" : "", runs[0] ? " · " : "", runs);
}

void loss_note(const struct ui *ui, char *out, size_t size)
{
	note(ui, loss_curve(ui), PANEL_LOSS, out, size);
}

void sharpness_note(const struct ui *ui, char *out, size_t size)
{
	note(ui, sharpness_curve(ui), PANEL_SHARPNESS, out, size);
}

static double value_at(const struct curve *curve, double x)
{
	double best = NAN, least = INFINITY;

	for (int i = 0; i < curve->count; i++) {
		double far = fabs((double)curve->point[i].x - x);

		if (far < least) {
			least = far;
			best = (double)curve->point[i].y;
		}
	}
	return best;
}

static void x_range(const struct ui *ui, double *from, double *to)
{
	*from = INFINITY;
	*to = -INFINITY;
	for (int i = 0; i < ui->snapshot->runs; i++) {
		const struct curve *curve =
		    &ui->snapshot->run[i].curve[CURVE_LOSS];

		if (curve->count == 0)
			continue;
		*from = fmin(*from, (double)curve->point[0].x);
		*to = fmax(*to, (double)curve->point[curve->count - 1].x);
	}
}

/* The values of all runs under the cursor, above the curves. */
static void draw_readings(const struct ui *ui, const struct area *area,
    enum curve_name name, double x)
{
	int column = 8;

	column = area_printf(area, 0, column, STYLE_KEY, "step %.0f ", x);
	for (int i = 0; i < ui->snapshot->runs; i++) {
		double y = value_at(&ui->snapshot->run[i].curve[name], x);

		if (!isnan(y))
			column = area_printf(area, 0, column, run_style(i),
			    " %c %.4g", run_mark(i), y);
	}
}

static void add_stability(const struct ui *ui, struct plot *plot)
{
	const struct run_view *run = ui_run(ui);

	if (!run || isnan(run->two_over_lr))
		return;
	plot->line[plot->lines++] = (struct plot_line){run->two_over_lr,
		"2/lr"};
}

void draw_curves(const struct ui *ui, const struct area *area,
    enum curve_name name, bool log_y, const char *empty, bool stability)
{
	struct plot plot = {.glyphs = ui->glyphs, .log_y = log_y,
		.cursor = NAN, .x_label = "step", .empty = empty};
	double from, to;

	x_range(ui, &from, &to);
	if (to > from) {
		/* Both plots share one axis of steps. */
		plot.x_from = from < to ? 0 : from;
		plot.x_to = to;
		if (ui->cursor_on)
			plot.cursor = ui->cursor * to;
	}
	for (int i = 0; i < ui->snapshot->runs && i < PLOT_SERIES_MAX; i++)
		plot.series[plot.count++] = (struct plot_series){
			.curve = ui->snapshot->run[i].curve[name],
			.style = run_style(i), .mark = run_mark(i)};
	if (stability)
		add_stability(ui, &plot);
	plot_draw(area, &plot);
	if (ui->cursor_on && to > from)
		draw_readings(ui, area, name, plot.cursor);
}

void loss_draw(struct ui *ui, const struct area *area)
{
	draw_curves(ui, area, loss_curve(ui), ui->log_y[PANEL_LOSS],
	    ui->snapshot->runs ? "space trains an epoch, s takes one step" :
	    "build a network first", false);
}

/* "λ 21.1 ±0.02 in 14 products, 0.3 s", or why there is none. */
static void draw_reading(const struct ui *ui, const struct area *area)
{
	const struct run_view *run = ui_run(ui);
	const struct reading *reading;
	int column;

	if (!run)
		return;
	reading = sharpness_curve(ui) == CURVE_LAMBDA ? &run->lambda :
	    &run->sam;
	if (reading->failed) {
		area_printf(area, 0, 0, STYLE_BAD, "failed: %s",
		    reading->text);
		return;
	}
	if (!reading->known)
		return;
	column = area_printf(area, 0, 0, STYLE_NORMAL, "%s %.4g", run->name,
	    reading->value);
	if (!isnan(reading->error))
		column = area_printf(area, 0, column, STYLE_NORMAL, " ±%.1g",
		    reading->error);
	column = area_printf(area, 0, column, STYLE_DIM, " %s",
	    reading->text);
	if (reading->step != run->step)
		area_printf(area, 0, column, STYLE_WARN, " @%ld",
		    reading->step);
}

void sharpness_draw(struct ui *ui, const struct area *area)
{
	bool line = area->rows >= 4;
	struct area above = area_within(area, 0, 0, area->rows - line,
	    area->columns);
	struct area below = area_within(area, area->rows - 1, 0, line,
	    area->columns);

	draw_curves(ui, &above, sharpness_curve(ui),
	    ui->log_y[PANEL_SHARPNESS],
	    "m measures; :probe lambda every=100",
	    sharpness_curve(ui) == CURVE_LAMBDA);
	draw_reading(ui, &below);
}
