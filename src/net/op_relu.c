/* Rectified linear unit: y = max(x, 0), derivative 0 at 0, in place. */
#include <string.h>

#include "net/kernels.h"
#include "net/operation.h"

static const struct option options[] = {{.name = NULL}};

static int relu_shape(struct layer *layer, struct error *error)
{
	(void)error;
	layer->out = layer->in[0];
	return 0;
}

static size_t numbers(const struct pass *p)
{
	return (size_t)p->n * shape_size(p->layer->out);
}

static void relu_forward(const struct pass *p)
{
	kernels()->relu(numbers(p), p->x[0], p->y);
}

static void relu_backward(const struct pass *p)
{
	if (p->dx[0])
		kernels()->relu_backward(numbers(p), p->y, p->dy, p->dx[0]);
}

static void relu_tangent_forward(const struct pass *p)
{
	if (p->tx[0])
		kernels()->relu_backward(numbers(p), p->y, p->tx[0], p->ty);
	else
		memset(p->ty, 0, numbers(p) * sizeof(real));
}

static void relu_tangent_backward(const struct pass *p)
{
	if (p->tdx[0])
		kernels()->relu_backward(numbers(p), p->y, p->tdy, p->tdx[0]);
}

const struct operation operation_relu = {
	.name = "relu",
	.help = "rectified linear unit, max(x, 0)",
	.options = options,
	.inputs = 1,
	.flags = OPERATION_IN_PLACE | OPERATION_READS_Y |
	    OPERATION_IS_RELU,
	.shape = relu_shape,
	.forward = relu_forward,
	.backward = relu_backward,
	.tangent_forward = relu_tangent_forward,
	.tangent_backward = relu_tangent_backward,
};
