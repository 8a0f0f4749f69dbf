/* Files for other programs: curves, predictions, packed networks. */
#ifndef SNT_WORKBENCH_EXPORT_H
#define SNT_WORKBENCH_EXPORT_H

#include "workbench/bench.h"

/* CSV: run,curve,step,value,low,high,text of every curve of every run; lines
 * with the curve `mark` tell what was changed there. Into FILE.jsonl the same
 * as JSON objects, a line each. */
int export_curves(const struct bench *bench, const char *path,
    struct error *error);
/* CSV: index,label,prediction,logit0.. of the test set, in file order. */
int export_predictions(struct bench *bench, const struct run *run,
    const char *path, struct error *error);
/* What the compression settings ship, as one small file. */
int export_packed(struct bench *bench, const struct run *run,
    const char *path, struct error *error);

/* The network for other programs: as it is, or compressed where something is
 * set. */
int export_onnx(struct bench *bench, const struct run *run, const char *path,
    struct error *error);

#endif
