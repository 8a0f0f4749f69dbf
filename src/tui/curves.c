/* The curves of all runs on one x axis, and those of a page as a plot. */
#include "tui/curve_plot.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "tui/figures.h"
#include "tui/layer_grid.h"
#include "tui/scale.h"

const struct curve_axis curve_axes[X_AXES] = {
	[X_STEPS] = {"step", "%.0f"},
	[X_EPOCHS] = {"epoch", "%.2f"},
	[X_GRADIENTS] = {"gradients", "%.0f"},
	[X_SECONDS] = {"seconds", "%.1f"}};

/* Half of the width of the means, as a share of what is in sight. */
static const double smoothing[SMOOTHINGS] = {0, 0.01, 0.04};

/* From steps to what the x axis shows. */
static void place_on_axis(const struct ui *ui, const struct run_view *run,
    struct plot_series *series)
{
	if (ui->x_axis == X_GRADIENTS)
		series->cost = run->curve[CURVE_GRADIENTS];
	if (ui->x_axis == X_SECONDS)
		series->cost = run->curve[CURVE_SECONDS];
	if (ui->x_axis == X_EPOCHS && run->steps_per_epoch > 0)
		series->x_unit = 1.0 / (double)run->steps_per_epoch;
}

static const struct layer_curve_view *find(const struct run_view *run,
    int name, int layer)
{
	for (int i = 0; i < run->layer_curves; i++) {
		if ((int)run->layer_curve[i].name == name &&
		    run->layer_curve[i].layer == layer)
			return &run->layer_curve[i];
	}
	return NULL;
}

const struct curve *curves_find(const struct run_view *run, int name,
    int layer)
{
	static const struct curve none;
	const struct layer_curve_view *found = find(run, name, layer);

	return layer == 0 ? &run->curve[name] : found ? &found->curve : &none;
}

const struct reading *curves_reading(const struct run_view *run, int name,
    int layer)
{
	static const struct reading none;
	const struct layer_curve_view *found = find(run, name, layer);

	return layer == 0 ? &run->reading[name] :
	    found ? &found->reading : &none;
}

static struct plot_series *add_curve(const struct ui *ui,
    const struct curve_page *page, int index, int name, struct plot *plot)
{
	const struct run_view *run = &ui->snapshot->run[index];
	struct plot_series *series = plot_add(plot,
	    *curves_find(run, name, page->layer), run_style(index),
	    run_mark(index));

	place_on_axis(ui, run, series);
	series->y_unit = page->unit;
	return series;
}

double curves_extent(const struct ui *ui)
{
	struct plot loss = plot_new(PLOT_ASCII);
	double from, to;

	for (int i = 0; i < ui->snapshot->runs && i < PLOT_SERIES_MAX; i++)
		place_on_axis(ui, &ui->snapshot->run[i], plot_add(&loss,
		    ui->snapshot->run[i].curve[CURVE_LOSS], STYLE_NORMAL,
		    ' '));
	return plot_x_range(&loss, &from, &to) ? to : 0;
}

void curves_window(const struct ui *ui, double *from, double *to)
{
	double end = curves_extent(ui), width = ui->view.width;

	*from = 0;
	*to = end > 0 ? scale_round_up(end) : 1;
	if (width <= 0 || width >= *to)
		return;
	*to = fmax(width, fmin(ui->view.to, end));
	*from = *to - width;
}

double curves_cursor(const struct ui *ui)
{
	return fmin(ui->view.cursor, curves_extent(ui));
}

double curves_value(const struct ui *ui, const struct curve_page *page,
    int run, double x)
{
	const struct curve *curve = curves_find(&ui->snapshot->run[run],
	    (int)page->line, page->layer);
	struct plot one = plot_new(PLOT_ASCII);
	double from, to, margin;

	if (curve->count == 0)
		return NAN;
	add_curve(ui, page, run, page->line, &one);
	plot_x_range(&one, &from, &to);
	/* A run that ended before has no value here. */
	margin = 0.02 * curves_extent(ui);
	return x < from - margin || x > to + margin ? NAN :
	    plot_value_at(&one.series[0], x);
}

/* Below, at and above 2: Nesterov's momentum, none, Polyak's. */
static const char *stability_name(double limit_times_lr)
{
	const double rounding = 1e-9;

	if (limit_times_lr > 2 * (1 + rounding))
		return "2(1+m)/lr";
	return limit_times_lr < 2 * (1 - rounding) ? "2(1+m)/(1+2m)lr" :
	    "2/lr";
}

