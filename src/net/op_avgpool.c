/*
 * Average pooling. Places in the border count as zeros, as in PyTorch, so
 * every window is divided by k * k. Linear: its tangents are itself.
 */
#include "base/text.h"
#include "net/pass.h"

static const struct option options[] = {
	{.name = "k", .type = OPTION_INTEGER, .initial = 2, .least = 1,
	    .most = 64, .help = "height and width of a window",
	    .positional = true},
	{.name = "stride", .type = OPTION_INTEGER, .initial = 0, .least = 0,
	    .most = 64, .help = "from one window to the next (0: k)"},
	{.name = "pad", .type = OPTION_INTEGER, .initial = 0, .least = 0,
	    .most = 32, .help = "border, at most half a window"},
	{.name = NULL}
};

static int stride_of(const struct layer *layer)
{
	int stride = layer_integer(layer, "stride");

	return stride ? stride : layer_integer(layer, "k");
}

static int avgpool_shape(struct layer *layer, struct error *error)
{
	struct shape in = layer->in[0];
	int k = layer_integer(layer, "k"), pad = layer_integer(layer, "pad");
	int h = in.h + 2 * pad - k, w = in.w + 2 * pad - k;
	char text[48];

	shape_print(in, text, sizeof(text));
	if (in.tokens)
		return error_set(error, "needs an image, not tokens (%s)",
		    text);
	if (2 * pad > k)
		return error_set(error, "pad=%d is more than half of k=%d",
		    pad, k);
	if (h < 0 || w < 0)
		return error_set(error, "a %dx%d window does not fit into %s "
		    "with pad=%d", k, k, text, pad);
	layer->out = (struct shape) {
		.c = in.c,
		.h = h / stride_of(layer) + 1,
		.w = w / stride_of(layer) + 1
	};
	return 0;
}

static void avgpool_describe(const struct layer *layer, char *out, size_t size)
{
	text_format(out, size, "avgpool %d", layer_integer(layer, "k"));
}

/* The part of a window that lies inside the image. */
struct span {
	int begin, end;
};

static struct span span_of(const struct layer *layer, int place, int length)
{
	int begin = place * stride_of(layer) - layer_integer(layer, "pad");
	int end = begin + layer_integer(layer, "k");

	return (struct span) {
		begin < 0 ? 0 : begin, end > length ? length : end
	};
}

typedef void window_function(size_t channels, real share, real *image,
    real *output);

static void window_add(size_t channels, real share, real *image, real *output)
{
	for (size_t j = 0; j < channels; j++)
		output[j] += share * image[j];
}

static void window_spread(size_t channels, real share, real *image,
    real *output)
{
	for (size_t j = 0; j < channels; j++)
		image[j] += share * output[j];
}

/* Visit every pair of a window and a pixel in it. */
static void each_window(const struct layer *layer, window_function *visit,
    real *image, real *output)
{
	struct shape in = layer->in[0], out = layer->out;
	size_t channels = (size_t)in.c;
	int k = layer_integer(layer, "k");
	real share = 1 / (real)(k * k);

	for (int i = 0; i < out.h * out.w; i++, output += channels) {
		struct span rows = span_of(layer, i / out.w, in.h);
		struct span columns = span_of(layer, i % out.w, in.w);

		for (int r = rows.begin; r < rows.end; r++)
			for (int s = columns.begin; s < columns.end; s++)
				visit(channels, share, image +
				    (size_t)(r * in.w + s) * channels, output);
	}
}

/* x (n, h, w, c), y (n, out h, out w, c) */
static void pool(const struct pass *p, const real *x, real *y)
{
	size_t in = shape_size(p->layer->in[0]);
	size_t out = shape_size(p->layer->out);

	reals_zero(pass_outputs(p), y);
	if (!x)
		return;
	for (int i = 0; i < p->n; i++, x += in, y += out)
		each_window(p->layer, window_add, (real *)x, y);
}

static void spread(const struct pass *p, const real *dy, real *dx)
{
	size_t in = shape_size(p->layer->in[0]);
	size_t out = shape_size(p->layer->out);

	if (!dx)
		return;
	reals_zero((size_t)p->n * in, dx);
	for (int i = 0; i < p->n; i++, dx += in, dy += out)
		each_window(p->layer, window_spread, dx, (real *)dy);
}

static void avgpool_forward(const struct pass *p)
{
	pool(p, p->x[0], p->y);
}

static void avgpool_backward(const struct pass *p)
{
	spread(p, p->dy, p->dx[0]);
}

static void avgpool_tangent_forward(const struct pass *p)
{
	pool(p, p->tx[0], p->ty);
}

static void avgpool_tangent_backward(const struct pass *p)
{
	spread(p, p->tdy, p->tdx[0]);
}

const struct operation operation_avgpool = {
	.name = "avgpool",
	.help = "the mean of each k x k window",
	.options = options,
	.inputs = 1,
	.flags = OPERATION_FORGETS_X,
	.shape = avgpool_shape,
	.describe = avgpool_describe,
	.forward = avgpool_forward,
	.backward = avgpool_backward,
	.tangent_forward = avgpool_tangent_forward,
	.tangent_backward = avgpool_tangent_backward,
};
