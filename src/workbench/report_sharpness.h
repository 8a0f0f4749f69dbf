/* What a report says of sharpness and of the map of accuracies. */
#ifndef SNT_WORKBENCH_REPORT_SHARPNESS_H
#define SNT_WORKBENCH_REPORT_SHARPNESS_H

#include "base/buffer.h"
#include "workbench/snapshot.h"

/* The newest value of every measure of every run, densities and landscapes;
 * nothing when nothing was measured. */
void report_sharpness(const struct snapshot *snapshot, struct buffer *out);
/* Accuracy by step and by ratio or bits, and of single layers. */
void report_maps(const struct snapshot *snapshot, struct buffer *out);

#endif
