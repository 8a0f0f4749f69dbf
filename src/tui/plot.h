/* Line plots in text cells. */
#ifndef SNT_TUI_PLOT_H
#define SNT_TUI_PLOT_H

#include "tui/canvas.h"
#include "workbench/snapshot.h"

enum plot_glyphs { PLOT_BRAILLE, PLOT_BLOCK, PLOT_ASCII, PLOT_GLYPHS };

struct plot_series {
	struct curve curve;
	double x_unit, y_unit;	/* factors from the curve to the axes */
	struct curve cost;	/* x of the curve -> x of the axis (its high);
				 * empty: by the factor */
	enum style style;
	char mark;		/* of this series in legend and plot */
	bool dotted;		/* second to a line of the same style */
	bool marks_only;	/* no line between the points */
};

/* A value that means something: 2/lr, a target. */
struct plot_line {
	double value;
	char label[32];		/* "": said elsewhere */
};

enum { PLOT_SERIES_MAX = 24, PLOT_LINES_MAX = 4, PLOT_EVENTS_MAX = 16 };

struct plot {
	struct plot_series series[PLOT_SERIES_MAX];
	int count;
	struct plot_line line[PLOT_LINES_MAX];	/* horizontal, dotted */
	int lines;
	double event[PLOT_EVENTS_MAX];	/* an x at which something changed */
	int events;
	enum plot_glyphs glyphs;
	bool log_y;
	bool marks;		/* also along the lines: nothing is coloured */
	bool means;		/* leave the extremes of points out */
	double smooth;		/* lines are means over x +- this; 0: off */
	double x_from, x_to;	/* equal: round ends around the data */
	double y_from, y_to;	/* equal: round ends around the data */
	const char *x_label;
	double cursor;		/* at this x; NAN: none */
	const char *empty;	/* said when there is nothing to draw */
};

/* Nothing in it, for all the rest to be filled in. */
struct plot plot_new(enum plot_glyphs glyphs);
struct plot_series *plot_add(struct plot *plot, struct curve curve,
    enum style style, char mark);
void plot_draw(const struct area *area, const struct plot *plot);

/* A point in units of the axes. */
double plot_x(const struct plot_series *series, int i);
double plot_y(const struct plot_series *series, int i);
/* Can the axis show this value at all? */
bool plot_shows(const struct plot *plot, double y);
/* Is this x in the part of the axis that is shown? */
bool plot_within(const struct plot *plot, double x);
/* The points of a series as they are drawn, (count) each; free() x, y lies
 * behind it. */
struct plot_values {
	double *x, *y;
};
struct plot_values plot_values(const struct plot *plot,
    const struct plot_series *series);
/* The ends of all y that can be shown, of the values of all series; false:
 * there are none. */
bool plot_y_range(const struct plot *plot, const struct plot_values *values,
    double *from, double *to);
/* The value of the point nearest to x, in units of the axes; NAN: none. */
double plot_value_at(const struct plot_series *series, double x);
/* The ends of all x; false when there are no points. */
bool plot_x_range(const struct plot *plot, double *from, double *to);

#endif
