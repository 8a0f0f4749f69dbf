/*
 * Sums down the columns of matrices (rows, columns), in double precision and
 * in one fixed order: what the gradients of biases and of batch norm are made
 * of. With many rows, sums in single precision would lose digits.
 */
#ifndef SNT_NET_COLUMNS_H
#define SNT_NET_COLUMNS_H

#include <stddef.h>

#include "net/kernels.h"

/* out (columns) = scale * sum over rows of x */
void columns_sum(size_t rows, size_t columns, double scale, const real *x,
    real *out);
/* out = sum of (x - mean)^2; mean (columns) */
void columns_square(size_t rows, size_t columns, const real *x,
    const real *mean, real *out);
/* out = sum of (x - mean) y, and, unless NULL, sum_y = sum of y; mean NULL:
 * zero */
void columns_dot(size_t rows, size_t columns, const real *x, const real *mean,
    const real *y, real *out, real *sum_y);
/* The same of y where the gate is open. */
void columns_dot_gated(size_t rows, size_t columns, const real *x,
    const real *mean, struct column_gate gate, const real *y, real *out,
    real *sum_y);
/* Fills tdx; sum = sum of (x - mean) tdy + tx dy, sum_tdy = sum of tdy. */
void columns_tangents(const struct column_tangents *t, real *sum,
    real *sum_tdy);

#endif
