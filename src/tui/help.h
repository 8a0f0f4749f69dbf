/* The help over the screen, made from the tables of keys and commands. */
#ifndef SNT_TUI_HELP_H
#define SNT_TUI_HELP_H

#include "base/buffer.h"
#include "tui/ui.h"

/* Open it at its top. */
void help_show(struct ui *ui);
/* The same, about a word of the language; "" is all there is. */
void help_about(struct ui *ui, const char *word);
void help_draw(struct ui *ui, const struct area *area);
/* A key while it is open. */
void help_key(struct ui *ui, int32_t code);
/* All of it as plain lines, for a panel. */
void help_text(enum panel_name panel, struct buffer *out);

#endif
