#include "tui/layer_sliders.h"

#include <math.h>

#include "base/text.h"

enum { LEAST_COLUMNS_BESIDE = 118, BAR = 14, NAME = 15, LEAST_ROWS_SHOWN = 3 };

static int count_layers(const struct snapshot *snapshot)
{
	int count = 0;

	for (int i = 0; i < snapshot->layers; i++)
		count += snapshot->layer[i].compressible;
	return count;
}

bool layer_sliders_fit(const struct ui *ui, const struct area *area)
{
	return area->columns >= LEAST_COLUMNS_BESIDE &&
	    area->rows >= LEAST_ROWS_SHOWN && count_layers(ui->snapshot) > 1;
}

const char *layer_sliders_bond(const struct ui *ui, int id)
{
	if (!slider_is_own(&ui->slider, id))
		return "";
	return ui->slider.linked[id] ? "link" : "own";
}

static void draw_row(const struct ui *ui, const struct area *area, int row,
    const struct layer_view *layer)
{
	bool chosen = ui->slider.layer == layer->id;
	enum style style = chosen ? STYLE_KEY : STYLE_NORMAL;
	int at = (int)lround(fmin(1, fmax(0, layer->ratio)) * (BAR - 1));
	struct area name = area_within(area, row, 0, 1, NAME);
	char bits[8] = "off";

	area_printf(&name, 0, 0, style, "%s%2d %s", chosen ? ">" : " ",
	    layer->id, layer->text);
	for (int i = 0; i < BAR; i++)
		area_put(area, row, NAME + 1 + i, i == at ? STYLE_KEY : i < at ?
		    STYLE_BAR : STYLE_DIM, i == at ? 0x25cf : i < at ? 0x2501 :
		    0x2500);
	if (layer->bits > 0 && layer->bits <= 8)
		text_format(bits, sizeof(bits), "%d", layer->bits);
	area_printf(area, row, NAME + BAR + 2, style, "%5.1f%% %3s %s",
	    100 * layer->ratio, bits, layer_sliders_bond(ui, layer->id));
}

/* The rows around the chosen layer. */
void layer_sliders_draw(const struct ui *ui, const struct area *area)
{
	const struct snapshot *snapshot = ui->snapshot;
	int rows = area->rows - 1, shown = 0, before = 0, first;

	for (int i = 0; i < snapshot->layers; i++)
		before += snapshot->layer[i].compressible &&
		    snapshot->layer[i].id < ui->slider.layer;
	first = before - rows / 2;
	if (first > count_layers(snapshot) - rows)
		first = count_layers(snapshot) - rows;
	area_puts(area, 0, 1, STYLE_DIM, " # layer          pruned");
	area_puts(area, 0, NAME + BAR + 3, STYLE_DIM, "zeros bit");
	for (int i = 0; i < snapshot->layers; i++) {
		if (!snapshot->layer[i].compressible || shown++ < first)
			continue;
		if (shown - (first > 0 ? first : 0) > rows)
			break;
		draw_row(ui, area, shown - (first > 0 ? first : 0),
		    &snapshot->layer[i]);
	}
}

void layer_sliders_choose(struct ui *ui, int step)
{
	enum slider_name before = ui->slider.chosen;

	if (!ui_need_run(ui))
		return;
	ui->slider.chosen = SLIDER_LAYER;
	slider_move(&ui->slider, step, ui->snapshot);
	ui->slider.chosen = before;
}

/* The layer that [ and ] have chosen, or NULL and a word about it. */
static const struct layer_view *chosen_layer(struct ui *ui)
{
	int id = ui->slider.layer;

	if (!ui_need_run(ui))
		return NULL;
	if (id > 0 && id <= ui->snapshot->layers)
		return &ui->snapshot->layer[id - 1];
	ui_message(ui, "choose a layer with [ and ] first");
	return NULL;
}

void layer_sliders_lock(struct ui *ui, int argument)
{
	const struct layer_view *layer = chosen_layer(ui);
	bool lock;

	(void)argument;
	if (!layer)
		return;
	lock = !slider_is_own(&ui->slider, layer->id);
	slider_lock(&ui->slider, layer, lock);
	if (lock)
		ui_message(ui, "layer %d keeps %.1f%%, whatever the others "
		    "do; o again lets it go", layer->id, 100 * layer->ratio);
	else
		ui_message(ui, "layer %d goes with the slider of all again",
		    layer->id);
}

void layer_sliders_link(struct ui *ui, int argument)
{
	const struct layer_view *layer = chosen_layer(ui);
	bool link;

	(void)argument;
	if (!layer)
		return;
	link = !ui->slider.linked[layer->id];
	slider_link(&ui->slider, layer, link);
	ui_message(ui, link ? "layer %d moves with the others that are "
	    "linked, by as much" : "layer %d moves alone", layer->id);
}
