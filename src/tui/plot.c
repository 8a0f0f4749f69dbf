#include "tui/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tui/glyph.h"
#include "tui/raster.h"
#include "tui/scale.h"

enum { LABEL_MAX = 8, MARK_EVERY = 12, X_TICKS = 6, X_TICKS_SET = 4 };

struct view {
	const struct plot *plot;
	struct area whole, body;	/* body: inside the axes */
	struct raster raster;
	struct scale x, y;
	struct plot_values values[PLOT_SERIES_MAX];
};

static bool make_scales(struct view *view)
{
	const struct plot *plot = view->plot;
	int y_ticks = (view->whole.rows + 1) / 2;
	int x_ticks = view->whole.columns / 10;
	double from, to, first, last;

	if (!plot_y_range(plot, view->values, &from, &to) ||
	    !plot_x_range(plot, &first, &last))
		return false;
	if (plot->y_from < plot->y_to)
		scale_set(&view->y, plot->y_from, plot->y_to, plot->log_y,
		    y_ticks);
	else
		scale_fit(&view->y, from, to, plot->log_y, y_ticks);
	if (plot->x_from < plot->x_to)
		scale_set(&view->x, plot->x_from, plot->x_to, false,
		    x_ticks > X_TICKS_SET ? x_ticks : X_TICKS_SET);
	else
		scale_fit(&view->x, first, last, false,
		    x_ticks > X_TICKS ? x_ticks : X_TICKS);
	return true;
}

/* Columns that the labels of y take, one for the axis included. */
static int label_width(const struct view *view)
{
	char text[16];
	int width = 2;

	for (int i = 0; i < view->y.ticks; i++) {
		scale_label(&view->y, view->y.tick[i], text, sizeof(text));
		if (text_width(text) > width)
			width = text_width(text);
	}
	return (width < LABEL_MAX ? width : LABEL_MAX) + 1;
}

static int dot_column(const struct view *view, double x)
{
	double place = scale_place(&view->x, x);

	return (int)lround(fmin(2, fmax(-1, place)) *
	    (view->raster.columns - 1));
}

static int dot_row(const struct view *view, double y)
{
	double place = scale_place(&view->y, y);

	if (isnan(place))
		place = -1;
	return view->raster.rows - 1 - (int)lround(fmin(2, fmax(-1, place)) *
	    (view->raster.rows - 1));
}

/* The points that share a column of dots: their mean and extremes. */
struct column {
	int place, points;
	double sum, low, high;
};

static void take_point(struct column *column, int place, double y, double low,
    double high)
{
	if (column->points == 0 || column->place != place)
		*column = (struct column){.place = place, .low = low,
			.high = high};
	column->points++;
	column->sum += y;
	column->low = fmin(column->low, low);
	column->high = fmax(column->high, high);
}

static void draw_column(struct view *view, int s, const struct column *before,
    const struct column *column)
{
	int row = dot_row(view, column->sum / column->points);
	bool dotted = view->plot->series[s].dotted;

	if (!view->plot->means && !dotted)
		raster_line(&view->raster, dot_row(view, column->high),
		    column->place, dot_row(view, column->low), column->place,
		    s, false);
	raster_line(&view->raster, before->points ? dot_row(view,
	    before->sum / before->points) : row, before->points ?
	    before->place : column->place, row, column->place, s, dotted);
}

/* The line from mean to mean of the columns. */
struct line {
	struct column before, now;
	int series;
};

static void end_column(struct view *view, struct line *line)
{
	if (!line->now.points)
		return;
	draw_column(view, line->series, &line->before, &line->now);
	line->before = line->now;
	line->now.points = 0;
}

/* A value that cannot be shown breaks the line. */
static void lead_line(struct view *view, struct line *line, double x,
    double y, double low, double high)
{
	int place = dot_column(view, x);

	if (!plot_shows(view->plot, y)) {
		end_column(view, line);
		line->before.points = 0;
		return;
	}
	if (line->now.points && line->now.place != place)
		end_column(view, line);
	take_point(&line->now, place, y, low, high);
}

/* Where the line between two points crosses this x. */
static void cross(struct view *view, struct line *line, int i, double x)
{
	const struct plot_values *values = &view->values[line->series];
	double share = (x - values->x[i]) / (values->x[i + 1] - values->x[i]);
	double y = values->y[i] + share * (values->y[i + 1] - values->y[i]);

	lead_line(view, line, x, y, y, y);
}

static void draw_series(struct view *view, int s)
{
	const struct plot_series *series = &view->plot->series[s];
	const struct plot_values *values = &view->values[s];
	struct line line = {.series = s};
	int count = series->curve.count;

	for (int i = 0; i < count; i++) {
		const struct point *point = &series->curve.point[i];
		double x = values->x[i];
		double next = i + 1 < count ? values->x[i + 1] : x;

		if (x >= view->x.from && x <= view->x.to)
			lead_line(view, &line, x, values->y[i],
			    series->y_unit * (double)point->low,
			    series->y_unit * (double)point->high);
		if (x < view->x.from && next > view->x.from)
			cross(view, &line, i, view->x.from);
		if (x < view->x.to && next > view->x.to)
			cross(view, &line, i, view->x.to);
	}
	end_column(view, &line);
}

static void put_raster(const struct view *view)
{
	for (int row = 0; row < view->body.rows; row++) {
		for (int column = 0; column < view->body.columns; column++) {
			const struct plot_series *series;
			int s;
			uint32_t character = raster_cell(&view->raster, row,
			    column, &s);

			if (s < 0)
				continue;
			series = &view->plot->series[s];
			if (view->raster.down == 1)
				character = (uint32_t)series->mark;
			area_put(&view->body, row, column, series->style,
			    character);
		}
	}
}

