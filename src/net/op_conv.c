/*
 * Convolution (cross-correlation, as in PyTorch), sample by sample, directly
 * on images with their channels last. A border is added in a copy of one
 * image in scratch memory; a group's channels are gathered there too.
 *
 * The gradients are products of the same kind (see conv.h), and so are the
 * tangents: the layer is linear in x and in w.
 */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "net/conv.h"
#include "net/kernels.h"
#include "net/operation.h"

static const struct option options[] = {
	{.name = "out", .type = OPTION_INTEGER, .initial = NAN, .least = 1,
	    .most = 1 << 16, .help = "channels computed", .positional = true},
	{.name = "k", .type = OPTION_INTEGER, .initial = 3, .least = 1,
	    .most = 64, .help = "height and width of the kernel"},
	{.name = "stride", .type = OPTION_INTEGER, .initial = 1, .least = 1,
	    .most = 64, .help = "from one window to the next"},
	{.name = "pad", .type = OPTION_INTEGER, .initial = 0, .least = 0,
	    .most = 64, .help = "border of zeros"},
	{.name = "groups", .type = OPTION_INTEGER, .initial = 1, .least = 1,
	    .most = 1 << 16, .help = "parts of the channels that do not see "
	    "each other"},
	{.name = "bias", .type = OPTION_SWITCH, .initial = 1,
	    .help = "whether a bias is added"},
	{.name = NULL}
};

static int check(const struct layer *layer, struct error *error)
{
	struct shape in = layer->in[0];
	struct conv c = conv_of(layer);
	char text[48];

	shape_print(in, text, sizeof(text));
	if (in.tokens)
		return error_set(error, "needs an image, not tokens (%s)",
		    text);
	if (in.h + 2 * c.pad < c.k || in.w + 2 * c.pad < c.k)
		return error_set(error, "a %dx%d kernel does not fit into %s "
		    "with pad=%d", c.k, c.k, text, c.pad);
	if (in.c % c.groups != 0)
		return error_set(error, "groups=%d does not divide the %d "
		    "channels of %s", c.groups, in.c, text);
	if (c.out_channels % c.groups != 0)
		return error_set(error, "groups=%d does not divide out=%d",
		    c.groups, c.out_channels);
	return 0;
}

static int conv_shape(struct layer *layer, struct error *error)
{
	struct shape in = layer->in[0];
	struct conv c = conv_of(layer);

	if (check(layer, error) < 0)
		return -1;
	layer->out = (struct shape) {
		.c = c.out_channels,
		.h = (in.h + 2 * c.pad - c.k) / c.stride + 1,
		.w = (in.w + 2 * c.pad - c.k) / c.stride + 1,
	};
	return 0;
}

static void conv_parameters(struct layer *layer, struct segment_list *list)
{
	struct conv c = conv_of(layer);

	segment_add(list, "weight", ROLE_WEIGHT, c.out_channels, c.in, c.k,
	    c.k);
	if (c.bias)
		segment_add(list, "bias", ROLE_BIAS, c.out_channels, 0, 0, 0);
}

/* He et al. 2015 (normal, fan in); Glorot and Bengio 2010 for the last. */
static void conv_initialise(const struct layer *layer, bool last,
    struct random_key key, real *w, real *buffers)
{
	struct conv c = conv_of(layer);
	int area = c.k * c.k, in = c.in * area, out = c.out * area;
	double deviation = sqrt(2.0 / (last ? in + out : in));

	(void)buffers;
	memset(w, 0, layer->parameters * sizeof(real));
	random_normal(key, 0, conv_weights(&c), w);
	for (size_t i = 0; i < conv_weights(&c); i++)
		w[i] = (real)(deviation * (double)w[i]);
}

static double conv_macs(const struct layer *layer)
{
	struct conv c = conv_of(layer);

	return (double)conv_weights(&c) * c.out_h * c.out_w;
}

static void conv_describe(const struct layer *layer, char *out, size_t size)
{
	struct conv c = conv_of(layer);

	text_format(out, size, "%s %dx%d", c.depthwise ? "depthwise" : "conv",
	    c.k, c.k);
}

