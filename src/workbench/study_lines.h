/* A task of a study as lines of the command language, and where the values go
 * that they bring. */
#ifndef SNT_WORKBENCH_STUDY_LINES_H
#define SNT_WORKBENCH_STUDY_LINES_H

#include "workbench/event.h"
#include "workbench/statement.h"
#include "workbench/study_tasks.h"

struct study_line {
	char *text;
	enum { LINE_OTHER, LINE_DATA, LINE_TRAINING, LINE_ACCURACY,
		LINE_MEASURE, LINE_COMPRESSION } kind;
	int index;		/* of the measure or the setting */
};

struct study_line *study_lines_new(const struct study_grid *grid,
    const struct study_task *task, int *count);
void study_lines_free(struct study_line *line, int count);

/* A plan may come from anywhere: it trains and measures, and writes no file. */
int study_line_check(const struct statement *statement, struct error *error);

/* An event that came while the line was executed, into the row. */
void study_line_collect(const struct study_line *line,
    const struct event *event, struct study_row *row);

#endif
