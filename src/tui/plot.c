#include "tui/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { LABEL = 7 };	/* columns left of the axis */

/* Dots that are set, as the cells they make up: braille has 2 x 4 a cell,
 * blocks 1 x 2, ASCII 1 x 1. */
struct raster {
	int across, down;	/* dots a cell */
	int columns, rows;	/* in dots */
	uint8_t *dot;		/* series + 1 that set it last; 0: none */
};

struct view {
	const struct plot *plot;
	struct area body;
	struct raster raster;
	double x_from, x_to, y_from, y_to;	/* y already scaled */
};

static double scaled(const struct plot *plot, double y)
{
	return plot->log_y ? log10(y) : y;
}

static bool can_show(const struct plot *plot, double y)
{
	return isfinite(y) && (!plot->log_y || y > 0);
}

static void widen(double *from, double *to, double value)
{
	if (value < *from)
		*from = value;
	if (value > *to)
		*to = value;
}

/* The range of y leaves out single extremes: means decide. */
static bool find_ranges(struct view *view)
{
	const struct plot *plot = view->plot;

	view->x_from = view->y_from = INFINITY;
	view->x_to = view->y_to = -INFINITY;
	for (int s = 0; s < plot->count; s++) {
		const struct curve *curve = &plot->series[s].curve;

		for (int i = 0; i < curve->count; i++) {
			const struct point *point = &curve->point[i];

			if (!can_show(plot, (double)point->y))
				continue;
			widen(&view->x_from, &view->x_to, (double)point->x);
			widen(&view->y_from, &view->y_to, scaled(plot,
			    (double)point->y));
		}
	}
	if (plot->x_from < plot->x_to) {
		view->x_from = plot->x_from;
		view->x_to = plot->x_to;
	}
	if (plot->y_from < plot->y_to) {
		view->y_from = scaled(plot, plot->y_from);
		view->y_to = scaled(plot, plot->y_to);
	}
	return isfinite(view->x_from) && isfinite(view->y_from);
}

static void pad_ranges(struct view *view)
{
	double space = view->y_to - view->y_from;

	if (view->x_to <= view->x_from)
		view->x_to = view->x_from + 1;
	if (view->plot->y_from < view->plot->y_to)
		return;
	if (space <= 0)
		space = fabs(view->y_to) > 0 ? fabs(view->y_to) : 1;
	view->y_from -= 0.04 * space;
	view->y_to += 0.04 * space;
}

static int column_of(const struct view *view, double x)
{
	double share = (x - view->x_from) / (view->x_to - view->x_from);

	return (int)lround(share * (view->raster.columns - 1));
}

static int row_of(const struct view *view, double y)
{
	double share = (scaled(view->plot, y) - view->y_from) /
	    (view->y_to - view->y_from);

	if (share < -1)
		share = -1;
	if (share > 2)
		share = 2;
	return view->raster.rows - 1 -
	    (int)lround(share * (view->raster.rows - 1));
}

static void set_dot(struct raster *raster, int row, int column, int series)
{
	if (row >= 0 && row < raster->rows && column >= 0 &&
	    column < raster->columns)
		raster->dot[(size_t)row * (size_t)raster->columns +
		    (size_t)column] = (uint8_t)(series + 1);
}

static void draw_segment(struct raster *raster, int row0, int column0,
    int row1, int column1, int series)
{
	int width = abs(column1 - column0), height = abs(row1 - row0);
	int steps = width > height ? width : height;

	for (int i = 0; i <= steps; i++) {
		double share = steps ? (double)i / steps : 0;

		set_dot(raster, row0 + (int)lround(share * (row1 - row0)),
		    column0 + (int)lround(share * (column1 - column0)),
		    series);
	}
}

/* From mean to mean, and between the extremes of each point. */
static void draw_series(struct view *view, int s)
{
	const struct plot_series *series = &view->plot->series[s];
	bool begun = false;
	int row0 = 0, column0 = 0;

	for (int i = 0; i < series->curve.count; i++) {
		const struct point *point = &series->curve.point[i];
		int row, column;

		if (!can_show(view->plot, (double)point->y) ||
		    !can_show(view->plot, (double)point->low) ||
		    (double)point->x < view->x_from ||
		    (double)point->x > view->x_to)
			continue;
		row = row_of(view, (double)point->y);
		column = column_of(view, (double)point->x);
		draw_segment(&view->raster, row_of(view,
		    (double)point->high), column, row_of(view,
		    (double)point->low), column, s);
		if (begun && !series->points_only)
			draw_segment(&view->raster, row0, column0, row,
			    column, s);
		begun = true;
		row0 = row;
		column0 = column;
	}
}

