/* Symmetric positive definite matrices, by LAPACK, on the calling thread.
 * False, and the matrix spoilt, for one that is not. */
#ifndef SNT_NET_CHOLESKY_H
#define SNT_NET_CHOLESKY_H

#include <stdbool.h>

#include "base/real.h"

/* a (n, n) becomes its inverse. */
bool cholesky_invert(int n, double *a);
/* x (n) becomes a^-1 x; of a (n, n) only the upper triangle is read, and all
 * of it is spoilt. */
bool cholesky_solve(int n, real *a, real *x);

#endif
