/* The mouse: optional, and never the only way. */
#ifndef SNT_TUI_MOUSE_H
#define SNT_TUI_MOUSE_H

#include "tui/ui.h"

void mouse_click(struct ui *ui, int row, int column);
/* Moves while the button is held take the slider along that was clicked. */
void mouse_drag(struct ui *ui, int column);
void mouse_release(struct ui *ui);
void mouse_wheel(struct ui *ui, int row, int column, int lines);

#endif
