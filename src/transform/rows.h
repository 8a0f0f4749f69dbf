/* Row-wise normalisation, w_o = gain_o u_o / |u_o|, the inside of several
 * transforms. u, w (rows, columns) row-major; gain (rows). */
#ifndef SNT_TRANSFORM_ROWS_H
#define SNT_TRANSFORM_ROWS_H

#include "base/real.h"

/* |u_o|, from below by a number so small that a row of zeros stays one. */
real row_norm(const real *u, int columns);

/* w may be u. */
void rows_compose(int rows, int columns, const real *gain, const real *u,
    real *w);
/* g_u_o = (gain_o / |u_o|) (g_w_o - (g_w_o . n_o) n_o) and g_gain_o =
 * g_w_o . n_o, with n_o = u_o / |u_o|. */
void rows_pull_back(int rows, int columns, const real *gain, const real *u,
    const real *g_w, real *g_gain, real *g_u);
void rows_push_forward(int rows, int columns, const real *gain, const real *u,
    const real *d_gain, const real *d_u, real *d_w);

#endif
