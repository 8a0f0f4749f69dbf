/* Line plots in text cells. */
#ifndef SNT_TUI_PLOT_H
#define SNT_TUI_PLOT_H

#include "tui/canvas.h"
#include "workbench/snapshot.h"

enum plot_glyphs { PLOT_BRAILLE, PLOT_BLOCK, PLOT_ASCII, PLOT_GLYPHS };

struct plot_series {
	struct curve curve;
	enum style style;
	char mark;		/* of the ASCII form and the legend */
	bool points_only;	/* marks, no line between them */
};

struct plot_line {
	double value;
	const char *label;
};

enum { PLOT_SERIES_MAX = 12, PLOT_LINES_MAX = 3 };

struct plot {
	struct plot_series series[PLOT_SERIES_MAX];
	int count;
	struct plot_line line[PLOT_LINES_MAX];	/* horizontal, dotted */
	int lines;
	enum plot_glyphs glyphs;
	bool log_y;
	double x_from, x_to;	/* equal: that of the data */
	double y_from, y_to;	/* equal: that of the data */
	const char *x_label;
	double cursor;		/* at this x; NAN: none */
	const char *empty;	/* said when there is nothing to draw */
};

void plot_draw(const struct area *area, const struct plot *plot);

#endif
