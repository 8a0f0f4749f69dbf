/*
 * Reaching a step of a run's past, out of sight: from the nearest kept state,
 * by the steps after it. After `open` the states before it are made again by
 * playing the journal once.
 */
#ifndef SNT_WORKBENCH_SEEK_H
#define SNT_WORKBENCH_SEEK_H

#include "workbench/bench.h"

struct seek;

/* The run has to stay as long as this. */
struct seek *seek_new(struct run *run);
void seek_free(struct seek *seek);

/* Head for another step; from where it stands, if no state is nearer. */
int seek_begin(struct seek *seek, struct bench *bench, long step,
    struct error *error);
/* A quantum: 1 there, 0 go on, -1 failed. */
int seek_advance(struct seek *seek, struct bench *bench, struct error *error);
double seek_progress(const struct seek *seek);

/* The learner that got there, on loan, or taken over. */
struct learner *seek_learner(const struct seek *seek);
struct learner *seek_take(struct seek *seek);

#endif
