#include "tui/panels.h"

#include "base/text.h"

void network_note(const struct ui *ui, char *out, size_t size)
{
	char count[16], macs[16];

	if (ui->snapshot->layers == 0) {
		text_copy(out, size, "");
		return;
	}
	text_short_count(count, sizeof(count), ui->snapshot->parameters);
	text_short_count(macs, sizeof(macs), ui->snapshot->macs);
	if (ui->zoomed)
		text_format(out, size, "%s · %s parameters · %s multiply-adds",
		    ui->snapshot->network, count, macs);
	else
		text_format(out, size, "%s · %s", ui->snapshot->network,
		    count);
}

static void draw_layer(const struct ui *ui, const struct area *area, int row,
    const struct layer_view *layer, bool selected)
{
	enum style style = selected && ui->focus == PANEL_NETWORK ?
	    STYLE_SELECTED : STYLE_NORMAL;
	char count[16], macs[16], text[40];

	area_fill(area, row, style);
	text_short_count(count, sizeof(count), layer->parameters);
	text_short_count(macs, sizeof(macs), layer->macs);
	/* A circle marks layers that are trained through the transform. */
	text_format(text, sizeof(text), "%s%s%s%s", layer->text,
	    layer->transformed ? " ∘" : "", layer->from[0] ? " <" : "",
	    layer->from);
	area_printf(area, row, 0, style, "%c%2d %-13.13s",
	    selected ? '>' : ' ', layer->id, "");
	area_puts(area, row, 4, style, text);
	area_puts(area, row, 18, style, layer->out);
	if (area->columns >= 50)
		area_printf(area, row, area->columns - 15, style, "%7s %7s",
		    layer->parameters > 0 ? count : "",
		    layer->macs > 0 ? macs : "");
	else if (layer->parameters > 0)
		area_right(area, row, style, count);
}

static void draw_empty(const struct area *area)
{
	static const char *const lines[] = {"no network yet", "",
		"type  :net mlp 300-100", "or    :net lenet5",
		"or    a  to add a layer"};

	for (int i = 0; i < 5; i++)
		area_puts(area, i, 1, i ? STYLE_NORMAL : STYLE_DIM, lines[i]);
}

void network_draw(struct ui *ui, const struct area *area)
{
	const struct snapshot *s = ui->snapshot;
	bool head = area->rows >= 4;
	int rows = area->rows - head;

	if (s->layers == 0) {
		draw_empty(area);
		return;
	}
	if (head && area->columns >= 50)
		area_printf(area, 0, 0, STYLE_DIM, " # %-14s %-*s params    "
		    "macs", "layer", area->columns - 34, "out");
	else if (head)
		area_printf(area, 0, 0, STYLE_DIM, " # %-14s %-*s",
		    "layer", area->columns - 19, "out");
	keep_visible(&ui->first_layer, &ui->layer, s->layers, rows);
	for (int i = 0; i < rows && ui->first_layer + i < s->layers; i++)
		draw_layer(ui, area, i + head,
		    &s->layer[ui->first_layer + i],
		    ui->first_layer + i == ui->layer);
}
