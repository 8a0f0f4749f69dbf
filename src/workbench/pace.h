/* How fast recorded steps are shown again: in a replay, and where a run
 * trains along its recorded path. It belongs to whoever looks, not to the
 * session: the same steps are taken, only later. */
#ifndef SNT_WORKBENCH_PACE_H
#define SNT_WORKBENCH_PACE_H

#include "workbench/command_table.h"

/* The tick up to which it may go now; LONG_MAX without a speed. */
long pace_limit(struct bench *bench);
/* Whether the current run trains along its recorded path at a set speed. */
bool pace_holds(const struct bench *bench);

int set_replay_speed(struct call *call, const char *value);
void get_replay_speed(const struct bench *bench, char *out, size_t size);

#endif
