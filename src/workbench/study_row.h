/* One finished run of a study, and the JSON object it is in a results file. */
#ifndef SNT_WORKBENCH_STUDY_ROW_H
#define SNT_WORKBENCH_STUDY_ROW_H

#include <stdbool.h>

#include "workbench/study_grid.h"

/* One finished run; arrays are as long as the grid's lists, NAN where
 * nothing was measured. */
struct study_row {
	char *backbone, *arm;
	long seed;
	double rate;		/* learning rate; NAN: the optimizer's own */
	bool search;		/* accuracies are of the validation split */
	double accuracy, loss, gradients, seconds;
	char *machine;		/* that trained it: seconds of others tell
				 * nothing beside; NULL: not known */
	double *sharpness;
	double *compressed, *compressed_loss, *bytes;
};

/* A row with all values unknown. */
struct study_row study_row_new(const struct study_grid *grid,
    const char *backbone, const char *arm, long seed);
void study_row_free(struct study_row *row);

/* A line of the results file, with its end. */
char *study_row_print(const struct study_grid *grid,
    const struct study_row *row);
/* False: the line is no run of this plan, with its arm as it is there. */
bool study_row_parse(const struct study_grid *grid, const char *line,
    struct study_row *row);

#endif
