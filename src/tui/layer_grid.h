/* A measure of single layers: a small plot each, beside each other and on one
 * scale, or one layer after the other. */
#ifndef SNT_TUI_LAYER_GRID_H
#define SNT_TUI_LAYER_GRID_H

#include "tui/curves.h"

/* The layer that comes after one: 0, EACH_LAYER, then those that have a curve
 * of this name in any run, and 0 again; 0 when there are none. */
int layer_grid_next(const struct ui *ui, enum curve_name name, int layer);
/* As many as there is room for: the largest ones. */
void layer_grid_draw(const struct ui *ui, const struct curve_page *page,
    const struct area *area, bool log_y);

#endif
