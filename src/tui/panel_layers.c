/*
 * What each layer can spare: accuracy with that layer alone pruned, or
 * quantised, in a plot a layer, all on one scale, or as a table where there is
 * no room for plots.
 */
#include "tui/panel.h"

#include <math.h>

#include "base/text.h"
#include "tui/curves.h"
#include "tui/weights.h"

enum { NAME = 17, CELL = 5, TABLE_GAP = 2, PLOTS_LEAST = 4 };

/* Of a layer's two plots: the largest that all layers have room for. */
static const struct {
	int columns, rows;
} blocks[] = {{72, 12}, {58, 9}, {46, 7}, {36, 6}, {32, 6}};

enum { BLOCKS = sizeof(blocks) / sizeof(*blocks) };

static const struct map_view *map_of(const struct ui *ui, int bits)
{
	static const struct map_view none;
	const struct run_view *run = ui_run(ui);

	return run ? &run->sensitivity[bits] : &none;
}

static bool is_measured(const struct ui *ui)
{
	return map_of(ui, 0)->rows > 0 || map_of(ui, 1)->rows > 0;
}

/* The row of a layer, or NULL. */
static const float *row_of(const struct map_view *map, int id)
{
	for (int i = 0; i < map->rows; i++) {
		if (map->step[i] == id)
			return map->accuracy + i * map->columns;
	}
	return NULL;
}

static void note(const struct ui *ui, char *out, size_t size)
{
	const struct run_view *run = ui_run(ui);
	long at;

	out[0] = '\0';
	if (!is_measured(ui))
		return;
	at = run->sensitivity_step[map_of(ui, 0)->rows == 0];
	text_format(out, size, "%s · step %ld%s", run->name, at,
	    at == run->step ? "" : " stale");
}

/* The layer that suffers most at the last column of a map, or 0. */
static int weakest(const struct map_view *map)
{
	float least = INFINITY;
	int id = 0;

	for (int i = 0; i < map->rows; i++) {
		float last = map->accuracy[(i + 1) * map->columns - 1];

		if (last < least) {
			least = last;
			id = (int)map->step[i];
		}
	}
	return id;
}

static void line(const struct ui *ui, char *out, size_t size)
{
	const struct map_view *map = map_of(ui, map_of(ui, 0)->rows == 0);

	if (map->rows)
		text_format(out, size, "layer %d can spare least",
		    weakest(map));
	else
		text_copy(out, size, "what each can spare: not measured yet");
}

static int count_layers(const struct ui *ui)
{
	int count = 0;

	for (int i = 0; i < ui->snapshot->layers; i++)
		count += ui->snapshot->layer[i].compressible;
	return count;
}

/* Both kinds in one scale, so that layers can be compared by eye. */
static void common_scale(const struct ui *ui, double *from, double *to)
{
	const struct reading *test = &ui_run(ui)->reading[CURVE_TEST_ACCURACY];

	*from = INFINITY;
	*to = test->known ? 100 * test->value : 0;
	for (int bits = 0; bits < 2; bits++) {
		const struct map_view *map = map_of(ui, bits);

		for (int i = 0; i < map->rows * map->columns; i++) {
			double value = 100 * (double)map->accuracy[i];

			*from = fmin(*from, value);
			*to = fmax(*to, value);
		}
	}
	*from = 10 * floor(*from / 10);
	*to = fmin(100, 10 * ceil(*to / 10));
	if (*to <= *from)
		*to = *from + 10;
}

static void draw_plot(const struct ui *ui, const struct area *area,
    bool bits, const float *accuracy)
{
	const struct map_view *map = map_of(ui, bits);
	const struct run_view *run = ui_run(ui);
	struct plot plot = plot_new(ui->glyphs);
	struct point point[PLOT_SERIES_MAX];
	int count = 0;

	/* Bits come from many to few, and x ascends. */
	for (int i = 0; accuracy && i < map->columns &&
	    count < PLOT_SERIES_MAX; i++) {
		int from = bits ? map->columns - 1 - i : i;
		float y = accuracy[from];

		if (!isnan(y))
			point[count++] = (struct point){map->at[from] *
				(bits ? 1 : 100), y, y, y};
	}
	plot_add(&plot, (struct curve){count, point},
	    run_style(ui->snapshot->current), '*')->y_unit = 100;
	plot.x_from = bits ? 2 : 0;
	plot.x_to = bits ? 8 : 100;
	plot.x_label = bits ? "bits" : area->columns < 24 ? "%" : "% pruned";
	plot.empty = map->rows ? "measuring" : bits ? "b: bits" :
	    "w: pruning";
	common_scale(ui, &plot.y_from, &plot.y_to);
	if (run->reading[CURVE_TEST_ACCURACY].known)
		plot.line[plot.lines++].value = 100 *
		    run->reading[CURVE_TEST_ACCURACY].value;
	curves_add_target(ui, &plot);
	if (plot.lines)
		plot.line[plot.lines - 1].label[0] = '\0';
	plot_draw(area, &plot);
}

static bool is_selected(const struct ui *ui, const struct layer_view *layer)
{
	return layer->id == ui->layers.selected + 1;
}

static void draw_block(const struct ui *ui, const struct area *area,
    const struct layer_view *layer)
{
	int half = area->columns / 2;

	area_printf(area, 0, 0, is_selected(ui, layer) ? STYLE_KEY :
	    STYLE_TITLE, "%s%d %s", is_selected(ui, layer) ? ">" : " ",
	    layer->id, layer->text);
	for (int bits = 0; bits < 2; bits++) {
		struct area part = area_within(area, 1, bits * half,
		    area->rows - 1, half - 1);

		draw_plot(ui, &part, bits, row_of(map_of(ui, bits),
			layer->id));
	}
}

