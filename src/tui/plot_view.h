/* What the parts of a plot share while it is drawn. */
#ifndef SNT_TUI_PLOT_VIEW_H
#define SNT_TUI_PLOT_VIEW_H

#include "tui/plot.h"
#include "tui/raster.h"
#include "tui/scale.h"

struct plot_view {
	const struct plot *plot;
	struct area whole, body;	/* body: inside the axes */
	struct raster raster;
	struct scale x, y;
	struct plot_values values[PLOT_SERIES_MAX];
};

/* Dots of the raster; what is outside the axes lies outside of it. */
int plot_dot_column(const struct plot_view *view, double x);
int plot_dot_row(const struct plot_view *view, double y);

/* Into the raster, which then goes to the body. */
void plot_draw_series(struct plot_view *view, int s);
void plot_put_raster(const struct plot_view *view);
/* Marks along the lines and where they end, over the curves. */
void plot_put_marks(const struct plot_view *view);

/* Both axes with their labels. */
void plot_draw_axes(const struct plot_view *view);
/* Under the curves: reference lines, changes and the cursor. */
void plot_draw_lines(const struct plot_view *view);
/* Over them; a line that is off the plot is named at its edge. */
void plot_name_lines(const struct plot_view *view);

#endif
