/* How long a way of executing a network takes, in small steps. */
#ifndef SNT_WORKBENCH_STOPWATCH_H
#define SNT_WORKBENCH_STOPWATCH_H

#include "base/real.h"
#include "data/dataset.h"

/* logits (n, classes) of x (n, input) */
typedef void timed_path(void *run, int n, const real *x, real *logits);

struct stopwatch;

/* Of a batch of `batch` images of the split, `piece` at a time. The data set
 * and `run` have to stay. */
struct stopwatch *stopwatch_new(timed_path *path, void *run,
    const struct dataset *dataset, enum split_name split, int batch,
    int piece);
void stopwatch_free(struct stopwatch *watch);
/* One piece; 1: done. */
int stopwatch_advance(struct stopwatch *watch);
/* Milliseconds of a batch: of each piece the best of a few times. */
double stopwatch_milliseconds(const struct stopwatch *watch);

#endif
