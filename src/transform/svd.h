/* Dense factorisations by LAPACK, row-major. */
#ifndef SNT_TRANSFORM_SVD_H
#define SNT_TRANSFORM_SVD_H

#include "base/error.h"
#include "base/random.h"
#include "base/real.h"

/* w (rows, columns) = u (rows, k) diag(s) v^T with v (columns, k) and
 * k = min(rows, columns); s descends. Fails when w is not finite or the
 * iteration does not converge. */
int svd(const real *w, int rows, int columns, real *u, real *s, real *v,
    struct error *error);

/* q (n, n): a random rotation, the orthogonal factor of a normal matrix
 * drawn from `first` on (n * n positions). */
void random_rotation(struct random_key key, uint64_t first, int n, real *q);

#endif
