#include "net/position_mean.h"

#include "net/columns.h"
#include "net/pass.h"

void position_mean_shape(struct layer *layer)
{
	layer->out = (struct shape) {.c = layer->in[0].c, .h = 1, .w = 1};
}

/* x (n, positions, c), y (n, c) */
static void mean(const struct pass *p, const real *x, real *y)
{
	size_t c = (size_t)p->layer->out.c;
	size_t positions = (size_t)shape_positions(p->layer->in[0]);

	if (!x) {
		reals_zero(pass_outputs(p), y);
		return;
	}
	for (int i = 0; i < p->n; i++, x += positions * c, y += c)
		columns_sum(positions, c, 1 / (double)positions, x, y);
}

/* dy (n, c), dx (n, positions, c) */
static void spread(const struct pass *p, const real *dy, real *dx)
{
	size_t c = (size_t)p->layer->out.c;
	size_t positions = (size_t)shape_positions(p->layer->in[0]);
	real share = 1 / (real)positions;

	if (!dx)
		return;
	for (int i = 0; i < p->n; i++, dy += c)
		for (size_t k = 0; k < positions; k++, dx += c)
			for (size_t j = 0; j < c; j++)
				dx[j] = share * dy[j];
}

void position_mean_forward(const struct pass *p)
{
	mean(p, p->x[0], p->y);
}

void position_mean_backward(const struct pass *p)
{
	spread(p, p->dy, p->dx[0]);
}

void position_mean_tangent_forward(const struct pass *p)
{
	mean(p, p->tx[0], p->ty);
}

void position_mean_tangent_backward(const struct pass *p)
{
	spread(p, p->tdy, p->tdx[0]);
}
