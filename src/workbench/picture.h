/*
 * What a measure saw that is more than a number: the density of the Hessian's
 * eigenvalues, losses on a line or in a plane through the weights. It never
 * changes once it is made, so run, forks and snapshots share it.
 */
#ifndef SNT_WORKBENCH_PICTURE_H
#define SNT_WORKBENCH_PICTURE_H

#include "sharpness/measure.h"
#include "workbench/snapshot.h"

/* NULL when the measure has nothing to draw. `reading` is what is said
 * beside it, `layer` what it is of (0: the whole network). */
struct picture *picture_new(const struct measure_result *result,
    const struct reading *reading, int layer);
/* From numbers that stay the caller's. */
struct picture *picture_copy(const struct picture *picture);
/* Which of a run's pictures it replaces. */
enum picture_name picture_place(const struct picture *picture);

/* Another owner; NULL is nobody's. */
struct picture *picture_share(struct picture *picture);
void picture_release(struct picture *picture);

#endif
