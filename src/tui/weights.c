#include "tui/weights.h"

#include <math.h>

#include "base/text.h"

enum { RANGE_ROWS = 2, LEGEND_ROWS = 4,
	WEIGHTS_COLUMNS = 42 };

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

static void draw_ends(const struct area *area, int row, double most)
{
	char text[24];

	area_printf(area, row, 0, STYLE_DIM, "%.2g", -most);
	area_puts(area, row, area->columns / 2, STYLE_DIM, "0");
	text_format(text, sizeof(text), "%.2g", most);
	area_right(area, row, STYLE_DIM, text);
}

static void draw_view(const struct area *area, const struct weight_view *view)
{
	int rows = area->rows - RANGE_ROWS - LEGEND_ROWS + 1;
	double low = view->most;

	for (int i = 0; i < view->ranges; i++)
		low = fmin(low, (double)view->range[i]);
	draw_bars(area, 1, rows, view->bin, WEIGHT_BINS,
	    1 / largest(view->bin, WEIGHT_BINS), STYLE_SERIES1);
	draw_ends(area, rows + 1, view->most);
	area_printf(area, rows + 2, 0, STYLE_DIM, "largest |w| of %d "
	    "channels: %.2g to %.2g", view->channels, low, view->most);
	draw_bars(area, rows + 3, RANGE_ROWS, view->range, view->ranges,
	    1 / view->most, STYLE_SERIES3);
}

static void draw_one(const struct snapshot *snapshot,
    const struct area *area, int index)
{
	const struct layer_view *layer = &snapshot->layer[index];

	area_printf(area, 0, 0, STYLE_TITLE, "weights of %d %s", layer->id,
	    layer->text);
	if (!layer->compressible)
		area_puts(area, 1, 0, STYLE_DIM, "none to compress");
	else if (!snapshot->weights)
		area_puts(area, 1, 0, STYLE_DIM, "looking");
	else if (snapshot->weights[index].most > 0)
		draw_view(area, &snapshot->weights[index]);
	else
		area_puts(area, 1, 0, STYLE_DIM, "all of them are zero");
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
void weights_draw(struct ui *ui, const struct area *area, int index)
{
	const struct snapshot *snapshot = ui->snapshot;
	int across = area->columns / WEIGHTS_COLUMNS, columns;

	ui->shows_weights = true;
	if (index < 0 || index >= snapshot->layers)
		return;
	across = across < 1 ? 1 : across;
	columns = area->columns / across;
	for (int i = 0; i < across * (area->rows / WEIGHTS_ROWS); i++) {
		struct area part = area_within(area, i / across *
		    WEIGHTS_ROWS, i % across * columns, WEIGHTS_ROWS - (i /
		    across + 1 < area->rows / WEIGHTS_ROWS), columns - 2 *
		    (i % across + 1 < across));

		index = next_weights(snapshot, index);
		if (i > 0 && !snapshot->layer[index].compressible)
			return;
		draw_one(snapshot, &part, index);
		if (++index == snapshot->layers)
			return;
	}
}
