/* A study as one picture: each network a field, each setting a line, each arm
 * a dot with its interval at its difference from the plain twin. */
#ifndef SNT_WORKBENCH_STUDY_FIGURE_H
#define SNT_WORKBENCH_STUDY_FIGURE_H

#include "base/buffer.h"
#include "workbench/study_rows.h"

/* SVG text, readable in a light and in a dark page. */
void study_figure(const struct study_rows *rows, struct buffer *out);

#endif
