/* One run of the workbench: a learner with its curves and readings. */
#ifndef SNT_WORKBENCH_RUN_H
#define SNT_WORKBENCH_RUN_H

#include "workbench/bench.h"

/* Takes the learner over. */
struct run *run_new(const char *name, struct learner *learner);
void run_free(struct run *run);
/* A copy under another name, at the same step, with its past. */
struct run *run_fork(const struct run *run, const char *name);

/* The weights changed (or the run began anew): forget what depends on them.
 * `restart`: curves and the hash chain too. */
void run_changed(struct run *run, bool restart);
/* A learner anew under the same settings with another network (taken over),
 * at step 0. */
int run_set_network(struct bench *bench, struct run *run,
    struct network *network, struct error *error);

/* Give a new learner the batch, order, schedule, transform and optimizer of
 * another. */
int learner_like(const struct learner *like, struct learner *learner,
    struct error *error);

bool run_transformed(const struct run *run);
/* "adam lr=0.001, expand" */
void run_arm(const struct run *run, char *out, size_t size);
/* The curve of the compressed network is of this position of the sliders from
 * now on; another one's is forgotten. */
void run_watch(struct run *run, const char *position);
/* What is shown of steps it never came to (replay.c), before it goes another
 * way to them. */
void run_forget_ahead(struct run *run);
/* The run stands at another step: loss and accuracy are those of its curves
 * there. */
void run_recall(struct run *run);
/* Takes the picture over, in the place of the one before; NULL: none. */
void run_picture(struct run *run, enum picture_name name,
    struct picture *picture);
/* What pruning (or quantising) this layer alone has cost at a step; those of
 * other steps are forgotten. */
void run_sensitivity(struct run *run, bool bits, long step, int layer,
    int columns, const double *at, const double *accuracy);
/* The vector a measure starts from, allocated on first use. */
real *run_warm_vector(struct run *run, const struct measure_kind *kind,
    int layer);

/* Adds a run to the bench and makes it current; -1 when there are too many
 * or the name is taken or not a word. */
int bench_add_run(struct bench *bench, struct run *run, struct error *error);
int bench_check_name(const struct bench *bench, const char *name,
    struct error *error);
void bench_remove_run(struct bench *bench, struct run *run);

#endif
