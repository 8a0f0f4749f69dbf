/*
 * Flatten: an image becomes plain features in PyTorch's order (c, h, w).
 * Memory is channels last, so an image of several channels and positions is
 * transposed; any other is an identity.
 */
#include <string.h>

#include "net/operation.h"

static const struct option options[] = {{.name = NULL}};

static int flatten_shape(struct layer *layer, struct error *error)
{
	(void)error;
	layer->out = (struct shape) {
		.c = (int)shape_size(layer->in[0]), .h = 1, .w = 1
	};
	return 0;
}

static bool flatten_identity(const struct layer *layer)
{
	return layer->in[0].c == 1 || layer->in[0].h * layer->in[0].w == 1;
}

/* One sample, whose transpose cannot be made where it lies. */
static size_t flatten_scratch(const struct layer *layer, int n)
{
	(void)n;
	return shape_size(layer->in[0]);
}

/* out (columns, rows) = in (rows, columns), for each of n samples; they may
 * be the same memory. */
static void transpose(const real *in, size_t rows, size_t columns, int n,
    real *out, real *scratch)
{
	size_t size = rows * columns;

	for (int i = 0; i < n; i++, in += size, out += size) {
		memcpy(scratch, in, size * sizeof(real));
		for (size_t c = 0; c < columns; c++)
			for (size_t r = 0; r < rows; r++)
				out[c * rows + r] = scratch[r * columns + c];
	}
}

/* (n, h, w, c) to (n, c, h, w) */
static void arrange(const struct pass *p, const real *in, real *out)
{
	struct shape shape = p->layer->in[0];

	transpose(in, (size_t)(shape.h * shape.w), (size_t)shape.c, p->n, out,
	    p->scratch);
}

static void arrange_back(const struct pass *p, const real *in, real *out)
{
	struct shape shape = p->layer->in[0];

	transpose(in, (size_t)shape.c, (size_t)(shape.h * shape.w), p->n, out,
	    p->scratch);
}

static void flatten_forward(const struct pass *p)
{
	arrange(p, p->x[0], p->y);
}

static void flatten_backward(const struct pass *p)
{
	if (p->dx[0])
		arrange_back(p, p->dy, p->dx[0]);
}

static void flatten_tangent_forward(const struct pass *p)
{
	if (p->tx[0])
		arrange(p, p->tx[0], p->ty);
	else
		memset(p->ty, 0, (size_t)p->n * shape_size(p->layer->out) *
		    sizeof(real));
}

static void flatten_tangent_backward(const struct pass *p)
{
	if (p->tdx[0])
		arrange_back(p, p->tdy, p->tdx[0]);
}

const struct operation operation_flatten = {
	.name = "flatten",
	.help = "an image as plain features, in the order (c, h, w)",
	.options = options,
	.inputs = 1,
	.flags = OPERATION_IN_PLACE,
	.shape = flatten_shape,
	.identity = flatten_identity,
	.scratch = flatten_scratch,
	.forward = flatten_forward,
	.backward = flatten_backward,
	.tangent_forward = flatten_tangent_forward,
	.tangent_backward = flatten_tangent_backward,
};
