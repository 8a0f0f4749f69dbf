/* How a slider is drawn, and where the mouse points on it. */
#ifndef SNT_TUI_SLIDER_BAR_H
#define SNT_TUI_SLIDER_BAR_H

#include "tui/canvas.h"

/* "> prune |-----O-----| 80%" in one row; share is 0..1. */
void slider_draw(const struct area *area, int row, const char *name,
    double share, const char *value, bool chosen);
/* Mark a share on the bar of a row whose slider stands at another. */
void slider_mark(const struct area *area, int row, double mark, double share);
/* The share that a column of the area stands for, or NAN outside. */
double slider_share(const struct area *area, int column);

#endif
