/*
 * Accuracy over steps (down) and values of a slider (across) as a heat map
 * with a cursor that reads it. Shades tell as much as colours do.
 */
#ifndef SNT_TUI_HEAT_H
#define SNT_TUI_HEAT_H

#include "tui/ui.h"

/* What stands for a share (0..1) of the way from low to high. */
void heat_put(const struct ui *ui, const struct area *area, int row,
    int column, double share);

void heat_draw(struct ui *ui, const struct area *area);
/* The map of the slider that is chosen; no rows: it was never asked for. */
const struct map_view *heat_map(const struct ui *ui);
void heat_move(struct ui *ui, int rows, int columns);
/* Make the step of the cursor the run's present one. */
void heat_go(struct ui *ui);
/* Ask for the map, at some twenty steps of the run. */
void heat_ask(struct ui *ui);

#endif
