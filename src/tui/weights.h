/* Where there is room: the weights of a layer, and its channels' ranges. */
#ifndef SNT_TUI_WEIGHTS_H
#define SNT_TUI_WEIGHTS_H

#include "tui/ui.h"

enum { WEIGHTS_ROWS = 9 };	/* that it needs at least */

/* Bars in an area of WEIGHTS_ROWS or more, of as many layers as it has room
 * for; index: of the first, in snapshot->layer. The snapshots to come are
 * asked to tell them. */
void weights_draw(struct ui *ui, const struct area *area, int index);

#endif
