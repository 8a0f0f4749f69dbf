/*
 * The one table of keys: what they do, where, and which line they issue. The
 * key bar, the help and the manual are made from it.
 */
#ifndef SNT_TUI_KEYS_H
#define SNT_TUI_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/layout.h"

struct ui;

/* Keys that are no characters; the others are their character. */
enum key_code {
	KEY_CODE_NONE = 0, KEY_CODE_ENTER = '\r', KEY_CODE_ESCAPE = 27,
	KEY_CODE_FIRST = 0x200000,
	KEY_CODE_UP, KEY_CODE_DOWN, KEY_CODE_LEFT, KEY_CODE_RIGHT,
	KEY_CODE_HOME, KEY_CODE_END, KEY_CODE_PAGE_UP, KEY_CODE_PAGE_DOWN,
	KEY_CODE_INSERT, KEY_CODE_DELETE, KEY_CODE_BACKSPACE,
	KEY_CODE_BACK_TAB, KEY_CODE_F1, KEY_CODE_F3, KEY_CODE_F10,
	KEY_CODE_OTHER,
	KEY_CODE_ALT = 0x400000		/* with a character added */
};

#define KEY_CTRL(letter) ((letter) & 0x1f)

struct key_row {
	const char *name;	/* as on the key: "s", "Tab"; NULL: the end */
	int32_t code[3];	/* all do the same; 0: none */
	const char *label;	/* in the key bar: "a add"; NULL: not there */
	const char *help;	/* NULL: belongs to the row before */
	const char *line;	/* the command line it issues, or NULL */
	void (*act)(struct ui *ui, int argument);
	int argument;
};

/* The rows of a list of `what`, which `act` moves in by lines: those of vi
 * too. */
#define LIST_KEYS(what, act) \
	{"↑", {KEY_CODE_UP, 'k'}, NULL, "the " what " before", NULL, act, \
		-1}, \
	{"↓", {KEY_CODE_DOWN, 'j'}, NULL, "the next " what, NULL, act, 1}, \
	{"Home g", {KEY_CODE_HOME, 'g'}, NULL, "the first " what, NULL, act, \
		-1000}, \
	{"End G", {KEY_CODE_END, 'G'}, NULL, "the last " what, NULL, act, \
		1000}, \
	{"PgUp", {KEY_CODE_PAGE_UP, KEY_CTRL('U')}, NULL, "ten up, as Ctrl-U", \
		NULL, act, -10}, \
	{"PgDn", {KEY_CODE_PAGE_DOWN, KEY_CTRL('D')}, NULL, "ten down, as " \
		"Ctrl-D", NULL, act, 10}

/* The keys of a panel, and those that mean the same everywhere; both end
 * with a NULL name. */
const struct key_row *keys_panel(enum panel_name panel);
const struct key_row *keys_global(void);

/* Do what the key means here, the panel's meaning first; false: nothing. */
bool keys_press(struct ui *ui, int32_t code);
/* The layout of that number from 0, or -1: the next one. */
void keys_preset(struct ui *ui, int number);
/* Does it leave the program? */
bool keys_quit(int32_t code);
/* "Ctrl-C", "Tab", "a": the code of a key's name, or KEY_CODE_NONE. */
int32_t keys_code(const char *name);

/* The keys of what takes them now, as far as they fit: of the panel in focus
 * and of all panels, the basic ones first, or of the prompt, the help, a
 * question. The way to the help always does. */
void keys_bar(const struct ui *ui, const struct area *area);

#endif
