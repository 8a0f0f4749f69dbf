/* One table of keys: what they do, where, and how the help explains them. */
#ifndef SNT_TUI_KEYS_H
#define SNT_TUI_KEYS_H

#include "tui/ui.h"

struct key_row {
	int32_t code, other;	/* another key for the same, or 0 */
	const char *name;	/* "Tab", "←→ hl" */
	int panel;		/* enum panel_name; -1: everywhere */
	const char *label;	/* for the key bar; NULL: not there */
	const char *help;
	void (*act)(struct ui *ui, int argument);
	int argument;
};

const struct key_row *key_rows(int *count);
/* Do what the key means here; false: nothing. */
bool keys_press(struct ui *ui, int32_t code);
/* The key bar of the panel in focus, as far as it fits; `?` always does. */
void keys_bar(const struct ui *ui, const struct area *area);

#endif