static const uint8_t braille_bit[4][2] = {
	{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

/* The cell of these dots, and the series that is on top. */
static uint32_t cell_of(const struct view *view, int row, int column,
    int *series)
{
	const struct raster *raster = &view->raster;
	unsigned bits = 0;

	*series = 0;
	for (int i = 0; i < raster->down; i++) {
		for (int j = 0; j < raster->across; j++) {
			uint8_t dot = raster->dot[(size_t)(row *
			    raster->down + i) * (size_t)raster->columns +
			    (size_t)(column * raster->across + j)];

			if (!dot)
				continue;
			*series = dot;
			bits |= raster->across == 2 ? braille_bit[i][j] :
			    1u << i;
		}
	}
	if (!bits)
		return ' ';
	if (raster->across == 2)
		return 0x2800 + bits;
	if (raster->down == 2)
		return bits == 3 ? 0x2588 : bits == 1 ? 0x2580 : 0x2584;
	return (uint32_t)view->plot->series[*series - 1].mark;
}

static void put_raster(const struct view *view)
{
	for (int row = 0; row < view->body.rows; row++) {
		for (int column = 0; column < view->body.columns; column++) {
			int series;
			uint32_t character = cell_of(view, row, column,
			    &series);

			if (series)
				area_put(&view->body, row, column,
				    view->plot->series[series - 1].style,
				    character);
		}
	}
}

static void format_value(double value, char *out, size_t size)
{
	double size_of = fabs(value);

	if (size_of >= 1e5 || (size_of > 0 && size_of < 1e-3))
		text_format(out, size, "%.0e", value);
	else if (size_of >= 100)
		text_format(out, size, "%.0f", value);
	else if (size_of >= 10)
		text_format(out, size, "%.1f", value);
	else
		text_format(out, size, "%.3g", value);
}

/* Labels at the top, the bottom, and in between where there is room. */
static void draw_axis(const struct area *area, const struct view *view)
{
	int rows = view->body.rows;
	int labels = rows >= 7 ? 4 : rows >= 3 ? 3 : 2;

	for (int i = 0; i < rows; i++)
		area_put(area, i, LABEL - 1, STYLE_DIM, 0x2502);
	for (int i = 0; i < labels && rows > 1; i++) {
		int row = (int)lround((double)i * (rows - 1) / (labels - 1));
		double share = 1 - (double)row / (rows - 1);
		double y = view->y_from + share * (view->y_to - view->y_from);
		char text[16];

		format_value(view->plot->log_y ? pow(10, y) : y, text,
		    sizeof(text));
		area_printf(area, row, 0, STYLE_DIM, "%*.*s", LABEL - 1,
		    LABEL - 1, text);
		area_put(area, row, LABEL - 1, STYLE_DIM, 0x2524);
	}
}

static void draw_x_axis(const struct area *area, const struct view *view)
{
	int row = view->body.rows;
	char from[32], to[64];

	text_format(from, sizeof(from), "%.6g", view->x_from);
	text_format(to, sizeof(to), "%s %.6g", view->plot->x_label ?
	    view->plot->x_label : "", view->x_to);
	area_put(area, row, LABEL - 1, STYLE_DIM, 0x2514);
	for (int i = LABEL; i < area->columns; i++)
		area_put(area, row, i, STYLE_DIM, 0x2500);
	area_puts(area, row, LABEL, STYLE_DIM, from);
	area_right(area, row, STYLE_DIM, to);
}

static void draw_lines(const struct view *view)
{
	for (int i = 0; i < view->plot->lines; i++) {
		const struct plot_line *line = &view->plot->line[i];
		int row;

		if (!can_show(view->plot, line->value))
			continue;
		row = row_of(view, line->value);
		if (row < 0 || row >= view->raster.rows)
			continue;
		row /= view->raster.down;
		for (int j = 0; j < view->body.columns; j += 2)
			area_put(&view->body, row, j, STYLE_DIM, 0xb7);
		area_right(&view->body, row, STYLE_DIM, line->label);
	}
}

static void draw_cursor(const struct view *view)
{
	int column;

	if (isnan(view->plot->cursor))
		return;
	column = column_of(view, view->plot->cursor) / view->raster.across;
	for (int i = 0; i < view->body.rows; i++)
		area_put(&view->body, i, column, STYLE_KEY, 0x2502);
}

static void make_raster(struct view *view)
{
	struct raster *raster = &view->raster;
	enum plot_glyphs glyphs = view->body.unicode ? view->plot->glyphs :
	    PLOT_ASCII;

	raster->across = glyphs == PLOT_BRAILLE ? 2 : 1;
	raster->down = glyphs == PLOT_BRAILLE ? 4 :
	    glyphs == PLOT_BLOCK ? 2 : 1;
	raster->columns = view->body.columns * raster->across;
	raster->rows = view->body.rows * raster->down;
	raster->dot = xcalloc((size_t)raster->columns * (size_t)raster->rows,
	    1);
}

static void say_empty(const struct area *area, const struct plot *plot)
{
	const char *text = plot->empty ? plot->empty : "";
	int column = (area->columns - text_width(text)) / 2;

	area_puts(area, area->rows / 2, column > 0 ? column : 0, STYLE_DIM,
	    text);
}

void plot_draw(const struct area *area, const struct plot *plot)
{
	struct view view = {.plot = plot};

	view.body = area_within(area, 0, LABEL, area->rows - 1,
	    area->columns - LABEL);
	if (view.body.rows < 1 || view.body.columns < 4)
		return;
	if (!find_ranges(&view)) {
		say_empty(area, plot);
		return;
	}
	pad_ranges(&view);
	make_raster(&view);
	draw_axis(area, &view);
	draw_x_axis(area, &view);
	draw_lines(&view);
	for (int s = 0; s < plot->count; s++)
		draw_series(&view, s);
	put_raster(&view);
	draw_cursor(&view);
	free(view.raster.dot);
}
