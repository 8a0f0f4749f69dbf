/*
 * Sums over flat vectors, in double precision. The order of summation is
 * fixed (eight lanes, joined in order), so the bits depend on the numbers
 * alone.
 */
#ifndef SNT_BASE_VECTOR_H
#define SNT_BASE_VECTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/real.h"

double vector_dot(const real *a, const real *b, size_t n);
double vector_norm(const real *a, size_t n);
/* y <- y + scale * x */
void vector_add(real *y, double scale, const real *x, size_t n);
void vector_scale(real *y, double scale, size_t n);
bool vector_finite(const real *a, size_t n);
bool vector_zero(const real *a, size_t n);

#endif