/* The first to show of so many places, that the selected one is among
 * them: counted in layers that can be compressed. */
static int first_of(const struct ui *ui, int places)
{
	int before = 0, count = count_layers(ui), first;

	for (int i = 0; i < ui->layers.selected && i < ui->snapshot->layers;
	    i++)
		before += ui->snapshot->layer[i].compressible;
	first = before - places / 2;
	if (first > count - places)
		first = count - places;
	return first < 0 ? 0 : first;
}

/* The layer with that number of those that can be compressed, or NULL. */
static const struct layer_view *layer_at(const struct ui *ui, int number)
{
	for (int i = 0; i < ui->snapshot->layers; i++) {
		if (ui->snapshot->layer[i].compressible && number-- == 0)
			return &ui->snapshot->layer[i];
	}
	return NULL;
}

static int places(const struct area *area, int size)
{
	return area->columns / blocks[size].columns *
	    (area->rows / blocks[size].rows);
}

/* Which of the blocks; -1: none, a table tells more. */
static int choose_block(const struct ui *ui, const struct area *area)
{
	int count = count_layers(ui);

	for (int i = 0; i < BLOCKS; i++) {
		if (places(area, i) >= count)
			return i;
	}
	return places(area, BLOCKS - 1) >= PLOTS_LEAST ? BLOCKS - 1 : -1;
}

static void draw_blocks(const struct ui *ui, const struct area *area,
    int size)
{
	int across = area->columns / blocks[size].columns;
	int down = area->rows / blocks[size].rows;
	int first = first_of(ui, across * down);
	int rows, columns;

	while (across * (down - 1) >= count_layers(ui))
		down--;
	rows = area->rows / down;
	columns = area->columns / across;
	for (int i = 0; i < across * down; i++) {
		const struct layer_view *layer = layer_at(ui, first + i);
		struct area part = area_within(area, i / across * rows,
		    i % across * columns, rows, columns - 1);

		if (layer)
			draw_block(ui, &part, layer);
	}
}

/* Columns of one kind, from where; returns the column behind them. The two
 * share what room there is, and the hardest are the last to be left out. */
static int draw_cells(const struct ui *ui, const struct area *area, int row,
    int column, bool bits, const float *accuracy)
{
	const struct map_view *map = map_of(ui, bits);
	int rest = bits ? 0 : map_of(ui, 1)->columns;
	int room = (area->columns - column - TABLE_GAP * (rest > 0)) / CELL;
	int most = rest ? room * map->columns / (map->columns + rest) : room;
	int left_out = map->columns > most ? map->columns - most : 0;

	for (int i = left_out; i < map->columns; i++, column += CELL) {
		if (row == 0)
			area_printf(area, 0, column, STYLE_DIM, bits ?
			    "%4gb" : "%4g%%", (bits ? 1 : 100) *
			    (double)map->at[i]);
		else if (accuracy)
			area_printf(area, row, column, STYLE_NORMAL, "%5.1f",
			    100 * (double)accuracy[i]);
	}
	return column + TABLE_GAP;
}

static void draw_table(const struct ui *ui, const struct area *area)
{
	int first = first_of(ui, area->rows - 1);

	area_puts(area, 0, 1, STYLE_DIM, " # layer");
	for (int row = 0; row < area->rows; row++) {
		const struct layer_view *layer = row ? layer_at(ui, first +
		    row - 1) : NULL;
		struct area name = area_within(area, row, 0, 1, NAME);
		int column = NAME;

		if (row && !layer)
			return;
		if (layer)
			area_printf(&name, 0, 0, is_selected(ui, layer) ?
			    STYLE_KEY : STYLE_NORMAL, "%s%2d %s",
			    is_selected(ui, layer) ? ">" : " ", layer->id,
			    layer->text);
		for (int bits = 0; bits < 2; bits++)
			column = draw_cells(ui, area, row, column, bits,
			    layer ? row_of(map_of(ui, bits), layer->id) :
			    NULL);
	}
}

static void draw(struct ui *ui, const struct area *area)
{
	int size = choose_block(ui, area);

	if (!is_measured(ui))
		area_middle(area, STYLE_DIM, "what each layer can spare:\n"
		    "w prunes them one at a time,\nb quantises them");
	else if (size >= 0)
		draw_blocks(ui, area, size);
	else
		draw_table(ui, area);
}

static void measure(struct ui *ui, int bits)
{
	if (ui_need_run(ui))
		ui_submit(ui, bits ? "sensitivity quant" :
		    "sensitivity prune");
}

/* Its slider, in the panel of the sliders. */
static void use_slider(struct ui *ui, int argument)
{
	int index = ui->layers.selected;

	(void)argument;
	if (index >= ui->snapshot->layers || index + 1 >= SLIDER_LAYERS ||
	    !ui->snapshot->layer[index].compressible)
		return;
	ui->slider.layer = index + 1;
	ui->wish.focus = PANEL_COMPRESSION;
}

static const struct key_row keys[] = {
	LIST_KEYS("layer", layers_select),
	{"w", {'w'}, "w prune", "prune each layer alone, at six ratios",
		"sensitivity prune", measure, false},
	{"b", {'b'}, "b bits", "quantise each layer alone, to 8 bits ... 2",
		"sensitivity quant", measure, true},
	{"Enter", {KEY_CODE_ENTER}, "Enter slider", "to the layer's slider",
		NULL, use_slider, 0},
	{0},
};

const struct panel panel_layers = {"Layers", note, line, draw, keys, NULL};
