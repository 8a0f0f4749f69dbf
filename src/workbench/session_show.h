#ifndef SNT_WORKBENCH_SESSION_SHOW_H
#define SNT_WORKBENCH_SESSION_SHOW_H

#include "workbench/bench.h"

/* Events about the session, and about the timeline of each run. */
void session_show(struct bench *bench);

#endif
