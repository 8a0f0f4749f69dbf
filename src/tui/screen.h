/* Putting the whole screen together. */
#ifndef SNT_TUI_SCREEN_H
#define SNT_TUI_SCREEN_H

#include "tui/ui.h"

/* Draw everything into the canvas of that size; the cursor's place, or row
 * -1. */
void screen_draw(struct ui *ui, int rows, int columns, int *row, int *column);

#endif
