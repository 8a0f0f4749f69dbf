/* The runs in the order of their tree: forks below what they came from. */
#ifndef SNT_TUI_RUN_ROWS_H
#define SNT_TUI_RUN_ROWS_H

#include <stddef.h>

#include "workbench/snapshot.h"

struct run_row {
	int run;		/* index in the snapshot */
	char branch[40];	/* "│ └ ", or "" at the root */
};

/* Fills as many rows as there are runs. */
void run_rows(const struct snapshot *snapshot,
    struct run_row row[SNAPSHOT_RUNS]);
/* "│ └ b ∘ @15": forked at step 15. */
void run_row_name(const struct snapshot *snapshot, const struct run_row *row,
    char *out, size_t size);
/* Columns of the widest name that has a branch. */
int run_rows_width(const struct snapshot *snapshot,
    const struct run_row *row);
/* Where a run stands; the last one if it is none of them. */
int run_row_of(const struct snapshot *snapshot, const struct run_row *row,
    int run);

#endif
