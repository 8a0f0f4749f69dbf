/* The parts of the compression panel: curves below the sliders, and keys. */
#ifndef SNT_TUI_COMPRESSION_H
#define SNT_TUI_COMPRESSION_H

#include "tui/keys.h"
#include "tui/ui.h"

/* Accuracy against ratio and bits, as far as it is known; beside them the
 * sliders of layers where there is room. */
void compression_draw_curves(const struct ui *ui, const struct area *all);

extern const struct key_row compression_keys[];

#endif
