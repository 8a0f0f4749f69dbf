/*
 * Transforms that take each row of a matrix by itself: theta holds rows like
 * those of w, and what is behind them is of single rows too (gains). Threads
 * share the rows.
 */
#ifndef SNT_TRANSFORM_BY_ROWS_H
#define SNT_TRANSFORM_BY_ROWS_H

#include "transform/transform_private.h"

/* Of a piece whose functions are row functions; pool may be NULL. */
void by_rows_compose(const struct piece *piece, const real *theta, real *w,
    struct pool *pool);
void by_rows_pull_back(const struct piece *piece, const real *theta,
    const real *g_w, real *g_theta, struct pool *pool);
void by_rows_push_forward(const struct piece *piece, const real *theta,
    const real *d_theta, real *d_w, struct pool *pool);

#endif
