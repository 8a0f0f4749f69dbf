/*
 * Presentation: a screen for an audience (`set presentation on`). Few large
 * panels; pages of lessons, and the lines that a replay stops before, appear
 * letter by letter. Any key shows all of what is being typed; those of a
 * presenter's remote control (Enter, space, PgDn) then go on.
 */
#ifndef SNT_TUI_PRESENT_H
#define SNT_TUI_PRESENT_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/layout.h"

struct area;
struct ui;

struct present {
	bool on;
	enum preset before;	/* the layout to come back to */
	char what[176];		/* is being typed, or was */
	double began, drawn;
	bool whole, unfinished;
	uint64_t answered;	/* the snapshot that a key went on from */
};

/* It was switched on or off. */
void present_switch(struct ui *ui, bool on);
/* How many letters of a text of this name stand there by now. */
int present_letters(struct ui *ui, const char *what, int of);
/* True while letters are missing. */
bool present_tend(struct ui *ui, double now);
/* The line that a replay waits before; false: none. */
bool present_draw_marker(struct ui *ui, const struct area *line);
bool present_key(struct ui *ui, int32_t code);

#endif
