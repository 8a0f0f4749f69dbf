/* What a study's rows say: means, paired differences, correlations. */
#ifndef SNT_WORKBENCH_STUDY_TABLE_H
#define SNT_WORKBENCH_STUDY_TABLE_H

#include "workbench/bench.h"
#include "workbench/study_rows.h"

/* A "cell" event for each network, quantity and arm: mean and interval over
 * the seeds, and the paired difference from the first arm; then the rank
 * correlation of each measure of sharpness with the accuracy lost. */
void study_table(struct bench *bench, const struct study_rows *rows);

#endif
