/*
 * What is known of a run from what was told about it: curves, last readings,
 * measured values, pictures and maps. Measuring and opening a session both
 * come here, so that a session shows again what was seen.
 */
#ifndef SNT_WORKBENCH_KNOWN_H
#define SNT_WORKBENCH_KNOWN_H

#include "workbench/bench.h"
#include "workbench/event.h"

/* Events that say nothing that is kept are passed over. */
void known_take(struct run *run, const struct event *event);

#endif
