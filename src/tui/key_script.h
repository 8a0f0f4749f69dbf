/*
 * A file of keys to press, for tests and for bug reports that can be run:
 *
 *	size 80x24		the screen there is none of
 *	key Tab space Ctrl-C	keys by name
 *	type :net mlp 16	characters, one after the other
 *	paste TEXT
 *	wait TEXT		until it is on the screen; `gone TEXT` until not
 *	dump FILE		the screen as text; - is standard output
 *	resize 40x10
 *	# a comment
 */
#ifndef SNT_TUI_KEY_SCRIPT_H
#define SNT_TUI_KEY_SCRIPT_H

#include "base/error.h"
#include "tui/ui.h"

/* Run it on a screen that exists in memory only. -1 with line and reason; a
 * wait in vain puts the screen on standard error. */
int key_script_run(struct ui *ui, const char *path, struct error *error);

/* The screen as text into a file, or standard output for "-". */
int screen_dump(const struct ui *ui, const char *path, struct error *error);

#endif
