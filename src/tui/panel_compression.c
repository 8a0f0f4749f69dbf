#include "tui/panels.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "tui/slider.h"

void compression_note(const struct ui *ui, char *out, size_t size)
{
	const struct compress_view *view = &ui->snapshot->compress;
	const struct run_view *run = ui_run(ui);

	if (!run || view->state == COMPRESS_OFF)
		text_copy(out, size, run ? run->name : "");
	else if (view->stale)
		text_format(out, size, "%s · stale, of step %ld", run->name,
		    view->step);
	else
		text_format(out, size, "%s · step %ld", run->name,
		    view->step);
}

static void draw_sliders(const struct ui *ui, const struct area *area)
{
	const struct slider_state *slider = &ui->slider;
	const struct compress_view *view = &ui->snapshot->compress;
	bool focus = ui->focus == PANEL_COMPRESSION;
	char value[24];

	text_format(value, sizeof(value), "%d%% %s", slider->percent,
	    view->scope);
	slider_draw(area, 0, "prune", slider->percent / 100.0, value,
	    focus && slider->chosen == SLIDER_PRUNE);
	if (slider->bits)
		text_format(value, sizeof(value), "%d %s", slider->bits,
		    view->per);
	else
		text_copy(value, sizeof(value), "off");
	slider_draw(area, 1, "bits", slider->bits ?
	    (8 - slider->bits + 1) / 7.0 : 0, value,
	    focus && slider->chosen == SLIDER_BITS);
	if (slider->typed[0])
		area_printf(area, 2, 0, STYLE_KEY, "value: %s_ Enter",
		    slider->typed);
	else
		area_printf(area, 2, 0, STYLE_DIM, "method %s  u undo  "
		    "0-9 type", view->method);
}

static void draw_accuracy(const struct compress_view *view,
    const struct area *area)
{
	double half = 50 * (view->high - view->low);

	switch (view->state) {
	case COMPRESS_OFF:
		area_puts(area, 0, 0, STYLE_DIM, "← → move a slider");
		return;
	case COMPRESS_WORKING:
		area_puts(area, 0, 0, STYLE_WARN, "acc ...");
		return;
	case COMPRESS_ESTIMATE:
		area_printf(area, 0, 0, STYLE_WARN, "acc %.1f ±%.1f  n %u of "
		    "%u", 100 * view->accuracy, half, view->n, view->of);
		return;
	case COMPRESS_EXACT:
		area_printf(area, 0, 0, STYLE_GOOD, "acc %.2f exact",
		    100 * view->accuracy);
		area_printf(area, 0, 16, STYLE_DIM, "[%.1f, %.1f]",
		    100 * view->low, 100 * view->high);
	}
}

static void draw_figures(const struct compress_view *view,
    const struct area *area)
{
	char bytes[16];

	draw_accuracy(view, area);
	if (view->state != COMPRESS_ESTIMATE && view->state != COMPRESS_EXACT)
		return;
	if (isnan(view->measured))
		area_puts(area, 1, 0, STYLE_DIM, "damage: measuring");
	else
		area_printf(area, 1, 0, STYLE_NORMAL, "loss %+.3g  predicted "
		    "%+.3g", view->measured, view->predicted);
	text_short_count(bytes, sizeof(bytes), view->bytes);
	area_printf(area, 2, 0, STYLE_NORMAL, "%sB  1/%.0f  %.2g ms", bytes,
	    view->bytes > 0 ? view->float_bytes / view->bytes : 0, view->ms);
}

/* Accuracy against the chosen slider, from what is known so far. */
static void draw_known(const struct ui *ui, const struct area *area)
{
	const struct compress_view *view = &ui->snapshot->compress;
	bool bits = ui->slider.chosen == SLIDER_BITS;
	int count = bits ? view->bit_points : view->ratio_points;
	const struct compress_point *known = bits ? view->bit_point :
	    view->ratio_point;
	struct point *point = calloc((size_t)count + 1, sizeof(*point));
	struct plot plot = {.glyphs = ui->glyphs, .cursor = NAN, .count = 1,
		.empty = "S sweeps the whole curve",
		.x_label = bits ? "bits" : "pruned %"};

	for (int i = 0; point && i < count; i++) {
		float at = known[bits ? i : i].at * (bits ? 1 : 100);

		point[i] = (struct point){at, 100 * known[i].accuracy,
			100 * known[i].accuracy, 100 * known[i].accuracy};
	}
	plot.series[0] = (struct plot_series){.curve = {count, point},
		.style = run_style(ui->snapshot->current),
		.mark = run_mark(ui->snapshot->current)};
	plot.x_from = bits ? 2 : 0;
	plot.x_to = bits ? 8 : 100;
	plot.cursor = bits ? ui->slider.bits : ui->slider.percent;
	plot_draw(area, &plot);
	free(point);
}

void compression_draw(struct ui *ui, const struct area *area)
{
	int left = area->columns * 11 / 20;
	struct area sliders = area_within(area, 0, 0, 3, left - 1);
	struct area figures = area_within(area, 0, left, 3,
	    area->columns - left);
	struct area below = area_within(area, 3, 0, area->rows - 3,
	    area->columns);

	if (!ui_run(ui)) {
		area_puts(area, 0, 1, STYLE_DIM, "no network to compress yet");
		return;
	}
	draw_sliders(ui, &sliders);
	draw_figures(&ui->snapshot->compress, &figures);
	if (below.rows >= 3)
		draw_known(ui, &below);
}
