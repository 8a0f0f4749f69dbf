/* The column of layers in a large compression panel: what each has. */
#ifndef SNT_TUI_LAYER_SLIDERS_H
#define SNT_TUI_LAYER_SLIDERS_H

#include "tui/ui.h"

enum { LAYER_SLIDERS_WIDTH = 46 };

/* Is there room beside the curves, and more than one layer to show? */
bool layer_sliders_fit(const struct ui *ui, const struct area *area);
void layer_sliders_draw(const struct ui *ui, const struct area *area);
/* How a layer goes with the others: "own", "link", or "" with all. */
const char *layer_sliders_bond(const struct ui *ui, int id);

/* Keys: the layer before or after; its present value becomes its own, or is
 * so no more; it moves with others, or no more. */
void layer_sliders_choose(struct ui *ui, int step);
void layer_sliders_lock(struct ui *ui, int argument);
void layer_sliders_link(struct ui *ui, int argument);

#endif