void curves_add_line(struct plot *plot, double value, const char *label)
{
	struct plot_line *line = &plot->line[plot->lines++];

	line->value = value;
	text_copy(line->label, sizeof(line->label), label);
}

void curves_add_target(const struct ui *ui, struct plot *plot)
{
	double target = ui->snapshot->screen.target_accuracy;
	char label[32];

	if (!(target > 0))
		return;
	text_format(label, sizeof(label), "target %.4g", 100 * target);
	curves_add_line(plot, 100 * target, label);
}

static void add_stability(const struct ui *ui, struct plot *plot)
{
	const struct run_view *run = ui_run(ui);
	char number[16], label[32];

	if (!run || isnan(run->two_over_lr))
		return;
	figure_number(run->two_over_lr, 3, number, sizeof(number));
	text_format(label, sizeof(label), "%s = %s",
	    stability_name(run->two_over_lr * run->lr), number);
	curves_add_line(plot, run->two_over_lr, label);
}

/* Lines that changed how the current run goes on. */
static void add_events(const struct ui *ui, struct plot *plot)
{
	const struct run_view *run = ui_run(ui);

	for (int i = 0; run && i < run->marks && i < PLOT_EVENTS_MAX; i++) {
		struct point point = {.x = (float)run->mark[i].step};
		struct plot_series series = {.curve = {1, &point},
			.x_unit = 1};

		place_on_axis(ui, run, &series);
		if (run->mark[i].step > 0)
			plot->event[plot->events++] = plot_x(&series, 0);
	}
}

static void fill_plot(const struct ui *ui, const struct curve_page *page,
    struct plot *plot)
{
	const struct run_view *run = ui->snapshot->run;

	for (int i = 0; i < ui->snapshot->runs &&
	    plot->count + 2 <= PLOT_SERIES_MAX; i++) {
		add_curve(ui, page, i, (int)page->line, plot);
		if (page->marks >= 0 && curves_find(&run[i], page->marks,
		    page->layer)->count)
			add_curve(ui, page, i, page->marks, plot)->dotted =
			    true;
	}
	if (page->stability && page->layer == 0)
		add_stability(ui, plot);
	if (page->line == CURVE_ACCURACY || page->line == CURVE_COMPRESSED)
		curves_add_target(ui, plot);
	add_events(ui, plot);
}

static bool trains(const struct snapshot *snapshot)
{
	for (int i = 0; i < snapshot->runs; i++) {
		if (snapshot->run[i].training)
			return true;
	}
	return false;
}

static const char *what_is_missing(const struct ui *ui,
    const struct curve_page *page, char text[EMPTY_SIZE])
{
	const char *waiting = ui->snapshot->probes_waiting;

	if (!ui->snapshot->runs)
		return "no network yet\n:net mlp 300-100";
	if (ui->view.width > 0)
		return "nothing in this part\n0 shows all";
	if (page->empty_but_layers && page->layer == 0 &&
	    layer_grid_next(ui, page->line, 0))
		return page->empty_but_layers;
	if (!page->probe || !trains(ui->snapshot) ||
	    !strstr(waiting, page->probe))
		return page->empty;
	text_format(text, EMPTY_SIZE, "%s of training\nm measures at once",
	    waiting);
	return text;
}

struct plot curves_plot(const struct ui *ui, const struct curve_page *page,
    bool log_y, char text[EMPTY_SIZE])
{
	struct plot plot = plot_new(ui->glyphs);

	plot.log_y = log_y;
	plot.marks = !ui->color;
	/* Noise of several runs at once would hide their lines, and so would
	 * that of one the smooth line. */
	plot.means = ui->extremes == EXTREMES_HIDDEN ||
	    (ui->extremes == EXTREMES_AUTO && (ui->snapshot->runs > 1 ||
		ui->view.smoothing));
	plot.x_label = curve_axes[ui->x_axis].name;
	plot.empty = what_is_missing(ui, page, text);
	curves_window(ui, &plot.x_from, &plot.x_to);
	plot.y_from = page->y_from;
	plot.y_to = page->y_to;
	plot.smooth = smoothing[ui->view.smoothing] *
	    (plot.x_to - plot.x_from);
	if (ui->view.reading && plot.x_to > 0)
		plot.cursor = curves_cursor(ui);
	fill_plot(ui, page, &plot);
	return plot;
}
