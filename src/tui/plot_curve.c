/* The curves of a plot: lines, extremes, marks. */
#include "tui/plot_view.h"

#include <math.h>

enum { MARK_EVERY = 12 };

int plot_dot_column(const struct plot_view *view, double x)
{
	double place = scale_place(&view->x, x);

	return (int)lround(fmin(2, fmax(-1, place)) *
	    (view->raster.columns - 1));
}

int plot_dot_row(const struct plot_view *view, double y)
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

static void draw_column(struct plot_view *view, int s,
    const struct column *before, const struct column *column)
{
	int row = plot_dot_row(view, column->sum / column->points);
	bool dotted = view->plot->series[s].dotted;

	if (!view->plot->means && !dotted)
		raster_line(&view->raster, plot_dot_row(view, column->high),
		    column->place, plot_dot_row(view, column->low),
		    column->place, s, false);
	raster_line(&view->raster, before->points ? plot_dot_row(view,
	    before->sum / before->points) : row, before->points ?
	    before->place : column->place, row, column->place, s, dotted);
}

/* The line from mean to mean of the columns. */
struct line {
	struct column before, now;
	int series;
};

static void end_column(struct plot_view *view, struct line *line)
{
	if (!line->now.points)
		return;
	draw_column(view, line->series, &line->before, &line->now);
	line->before = line->now;
	line->now.points = 0;
}

/* A value that cannot be shown breaks the line. */
static void lead_line(struct plot_view *view, struct line *line, double x,
    double y, double low, double high)
{
	int place = plot_dot_column(view, x);

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
static void cross(struct plot_view *view, struct line *line, int i, double x)
{
	const struct plot_values *values = &view->values[line->series];
	double share = (x - values->x[i]) / (values->x[i + 1] - values->x[i]);
	double y = values->y[i] + share * (values->y[i + 1] - values->y[i]);

	lead_line(view, line, x, y, y, y);
}

void plot_draw_series(struct plot_view *view, int s)
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

void plot_put_raster(const struct plot_view *view)
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

static void put_mark(const struct plot_view *view, int s, int i)
{
	const struct plot_series *series = &view->plot->series[s];
	double x = view->values[s].x[i], y = view->values[s].y[i];

	if (plot_shows(view->plot, y) && plot_within(view->plot, x))
		area_put(&view->body, plot_dot_row(view, y) / view->raster.down,
		    plot_dot_column(view, x) / view->raster.across,
		    series->style, (uint32_t)series->mark);
}

/* Marks say which curve is which where colours do not. */
static void put_marks(const struct plot_view *view, int s)
{
	const struct plot_series *series = &view->plot->series[s];
	int before = -s * MARK_EVERY / 4;

	if (!series->marks_only && !series->dotted && !view->plot->marks)
		return;
	for (int i = 0; i < series->curve.count; i++) {
		int column = plot_dot_column(view, view->values[s].x[i]) /
		    view->raster.across;

		/* A point alone has no line to be seen by. */
		if (!series->marks_only && series->curve.count > 1 &&
		    column < before + MARK_EVERY)
			continue;
		put_mark(view, s, i);
		before = column;
	}
}

/* The last point in sight, or -1. */
static int last_shown(const struct plot_view *view, int s)
{
	int last = view->plot->series[s].curve.count - 1;

	while (last >= 0 && view->values[s].x[last] > view->x.to)
		last--;
	return last < 0 || view->values[s].x[last] < view->x.from ||
	    !plot_shows(view->plot, view->values[s].y[last]) ? -1 : last;
}

/* Where a line ends its mark stands; beside that of another line. */
static void put_ends(const struct plot_view *view)
{
	int row[PLOT_SERIES_MAX], column[PLOT_SERIES_MAX];

	for (int s = 0; s < view->plot->count; s++) {
		const struct plot_series *series = &view->plot->series[s];
		int last = last_shown(view, s);

		row[s] = column[s] = -1;
		if (last < 0 || series->marks_only || series->dotted)
			continue;
		row[s] = plot_dot_row(view, view->values[s].y[last]) /
		    view->raster.down;
		column[s] = plot_dot_column(view, view->values[s].x[last]) /
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

void plot_put_marks(const struct plot_view *view)
{
	for (int s = 0; s < view->plot->count; s++)
		put_marks(view, s);
	put_ends(view);
}
