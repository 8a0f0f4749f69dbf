/*
 * Layer normalisation (Ba et al. 2016) of every row of c numbers: a token, a
 * pixel's channels, or plain features. Parameters: weight (c), bias (c).
 *
 *	u = (x - mean) r, r = 1 / sqrt(variance + epsilon)
 *	y = weight u + bias
 *	dx = r (g - mean(g) - u mean(g u)), g = weight dy
 *
 * and, with R{.} the derivative along the direction (Pearlmutter 1994) and
 * q = mean(u R{x}):
 *
 *	R{u} = r (R{x} - mean(R{x}) - u q), R{r} = -r^2 q
 */
#include "net/kernels.h"
#include "net/pass.h"

static const double epsilon = 1e-5;

static int layernorm_shape(struct layer *layer, struct error *error)
{
	(void)error;
	layer->out = layer->in[0];
	return 0;
}

static void layernorm_parameters(struct layer *layer,
    struct segment_list *list)
{
	segment_add(list, "weight", ROLE_NORM, layer->out.c, 0, 0, 0);
	segment_add(list, "bias", ROLE_NORM, layer->out.c, 0, 0, 0);
}

static void layernorm_initialise(const struct layer *layer, bool last,
    struct random_key key, real *w, real *buffers)
{
	int c = layer->out.c;

	(void)last, (void)key, (void)buffers;
	for (int j = 0; j < c; j++) {
		w[j] = 1;
		w[c + j] = 0;
	}
}

/* Mean and r of each row. */
static size_t layernorm_saved(const struct layer *layer)
{
	return 2 * (size_t)shape_positions(layer->out);
}

static size_t width_of(const struct pass *p)
{
	return (size_t)p->layer->out.c;
}

/* w: weight, then bias */
static void layernorm_forward(const struct pass *p)
{
	size_t c = width_of(p);

	kernels()->normalise_rows(pass_rows(p), c, (real)epsilon, p->w,
	    p->w + c, p->x[0], p->saved, p->y);
}

/* dw: of the weight, then of the bias */
static void layernorm_backward(const struct pass *p)
{
	size_t c = width_of(p);

	if (p->dw)
		reals_zero(2 * c, p->dw);
	kernels()->normalise_rows_backward(pass_rows(p), c, p->w, p->saved,
	    p->x[0], p->dy, p->dx[0], p->dw, p->dw ? p->dw + c : NULL);
}

static struct normal_tangent tangent_of(const struct pass *p)
{
	return (struct normal_tangent) {
		.rows = pass_rows(p), .columns = width_of(p),
		.weight = p->w, .tweight = p->tw,
		.statistics = p->saved,
		.x = p->x[0], .tx = p->tx[0],
		.dy = p->dy, .tdy = p->tdy,
	};
}

/* Leaves mean(R{x}) and q of each row in `tsaved`. */
static void layernorm_tangent_forward(const struct pass *p)
{
	struct normal_tangent tangent = tangent_of(p);

	kernels()->normalise_rows_tangent(&tangent, p->tw + width_of(p),
	    p->tsaved, p->ty);
}

static void layernorm_tangent_backward(const struct pass *p)
{
	struct normal_tangent tangent = tangent_of(p);
	size_t c = width_of(p);

	reals_zero(2 * c, p->tdw);
	kernels()->normalise_rows_tangent_backward(&tangent, p->tsaved,
	    p->tdx[0], p->tdw, p->tdw + c);
}

const struct operation operation_layernorm = {
	.name = "layernorm", .alias = "ln",
	.help = "normalise each token, or each row of features",
	.inputs = 1,
	.shape = layernorm_shape,
	.parameters = layernorm_parameters,
	.initialise = layernorm_initialise,
	.saved = layernorm_saved,
	.forward = layernorm_forward,
	.backward = layernorm_backward,
	.tangent_forward = layernorm_tangent_forward,
	.tangent_backward = layernorm_tangent_backward,
};
