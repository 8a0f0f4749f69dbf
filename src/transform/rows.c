#include "transform/rows.h"

#include <math.h>
#include <stddef.h>

#include "net/kernels.h"

real row_norm(const real *u, int columns)
{
	return (real)sqrt(kernels()->dot((size_t)columns, u, u) + 1e-24);
}

void rows_compose(int rows, int columns, const real *gain, const real *u,
    real *w)
{
	for (int o = 0; o < rows; o++, u += columns, w += columns)
		kernels()->scale((size_t)columns, gain[o] /
		    row_norm(u, columns), u, w);
}

/* to_o = from_o's part across u_o, times gain_o / |u_o|; returns from_o . n_o */
static real across(int columns, real gain, const real *u, const real *from,
    real *to)
{
	real norm = row_norm(u, columns);
	real along = (real)(kernels()->dot((size_t)columns, from, u) /
	    (double)norm);

	kernels()->scale((size_t)columns, gain / norm, from, to);
	kernels()->add_scaled((size_t)columns, -gain / norm * along / norm, u,
	    to);
	return along;
}

void rows_pull_back(int rows, int columns, const real *gain, const real *u,
    const real *g_w, real *g_gain, real *g_u)
{
	for (int o = 0; o < rows; o++, u += columns, g_w += columns,
	    g_u += columns)
		g_gain[o] = across(columns, gain[o], u, g_w, g_u);
}

void rows_push_forward(int rows, int columns, const real *gain, const real *u,
    const real *d_gain, const real *d_u, real *d_w)
{
	for (int o = 0; o < rows; o++, u += columns, d_u += columns,
	    d_w += columns) {
		across(columns, gain[o], u, d_u, d_w);
		kernels()->add_scaled((size_t)columns, d_gain[o] /
		    row_norm(u, columns), u, d_w);
	}
}
