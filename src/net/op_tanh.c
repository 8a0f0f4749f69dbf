/* y = tanh x; dy/dx = 1 - y^2, d2y/dx2 = -2 y (1 - y^2). */
#include <math.h>

#include "net/pass.h"

static int tanh_shape(struct layer *layer, struct error *error)
{
	(void)error;
	layer->out = layer->in[0];
	return 0;
}

static void tanh_forward(const struct pass *p)
{
	size_t n = pass_outputs(p);

	for (size_t i = 0; i < n; i++)
		p->y[i] = real_tanh(p->x[0][i]);
}

static void tanh_backward(const struct pass *p)
{
	size_t n = pass_outputs(p);

	if (!p->dx[0])
		return;
	for (size_t i = 0; i < n; i++)
		p->dx[0][i] = p->dy[i] * (1 - p->y[i] * p->y[i]);
}

static void tanh_tangent_forward(const struct pass *p)
{
	size_t n = pass_outputs(p);

	if (!p->tx[0]) {
		reals_zero(n, p->ty);
		return;
	}
	for (size_t i = 0; i < n; i++)
		p->ty[i] = (1 - p->y[i] * p->y[i]) * p->tx[0][i];
}

/* ty already carries the factor 1 - y^2. */
static void tanh_tangent_backward(const struct pass *p)
{
	size_t n = pass_outputs(p);

	if (!p->tdx[0])
		return;
	for (size_t i = 0; i < n; i++)
		p->tdx[0][i] = (1 - p->y[i] * p->y[i]) * p->tdy[i] -
		    2 * p->y[i] * p->ty[i] * p->dy[i];
}

const struct operation operation_tanh = {
	.name = "tanh",
	.help = "hyperbolic tangent",
	.inputs = 1,
	.flags = OPERATION_IN_PLACE | OPERATION_READS_Y,
	.shape = tanh_shape,
	.forward = tanh_forward,
	.backward = tanh_backward,
	.tangent_forward = tanh_tangent_forward,
	.tangent_backward = tanh_tangent_backward,
};
