/*
 * y = x w + b, a factor and a term for each channel: what turns the whole
 * numbers that a layer of integers has summed up back into its outputs.
 * Parameters: weight (c), bias (c).
 */
#include "net/columns.h"
#include "net/kernels.h"
#include "net/pass.h"

static int rescale_shape(struct layer *layer, struct error *error)
{
	(void)error;
	layer->out = layer->in[0];
	return 0;
}

static void rescale_parameters(struct layer *layer, struct segment_list *list)
{
	segment_add(list, "weight", ROLE_NORM, layer->out.c, 0, 0, 0);
	segment_add(list, "bias", ROLE_NORM, layer->out.c, 0, 0, 0);
}

static size_t channels(const struct layer *layer)
{
	return (size_t)layer->out.c;
}

static void rescale_initialise(const struct layer *layer, bool last,
    struct random_key key, real *w, real *buffers)
{
	size_t c = channels(layer);

	(void)last, (void)key, (void)buffers;
	for (size_t i = 0; i < 2 * c; i++)
		w[i] = i < c;
}

static void rescale_forward(const struct pass *p)
{
	size_t c = channels(p->layer);

	kernels()->scale_columns(pass_rows(p), c, p->w, p->w + c, p->x[0],
	    p->y);
}

/* y (rows, c) (+)= x times factor (c); x NULL: zero */
static void times(const struct pass *p, const real *x, const real *factor,
    bool add, real *y)
{
	size_t c = channels(p->layer), rows = pass_rows(p);

	for (size_t r = 0; r < rows; r++, y += c) {
		for (size_t i = 0; i < c; i++)
			y[i] = (add ? y[i] : 0) +
			    (x ? x[r * c + i] * factor[i] : 0);
	}
}

static void rescale_backward(const struct pass *p)
{
	size_t c = channels(p->layer);

	if (p->dw)
		columns_dot(pass_rows(p), c, p->x[0], NULL, p->dy, p->dw,
		    p->dw + c);
	if (p->dx[0])
		times(p, p->dy, p->w, false, p->dx[0]);
}

static void rescale_tangent_forward(const struct pass *p)
{
	size_t c = channels(p->layer);

	kernels()->scale_columns(pass_rows(p), c, p->tw, p->tw + c, p->x[0],
	    p->ty);
	if (p->tx[0])
		times(p, p->tx[0], p->w, true, p->ty);
}

static void rescale_tangent_backward(const struct pass *p)
{
	size_t c = channels(p->layer);

	columns_dot(pass_rows(p), c, p->x[0], NULL, p->tdy, p->tdw,
	    p->tdw + c);
	if (p->tx[0]) {
		real *more = p->scratch;

		columns_dot(pass_rows(p), c, p->tx[0], NULL, p->dy, more,
		    NULL);
		for (size_t i = 0; i < c; i++)
			p->tdw[i] += more[i];
	}
	if (!p->tdx[0])
		return;
	times(p, p->tdy, p->w, false, p->tdx[0]);
	times(p, p->dy, p->tw, true, p->tdx[0]);
}

static size_t rescale_scratch(const struct layer *layer, int n)
{
	(void)n;
	return channels(layer);
}

const struct operation operation_rescale = {
	.name = "rescale",
	.help = "multiply each channel by a factor and add a term",
	.inputs = 1,
	.shape = rescale_shape,
	.parameters = rescale_parameters,
	.initialise = rescale_initialise,
	.scratch = rescale_scratch,
	.forward = rescale_forward,
	.backward = rescale_backward,
	.tangent_forward = rescale_tangent_forward,
	.tangent_backward = rescale_tangent_backward,
};