static size_t conv_packed(const struct layer *layer)
{
	struct conv c = conv_of(layer);

	return conv_forward_size(&c) + conv_backward_size(&c) +
	    (conv_winograds(&c) ? conv_winograd_size(&c) : 0);
}

static size_t conv_gradient(const struct layer *layer)
{
	struct conv c = conv_of(layer);

	return conv_forward_size(&c) +
	    (c.bias ? (size_t)c.out_channels : 0);
}

/* An image with its border, or what the other ways need. */
static size_t conv_scratch(const struct layer *layer, int n)
{
	struct conv c = conv_of(layer);
	size_t x = (size_t)(c.in_h + 2 * c.pad) *
	    (size_t)(c.in_w + 2 * c.pad) *
	    (size_t)conv_chunk(&c, c.in, c.in_channels);
	size_t dy = (size_t)c.out_h * (size_t)conv_span(&c, c.in_w) *
	    (size_t)conv_chunk(&c, c.out, c.out_channels);
	size_t most = x > dy ? x : dy;
	size_t other = conv_winograds(&c) ? conv_winograd_scratch(&c) :
	    conv_folds(&c) ? conv_fold_scratch(&c) : 0;

	(void)n;
	return most > other ? most : other;
}

static void bias_gradient(const struct conv *c, int n, const real *dy,
    real *dw)
{
	if (!c->bias)
		return;
	kernels()->sum_rows((size_t)(n * c->out_h * c->out_w),
	    (size_t)c->out_channels, (size_t)c->out_channels, dy,
	    dw + conv_forward_size(c));
}

static const real *bias_of(const struct conv *c, const real *w)
{
	return c->bias ? w + conv_weights(c) : NULL;
}

static void conv_forward(const struct pass *p)
{
	struct conv c = conv_of(p->layer);
	struct conv_term term = {p->x[0], p->packed};

	conv_correlate(&c, p->n, &term, 1, bias_of(&c, p->w), p->y,
	    p->scratch);
}

static void conv_backward(const struct pass *p)
{
	struct conv c = conv_of(p->layer);
	struct conv_pair pair = {p->x[0], p->dy};
	struct conv_term term = {p->dy, p->packed};

	if (p->dw) {
		conv_weight_gradient(&c, p->n, &pair, 1, p->dw, p->scratch);
		bias_gradient(&c, p->n, p->dy, p->dw);
	}
	if (p->dx[0])
		conv_input_gradient(&c, p->n, &term, 1, p->dx[0], p->scratch);
}

/* ty = x * tw + tb + tx * w */
static void conv_tangent_forward(const struct pass *p)
{
	struct conv c = conv_of(p->layer);
	struct conv_term term[] = {
		{p->x[0], p->tpacked}, {p->tx[0], p->packed}
	};

	conv_correlate(&c, p->n, term, p->tx[0] ? 2 : 1, bias_of(&c, p->tw),
	    p->ty, p->scratch);
}

/* tdw = (x, tdy) + (tx, dy); tdx = (tdy, w) + (dy, tw) */
static void conv_tangent_backward(const struct pass *p)
{
	struct conv c = conv_of(p->layer);
	struct conv_pair pair[] = {{p->x[0], p->tdy}, {p->tx[0], p->dy}};
	struct conv_term term[] = {{p->tdy, p->packed}, {p->dy, p->tpacked}};

	conv_weight_gradient(&c, p->n, pair, p->tx[0] ? 2 : 1, p->tdw,
	    p->scratch);
	bias_gradient(&c, p->n, p->tdy, p->tdw);
	if (p->tdx[0])
		conv_input_gradient(&c, p->n, term, 2, p->tdx[0], p->scratch);
}

const struct operation operation_conv = {
	.name = "conv",
	.alias = "conv2d",
	.help = "convolution",
	.options = options,
	.inputs = 1,
	.shape = conv_shape,
	.parameters = conv_parameters,
	.initialise = conv_initialise,
	.macs = conv_macs,
	.describe = conv_describe,
	.packed = conv_packed,
	.gradient = conv_gradient,
	.scratch = conv_scratch,
	.pack = conv_pack,
	.collect = conv_collect,
	.forward = conv_forward,
	.backward = conv_backward,
	.tangent_forward = conv_tangent_forward,
	.tangent_backward = conv_tangent_backward,
};