static void put_mark(const struct view *view, int s, int i)
{
	const struct plot_series *series = &view->plot->series[s];
	double x = view->values[s].x[i], y = view->values[s].y[i];

	if (plot_shows(view->plot, y) && plot_within(view->plot, x))
		area_put(&view->body, dot_row(view, y) / view->raster.down,
		    dot_column(view, x) / view->raster.across, series->style,
		    (uint32_t)series->mark);
}

/* Marks say which curve is which where colours do not. */
static void put_marks(const struct view *view, int s)
{
	const struct plot_series *series = &view->plot->series[s];
	int before = -s * MARK_EVERY / 4;

	if (!series->marks_only && !series->dotted && !view->plot->marks)
		return;
	for (int i = 0; i < series->curve.count; i++) {
		int column = dot_column(view, view->values[s].x[i]) /
		    view->raster.across;

		if (!series->marks_only && column < before + MARK_EVERY)
			continue;
		put_mark(view, s, i);
		before = column;
	}
}

/* The last point in sight, or -1. */
static int last_shown(const struct view *view, int s)
{
	int last = view->plot->series[s].curve.count - 1;

	while (last >= 0 && view->values[s].x[last] > view->x.to)
		last--;
	return last < 0 || view->values[s].x[last] < view->x.from ||
	    !plot_shows(view->plot, view->values[s].y[last]) ? -1 : last;
}

/* Where a line ends its mark stands; beside that of another line. */
static void put_ends(const struct view *view)
{
	int row[PLOT_SERIES_MAX], column[PLOT_SERIES_MAX];

	for (int s = 0; s < view->plot->count; s++) {
		const struct plot_series *series = &view->plot->series[s];
		int last = last_shown(view, s);

		row[s] = column[s] = -1;
		if (last < 0 || series->marks_only || series->dotted)
			continue;
		row[s] = dot_row(view, view->values[s].y[last]) /
		    view->raster.down;
		column[s] = dot_column(view, view->values[s].x[last]) /
		    view->raster.across;
		for (int i = 0; i < s; i++) {
			if (row[i] == row[s] && column[i] == column[s]) {
				column[s]--;
				i = -1;
			}
		}
		area_put(&view->body, row[s], column[s], series->style,
		    (uint32_t)series->mark);
	}
}

static void draw_y_axis(const struct view *view)
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

static void draw_x_axis(const struct view *view)
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

/* The row of a line that is on the plot, or -1. */
static int line_row(const struct view *view, const struct plot_line *line)
{
	double place = scale_place(&view->y, line->value);

	return place >= 0 && place <= 1 ?
	    dot_row(view, line->value) / view->raster.down : -1;
}

/* Dotted, under the curves. */
static void draw_lines(const struct view *view)
{
	for (int i = 0; i < view->plot->lines; i++) {
		int row = line_row(view, &view->plot->line[i]);

		for (int j = 0; row >= 0 && j < view->body.columns; j += 2)
			area_put(&view->body, row, j, STYLE_DIM, 0xb7);
	}
}

/* Over the curves; a line that is off the plot is named at its edge. */
static void name_lines(const struct view *view)
{
	for (int i = 0; i < view->plot->lines; i++) {
		const struct plot_line *line = &view->plot->line[i];
		double place = scale_place(&view->y, line->value);
		int row = line_row(view, line);
		char text[48];

		if (isnan(place))
			continue;
		text_format(text, sizeof(text), " %s%s", line->label,
		    row >= 0 ? "" : place > 1 ? " ↑" : " ↓");
		if (row < 0)
			row = place > 1 ? 0 : view->body.rows - 1;
		area_right(&view->body, row, STYLE_DIM, text);
	}
}

static void draw_upright(const struct view *view, double x, enum style style,
    uint32_t character)
{
	double place = scale_place(&view->x, x);
	int column;

	if (isnan(place) || place < 0 || place > 1)
		return;
	column = (int)lround(place * (view->body.columns - 1));
	for (int i = 0; i < view->body.rows; i++)
		area_put(&view->body, i, column, style, character);
}

static void draw_uprights(const struct view *view)
{
	for (int i = 0; i < view->plot->events; i++)
		draw_upright(view, view->plot->event[i], STYLE_DIM, 0xb7);
	draw_upright(view, view->plot->cursor, STYLE_KEY, 0x2502);
}

static void draw_all(struct view *view)
{
	const struct plot *plot = view->plot;
	int width = label_width(view);

	view->body = area_within(&view->whole, 0, width, view->whole.rows - 1,
	    view->whole.columns - width);
	raster_new(&view->raster, &view->body, plot->glyphs);
	draw_y_axis(view);
	draw_x_axis(view);
	draw_lines(view);
	draw_uprights(view);
	for (int s = 0; s < plot->count; s++) {
		if (!plot->series[s].marks_only)
			draw_series(view, s);
	}
	put_raster(view);
	for (int s = 0; s < plot->count; s++)
		put_marks(view, s);
	put_ends(view);
	name_lines(view);
	raster_free(&view->raster);
}

void plot_draw(const struct area *area, const struct plot *plot)
{
	struct view view = {.plot = plot, .whole = *area};

	if (area->rows < 3 || area->columns < 12)
		return;
	for (int s = 0; s < plot->count; s++)
		view.values[s] = plot_values(plot, &plot->series[s]);
	if (make_scales(&view))
		draw_all(&view);
	else
		area_middle(area, STYLE_DIM, plot->empty ? plot->empty : "");
	for (int s = 0; s < plot->count; s++)
		free(view.values[s].x);
}
