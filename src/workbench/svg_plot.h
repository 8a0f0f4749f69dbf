/* A line chart as SVG text, for pages that show runs beside each other. */
#ifndef SNT_WORKBENCH_SVG_PLOT_H
#define SNT_WORKBENCH_SVG_PLOT_H

#include <stdbool.h>

#include "base/buffer.h"

enum { SVG_LINES = 8 };	/* told apart by colour and by dashes */

struct svg_line {
	const char *name;
	int count;
	double *x, *y;		/* (count); a NAN leaves a gap */
};

struct svg_plot {
	const char *title, *x_name;
	bool log_y;		/* values of 0 and below are left out */
	bool percent;		/* y is a fraction */
	struct svg_line line[SVG_LINES];
	int lines;
};

/* One more point; lines beyond SVG_LINES are left out. */
void svg_plot_point(struct svg_plot *plot, const char *name, double x,
    double y);
/* Nothing when there are fewer than two points. */
void svg_plot_draw(const struct svg_plot *plot, struct buffer *out);
void svg_plot_free(struct svg_plot *plot);

/* Text for HTML and SVG, with < > & " replaced and controls left out. */
void html_text(struct buffer *out, const char *text);

#endif
