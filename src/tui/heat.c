#include "tui/heat.h"

#include <math.h>

#include "base/text.h"

enum { LABEL = 8, WIDEST = 6, HEAD = 2, STEPS = 20, MAP_MOST = 1000 };

static const struct map_view none;

const struct map_view *heat_map(const struct ui *ui)
{
	const struct run_view *run = ui_run(ui);

	return run ? &run->map[ui->slider.chosen == SLIDER_BITS] : &none;
}

static float value_at(const struct map_view *map, int row, int column)
{
	return map->accuracy[row * map->columns + column];
}

static void ends_of(const struct map_view *map, float *low, float *high)
{
	*low = INFINITY;
	*high = -INFINITY;
	for (int i = 0; i < map->rows * map->columns; i++) {
		*low = fminf(*low, map->accuracy[i]);
		*high = fmaxf(*high, map->accuracy[i]);
	}
}

/* Blocks of four shades where colours tell more, else ten letters. */
static uint32_t shade(const struct ui *ui, const struct area *area,
    double share)
{
	static const char letters[] = " .:-=+*#%@";
	static const uint32_t blocks[] = {0x2591, 0x2592, 0x2593, 0x2588};

	if (ui->color && area->unicode)
		return blocks[(int)fmin(share * 4, 3)];
	return (uint32_t)letters[(int)fmin(share * 10, 9)];
}

static enum style heat_style(double share)
{
	return (enum style)(STYLE_HEAT1 +
	    (int)fmin(share * HEAT_STYLES, HEAT_STYLES - 1));
}

void heat_put(const struct ui *ui, const struct area *area, int row,
    int column, double share)
{
	if (isnan(share))
		area_put(area, row, column, STYLE_DIM, '?');
	else
		area_put(area, row, column, heat_style(share), shade(ui, area,
			share));
}

static void draw_cell(const struct ui *ui, const struct area *area, int row,
    int column, int width, double share, bool here)
{
	for (int i = 0; i < width; i++)
		heat_put(ui, area, row, column + i, share);
	if (!here)
		return;
	area_put(area, row, column, STYLE_SELECTED, width > 1 ? '[' :
	    isnan(share) ? '?' : shade(ui, area, share));
	if (width > 2)
		area_put(area, row, column + width - 1, STYLE_SELECTED, ']');
}

static const char *unit_of(const struct ui *ui)
{
	return ui->slider.chosen == SLIDER_BITS ? " bits" : "% pruned";
}

static double shown_value(const struct ui *ui, const struct map_view *map,
    int column)
{
	return (ui->slider.chosen == SLIDER_BITS ? 1 : 100) *
	    (double)map->at[column];
}

/* What the cursor reads, and what the shades mean. */
static void draw_head(const struct ui *ui, const struct area *area,
    const struct map_view *map, float low, float high)
{
	const struct list *row = &ui->heat.row;
	float value = value_at(map, row->selected, ui->heat.column);
	char text[80];

	area_printf(area, 0, 1, STYLE_BOLD, "step %ld, %.3g%s: %.2f%%",
	    map->step[row->selected],
	    shown_value(ui, map, ui->heat.column), unit_of(ui),
	    100 * (double)value);
	text_format(text, sizeof(text), "%.1f%% to %.1f%%",
	    100 * (double)low, 100 * (double)high);
	if (area->columns >= 64)
		area_right(area, 0, STYLE_DIM, text);
}

static void draw_row(const struct ui *ui, const struct area *area, int line,
    const struct map_view *map, int row, int width, float low, float high)
{
	bool here = row == ui->heat.row.selected;

	area_printf(area, line, 0, here ? STYLE_KEY : STYLE_DIM, "%s%6ld",
	    here ? ">" : " ", map->step[row]);
	for (int i = 0; i < map->columns; i++) {
		float value = value_at(map, row, i);
		double share = high > low ? (double)((value - low) /
		    (high - low)) : 1;

		draw_cell(ui, area, line, LABEL + i * width, width, share,
		    here && i == ui->heat.column);
	}
}

static void draw_axis(const struct ui *ui, const struct area *area,
    const struct map_view *map, int width)
{
	int free_from = LABEL;

	area_puts(area, 1, 3, STYLE_DIM, "step");
	for (int i = 0; i < map->columns; i++) {
		int column = LABEL + i * width;

		if (column < free_from)
			continue;
		free_from = area_printf(area, 1, column, STYLE_DIM, "%.3g",
		    shown_value(ui, map, i)) + 1;
	}
}

static void keep_cursor(struct ui *ui, const struct map_view *map, int rows)
{
	list_keep(&ui->heat.row, map->rows, rows);
	if (ui->heat.column >= map->columns)
		ui->heat.column = map->columns - 1;
	if (ui->heat.column < 0)
		ui->heat.column = 0;
}

void heat_draw(struct ui *ui, const struct area *area)
{
	const struct map_view *map = heat_map(ui);
	int rows = area->rows - HEAD, width;
	float low, high;

	if (map->rows == 0) {
		area_middle(area, STYLE_DIM, "accuracy at old steps:\n"
		    "W asks for it, t goes back to the sliders");
		return;
	}
	rows = rows < 1 ? 1 : rows;
	keep_cursor(ui, map, rows);
	ends_of(map, &low, &high);
	width = (area->columns - LABEL) / map->columns;
	width = width < 1 ? 1 : width > WIDEST ? WIDEST : width;
	draw_head(ui, area, map, low, high);
	if (area->rows > HEAD)
		draw_axis(ui, area, map, width);
	for (int i = 0; i < rows && ui->heat.row.first + i < map->rows; i++)
		draw_row(ui, area, i + area->rows - rows < HEAD ? 1 : i + HEAD,
		    map, ui->heat.row.first + i, width, low, high);
}

void heat_move(struct ui *ui, int rows, int columns)
{
	ui->heat.row.selected += rows;
	ui->heat.column += columns;
	keep_cursor(ui, heat_map(ui), MAP_MOST);
}

void heat_go(struct ui *ui)
{
	const struct map_view *map = heat_map(ui);

	if (map->rows == 0)
		return;
	keep_cursor(ui, map, MAP_MOST);
	ui_submit(ui, "goto %ld", map->step[ui->heat.row.selected]);
}

void heat_ask(struct ui *ui)
{
	const struct run_view *run = ui_need_run(ui);
	long every;

	if (!run)
		return;
	if (run->head == 0) {
		ui_message(ui, "no steps yet to look back at");
		return;
	}
	every = (run->head + STEPS - 1) / STEPS;
	ui->heat.shown = true;
	ui_submit(ui, "sweep %s from=0 every=%ld", ui->slider.chosen ==
	    SLIDER_BITS ? "quant 8:2" : "prune 0:0.95:0.05", every);
}
