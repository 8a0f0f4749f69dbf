/* Searching in the log: "/TEXT" at the prompt, then n and N in the panel. */
#ifndef SNT_TUI_LOG_SEARCH_H
#define SNT_TUI_LOG_SEARCH_H

#include <stdint.h>

#include "tui/ui.h"

/* To the newest line that has the text, whatever its case. */
void log_search(struct ui *ui, const char *text);
/* Keys while something is searched for and the panel is in focus; false: it
 * is no key for this. */
bool log_search_key(struct ui *ui, int32_t code);
/* Which line is found (an index into the log), or -1. */
int log_search_at(const struct ui *ui);

#endif
