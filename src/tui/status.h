/* The first line of the screen: what is trained, how far, what runs. */
#ifndef SNT_TUI_STATUS_H
#define SNT_TUI_STATUS_H

#include "tui/ui.h"

void status_draw(const struct ui *ui, const struct area *area);

#endif
