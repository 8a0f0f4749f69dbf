#include "tui/weights.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

enum { RANGE_ROWS = 2, WEIGHTS_COLUMNS = 31 };

/* Bars of eighths of a cell, or of whole ones in ASCII; value 0..1 a column,
 * from the bottom of so many rows. */
static void draw_bars(const struct area *area, int row, int rows,
    const float *value, int count, double scale, enum style style)
{
	for (int column = 0; column < area->columns; column++) {
		int i = (int)((long)column * count / area->columns);
		double eighths = (double)value[i] * scale * 8 * rows;

		for (int j = 0; j < rows; j++) {
			int full = (int)lround(eighths) - 8 * j;
			uint32_t block = full >= 8 ? 0x2588 :
			    (uint32_t)(0x2580 + full);

			/* Few are not none. */
			if (full <= 0 && j == 0 && value[i] > 0)
				block = 0x2581;
			else if (full <= 0)
				continue;
			area_put(area, row + rows - 1 - j, column, style,
			    area->unicode ? block : '#');
		}
	}
}

static double largest(const float *value, int count)
{
	double most = 0;

	for (int i = 0; i < count; i++)
		most = fmax(most, (double)value[i]);
	return most;
}

/* The middle is named where there is a blank on either side. */
static void draw_ends(const struct area *area, int row, double most)
{
	const int middle = area->columns / 2;
	char text[24];
	int end = area_printf(area, row, 0, STYLE_DIM, "%.2g", -most);

	text_format(text, sizeof(text), "%.2g", most);
	area_right(area, row, STYLE_DIM, text);
	if (end < middle && area->columns - (int)strlen(text) > middle + 1)
		area_puts(area, row, middle, STYLE_DIM, "0");
}

/* A histogram with its ends in the last row. */
static void draw_spread(const struct area *area,
    const struct spread_view *view, const char *none, enum style style)
{
	if (!(view->most > 0)) {
		area_puts(area, 0, 0, STYLE_DIM, none);
		return;
	}
	draw_bars(area, 0, area->rows - 1, view->bin, WEIGHT_BINS,
	    1 / largest(view->bin, WEIGHT_BINS), style);
	draw_ends(area, area->rows - 1, view->end);
}

static void draw_ranges(const struct area *area,
    const struct weight_view *view)
{
	double most = view->weights.most, low = most;

	for (int i = 0; i < view->ranges; i++)
		low = fmin(low, (double)view->range[i]);
	area_printf(area, 0, 0, STYLE_DIM, "%d channels reach %.2g to %.2g",
	    view->channels, low, most);
	if (most > 0)
		draw_bars(area, 1, RANGE_ROWS, view->range, view->ranges,
		    1 / most, STYLE_SERIES3);
}

/* Weights, and beside them gradients; below, where there is room for that,
 * the channels. */
static void draw_view(const struct area *area, const struct weight_view *view)
{
	int below = area->rows >= WEIGHTS_ROWS - 1 ? RANGE_ROWS + 1 : 0;
	int half = area->columns / 2;
	struct area left = area_within(area, 1, 0, area->rows - 1 - below,
	    half - 1);
	struct area right = area_within(area, 1, half, area->rows - 1 - below,
	    area->columns - half);
	struct area ranges = area_within(area, area->rows - below, 0, below,
	    area->columns);

	draw_spread(&left, &view->weights, "all are zero", STYLE_SERIES1);
	draw_spread(&right, &view->gradients, "no step yet", STYLE_SERIES2);
	area_puts(area, 0, half, STYLE_TITLE, area->columns - half < 20 ?
	    "gradients" : "gradients, last step");
	if (below)
		draw_ranges(&ranges, view);
}

static void draw_one(const struct ui *ui, const struct area *area, int index)
{
	const struct snapshot *snapshot = ui->snapshot;
	const struct layer_view *layer = &snapshot->layer[index];
	struct area title = area_within(area, 0, 0, 1, area->columns / 2 - 1);

	if (layer->compressible && snapshot->weights)
		draw_view(area, &snapshot->weights[index]);
	else
		area_puts(area, 1, 0, STYLE_DIM, layer->compressible ?
		    "looking" : "none to compress");
	area_printf(&title, 0, 0, index == ui->layers.selected ? STYLE_KEY :
	    STYLE_TITLE, "%s%d %s", title.columns < 20 ? "" : "weights of ",
	    layer->id, layer->text);
}

/* From this layer on the next one with weights, else itself. */
static int next_weights(const struct snapshot *snapshot, int index)
{
	while (!snapshot->layer[index].compressible &&
	    index + 1 < snapshot->layers)
		index++;
	return index;
}

/* One below the other, and side by side where it is wide. */
struct grid {
	int across, down, rows, columns;
};

static struct grid grid_of(const struct area *area)
{
	int across = area->columns / WEIGHTS_COLUMNS;
	int down = area->rows / WEIGHTS_ROWS;

	across = across < 1 ? 1 : across;
	down = down < 1 ? 1 : down;
	return (struct grid){across, down, area->rows < WEIGHTS_ROWS ?
		area->rows : WEIGHTS_ROWS, area->columns / across};
}

bool weights_fit(const struct ui *ui, const struct area *area)
{
	struct grid grid = grid_of(area);
	int count = 0;

	for (int i = 0; i < ui->snapshot->layers; i++)
		count += ui->snapshot->layer[i].compressible;
	return count <= grid.across * grid.down;
}

void weights_draw(struct ui *ui, const struct area *area, int index)
{
	const struct snapshot *snapshot = ui->snapshot;
	struct grid grid = grid_of(area);

	ui->shows_weights = true;
	if (index < 0 || index >= snapshot->layers)
		return;
	for (int i = 0; i < grid.across * grid.down; i++) {
		int row = i / grid.across, column = i % grid.across;
		struct area part = area_within(area, row * grid.rows,
		    column * grid.columns, grid.rows - (row + 1 < grid.down),
		    grid.columns - 2 * (column + 1 < grid.across));

		index = next_weights(snapshot, index);
		if (i > 0 && !snapshot->layer[index].compressible)
			return;
		draw_one(ui, &part, index);
		if (++index == snapshot->layers)
			return;
	}
}

void layers_select(struct ui *ui, int step)
{
	ui->layers.selected += step;
	list_keep(&ui->layers, ui->snapshot->layers, ui->snapshot->layers);
}
