/* A journal being played on a bench: `open` and `replay`. */
#ifndef SNT_WORKBENCH_REPLAY_H
#define SNT_WORKBENCH_REPLAY_H

#include "workbench/bench.h"

/* Plays a quantum; frees itself when done. */
void replay_advance(struct bench *bench);
void replay_stop(struct bench *bench);
/* Shown as a job. */
const struct job *replay_job(const struct replay *replay);

#endif
