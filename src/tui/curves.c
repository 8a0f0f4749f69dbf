#include "tui/curves.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "tui/figures.h"
#include "tui/layer_grid.h"
#include "tui/scale.h"

enum { EACH = 13 };	/* rows for a second plot, and a third */

static const struct {
	const char *name, *format;
} axes[X_AXES] = {
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

struct curve_page curves_page(const struct curve_panel *panel, int index)
{
	struct curve_page page = panel->pages[index];

	page.layer = page.draw ? 0 : panel->layer;
	return page;
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

void curves_note(const struct ui *ui, const struct curve_panel *panel,
    char *out, size_t size)
{
	struct curve_page page = curves_page(panel, panel->page);
	char legend[200], layer[24] = "";

	curves_legend(ui, legend, sizeof(legend));
	if (page.layer > 0)
		text_format(layer, sizeof(layer), " · layer %d", page.layer);
	text_format(out, size, "%s%s%s%s%s%s%s", page.title,
	    page.layer == EACH_LAYER ? " · each layer" : layer,
	    panel->log_y ? " · log y" : "", ui->view.smoothing ? " · smooth" :
	    "", ui->view.width > 0 ? " · part" : "", legend[0] ? " · " : "",
	    legend);
}

static struct plot_series *add_curve(const struct ui *ui,
    const struct curve_page *page, int index, int name, struct plot *plot)
{
	const struct run_view *run = &ui->snapshot->run[index];
	struct plot_series *series = plot_add(plot,
	    *curves_find(run, name, page->layer), run_style(index), run_mark(index));

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

static void add_line(struct plot *plot, double value, const char *label)
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
	add_line(plot, 100 * target, label);
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
	add_line(plot, run->two_over_lr, label);
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

/* A row of values that begins anew where it reaches the border. */
struct reader {
	const struct area *area;
	int row, column;
};

static void put_value(struct reader *reader, enum style style,
    const char *format, const char *name, double value)
{
	char number[24], text[64];

	if (isnan(value))
		return;
	figure_number(value, 4, number, sizeof(number));
	text_format(text, sizeof(text), format, name, number);
	if (reader->column + styled_width(text) > reader->area->columns) {
		reader->row++;
		reader->column = 10;
	}
	reader->column = area_puts(reader->area, reader->row, reader->column,
	    style, text);
}

/* By name where there is room for the names, else by mark. */
static void name_run(const struct ui *ui, int index, int columns, char *out,
    size_t size)
{
	bool room = 8 + 18 * ui->snapshot->runs < columns;

	if (room)
		text_copy(out, size, ui->snapshot->run[index].name);
	else
		text_format(out, size, "%c:", run_mark(index));
}

/* The values of all runs under the cursor, above the curves. */
static void draw_values(const struct ui *ui, const struct curve_page *page,
    const struct area *area, double x)
{
	struct curve_page other = *page;
	struct reader reader = {area, 0, 10};
	char value[24], name[32];

	text_format(value, sizeof(value), axes[ui->x_axis].format, x);
	reader.column = area_printf(area, 0, 10, STYLE_KEY, " %s %s  ",
	    axes[ui->x_axis].name, value);
	for (int i = 0; i < ui->snapshot->runs; i++) {
		name_run(ui, i, area->columns, name, sizeof(name));
		put_value(&reader, run_style(i), "%s %s  ", name,
		    curves_value(ui, page, i, x));
		if (page->marks < 0)
			continue;
		other.line = (enum curve_name)page->marks;
		put_value(&reader, run_style(i), "(%s %s)  ",
		    page->marks_name, curves_value(ui, &other, i, x));
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

static bool has_points(const struct plot *plot)
{
	for (int i = 0; i < plot->count; i++) {
		if (plot->series[i].curve.count > 0)
			return true;
	}
	return false;
}

static bool trains(const struct snapshot *snapshot)
{
	for (int i = 0; i < snapshot->runs; i++) {
		if (snapshot->run[i].training)
			return true;
	}
	return false;
}

enum { MISSING = 160 };

static const char *what_is_missing(const struct ui *ui,
    const struct curve_page *page, char text[MISSING])
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
	text_format(text, MISSING, "%s of training\nm measures at once",
	    waiting);
	return text;
}

/* `text` is for what it says where it has no points. */
static struct plot plot_of(const struct ui *ui, const struct curve_page *page,
    bool log_y, char text[MISSING])
{
	struct plot plot = plot_new(ui->glyphs);

	plot.log_y = log_y;
	plot.marks = !ui->color;
	/* Noise of several runs at once would hide their lines, and so would
	 * that of one the smooth line. */
	plot.means = ui->extremes == EXTREMES_HIDDEN ||
	    (ui->extremes == EXTREMES_AUTO && (ui->snapshot->runs > 1 ||
		ui->view.smoothing));
	plot.x_label = axes[ui->x_axis].name;
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

void curves_draw_cell(const struct ui *ui, const struct curve_page *page,
    const struct area *area, bool log_y)
{
	char missing[MISSING];
	struct plot plot = plot_of(ui, page, log_y, missing);

	plot_draw(area, &plot);
}

static void draw_page(const struct ui *ui, const struct curve_panel *panel,
    int index, const struct area *area, bool first)
{
	struct curve_page page = curves_page(panel, index);
	char missing[MISSING];
	struct plot plot = plot_of(ui, &page, panel->log_y && first, missing);

	if (!isnan(panel->reference[index]))
		add_line(&plot, panel->reference[index], panel->label[index]);
	plot_draw(area, &plot);
	if (!isnan(plot.cursor) && has_points(&plot))
		draw_values(ui, &page, area, plot.cursor);
}

/* One of several plots, with its title unless the frame has it. */
static void draw_part(const struct ui *ui, const struct curve_panel *panel,
    int index, const struct area *area, bool first)
{
	struct curve_page page = curves_page(panel, index);
	bool below = page.describe && area->rows >= 4;
	struct area plot = area_within(area, !first, 0,
	    area->rows - below - !first, area->columns);
	char text[256];

	if (!first)
		area_puts(area, 0, 10, STYLE_DIM, page.title);
	if (page.draw)
		page.draw(ui, &plot, panel->log_y && first);
	else
		draw_page(ui, panel, index, &plot, first);
	if (!below)
		return;
	page.describe(ui, &page, text, sizeof(text));
	area_clauses(area, area->rows - 1, 1, STYLE_NORMAL, text);
}

void curves_draw_small(const struct ui *ui, const struct curve_panel *panel,
    int page, const struct area *area)
{
	draw_part(ui, panel, page, area, false);
}

static bool known(const struct ui *ui, const struct curve_page *page)
{
	for (int i = 0; i < ui->snapshot->runs; i++) {
		const struct run_view *run = &ui->snapshot->run[i];

		if (page->draw ? run->picture[page->picture] != NULL :
		    curves_find(run, (int)page->line, page->layer)->count > 0)
			return true;
	}
	return false;
}

/* The page in sight and those after it that are known; returns how many. */
static int choose(const struct ui *ui, const struct curve_panel *panel,
    int room, int *page)
{
	int count = 0;

	page[count++] = panel->page;
	for (int i = 1; i < panel->count && count < room; i++) {
		int next = (panel->page + i) % panel->count;
		struct curve_page other = curves_page(panel, next);

		if (known(ui, &other))
			page[count++] = next;
	}
	return count;
}

/* Room for more is used for more curves, not for larger ones. */
void curves_draw(const struct ui *ui, const struct curve_panel *panel,
    const struct area *area)
{
	struct curve_page first = curves_page(panel, panel->page);
	int page[CURVE_PAGES_MAX], row = 0;
	int plots = choose(ui, panel, area->rows / EACH, page);

	if (first.layer == EACH_LAYER) {
		layer_grid_draw(ui, &first, area, panel->log_y);
		return;
	}
	for (int i = 0; i < plots; i++) {
		int end = area->rows * (i + 1) / plots;
		struct area part = area_within(area, row, 0, end - row,
		    area->columns);

		draw_part(ui, panel, page[i], &part, i == 0);
		row = end;
	}
}
