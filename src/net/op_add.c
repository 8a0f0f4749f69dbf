/* The sum of a residual connection: y = x0 + x1. */
#include "net/pass.h"

static int add_shape(struct layer *layer, struct error *error)
{
	const struct shape *a = &layer->in[0], *b = &layer->in[1];
	char first[32], second[32];

	if (a->c != b->c || a->h != b->h || a->w != b->w ||
	    a->tokens != b->tokens) {
		shape_print(*a, first, sizeof(first));
		shape_print(*b, second, sizeof(second));
		return error_set(error, "cannot add %s and %s", first, second);
	}
	layer->out = *a;
	return 0;
}

static void sum(size_t n, const real *a, const real *b, real *y)
{
	if (!a || !b) {
		reals_copy(n, a ? a : b, y);
		return;
	}
	for (size_t i = 0; i < n; i++)
		y[i] = a[i] + b[i];
}

/* Both inputs get all of dy; one of them may lie in its place. */
static void hand_on(size_t n, const real *dy, real *const *dx)
{
	for (int i = 0; i < INPUTS_MAX; i++)
		if (dx[i])
			reals_copy(n, dy, dx[i]);
}

static void add_forward(const struct pass *p)
{
	sum(pass_outputs(p), p->x[0], p->x[1], p->y);
}

static void add_backward(const struct pass *p)
{
	hand_on(pass_outputs(p), p->dy, p->dx);
}

static void add_tangent_forward(const struct pass *p)
{
	sum(pass_outputs(p), p->tx[0], p->tx[1], p->ty);
}

static void add_tangent_backward(const struct pass *p)
{
	hand_on(pass_outputs(p), p->tdy, p->tdx);
}

const struct operation operation_add = {
	.name = "add",
	.help = "sum of two layers, as at the end of a residual block",
	.inputs = 2,
	.flags = OPERATION_IN_PLACE,
	.shape = add_shape,
	.forward = add_forward,
	.backward = add_backward,
	.tangent_forward = add_tangent_forward,
	.tangent_backward = add_tangent_backward,
};
