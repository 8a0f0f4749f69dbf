#include "tui/plot.h"

#include <math.h>

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

double plot_x(const struct plot_series *series, int i)
{
	return series->x_unit * (double)series->curve.point[i].x;
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

/* Means decide: a single extreme may reach beyond the plot. */
bool plot_y_range(const struct plot *plot, double *from, double *to)
{
	*from = INFINITY;
	*to = -INFINITY;
	for (int s = 0; s < plot->count; s++) {
		for (int i = 0; i < plot->series[s].curve.count; i++) {
			double y = plot_y(&plot->series[s], i);

			if (!plot_shows(plot, y))
				continue;
			*from = fmin(*from, y);
			*to = fmax(*to, y);
		}
	}
	return *to >= *from;
}
