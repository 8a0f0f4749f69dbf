/*
 * Max pooling. The place of the first maximum of each window (row-major, as
 * in PyTorch) is saved as one byte, and all other passes go by it.
 */
#include <string.h>

#include "base/text.h"
#include "net/kernels.h"
#include "net/operation.h"

static const struct option options[] = {
	{.name = "k", .type = OPTION_INTEGER, .initial = 2, .least = 1,
	    .most = 16, .help = "height and width of a window",
	    .positional = true},
	{.name = "stride", .type = OPTION_INTEGER, .initial = 0, .least = 0,
	    .most = 64, .help = "from one window to the next (0: k)"},
	{.name = "pad", .type = OPTION_INTEGER, .initial = 0, .least = 0,
	    .most = 8, .help = "border, at most half a window"},
	{.name = NULL}
};

static struct pooling pooling_of(const struct layer *layer)
{
	int k = layer_integer(layer, "k");
	int stride = layer_integer(layer, "stride");

	return (struct pooling) {
		.channels = layer->in[0].c,
		.in_rows = layer->in[0].h,
		.in_columns = layer->in[0].w,
		.rows = layer->out.h,
		.columns = layer->out.w,
		.k = k,
		.stride = stride ? stride : k,
		.pad = layer_integer(layer, "pad"),
	};
}

static int maxpool_shape(struct layer *layer, struct error *error)
{
	struct shape in = layer->in[0];
	struct pooling p = pooling_of(layer);
	int h = in.h + 2 * p.pad - p.k, w = in.w + 2 * p.pad - p.k;
	char text[48];

	shape_print(in, text, sizeof(text));
	if (in.tokens)
		return error_set(error, "needs an image, not tokens (%s)",
		    text);
	if (2 * p.pad > p.k)
		return error_set(error, "pad=%d is more than half of k=%d",
		    p.pad, p.k);
	if (h < 0 || w < 0)
		return error_set(error, "a %dx%d window does not fit into %s "
		    "with pad=%d", p.k, p.k, text, p.pad);
	layer->out = (struct shape) {
		.c = in.c, .h = h / p.stride + 1, .w = w / p.stride + 1
	};
	return 0;
}

static void maxpool_describe(const struct layer *layer, char *out, size_t size)
{
	text_format(out, size, "maxpool %d", layer_integer(layer, "k"));
}

static bool maxpool_takes_relu(const struct layer *layer)
{
	int k = layer_integer(layer, "k");

	return k * k <= POOL_NOWHERE;
}

static size_t maxpool_saved(const struct layer *layer)
{
	return (shape_size(layer->out) + sizeof(real) - 1) / sizeof(real);
}

static const uint8_t *places(const struct pass *p, int sample)
{
	return (const uint8_t *)(p->saved +
	    (size_t)sample * maxpool_saved(p->layer));
}

static void maxpool_forward(const struct pass *p)
{
	struct pooling pooling = pooling_of(p->layer);
	size_t in = shape_size(p->layer->in[0]);
	size_t out = shape_size(p->layer->out);
	size_t saved = maxpool_saved(p->layer);

	pooling.rectified = p->rectified;
	for (int i = 0; i < p->n; i++)
		kernels()->pool(&pooling, p->x[0] + (size_t)i * in,
		    p->y + (size_t)i * out,
		    (uint8_t *)(p->saved + (size_t)i * saved));
}

/* dx (n, in) of dy (n, out) */
static void scatter(const struct pass *p, const real *dy, real *dx)
{
	struct pooling pooling = pooling_of(p->layer);
	size_t in = shape_size(p->layer->in[0]);
	size_t out = shape_size(p->layer->out);

	for (int i = 0; i < p->n; i++)
		kernels()->pool_scatter(&pooling, dy + (size_t)i * out,
		    places(p, i), dx + (size_t)i * in);
}

static void maxpool_backward(const struct pass *p)
{
	if (p->dx[0])
		scatter(p, p->dy, p->dx[0]);
}

static void maxpool_tangent_forward(const struct pass *p)
{
	struct pooling pooling = pooling_of(p->layer);
	size_t in = shape_size(p->layer->in[0]);
	size_t out = shape_size(p->layer->out);

	if (!p->tx[0]) {
		memset(p->ty, 0, (size_t)p->n * out * sizeof(real));
		return;
	}
	for (int i = 0; i < p->n; i++)
		kernels()->pool_gather(&pooling, p->tx[0] + (size_t)i * in,
		    places(p, i), p->ty + (size_t)i * out);
}

static void maxpool_tangent_backward(const struct pass *p)
{
	if (p->tdx[0])
		scatter(p, p->tdy, p->tdx[0]);
}

const struct operation operation_maxpool = {
	.name = "maxpool",
	.help = "the maximum of each k x k window",
	.options = options,
	.inputs = 1,
	.flags = OPERATION_FORGETS_X,
	.shape = maxpool_shape,
	.describe = maxpool_describe,
	.takes_relu = maxpool_takes_relu,
	.saved = maxpool_saved,
	.forward = maxpool_forward,
	.backward = maxpool_backward,
	.tangent_forward = maxpool_tangent_forward,
	.tangent_backward = maxpool_tangent_backward,
};
