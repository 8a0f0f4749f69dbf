/* The lesson that is being given: above the panels, while there is one. */
#ifndef SNT_TUI_LESSON_H
#define SNT_TUI_LESSON_H

#include "tui/ui.h"

void lesson_draw(struct ui *ui, const struct area *area);
/* A digit that answers a question with choices; false: not one. */
bool lesson_key(struct ui *ui, int32_t code);

#endif
