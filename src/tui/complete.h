/* The list of completions above the prompt, each with a line of help. */
#ifndef SNT_TUI_COMPLETE_H
#define SNT_TUI_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/canvas.h"
#include "workbench/command.h"
#include "workbench/snapshot.h"

struct complete {
	struct completion *item;
	int count, start;	/* start: of the word in the line */
	int chosen;		/* -1: none yet, only what all share */
};

/* Complete the word before *point in `line`: what all candidates share; asked
 * again, one candidate after the other. False: nothing changes. */
bool complete_step(struct complete *complete, int step,
    const struct snapshot *snapshot, char *line, size_t size, int *point);
bool complete_is_open(const struct complete *complete);
void complete_clear(struct complete *complete);

/* At the bottom of the area. */
void complete_draw(const struct complete *complete, const struct area *area);
/* How the command goes on, dim, behind the text that is typed. */
void complete_usage(const struct area *line, int column, const char *text);

#endif
