/*
 * Learned positions (Dosovitskiy et al. 2021): an image (c, h, w), made by a
 * convolution over patches, becomes h * w tokens of width c, to each of which
 * the vector of its place is added. Parameters: positions (tokens, c).
 */
#include "net/columns.h"
#include "net/pass.h"

#define INITIAL_DEVIATION 0.02

static int positions_shape(struct layer *layer, struct error *error)
{
	(void)error;
	layer->out = layer->in[0];
	layer->out.tokens = true;
	return 0;
}

static void positions_parameters(struct layer *layer, struct segment_list *list)
{
	segment_add(list, "positions", ROLE_OTHER,
	    shape_positions(layer->out), layer->out.c, 0, 0);
}

static void positions_initialise(const struct layer *layer, bool last,
    struct random_key key, real *w, real *buffers)
{
	size_t size = shape_size(layer->out);

	(void)last, (void)buffers;
	random_normal(key, 0, size, w);
	for (size_t i = 0; i < size; i++)
		w[i] *= (real)INITIAL_DEVIATION;
}

/* x, y (n, tokens, c); w (tokens, c) */
static void add_positions(const struct pass *p, const real *x, const real *w,
    real *y)
{
	size_t size = shape_size(p->layer->out);

	reals_copy(pass_outputs(p), x, y);
	for (int i = 0; i < p->n; i++, y += size)
		for (size_t j = 0; j < size; j++)
			y[j] += w[j];
}

static void positions_forward(const struct pass *p)
{
	add_positions(p, p->x[0], p->w, p->y);
}

static void positions_backward(const struct pass *p)
{
	if (p->dw)
		columns_sum((size_t)p->n, shape_size(p->layer->out), 1, p->dy,
		    p->dw);
	if (p->dx[0])
		reals_copy(pass_outputs(p), p->dy, p->dx[0]);
}

static void positions_tangent_forward(const struct pass *p)
{
	add_positions(p, p->tx[0], p->tw, p->ty);
}

static void positions_tangent_backward(const struct pass *p)
{
	columns_sum((size_t)p->n, shape_size(p->layer->out), 1, p->tdy,
	    p->tdw);
	if (p->tdx[0])
		reals_copy(pass_outputs(p), p->tdy, p->tdx[0]);
}

const struct operation operation_positions = {
	.name = "positions",
	.help = "make tokens of an image and add learned positions",
	.inputs = 1,
	.flags = OPERATION_IN_PLACE,
	.shape = positions_shape,
	.parameters = positions_parameters,
	.initialise = positions_initialise,
	.forward = positions_forward,
	.backward = positions_backward,
	.tangent_forward = positions_tangent_forward,
	.tangent_backward = positions_tangent_backward,
};
