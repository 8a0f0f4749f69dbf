/*
 * The timeline of the current run as one line: where it stands, where states
 * are kept, what was changed and remarked; and the keys that walk it. They
 * say `goto STEP`; while one is on its way the newest wish waits.
 */
#ifndef SNT_TUI_SCRUB_H
#define SNT_TUI_SCRUB_H

#include <stdbool.h>

#include "tui/canvas.h"

struct ui;

struct scrub {
	bool wanted, flies;	/* to go to a step; a line is on its way */
	long step, told;	/* that is wanted; that the line says */
	double at;		/* when it was given */
	struct area bar;	/* where it was drawn last */
};

/* Is there a past to walk? */
bool scrub_shown(const struct ui *ui);
void scrub_draw(struct ui *ui, const struct area *area);
/* Tell the workbench when the way is free. True while a wish waits. */
bool scrub_tend(struct ui *ui, double now);

void scrub_move(struct ui *ui, int notches);
void scrub_end(struct ui *ui, int forward);	/* else to the beginning */
void scrub_mark(struct ui *ui, int direction);	/* the next change or note */
void scrub_speed(struct ui *ui, int argument);
/* The mouse points at this column of the screen. */
void scrub_point(struct ui *ui, int column);

#endif
