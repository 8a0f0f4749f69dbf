/*
 * The results of a study: one JSON object a line, appended and synced when a
 * run is finished, so that a killed study goes on where it was. A last line
 * that was cut off is dropped, and its run done again.
 *
 * Several processes may work on one file. Each claims a run before it begins
 * it, by a lock that the system takes back when the process ends; and reads
 * what the others have added since.
 */
#ifndef SNT_WORKBENCH_STUDY_ROWS_H
#define SNT_WORKBENCH_STUDY_ROWS_H

#include "workbench/study_row.h"

struct study_rows {
	const struct study_grid *grid;
	char *path;
	int descriptor;
	size_t read;		/* bytes of the file that are rows here */
	struct study_row *row;
	int rows;
	int foreign;		/* lines of another plan, left alone */
};

/* To be added to. NULL with the path and the reason. */
struct study_rows *study_rows_open(const char *path,
    const struct study_grid *grid, struct error *error);
/* Only to be read: somebody else's will do. */
struct study_rows *study_rows_look(const char *path,
    const struct study_grid *grid, struct error *error);
void study_rows_close(struct study_rows *rows);

/* What has been added since, by whomever. */
int study_rows_refresh(struct study_rows *rows, struct error *error);
/* A run, by any text that names it: false when another process is at it. */
bool study_rows_claim(struct study_rows *rows, const char *name);
void study_rows_release(struct study_rows *rows, const char *name);

/* On the disk when it returns; -1: nothing was added. */
int study_rows_add(struct study_rows *rows, const struct study_row *row,
    struct error *error);
/* The finished run, or NULL. rate NAN: whatever it is. */
const struct study_row *study_rows_find(const struct study_rows *rows,
    const char *backbone, const char *arm, long seed, bool search,
    double rate);
/* What a rate is judged by, the mean over the seeds it was tried from so far;
 * NAN: from none. */
double study_rows_score(const struct study_rows *rows, const char *backbone,
    const struct study_arm *arm, double rate, int *seeds);
/* The rate of an arm: the one with the best validation accuracy (as the grid
 * chooses, the mean over the seeds it was tried from) of those tried, the
 * smaller one of equals; NAN: the optimizer's own. Final when all have been
 * tried. */
double study_rows_rate(const struct study_rows *rows, const char *backbone,
    const struct study_arm *arm);

#endif
