#include "tui/layer_grid.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "tui/figures.h"

/* Of a plot with its title, at least; in less room there are titles alone. */
enum { COLUMNS = 24, ROWS = 6 };

static int at_least(int value, int least)
{
	return value < least ? least : value;
}

/* The layers with a curve of one name, ascending. */
struct known_layers {
	int *id, count;
};

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static struct known_layers find_layers(const struct ui *ui,
    enum curve_name name)
{
	struct known_layers known = {0};
	int curves = 0, kept = 0;

	for (int i = 0; i < ui->snapshot->runs; i++)
		curves += ui->snapshot->run[i].layer_curves;
	known.id = xcalloc((size_t)curves + 1, sizeof(*known.id));
	for (int i = 0; i < ui->snapshot->runs; i++) {
		const struct run_view *run = &ui->snapshot->run[i];

		for (int j = 0; j < run->layer_curves; j++)
			if (run->layer_curve[j].name == name)
				known.id[known.count++] =
				    run->layer_curve[j].layer;
	}
	qsort(known.id, (size_t)known.count, sizeof(*known.id), by_number);
	for (int i = 0; i < known.count; i++)
		if (kept == 0 || known.id[i] != known.id[kept - 1])
			known.id[kept++] = known.id[i];
	known.count = kept;
	return known;
}

int layer_grid_next(const struct ui *ui, enum curve_name name, int layer)
{
	struct known_layers known = find_layers(ui, name);
	int next = 0;

	if (layer == 0)
		next = EACH_LAYER;
	for (int i = known.count - 1; i >= 0 && layer != 0; i--)
		if (known.id[i] > layer)
			next = known.id[i];
	if (known.count == 0)
		next = 0;
	free(known.id);
	return next;
}

/* The last value in the current run, which has no curve of some layers. */
static double last_value(const struct ui *ui, enum curve_name name, int layer)
{
	const struct reading *reading = curves_reading(ui_run(ui), (int)name,
	    layer);

	return reading->known ? reading->value : -INFINITY;
}

static void remove_least(const struct ui *ui, enum curve_name name,
    struct known_layers *known)
{
	int least = 0;

	for (int i = 1; i < known->count; i++)
		if (last_value(ui, name, known->id[i]) <=
		    last_value(ui, name, known->id[least]))
			least = i;
	known->count--;
	for (int i = least; i < known->count; i++)
		known->id[i] = known->id[i + 1];
}

/* One scale for all, so that layers can be compared by eye. */
static void common_scale(const struct ui *ui, const struct known_layers *known,
    struct curve_page *page, bool log_y)
{
	double least = INFINITY, most = -INFINITY;

	for (int i = 0; i < known->count * ui->snapshot->runs; i++) {
		const struct curve *curve = curves_find(
		    &ui->snapshot->run[i / known->count], (int)page->line,
		    known->id[i % known->count]);

		for (int j = 0; j < curve->count; j++) {
			if (log_y && curve->point[j].low <= 0)
				continue;
			least = fmin(least, (double)curve->point[j].low);
			most = fmax(most, (double)curve->point[j].high);
		}
	}
	page->y_from = log_y ? least / 1.5 : fmin(0, least);
	page->y_to = log_y ? most * 1.5 : fmax(0, most) * 1.05;
	if (!(page->y_from < page->y_to))
		page->y_from = page->y_to = 0;
}

/* "3 conv 5x5 21.3" */
static void draw_title(const struct ui *ui, const struct curve_page *page,
    const struct area *area)
{
	const struct run_view *run = ui_run(ui);
	char value[24];

	figure_short(curves_reading(run, (int)page->line, page->layer),
	    run->step, page->unit, 3, value, sizeof(value));
	area_printf(area, 0, 1, STYLE_DIM, "%d %s", page->layer,
	    page->layer <= ui->snapshot->layers ?
	    ui->snapshot->layer[page->layer - 1].text : "");
	area_puts(area, 0, area->columns - styled_width(value) - 1,
	    STYLE_NORMAL, value);
}

static void draw_grid(const struct ui *ui, const struct known_layers *known,
    struct curve_page page, const struct area *area, bool log_y, int across)
{
	int down = at_least((known->count + across - 1) / across, 1);

	if (area->rows < ROWS)	/* titles alone */
		down = at_least(area->rows, 1);
	for (int i = 0; i < known->count; i++) {
		int row = area->rows * (i / across) / down;
		int column = area->columns * (i % across) / across;
		struct area cell = area_within(area, row, column,
		    area->rows * (i / across + 1) / down - row,
		    area->columns * (i % across + 1) / across - column);
		struct area plot = area_within(&cell, 1, 0, cell.rows - 1,
		    cell.columns);

		page.layer = known->id[i];
		draw_title(ui, &page, &cell);
		curves_draw_cell(ui, &page, &plot, log_y);
	}
}

/* No wider than there are layers for cells of so many rows. */
static int columns_for(const struct area *area, int rows, int layers)
{
	int across = at_least(area->columns / COLUMNS, 1);
	int down = at_least(area->rows / rows, 1);
	int needed = (layers + down - 1) / down;

	return needed < across ? at_least(needed, 1) : across;
}

static void draw_note(const struct curve_page *page, const struct area *area,
    int shown, int all)
{
	char text[80];

	if (shown < all)
		text_format(text, sizeof(text), "%s of layers alone: the "
		    "largest %d of %d", page->title, shown, all);
	else
		text_format(text, sizeof(text), "%s of each layer alone, on "
		    "one scale", page->title);
	area_puts(area, area->rows - 1, 1, STYLE_NORMAL, text);
}

void layer_grid_draw(const struct ui *ui, const struct curve_page *page,
    const struct area *area, bool log_y)
{
	struct known_layers known = find_layers(ui, page->line);
	struct area plots = area_within(area, 0, 0, at_least(area->rows - 1, 0),
	    area->columns);
	struct curve_page shared = *page;
	int rows = plots.rows < ROWS ? 1 : ROWS;
	int all = known.count, across = columns_for(&plots, rows, all);
	int room = across * at_least(plots.rows / rows, 1);

	if (all == 0 || !ui_run(ui))
		area_middle(area, STYLE_DIM, "no layer was measured alone\n"
		    "m, or P to measure while training");
	while (known.count > room)
		remove_least(ui, page->line, &known);
	if (all > 0 && ui_run(ui)) {
		common_scale(ui, &known, &shared, log_y);
		draw_grid(ui, &known, shared, &plots, log_y, across);
		draw_note(page, area, known.count, all);
	}
	free(known.id);
}
