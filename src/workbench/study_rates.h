/* Which rates of a study's arms were tried, and which were taken. */
#ifndef SNT_WORKBENCH_STUDY_RATES_H
#define SNT_WORKBENCH_STUDY_RATES_H

#include "base/buffer.h"
#include "workbench/bench.h"
#include "workbench/study_rows.h"

/* An event for each rate that was tried, and one with the text. */
void study_rates(struct bench *bench, const struct study_rows *rows);
/* A line an arm, below each network. Nothing when none was tried. */
void study_rates_text(const struct study_rows *rows, struct buffer *out);

#endif
