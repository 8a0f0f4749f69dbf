/* The axes of a plot, and straight lines across it. */
#include "tui/plot_view.h"

#include <math.h>

#include "base/text.h"
#include "tui/glyph.h"

static void draw_y_axis(const struct plot_view *view)
{
	int width = view->body.column - view->whole.column;

	for (int i = 0; i < view->body.rows; i++)
		area_put(&view->whole, i, width - 1, STYLE_BORDER, 0x2502);
	for (int i = 0; i < view->y.ticks; i++) {
		double place = scale_place(&view->y, view->y.tick[i]);
		int row = view->body.rows - 1 - (int)lround(place *
		    (view->body.rows - 1));
		char text[16];

		scale_label(&view->y, view->y.tick[i], text, sizeof(text));
		area_printf(&view->whole, row, 0, STYLE_DIM, "%*.*s",
		    width - 1, width - 1, text);
		area_put(&view->whole, row, width - 1, STYLE_BORDER, 0x2524);
	}
}

static void draw_x_axis(const struct plot_view *view)
{
	struct area axis = area_within(&view->whole, view->body.rows,
	    view->body.column - view->whole.column, 1, view->body.columns);
	const char *label = view->plot->x_label ? view->plot->x_label : "";
	char text[48];
	int free_from = 0, end;

	area_put(&view->whole, view->body.rows, view->body.column -
	    view->whole.column - 1, STYLE_BORDER, 0x2514);
	for (int i = 0; i < axis.columns; i++)
		area_put(&axis, 0, i, STYLE_BORDER, 0x2500);
	text_format(text, sizeof(text), " %s", label);
	end = axis.columns - text_width(text);
	if (label[0])
		area_puts(&axis, 0, end, STYLE_DIM, text);
	else
		end = axis.columns + 1;
	for (int i = 0; i < view->x.ticks; i++) {
		double place = scale_place(&view->x, view->x.tick[i]);
		int column = (int)lround(place * (axis.columns - 1));

		scale_label(&view->x, view->x.tick[i], text, sizeof(text));
		column -= i ? text_width(text) / 2 : 0;
		if (column + text_width(text) > axis.columns)
			column = axis.columns - text_width(text);
		if (column < free_from ||
		    column + text_width(text) >= end)
			continue;
		area_puts(&axis, 0, column, STYLE_DIM, text);
		free_from = column + text_width(text) + 2;
	}
}

void plot_draw_axes(const struct plot_view *view)
{
	draw_y_axis(view);
	draw_x_axis(view);
}

/* The row of a line that is on the plot, or -1. */
static int line_row(const struct plot_view *view, const struct plot_line *line)
{
	double place = scale_place(&view->y, line->value);

	return place >= 0 && place <= 1 ?
	    plot_dot_row(view, line->value) / view->raster.down : -1;
}

/* Dotted, under the curves. */
static void draw_levels(const struct plot_view *view)
{
	for (int i = 0; i < view->plot->lines; i++) {
		int row = line_row(view, &view->plot->line[i]);

		for (int j = 0; row >= 0 && j < view->body.columns; j += 2)
			area_put(&view->body, row, j, STYLE_DIM, 0xb7);
	}
}

void plot_name_lines(const struct plot_view *view)
{
	for (int i = 0; i < view->plot->lines; i++) {
		const struct plot_line *line = &view->plot->line[i];
		double place = scale_place(&view->y, line->value);
		int row = line_row(view, line);
		char text[48];

		if (isnan(place) || !line->label[0])
			continue;
		text_format(text, sizeof(text), " %s%s", line->label,
		    row >= 0 ? "" : place > 1 ? " ↑" : " ↓");
		if (row < 0)
			row = place > 1 ? 0 : view->body.rows - 1;
		area_right(&view->body, row, STYLE_DIM, text);
	}
}

static void draw_upright(const struct plot_view *view, double x,
    enum style style, uint32_t character)
{
	double place = scale_place(&view->x, x);
	int column;

	if (isnan(place) || place < 0 || place > 1)
		return;
	column = (int)lround(place * (view->body.columns - 1));
	for (int i = 0; i < view->body.rows; i++)
		area_put(&view->body, i, column, style, character);
}

void plot_draw_lines(const struct plot_view *view)
{
	draw_levels(view);
	for (int i = 0; i < view->plot->events; i++)
		draw_upright(view, view->plot->event[i], STYLE_DIM, 0xb7);
	draw_upright(view, view->plot->cursor, STYLE_KEY, 0x2502);
}
