#include "tui/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct plot plot_new(enum plot_glyphs glyphs)
{
	return (struct plot){.glyphs = glyphs, .cursor = NAN};
}

struct plot_series *plot_add(struct plot *plot, struct curve curve,
    enum style style, char mark)
{
	int place = plot->count < PLOT_SERIES_MAX ? plot->count++ :
	    PLOT_SERIES_MAX - 1;

	plot->series[place] = (struct plot_series){.curve = curve,
		.x_unit = 1, .y_unit = 1, .style = style, .mark = mark};
	return &plot->series[place];
}

/* Between the points, and from (0, 0) to the first; level behind the last. */
static double cost_at(const struct curve *cost, double x)
{
	const struct point *point = cost->point;
	int low = 0, high = cost->count;
	double x0 = 0, y0 = 0;

	while (low < high) {
		int middle = (low + high) / 2;

		if ((double)point[middle].x < x)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == cost->count)
		return (double)point[low - 1].high;
	if (low > 0) {
		x0 = (double)point[low - 1].x;
		y0 = (double)point[low - 1].high;
	}
	return (double)point[low].x <= x0 ? (double)point[low].high : y0 +
	    (x - x0) / ((double)point[low].x - x0) *
	    ((double)point[low].high - y0);
}

double plot_x(const struct plot_series *series, int i)
{
	double x = (double)series->curve.point[i].x;

	return series->cost.count ? cost_at(&series->cost, x) :
	    series->x_unit * x;
}

double plot_y(const struct plot_series *series, int i)
{
	return series->y_unit * (double)series->curve.point[i].y;
}

double plot_value_at(const struct plot_series *series, double x)
{
	double best = NAN, least = INFINITY;

	for (int i = 0; i < series->curve.count; i++) {
		double far = fabs(plot_x(series, i) - x);

		if (far < least && isfinite(plot_y(series, i))) {
			least = far;
			best = plot_y(series, i);
		}
	}
	return best;
}

bool plot_x_range(const struct plot *plot, double *from, double *to)
{
	*from = INFINITY;
	*to = -INFINITY;
	for (int s = 0; s < plot->count; s++) {
		const struct plot_series *series = &plot->series[s];

		if (series->curve.count == 0)
			continue;
		*from = fmin(*from, plot_x(series, 0));
		*to = fmax(*to, plot_x(series, series->curve.count - 1));
	}
	return *to >= *from;
}

bool plot_shows(const struct plot *plot, double y)
{
	return isfinite(y) && (!plot->log_y || y > 0);
}

bool plot_within(const struct plot *plot, double x)
{
	return plot->x_from >= plot->x_to || (x >= plot->x_from &&
	    x <= plot->x_to);
}

/* Means over x +- half: no lag, and at the ends over what is there. */
static void smooth(const double *x, double *y, int count, double half)
{
	double *raw = xcalloc((size_t)count + 1, sizeof(*raw));
	double sum = 0;
	int from = 0, to = 0, n = 0;

	memcpy(raw, y, (size_t)count * sizeof(*raw));
	for (int i = 0; i < count; i++) {
		for (; to < count && x[to] <= x[i] + half; to++) {
			sum += isfinite(raw[to]) ? raw[to] : 0;
			n += isfinite(raw[to]);
		}
		for (; x[from] < x[i] - half; from++) {
			sum -= isfinite(raw[from]) ? raw[from] : 0;
			n -= isfinite(raw[from]);
		}
		/* What diverged is not smoothed away. */
		y[i] = isfinite(raw[i]) && n ? sum / n : raw[i];
	}
	free(raw);
}

struct plot_values plot_values(const struct plot *plot,
    const struct plot_series *series)
{
	int count = series->curve.count;
	struct plot_values values;

	values.x = xcalloc((size_t)count * 2 + 1, sizeof(*values.x));
	values.y = values.x + count;
	for (int i = 0; i < count; i++) {
		values.x[i] = plot_x(series, i);
		values.y[i] = plot_y(series, i);
	}
	if (plot->smooth > 0 && !series->dotted && !series->marks_only)
		smooth(values.x, values.y, count, plot->smooth);
	return values;
}

/* Means decide: a single extreme may reach beyond the plot. */
bool plot_y_range(const struct plot *plot, const struct plot_values *values,
    double *from, double *to)
{
	*from = INFINITY;
	*to = -INFINITY;
	for (int s = 0; s < plot->count; s++) {
		for (int i = 0; i < plot->series[s].curve.count; i++) {
			double y = values[s].y[i];

			if (!plot_shows(plot, y) ||
			    !plot_within(plot, values[s].x[i]))
				continue;
			*from = fmin(*from, y);
			*to = fmax(*to, y);
		}
	}
	return *to >= *from;
}
