/* The table of a study: as objects, as text, and as Markdown. */
#ifndef SNT_WORKBENCH_STUDY_TABLE_H
#define SNT_WORKBENCH_STUDY_TABLE_H

#include "base/buffer.h"
#include "workbench/bench.h"
#include "workbench/study_rows.h"

/* An event for each cell and each correlation, and one with the text. */
void study_table(struct bench *bench, const struct study_rows *rows);
/* Lines of what is known so far: networks, below each its quantities, one
 * column an arm. Nothing when nothing is known. */
void study_table_text(const struct study_rows *rows, struct buffer *out);
/* The accuracies alone, for a page. */
void study_table_markdown(const struct study_rows *rows, struct buffer *out);

#endif
