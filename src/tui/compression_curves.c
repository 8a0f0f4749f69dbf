#include "tui/compression.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
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

static void draw_known(const struct ui *ui, const struct area *area,
    bool bits)
{
	const struct compress_view *view = &ui->snapshot->compress;
	const struct run_view *run = ui_run(ui);
	int count = bits ? view->bit_points : view->ratio_points;
	const struct compress_point *known = bits ? view->bit_point :
	    view->ratio_point;
	struct point *points = xcalloc((size_t)count * 2 + 1,
	    sizeof(*points));
	struct plot plot = plot_new(ui->glyphs);
	struct plot_series *series;
	char label[40];

	plot.empty = bits ? "accuracy against bits:\nw on the bits slider" :
	    "accuracy against pruning:\nw on the prune slider";
	plot.x_label = bits ? "bits" : "% pruned";
	/* From there on leaving the zeros out is faster. */
	if (!bits && view->break_even > 0) {
		plot.event[plot.events++] = 100 * view->break_even;
		text_format(label, sizeof(label), "faster from %.0f · "
		    "%% pruned", 100 * view->break_even);
		plot.x_label = label;
	}
	plot.x_from = bits ? 2 : 0;
	plot.x_to = bits ? 8 : 100;
	if (!bits && view->break_even > 0)
		plot.event[plot.events++] = 100 * view->break_even;
	plot.cursor = bits ? slider_bits(&ui->slider) :
	    slider_tenths(&ui->slider) / 10.0;
	series = plot_add(&plot, known_points(known, count, bits ? 1 : 100,
	    true, points), run_style(ui->snapshot->current), '*');
	series->y_unit = 100;
	series = plot_add(&plot, known_points(known, count, bits ? 1 : 100,
	    false, points + count), STYLE_WARN, '+');
	series->y_unit = 100;
	series->marks_only = true;
	if (run && run->reading[CURVE_TEST_ACCURACY].known)
		plot.line[plot.lines++] = (struct plot_line){
			100 * run->reading[CURVE_TEST_ACCURACY].value, "uncompressed"};
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
