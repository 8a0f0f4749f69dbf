/* A journal being played on a bench: `open` and `replay`. */
#ifndef SNT_WORKBENCH_REPLAY_H
#define SNT_WORKBENCH_REPLAY_H

#include "workbench/bench.h"

/* Plays a quantum, unless it is paused or ahead of its speed (false); frees
 * itself when done. */
bool replay_advance(struct bench *bench);
void replay_stop(struct bench *bench);
/* false: it was so already. */
bool replay_pause(struct replay *replay, bool pause);
/* The line that it stopped before, or NULL. */
const char *replay_marker(const struct replay *replay);
/* Shown as a job. */
const struct job *replay_job(const struct replay *replay);

#endif
