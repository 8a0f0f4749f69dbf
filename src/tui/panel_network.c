/* The layers: shapes, parameters, multiply-adds, what is left of them. */
#include "tui/panel.h"

#include <string.h>

#include "base/text.h"
#include "tui/prompt.h"
#include "tui/weights.h"

enum { WIDE = 46, VERY_WIDE = 62 };	/* more columns in the table */

static void note(const struct ui *ui, char *out, size_t size)
{
	const struct snapshot *snapshot = ui->snapshot;
	int room = ui->layout.panel[PANEL_NETWORK].columns - 15;
	char count[16], macs[16];

	out[0] = '\0';
	if (snapshot->layers == 0)
		return;
	text_short_count(count, sizeof(count), snapshot->parameters);
	text_short_count(macs, sizeof(macs), snapshot->macs);
	text_format(out, size, "%s · %s parameters · %s MACs",
	    snapshot->network, count, macs);
	if (styled_width(out) > room)
		text_format(out, size, "%s · %s", snapshot->network, count);
	if (styled_width(out) > room)
		text_format(out, size, "%s params", count);
}

static void line(const struct ui *ui, char *out, size_t size)
{
	char count[16];

	text_short_count(count, sizeof(count), ui->snapshot->parameters);
	if (ui->snapshot->layers == 0)
		text_copy(out, size, "none yet, try :net mlp 300-100");
	else
		text_format(out, size, "%s, %s parameters",
		    ui->snapshot->network, count);
}

/* Columns from the left; those with place 0 are not shown. */
struct columns {
	int out, parameters, macs, zeros, bits;
};

static struct columns columns_of(const struct area *area)
{
	int end = area->columns;
	struct columns at = {0};

	if (end >= VERY_WIDE) {
		at.bits = end - 5;
		at.zeros = end - 12;
		end -= 13;
	}
	if (end >= WIDE - 8) {
		at.macs = end - 6;
		end -= 7;
	}
	at.parameters = end - 6;
	at.out = end >= 40 ? end - 18 : end - 15;
	return at;
}

static void put_count(const struct area *area, int row, int column,
    enum style style, double count)
{
	char text[16];

	if (column <= 0 || count <= 0)
		return;
	text_short_count(text, sizeof(text), count);
	area_printf(area, row, column, style, "%6s", text);
}

static void draw_head(const struct area *area, const struct columns *at)
{
	area_puts(area, 0, 1, STYLE_DIM, " # layer");
	area_puts(area, 0, at->out, STYLE_DIM, "out");
	area_puts(area, 0, at->parameters, STYLE_DIM, "params");
	if (at->macs)
		area_puts(area, 0, at->macs, STYLE_DIM, "  MACs");
	if (at->zeros)
		area_puts(area, 0, at->zeros, STYLE_DIM, " zeros");
	if (at->bits)
		area_puts(area, 0, at->bits, STYLE_DIM, " bits");
}

static void draw_layer(const struct area *area, int row,
    const struct layer_view *layer, const struct columns *at, bool selected,
    bool focus)
{
	enum style style = selected && focus ? STYLE_SELECTED : STYLE_NORMAL;
	struct area name = area_within(area, row, 4, 1, at->out - 5);

	if (selected)
		area_fill(area, row, style);
	area_printf(area, row, 0, style, "%s%2d", selected ? ">" : " ",
	    layer->id);
	/* A ring: trained through the transform. */
	area_printf(&name, 0, 0, style, "%s%s%s%s", layer->text,
	    layer->transformed ? " ∘" : "", layer->from[0] ? " \u2190" : "",
	    layer->from);
	area_puts(area, row, at->out, style, layer->out);
	put_count(area, row, at->parameters, style, layer->parameters);
	put_count(area, row, at->macs, style, layer->macs);
	if (at->zeros && layer->compressible && layer->ratio > 0)
		area_printf(area, row, at->zeros, style, "%5.1f%%",
		    100 * layer->ratio);
	if (at->bits && layer->compressible && layer->bits > 0)
		area_printf(area, row, at->bits, style, "%5d", layer->bits);
}

