/* The sliders, and what is left at their position. */
#include "tui/panel.h"

#include <math.h>

#include "base/text.h"
#include "tui/compression.h"
#include "tui/figures.h"
#include "tui/heat.h"
#include "tui/layer_sliders.h"
#include "tui/slider_bar.h"

enum { SLIDER_ROWS = 3, FIGURES = 26, SIDE_BY_SIDE = 58 };

static void note(const struct ui *ui, char *out, size_t size)
{
	const struct compress_view *view = &ui->snapshot->compress;
	const struct run_view *run = ui_run(ui);

	out[0] = '\0';
	if (!run)
		return;
	if (view->state == COMPRESS_OFF)
		text_copy(out, size, run->name);
	else if (view->stale)
		text_format(out, size, "%s · " STYLE_SET "stale @%ld%s"
		    STYLE_BACK, run->name, STYLE_TEXT(STYLE_WARN),
		    view->step, ui->wish.focus != PANEL_COMPRESSION ||
		    ui->canvas.columns < 60 ? "" : ", Enter measures anew");
	else
		text_format(out, size, "%s · step %ld", run->name,
		    view->step);
}

static void line(const struct ui *ui, char *out, size_t size)
{
	const struct compress_view *view = &ui->snapshot->compress;
	char where[40], accuracy[80];

	figure_compression(view, where, sizeof(where));
	figure_accuracy(view, accuracy, sizeof(accuracy));
	if (view->state == COMPRESS_OFF)
		text_copy(out, size, where);
	else
		text_format(out, size, "%s, accuracy %s", where, accuracy);
}

static void draw_sliders(const struct ui *ui, const struct area *area)
{
	const struct slider_state *slider = &ui->slider;
	const struct compress_view *view = &ui->snapshot->compress;
	bool focus = ui->wish.focus == PANEL_COMPRESSION;
	const char *bond = layer_sliders_bond(ui, slider->layer);
	int bits = slider_bits(slider);
	char value[40];

	text_format(value, sizeof(value), "%.4g%% %s",
	    slider_tenths(slider) / 10.0, !slider->layer ? view->scope :
	    bond[0] ? bond : "as all");
	slider_draw(area, 0, "prune", slider_tenths(slider) / 1000.0, value,
	    focus && slider->chosen == SLIDER_PRUNE);
	if (view->break_even > 0)
		slider_mark(area, 0, view->break_even,
		    slider_tenths(slider) / 1000.0);
	if (bits)
		text_format(value, sizeof(value), "%d   %s", bits, view->per);
	else
		text_copy(value, sizeof(value), "off");
	slider_draw(area, 1, "bits", bits ? (9 - bits) / 7.0 : 0, value,
	    focus && slider->chosen == SLIDER_BITS);
}

static void draw_layer(const struct ui *ui, const struct area *area, int row)
{
	const struct slider_state *slider = &ui->slider;
	const struct compress_view *view = &ui->snapshot->compress;
	bool chosen = ui->wish.focus == PANEL_COMPRESSION &&
	    slider->chosen == SLIDER_LAYER;
	char which[48] = "all";
	int column;

	if (slider->typed[0]) {
		area_printf(area, row, 0, STYLE_KEY, " value %s_ "
		    "(Enter takes it)", slider->typed);
		return;
	}
	if (slider->layer > 0 && slider->layer <= ui->snapshot->layers)
		text_format(which, sizeof(which), "%d %s %s", slider->layer,
		    ui->snapshot->layer[slider->layer - 1].text,
		    layer_sliders_bond(ui, slider->layer));
	column = area_printf(area, row, 0, chosen ? STYLE_KEY : STYLE_NORMAL,
	    "%slayer ", chosen ? ">" : " ");
	column = area_printf(area, row, column, chosen ? STYLE_BOLD :
	    STYLE_NORMAL, chosen ? "\u2190 %s \u2192" : "%s", which);
	if (view->method[0])
		area_printf(area, row, column + 3, STYLE_DIM, "method %s  %s",
		    view->method, view->bits ? view->how : "");
}

static bool is_measuring(const struct ui *ui)
{
	for (int i = 0; i < ui->snapshot->jobs; i++) {
		if (ui->snapshot->job[i].kind == JOB_COMPRESS)
			return true;
	}
	return false;
}

static void draw_damage(const struct ui *ui, const struct compress_view *view,
    const struct area *area, int row)
{
	if (isnan(view->measured))
		area_puts(area, row, 0, STYLE_DIM, is_measuring(ui) ?
		    "loss: measuring" : "loss: not measured");
	else if (isnan(view->predicted))
		area_printf(area, row, 0, STYLE_NORMAL, "loss %+.2g",
		    view->measured);
	else
		area_printf(area, row, 0, STYLE_NORMAL, "loss %+.2g  "
		    STYLE_SET "pred. %+.2g", view->measured,
		    STYLE_TEXT(STYLE_DIM), view->predicted);
}

