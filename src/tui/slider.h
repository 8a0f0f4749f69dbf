/* Sliders: a bar to draw, and what a key does to a position. */
#ifndef SNT_TUI_SLIDER_H
#define SNT_TUI_SLIDER_H

#include "tui/ui.h"

/* "prune |-----O-----| 80%" in one row; share 0..1. */
void slider_draw(const struct area *area, int row, const char *name,
    double share, const char *value, bool chosen);

/* Move by notches (1% or one bit), right is more compression. */
void slider_move(struct slider_state *slider, int notches);
/* Take back the last move; false: there is none. */
bool slider_undo(struct slider_state *slider);
/* A digit typed; Enter takes the value. False: not a possible value. */
void slider_type(struct slider_state *slider, char digit);
bool slider_take_typed(struct slider_state *slider);
/* Submit what was moved, not more often than every 40 ms; and follow the
 * workbench's positions where nothing is on its way. */
void slider_tend(struct ui *ui, double now);
/* Something waits to be submitted. */
bool slider_waits(const struct slider_state *slider);

#endif
