/* Lines that are being executed, statement by statement; of the compute
 * thread. */
#ifndef SNT_WORKBENCH_SCRIPT_H
#define SNT_WORKBENCH_SCRIPT_H

#include "workbench/workbench_state.h"

/* A line comes after all others; its text is taken over. */
void scripts_take(struct workbench *workbench, struct queued_line *line);
/* Without a screen lines run one after the other; with one a line that waits
 * for training does not hold up the next. */
void scripts_advance(struct workbench *workbench);
/* Could one of them go on at once? */
bool scripts_waiting(const struct workbench *workbench);
/* All count as failed. */
void scripts_abandon(struct workbench *workbench);

#endif