/* A batch in floats, in whole numbers, without zeros; or, where there is no
 * room for all, the fastest. */
static void draw_times(const struct compress_view *view,
    const struct area *area, int row, int column)
{
	static const char *const name[] = {"ms", "int8", "sparse"};
	const double ms[] = {view->ms, view->ms_int8, view->ms_sparse};
	bool all = area->columns - column >= 28;
	int best = 0;

	for (int i = 0; i < 3; i++)
		best = ms[i] > 0 && ms[i] < ms[best] ? i : best;
	for (int i = 0; i < 3; i++) {
		if (ms[i] > 0 && (all || i == best))
			column = area_printf(area, row, column, i == best ?
			    STYLE_NORMAL : STYLE_DIM, " %s %.*f", name[i],
			    ms[i] < 10, ms[i]);
	}
}

static void draw_size(const struct compress_view *view,
    const struct area *area, int row)
{
	char bytes[16];
	int column;

	if (!(view->bytes > 0))
		return;
	text_short_count(bytes, sizeof(bytes), view->bytes);
	column = area_printf(area, row, 0, STYLE_NORMAL, "%sB 1/%.1f", bytes,
	    view->float_bytes / view->bytes);
	draw_times(view, area, row, column + 1);
}

static void draw_figures(const struct ui *ui, const struct area *area)
{
	const struct compress_view *view = &ui->snapshot->compress;
	bool known = view->state == COMPRESS_ESTIMATE ||
	    view->state == COMPRESS_EXACT;
	char accuracy[80];

	if (view->state == COMPRESS_OFF && (view->pruned ||
		view->quantised)) {
		area_puts(area, 0, 0, STYLE_DIM, "not measured here yet:");
		area_puts(area, 1, 0, STYLE_DIM, ui->wish.focus ==
		    PANEL_COMPRESSION ? "Enter does it" :
		    "Tab here, then Enter");
		return;
	}
	if (view->state == COMPRESS_OFF) {
		area_puts(area, 0, 0, STYLE_DIM, ui->wish.focus ==
		    PANEL_COMPRESSION ? "← → move it, or type 90 Enter;" :
		    "Tab here, then ← → move it;");
		area_puts(area, 1, 0, STYLE_DIM, "the network stays as it is");
		return;
	}
	figure_accuracy(view, accuracy, sizeof(accuracy));
	area_printf(area, 0, 0, STYLE_NORMAL, "acc %s", accuracy);
	if (!known)
		return;
	draw_damage(ui, view, area, 1);
	draw_size(view, area, 2);
}

static void draw(struct ui *ui, const struct area *area)
{
	bool beside = area->columns >= SIDE_BY_SIDE;
	int left = beside ? area->columns - FIGURES - (area->columns -
	    SIDE_BY_SIDE) / 3 : area->columns;
	/* Where they do not stand side by side the figures come first, or in
	 * the place of the layer. */
	int figures = beside ? 0 : area->rows > SLIDER_ROWS ? 1 : 0;
	bool instead = !beside && !figures && !ui->slider.typed[0] &&
	    ui->slider.chosen != SLIDER_LAYER;
	struct area sliders = area_within(area, figures, 0, SLIDER_ROWS,
	    left - 2 * beside);
	struct area right = area_within(area, instead ? SLIDER_ROWS - 1 : 0,
	    beside ? left : 1, beside ? SLIDER_ROWS : 1,
	    area->columns - (beside ? left : 1));
	struct area below = area_within(area, SLIDER_ROWS + figures, 0,
	    area->rows - SLIDER_ROWS - figures, area->columns);

	if (!ui_run(ui)) {
		area_middle(area, STYLE_DIM, "no network to compress yet");
		return;
	}
	if (ui->heat.shown) {
		heat_draw(ui, area);
		return;
	}
	ui->sliders = sliders;
	draw_sliders(ui, &sliders);
	if (!instead)
		draw_layer(ui, &sliders, 2);
	for (int i = 0; beside && i < SLIDER_ROWS; i++)
		area_put(area, i, left - 2, STYLE_BORDER, 0x2502);
	if (beside || figures || instead)
		draw_figures(ui, &right);
	if (below.rows >= 3)
		compression_draw_curves(ui, &below);
}

const struct panel panel_compression = {"Compression", note, line, draw,
	compression_keys, NULL};
