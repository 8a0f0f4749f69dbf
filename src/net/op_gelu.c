/*
 * Gaussian error linear units in their exact form (Hendrycks and Gimpel
 * 2016): y = x P(x) with P the normal distribution function and p its
 * density; dy/dx = P + x p, d2y/dx2 = (2 - x^2) p.
 */
#include "net/kernels.h"
#include "net/pass.h"

static int gelu_shape(struct layer *layer, struct error *error)
{
	(void)error;
	layer->out = layer->in[0];
	return 0;
}

static void gelu_forward(const struct pass *p)
{
	kernels()->gelu(pass_outputs(p), p->x[0], p->y);
}

static void gelu_backward(const struct pass *p)
{
	if (p->dx[0])
		kernels()->gelu_backward(pass_outputs(p), p->x[0], p->dy,
		    p->dx[0]);
}

static void gelu_tangent_forward(const struct pass *p)
{
	if (p->tx[0])
		kernels()->gelu_backward(pass_outputs(p), p->x[0], p->tx[0],
		    p->ty);
	else
		reals_zero(pass_outputs(p), p->ty);
}

/* Without tx nothing before this layer learns, and tdx is not wanted. */
static void gelu_tangent_backward(const struct pass *p)
{
	if (p->tdx[0])
		kernels()->gelu_tangent(pass_outputs(p), p->x[0], p->tx[0],
		    p->dy, p->tdy, p->tdx[0]);
}

const struct operation operation_gelu = {
	.name = "gelu",
	.help = "Gaussian error linear unit, the exact form",
	.inputs = 1,
	.shape = gelu_shape,
	.forward = gelu_forward,
	.backward = gelu_backward,
	.tangent_forward = gelu_tangent_forward,
	.tangent_backward = gelu_tangent_backward,
};
