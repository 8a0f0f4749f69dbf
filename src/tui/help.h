/* The help overlay, made from the tables of keys and commands. */
#ifndef SNT_TUI_HELP_H
#define SNT_TUI_HELP_H

#include "tui/ui.h"

void help_draw(struct ui *ui, const struct area *area);
/* Scrolls or closes; true when the key was its. */
bool help_key(struct ui *ui, int32_t code);

#endif
