#include "tui/compression.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "tui/curves.h"
#include "tui/layer_sliders.h"

enum { TWO_PLOTS = 96 };

/* Exact points make the line; the others are crosses with their interval. */
static struct curve known_points(const struct compress_point *known, int count,
    double unit, bool exact, struct point *point)
{
	int used = 0;

	for (int i = 0; i < count; i++) {
		if (known[i].exact != exact)
			continue;
		point[used++] = (struct point){
			.x = (float)(unit * (double)known[i].at),
			.y = known[i].accuracy,
			.low = exact ? known[i].accuracy : known[i].low,
			.high = exact ? known[i].accuracy : known[i].high};
	}
	return (struct curve){used, point};
}

/* From there on leaving the zeros out is faster. */
static void add_break_even(const struct compress_view *view,
    struct plot *plot, char *label, size_t size)
{
	if (!(view->break_even > 0))
		return;
	plot->event[plot->events++] = 100 * view->break_even;
	text_format(label, size, "faster from %.0f · %% pruned",
	    100 * view->break_even);
	plot->x_label = label;
}

static int most_points(const struct ui *ui)
{
	const struct run_view *run = ui->snapshot->run;
	int most = 0;

	for (int i = 0; i < ui->snapshot->runs; i++) {
		if (run[i].ratio_points > most)
			most = run[i].ratio_points;
		if (run[i].bit_points > most)
			most = run[i].bit_points;
	}
	return most;
}

/* A line through what is exact, crosses for estimates; `room` for the points
 * of both. */
static void add_run(const struct ui *ui, int index, bool bits,
    struct point *room, struct plot *plot)
{
	const struct run_view *run = &ui->snapshot->run[index];
	bool current = index == ui->snapshot->current;
	int count = bits ? run->bit_points : run->ratio_points;
	const struct compress_point *known = bits ? run->bit_point :
	    run->ratio_point;
	const double unit = bits ? 1 : 100;
	struct plot_series *series;

	series = plot_add(plot, known_points(known, count, unit, true, room),
	    run_style(index), ui->snapshot->slide_all ? run_mark(index) : '*');
	series->y_unit = 100;
	if (!current)
		return;
	series = plot_add(plot, known_points(known, count, unit, false,
		room + count), STYLE_WARN, '+');
	series->y_unit = 100;
	series->marks_only = true;
}

static void draw_known(const struct ui *ui, const struct area *area,
    bool bits)
{
	const struct run_view *run = ui_run(ui);
	size_t each = (size_t)most_points(ui) * 2 + 1;
	struct point *points = xcalloc(each * SNAPSHOT_RUNS, sizeof(*points));
	struct plot plot = plot_new(ui->glyphs);
	char label[40];

	plot.empty = bits ? "accuracy against bits:\nw on the bits slider" :
	    "accuracy against pruning:\nw on the prune slider";
	plot.x_label = bits ? "bits" : "% pruned";
	if (!bits)
		add_break_even(&ui->snapshot->compress, &plot, label,
		    sizeof(label));
	plot.x_from = bits ? 2 : 0;
	plot.x_to = bits ? 8 : 100;
	plot.cursor = bits ? slider_bits(&ui->slider) :
	    slider_tenths(&ui->slider) / 10.0;
	for (int i = 0; i < ui->snapshot->runs &&
	    plot.count + 2 <= PLOT_SERIES_MAX; i++) {
		if (ui->snapshot->slide_all || i == ui->snapshot->current)
			add_run(ui, i, bits, points + each * (size_t)i,
			    &plot);
	}
	if (run && run->reading[CURVE_TEST_ACCURACY].known)
		plot.line[plot.lines++] = (struct plot_line){100 *
			run->reading[CURVE_TEST_ACCURACY].value,
			"uncompressed"};
	curves_add_target(ui, &plot);
	plot_draw(area, &plot);
	free(points);
}

void compression_draw_curves(const struct ui *ui, const struct area *all)
{
	int used = layer_sliders_fit(ui, all) ? LAYER_SLIDERS_WIDTH : 0;
	struct area layers = area_within(all, 0, 0, all->rows, used);
	struct area rest = area_within(all, 0, used, all->rows,
	    all->columns - used), *area = &rest;
	int half = area->columns / 2;
	struct area left = area_within(area, 0, 0, area->rows, half - 1);
	struct area right = area_within(area, 0, half, area->rows,
	    area->columns - half);

	if (used)
		layer_sliders_draw(ui, &layers);
	if (area->columns < TWO_PLOTS) {
		draw_known(ui, area, ui->slider.chosen == SLIDER_BITS);
		return;
	}
	draw_known(ui, &left, false);
	draw_known(ui, &right, true);
}
