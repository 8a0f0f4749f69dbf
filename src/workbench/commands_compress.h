/* What the commands of compression share. */
#ifndef SNT_WORKBENCH_COMMANDS_COMPRESS_H
#define SNT_WORKBENCH_COMMANDS_COMPRESS_H

#include "workbench/command_table.h"

/* Those with an answer that are slid together with the call's run; how
 * many. */
int call_runs_beside(const struct call *call, struct run **beside);
/* Begin to measure what widths cost, and wait for it. */
int call_start_widths(struct call *call, const struct widths_plan *plan);

#endif
