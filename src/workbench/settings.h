/* The settings behind `set` and `get`: one table for parsing, defaults, help
 * and manual. */
#ifndef SNT_WORKBENCH_SETTINGS_H
#define SNT_WORKBENCH_SETTINGS_H

#include "workbench/bench.h"

void settings_default(struct bench *bench);
void settings_free(struct bench *bench);

#endif
