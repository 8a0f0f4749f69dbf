/* A page's curves as a plot; private to curves.c and curve_pages.c. */
#ifndef SNT_TUI_CURVE_PLOT_H
#define SNT_TUI_CURVE_PLOT_H

#include "tui/curves.h"

/* What the x axis shows, and how its values are written. */
extern const struct curve_axis {
	const char *name, *format;
} curve_axes[X_AXES];

enum { EMPTY_SIZE = 160 };

/* `text` is for what it says where it has no points. */
struct plot curves_plot(const struct ui *ui, const struct curve_page *page,
    bool log_y, char text[EMPTY_SIZE]);
/* A horizontal line of that value, with a label. */
void curves_add_line(struct plot *plot, double value, const char *label);

#endif
