#include "tui/curves.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "tui/figures.h"
#include "tui/scale.h"

static const char *const axis_names[X_AXES] = {
	[X_STEPS] = "step", [X_EPOCHS] = "epoch",
	[X_GRADIENTS] = "gradients"};

/* From steps to what the x axis shows. */
static double x_unit(const struct ui *ui, const struct run_view *run)
{
	switch (ui->x_axis) {
	case X_EPOCHS:
		return run->steps_per_epoch > 0 ?
		    1.0 / (double)run->steps_per_epoch : 1;
	case X_GRADIENTS:
		return run->step > 0 && run->gradients > 0 ?
		    run->gradients / (double)run->step : 1;
	default:
		return 1;
	}
}

void curves_legend(const struct ui *ui, char *out, size_t size)
{
	out[0] = '\0';
	for (int i = 0; i < ui->snapshot->runs; i++) {
		size_t used = strlen(out);

		text_format(out + used, size - used, "%s" STYLE_SET "%c"
		    STYLE_BACK " %s", i ? " " : "",
		    STYLE_TEXT(run_style(i)), run_mark(i),
		    ui->snapshot->run[i].name);
	}
}

void curves_note(const struct ui *ui, const struct curve_panel *panel,
    const struct curve_page *page, char *out, size_t size)
{
	char legend[200];

	curves_legend(ui, legend, sizeof(legend));
	text_format(out, size, "%s%s%s%s", page->title,
	    panel->log_y ? " · log y" : "", legend[0] ? " · " : "", legend);
}

static void add_run(const struct ui *ui, const struct curve_page *page,
    int index, struct plot *plot)
{
	const struct run_view *run = &ui->snapshot->run[index];
	struct plot_series *series = plot_add(plot, run->curve[page->line],
	    run_style(index), run_mark(index));

	series->x_unit = x_unit(ui, run);
	series->y_unit = page->unit;
	if (page->marks < 0 || plot->count == PLOT_SERIES_MAX)
		return;
	series = plot_add(plot, run->curve[page->marks], run_style(index),
	    run_mark(index));
	series->x_unit = x_unit(ui, run);
	series->y_unit = page->unit;
	series->dotted = true;
}

/* All plots of the screen share one x axis: that of the training loss. The
 * cursor moves as far as there are data. */
static void share_x(const struct ui *ui, const struct curve_panel *panel,
    struct plot *plot)
{
	struct plot loss = plot_new(PLOT_ASCII);
	struct plot_series *series;
	double from, to;

	for (int i = 0; i < ui->snapshot->runs && i < PLOT_SERIES_MAX; i++) {
		const struct run_view *run = &ui->snapshot->run[i];

		series = plot_add(&loss, run->curve[CURVE_LOSS],
		    STYLE_NORMAL, ' ');
		series->x_unit = x_unit(ui, run);
	}
	if (!plot_x_range(&loss, &from, &to) || to <= 0)
		return;
	plot->x_from = 0;
	plot->x_to = scale_round_up(to);
	if (panel->reading)
		plot->cursor = panel->cursor * to;
}

static void add_stability(const struct ui *ui, struct plot *plot)
{
	const double rounding = 1e-9;
	const struct run_view *run = ui_run(ui);

	if (run && !isnan(run->two_over_lr))
		plot->line[plot->lines++] = (struct plot_line){
			run->two_over_lr, run->two_over_lr * run->lr >
			2 * (1 + rounding) ? "2(1+m)/lr" : "2/lr"};
}

/* The values of all runs under the cursor, above the curves. */
static void draw_values(const struct ui *ui, const struct area *area,
    const struct plot *plot)
{
	int column = 10;
	char value[24];

	text_format(value, sizeof(value), ui->x_axis == X_EPOCHS ? "%.2f" :
	    "%.0f", plot->cursor);
	column = area_printf(area, 0, column, STYLE_KEY, " %s %s ",
	    axis_names[ui->x_axis], value);
	for (int s = 0; s < plot->count; s++) {
		const struct plot_series *series = &plot->series[s];
		double y = plot_value_at(series, plot->cursor);

		if (isnan(y))
			continue;
		figure_number(y, 4, value, sizeof(value));
		column = area_printf(area, 0, column, series->style,
		    series->dotted ? "(%c %s) " : "%c %s ", series->mark,
		    value);
	}
}

void curves_draw(const struct ui *ui, const struct curve_panel *panel,
    const struct curve_page *page, const struct area *area)
{
	struct plot plot = plot_new(ui->glyphs);
	int most = PLOT_SERIES_MAX / (page->marks < 0 ? 1 : 2);

	plot.log_y = panel->log_y;
	plot.marks = !ui->color;
	/* Noise of several runs at once would hide their lines. */
	plot.means = ui->extremes == EXTREMES_HIDDEN ||
	    (ui->extremes == EXTREMES_AUTO && ui->snapshot->runs > 1);
	plot.x_label = axis_names[ui->x_axis];
	plot.empty = ui->snapshot->runs ? page->empty :
	    "no network yet\n:net mlp 300-100";
	share_x(ui, panel, &plot);
	for (int i = 0; i < ui->snapshot->runs && i < most; i++)
		add_run(ui, page, i, &plot);
	if (page->stability)
		add_stability(ui, &plot);
	plot_draw(area, &plot);
	if (!isnan(plot.cursor))
		draw_values(ui, area, &plot);
}

void curves_move(struct curve_panel *panel, int step)
{
	double place = panel->cursor + step / 100.0;

	if (panel->reading)
		panel->cursor = fmin(1, fmax(0, place));
	panel->reading = true;
}
