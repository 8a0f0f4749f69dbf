/* The arms of a study's plan: ways to train, as objects or by name. */
#ifndef SNT_WORKBENCH_STUDY_ARMS_H
#define SNT_WORKBENCH_STUDY_ARMS_H

#include <cjson/cJSON.h>

#include "workbench/study_grid.h"

/* Those under "arms" of the plan, into the grid. */
int study_arms_read(const cJSON *plan, struct study_grid *grid,
    struct error *error);

#endif
