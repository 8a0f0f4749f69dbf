/*
 * The results of a study: one JSON object a line, appended and synced when a
 * run is finished, so that a killed study goes on where it was. A last line
 * that was cut off is dropped, and its run done again.
 */
#ifndef SNT_WORKBENCH_STUDY_ROWS_H
#define SNT_WORKBENCH_STUDY_ROWS_H

#include <stdbool.h>

#include "workbench/study_grid.h"

/* One finished run; arrays are as long as the grid's lists, NAN where
 * nothing was measured. */
struct study_row {
	char *backbone, *arm;
	long seed;
	double rate;		/* learning rate; NAN: the optimizer's own */
	bool search;		/* accuracy is of the validation split */
	double accuracy, loss, gradients, seconds;
	double *sharpness;
	double *compressed, *compressed_loss, *bytes;
};

struct study_rows {
	const struct study_grid *grid;
	char *path;
	int descriptor;
	struct study_row *row;
	int rows;
	int foreign;		/* lines of another plan, left alone */
};

/* Opens, locks and reads. NULL with the path and the reason, also when
 * another process has it. */
struct study_rows *study_rows_open(const char *path,
    const struct study_grid *grid, struct error *error);
void study_rows_close(struct study_rows *rows);

/* A row with all values unknown. */
struct study_row study_row_new(const struct study_grid *grid,
    const char *backbone, const char *arm, long seed);
void study_row_free(struct study_row *row);
/* Takes the row over once it is on the disk; -1: nothing was added. */
int study_rows_add(struct study_rows *rows, struct study_row *row,
    struct error *error);
/* The finished run, or NULL. rate NAN: whatever it is. */
const struct study_row *study_rows_find(const struct study_rows *rows,
    const char *backbone, const char *arm, long seed, bool search,
    double rate);
/* The rate of an arm: the one with the best validation accuracy of those
 * tried, the smaller one of equals; NAN: the optimizer's own. */
double study_rows_rate(const struct study_rows *rows, const char *backbone,
    const struct study_arm *arm);

#endif
