/*
 * What the rows of a study say: for each network, quantity and arm a mean over
 * the seeds, and the difference from the plain twin, seed by seed.
 */
#ifndef SNT_WORKBENCH_STUDY_CELLS_H
#define SNT_WORKBENCH_STUDY_CELLS_H

#include <stdbool.h>

#include "workbench/statistics.h"
#include "workbench/study_rows.h"

enum study_kind { STUDY_DENSE, STUDY_COMPRESSED, STUDY_SHARPNESS, STUDY_COST };

/* One thing that is known of a run. */
struct study_quantity {
	enum study_kind kind;
	int index;		/* in the plan's list of its kind */
	const char *name;
};

struct study_cell {
	struct estimate mean;
	struct estimate difference;	/* n is 0 for the plain twin itself */
	double wins;		/* pairs in which the arm was above */
};

/* In the order of a table: uncompressed, compressed, sharpness, cost. */
int study_quantities(const struct study_grid *grid);
struct study_quantity study_quantity(const struct study_grid *grid,
    int index);
/* Accuracies are fractions, to be shown in percent. */
bool study_is_accuracy(const struct study_quantity *quantity);

/* arm: index in the plan. Missing runs are left out. */
struct study_cell study_cell(const struct study_rows *rows,
    const char *backbone, const struct study_quantity *quantity, int arm);
/* A 95% interval that leaves out 0. */
bool study_is_clear(const struct estimate *difference);

/* Spearman's rank correlation of a measure (index in the plan) with the
 * accuracy lost, averaged over the settings, over the runs of a network;
 * NAN when there are fewer than three. *n: how many. */
double study_correlation(const struct study_rows *rows, const char *backbone,
    int measure, int *n);
/* Whether anything is known of the network. */
bool study_begun(const struct study_rows *rows, const char *backbone);

#endif
