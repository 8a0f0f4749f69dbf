/* Sessions that nobody has named: kept by themselves, under $XDG_STATE_HOME,
 * with the time they began in their names. */
#ifndef SNT_WORKBENCH_UNNAMED_H
#define SNT_WORKBENCH_UNNAMED_H

#include "base/error.h"
#include "workbench/bench.h"

/* Their folders, the newest first. */
int unnamed_list(char ***folder);
void unnamed_free(char **folder, int count);
/* The newest one that no process is writing; NULL: there is none. free() it. */
char *unnamed_last(struct error *error);
/* Only the newest are kept, UNNAMED_KEPT of them: the others that no process
 * has open are removed, which is told in the log. */
enum { UNNAMED_KEPT = 20 };
void unnamed_thin(struct bench *bench);
/* Tells in the log that there is one. */
void unnamed_tell(struct bench *bench);

#endif