static void draw(struct ui *ui, const struct area *area)
{
	const struct snapshot *snapshot = ui->snapshot;
	struct columns at = columns_of(area);
	bool head = area->rows >= 4;
	int rows = area->rows - head;

	if (snapshot->layers == 0) {
		area_middle(area, STYLE_DIM, area->rows < 5 ?
		    "no network yet\n:net mlp 300-100" :
		    "no network yet; type\n\n:net mlp 300-100, or\n"
		    ":net lenet5, or\na to add a layer");
		return;
	}
	if (head)
		draw_head(area, &at);
	if (rows >= snapshot->layers + WEIGHTS_ROWS + 1 &&
	    ui->layout.panel[PANEL_WEIGHTS].rows <= 1) {
		int free = rows - snapshot->layers - 1;
		int used = free - free % WEIGHTS_ROWS;
		struct area below = area_within(area, area->rows - used, 1,
		    used, area->columns - 2);

		weights_draw(ui, &below, ui->layers.selected);
		rows -= used;
	}
	if (rows > snapshot->layers + 1)
		area_clauses(area, head + --rows, 1, STYLE_DIM,
		    snapshot->memory);
	list_keep(&ui->layers, snapshot->layers, rows);
	for (int i = 0; i < rows && ui->layers.first + i < snapshot->layers;
	    i++)
		draw_layer(area, i + head,
		    &snapshot->layer[ui->layers.first + i], &at,
		    ui->layers.first + i == ui->layers.selected,
		    ui->wish.focus == PANEL_NETWORK);
}

static const struct layer_view *selected(const struct ui *ui)
{
	return ui->layers.selected < ui->snapshot->layers ?
	    &ui->snapshot->layer[ui->layers.selected] : NULL;
}

/* Behind the selected layer; the cursor stands where its kind goes. */
static void add_layer(struct ui *ui, int argument)
{
	static const char begin[] = "net add ";
	const struct layer_view *layer = selected(ui);
	char line[64] = "net add ";

	(void)argument;
	if (layer && layer->id < ui->snapshot->layers)
		text_format(line, sizeof(line), "%s at=%d", begin,
		    layer->id + 1);
	prompt_open(ui->prompt, line, sizeof(begin) - 1);
}

/* With the options as they are, to be changed. */
static void edit_layer(struct ui *ui, int argument)
{
	const struct layer_view *layer = selected(ui);
	const char *options = layer ? strchr(layer->spec, ' ') : NULL;
	char line[160];

	(void)argument;
	if (!layer)
		return;
	if (!options) {
		ui_message(ui, "%s has no options; d removes it, a adds one "
		    "behind it", layer->text);
		return;
	}
	text_format(line, sizeof(line), "net set %d%s", layer->id, options);
	prompt_open(ui->prompt, line, -1);
}

/* An edit begins the run anew: what was trained is not lost by one key. */
static void edit(struct ui *ui, const char *line)
{
	const struct run_view *run = ui_run(ui);

	if (run && run->step > 0)
		prompt_open(ui->prompt, line, -1);
	else
		ui_submit(ui, "%s", line);
}

static void remove_layer(struct ui *ui, int argument)
{
	const struct layer_view *layer = selected(ui);
	char line[64];

	(void)argument;
	if (!layer)
		return;
	text_format(line, sizeof(line), "net rm %d", layer->id);
	edit(ui, line);
}

static void move_layer(struct ui *ui, int step)
{
	const struct layer_view *layer = selected(ui);
	char line[64];

	if (!layer || layer->id + step < 1 ||
	    layer->id + step > ui->snapshot->layers)
		return;
	text_format(line, sizeof(line), "net move %d %d", layer->id,
	    layer->id + step);
	edit(ui, line);
	ui->layers.selected += step;
}

static const struct key_row keys[] = {
	LIST_KEYS("layer", layers_select),
	{"a", {'a', KEY_CODE_INSERT}, "a add", "add a layer after this one",
		"net add ...", add_layer, 0},
	{"e", {'e', KEY_CODE_ENTER}, "e edit", "change the layer's options",
		"net set N ...", edit_layer, 0},
	{"d", {'d', KEY_CODE_DELETE}, "d remove", "remove the layer",
		"net rm N", remove_layer, 0},
	{"K", {'K'}, NULL, "move the layer up", "net move N M", move_layer,
		-1},
	{"J", {'J'}, NULL, "move the layer down", "net move N M", move_layer,
		1},
	{0},
};

const struct panel panel_network = {"Network", note, line, draw, keys,
	NULL};
