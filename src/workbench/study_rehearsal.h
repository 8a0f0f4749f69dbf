/* A plan tried out before its first run: what is wrong with the last arm is
 * told at once, not after a night. */
#ifndef SNT_WORKBENCH_STUDY_REHEARSAL_H
#define SNT_WORKBENCH_STUDY_REHEARSAL_H

#include "workbench/bench.h"
#include "workbench/study_grid.h"

/* The lines of runs, without the work they ask for; what networks and arms
 * cost is noted in the grid. -1 names network, arm and line. */
int study_rehearse(struct study_grid *grid,
    const struct workbench_options *options, struct error *error);

#endif
