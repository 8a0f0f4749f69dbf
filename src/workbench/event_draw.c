#include "workbench/event_draw.h"

#include <math.h>
#include <string.h>

enum { BAR = 44, BARS = 16, MAP_COLUMNS = 64 };

/* Decades below the highest density that still get a bar. */
static const double decades = 6;

static void draw_values(const struct event *event, struct buffer *out)
{
	int count = event_count(event, "values");

	for (int i = 0; i < count; i++)
		buffer_printf(out, "\n    %2d  %-12.6g +-%.2g", i + 1,
		    event_get_at(event, "values", i),
		    event_get_at(event, "residuals", i));
}

static void ends_of(const struct event *event, const char *key, int count,
    double *low, double *high)
{
	*low = INFINITY;
	*high = -INFINITY;
	for (int i = 0; i < count; i++) {
		double value = event_get_at(event, key, i);

		*low = fmin(*low, value);
		*high = fmax(*high, value);
	}
}

static void draw_bar(struct buffer *out, double at, double value, double share)
{
	int length = share > 0 ? (int)lrint(share * BAR) : 0;

	buffer_printf(out, "\n  %10.4g  %-10.4g ", at, value);
	for (int k = 0; k < length; k++)
		buffer_puts(out, "#");
}

/* The highest of the densities that share a bar, on a log scale. */
static void draw_density(const struct event *event, struct buffer *out)
{
	int count = event_count(event, "density");
	int each = (count + BARS - 1) / BARS;
	double low, high;

	ends_of(event, "density", count, &low, &high);
	buffer_printf(out, "\n  eigenvalue  density (log scale)");
	for (int i = count - 1; i >= 0 && high > 0; i -= each) {
		int best = i;

		for (int k = i; k > i - each && k >= 0; k--) {
			if (event_get_at(event, "density", k) >
			    event_get_at(event, "density", best))
				best = k;
		}
		low = event_get_at(event, "density", best);
		draw_bar(out, event_get_at(event, "at", best), low,
		    1 + log10(low / high) / decades);
	}
}

static void draw_line(const struct event *event, struct buffer *out)
{
	int count = event_count(event, "losses");
	double low, high;

	ends_of(event, "losses", count, &low, &high);
	buffer_printf(out, "\n    distance  loss");
	for (int i = 0; i < count; i++) {
		double loss = event_get_at(event, "losses", i);

		draw_bar(out, event_get_at(event, "at", i), loss,
		    high > low ? (loss - low) / (high - low) : 0);
	}
}

/* Dark is low; the scale is that of log(1 + rise), since losses far from a
 * minimum grow beyond all others. */
static void draw_map(const struct event *event, struct buffer *out)
{
	static const char shades[] = " .:-=+*#%@";
	const int last = (int)strlen(shades) - 1;
	int side = event_count(event, "losses");
	int each = (side + MAP_COLUMNS / 2 - 1) / (MAP_COLUMNS / 2);
	double low, high;

	ends_of(event, "losses", side * side, &low, &high);
	buffer_printf(out, "\n  loss from %.4g (blank) to %.4g (@)", low,
	    high);
	for (int row = side - 1; row >= 0; row -= each) {
		buffer_printf(out, "\n  %8.3g ", event_get_at(event, "at",
			row));
		for (int column = 0; column < side; column += each) {
			double rise = event_get_at(event, "losses",
			    row * side + column) - low;
			double share = high > low ?
			    log1p(rise) / log1p(high - low) : 0;
			char shade = shades[(int)(share * last)];

			buffer_printf(out, "%c%c", shade, shade);
		}
	}
}

void event_draw(const struct event *event, struct buffer *out)
{
	if (event_count(event, "density"))
		draw_density(event, out);
	else if (event_count(event, "losses") == 0)
		draw_values(event, out);
	else if (event_get(event, "dim") > 1)
		draw_map(event, out);
	else
		draw_line(event, out);
}
