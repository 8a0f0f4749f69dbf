/*
 * What a measure saw that is more than a number: the density of the Hessian's
 * eigenvalues, losses on a line or in a plane through the weights. It never
 * changes once it is made, so run, forks and snapshots share it.
 */
#ifndef SNT_WORKBENCH_PICTURE_H
#define SNT_WORKBENCH_PICTURE_H

#include "workbench/snapshot.h"

enum { PICTURE_MOST = 1 << 20 };	/* values */

/* As `like`, but of these (columns) and (rows, columns), which stay the
 * caller's. */
struct picture *picture_new(const struct picture *like, const double *at,
    const double *value);
/* From numbers that stay the caller's. */
struct picture *picture_copy(const struct picture *picture);
/* Which of a run's pictures it replaces. */
enum picture_name picture_place(const struct picture *picture);

/* Another owner; NULL is nobody's. */
struct picture *picture_share(struct picture *picture);
void picture_release(struct picture *picture);

#endif
