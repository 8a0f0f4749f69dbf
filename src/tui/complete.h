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
	bool palette;		/* found by what is typed, see palette.h */
};

/* Complete the word before *point in `line`: what all candidates share; asked
 * again, one candidate after the other. False: nothing changes. */
bool complete_step(struct complete *complete, int step,
    const struct snapshot *snapshot, char *line, size_t size, int *point);
/* On the first word of a line that fits nothing or several: the palette. It
 * follows what is typed; complete_choose() moves in it, complete_taken() is
 * the line it stands for, or NULL when the line has it already. */
bool complete_palette(struct complete *complete,
    const struct snapshot *snapshot, const char *line, int point);
void complete_follow(struct complete *complete,
    const struct snapshot *snapshot, const char *line);
void complete_choose(struct complete *complete, int step);
const char *complete_taken(const struct complete *complete,
    const char *line);
bool complete_is_open(const struct complete *complete);
void complete_clear(struct complete *complete);

/* At the bottom of the area. */
void complete_draw(const struct complete *complete, const struct area *area);
/* How the command goes on, dim, behind the text that is typed. */
void complete_usage(const struct area *line, int column, const char *text);

#endif
