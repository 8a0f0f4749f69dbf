/* Where there is room: weights and gradients of layers, and the ranges of
 * their channels. */
#ifndef SNT_TUI_WEIGHTS_H
#define SNT_TUI_WEIGHTS_H

#include "tui/ui.h"

enum { WEIGHTS_ROWS = 9 };	/* that it needs at least */

/* Bars of as many layers as there is room for; index: of the first, in
 * snapshot->layer. The snapshots to come are asked to tell them. */
void weights_draw(struct ui *ui, const struct area *area, int index);
/* Is there room for all layers? */
bool weights_fit(const struct ui *ui, const struct area *area);

/* A key: the layer that Network, Layers and Weights show as selected. */
void layers_select(struct ui *ui, int step);

#endif
