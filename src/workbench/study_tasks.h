/*
 * What of a study is to be done: each rate of each arm from the first seed, or
 * the first few, judged on the validation split; then each arm from each seed
 * at its best rate.
 */
#ifndef SNT_WORKBENCH_STUDY_TASKS_H
#define SNT_WORKBENCH_STUDY_TASKS_H

#include "workbench/study_rows.h"

/* One run to do. */
struct study_task {
	const char *backbone;
	const struct study_arm *arm;	/* NULL: no task */
	long seed;
	double rate;		/* NAN: the optimizer's own */
	bool search;
};

/* The next one that nobody has done or is at, now claimed. False: there is
 * none at present. Other processes' rows are read first; -1 in *status when
 * that fails. */
bool study_tasks_claim(struct study_rows *rows, struct study_task *task,
    int *status, struct error *error);
void study_tasks_release(struct study_rows *rows,
    const struct study_task *task);

/* Of one arm on one network, and of all. */
int study_tasks_of(const struct study_grid *grid, const struct study_arm *arm);
int study_tasks_in_all(const struct study_grid *grid);
/* Runs at a rate that is no longer the chosen one do not count. */
int study_tasks_done_of(const struct study_rows *rows, const char *backbone,
    const struct study_arm *arm);
int study_tasks_done(const struct study_rows *rows);

#endif
