/*
 * Multi-head self-attention (Vaswani et al. 2017). Of tokens x (t, d):
 *
 *	q, k, v = x qkv^T + bias, each (t, d), a head being d / heads of
 *	their columns
 *	a = softmax(q k^T / sqrt(d / heads)), (t, t), for each head
 *	o = a v, the heads side by side, (t, d)
 *	y = o proj^T + bias
 *
 * Parameters as in PyTorch: qkv.weight (3d, d), qkv.bias (3d), proj.weight
 * (d, d), proj.bias (d). The backward pass of softmax is ds = a (da - r),
 * r the row's sum of a da; all tangents follow by the product rule.
 */
#include <math.h>

#include "base/text.h"
#include "net/attention.h"
#include "net/columns.h"
#include "net/kernels.h"
#include "net/pass.h"

static const struct option options[] = {
	{.name = "heads", .type = OPTION_INTEGER, .initial = 4, .least = 1,
	    .most = 64, .help = "number of heads", .positional = true},
	{.name = NULL}
};

static int attention_shape(struct layer *layer, struct error *error)
{
	struct shape in = layer->in[0];
	int heads = layer_integer(layer, "heads");
	char text[48];

	shape_print(in, text, sizeof(text));
	if (!in.tokens)
		return error_set(error, "needs tokens, not %s; positions "
		    "makes tokens of an image", text);
	if (in.c % heads)
		return error_set(error, "the width of %s cannot be divided "
		    "into heads=%d", text, heads);
	layer->out = in;
	return 0;
}

static void attention_parameters(struct layer *layer,
    struct segment_list *list)
{
	int d = layer->in[0].c;

	segment_add(list, "qkv.weight", ROLE_WEIGHT, 3 * d, d, 0, 0);
	segment_add(list, "qkv.bias", ROLE_BIAS, 3 * d, 0, 0, 0);
	segment_add(list, "proj.weight", ROLE_WEIGHT, d, d, 0, 0);
	segment_add(list, "proj.bias", ROLE_BIAS, d, 0, 0, 0);
}

static void initialise_matrix(struct random_key key, size_t rows,
    size_t columns, real *w)
{
	double deviation = sqrt(2.0 / (double)(rows + columns));

	random_normal(key, 0, rows * columns, w);
	for (size_t i = 0; i < rows * columns; i++)
		w[i] = (real)(deviation * (double)w[i]);
}

/* Glorot and Bengio 2010, q, k and v as one matrix, like PyTorch. */
static void attention_initialise(const struct layer *layer, bool last,
    struct random_key key, real *w, real *buffers)
{
	size_t d = (size_t)layer->in[0].c;

	(void)last, (void)buffers;
	reals_zero(layer->parameters, w);
	initialise_matrix(key, 3 * d, d, w);
	key.step += 2;
	initialise_matrix(key, d, d, w + 3 * d * d + 3 * d);
}

static double attention_macs(const struct layer *layer)
{
	double t = shape_positions(layer->in[0]), d = layer->in[0].c;

	return 4 * t * d * d + 2 * t * t * d;
}

static void attention_describe(const struct layer *layer, char *out,
    size_t size)
{
	text_format(out, size, "attention %d", layer_integer(layer, "heads"));
}

static size_t attention_saved(const struct layer *layer)
{
	struct sizes s = attention_sizes(layer, 1);
	size_t t = (size_t)s.tokens, d = (size_t)s.width;

	return 8 * t * d + (size_t)s.heads * t * t;
}

/* The gradients of one head's `a`, and their tangents. */
static size_t attention_scratch(const struct layer *layer, int n)
{
	size_t t = (size_t)shape_positions(layer->in[0]);

	(void)n;
	return 2 * t * t;
}

static void attention_forward(const struct pass *p)
{
	struct sizes s = attention_sizes(p->layer, p->n);
	struct projections w = attention_projections(p->w, s);
	struct kept kept = attention_kept(p->saved, s);
	size_t t = (size_t)s.tokens;

	attention_project(s, 3 * s.width, p->x[0], w.qkv, 0, kept.qkv);
	attention_add_bias(s, 3 * s.width, w.qkv_bias, kept.qkv);
	for (int i = 0; i < p->n * s.heads; i++) {
		struct head h = attention_head(s, kept, i / s.heads,
		    i % s.heads);

		attention_match(s, s.scale, h.q, h.k, 0, h.a);
		kernels()->softmax_rows(t, t, h.a);
		attention_mix(s, 1, h.a, h.v, 0, h.o);
	}
	attention_project(s, s.width, kept.o, w.proj, 0, p->y);
	attention_add_bias(s, s.width, w.proj_bias, p->y);
}

/* From the gradient of a head's o to those of its q, k and v. */
static void backward_head(struct sizes s, struct head h, struct head d)
{
	size_t t = (size_t)s.tokens;

	attention_match(s, 1, d.o, h.v, 0, d.a);
	attention_mix_back(s, 1, h.a, d.o, 0, d.v);
	kernels()->softmax_rows_backward(t, t, h.a, d.a);
	attention_mix(s, s.scale, d.a, h.k, 0, d.q);
	attention_mix_back(s, s.scale, d.a, h.q, 0, d.k);
}

static void backward_weights(const struct pass *p, struct sizes s,
    struct kept kept, struct kept d)
{
	struct projections dw = attention_projections(p->dw, s);
	size_t rows = (size_t)s.rows, width = (size_t)s.width;

	attention_project_gradient(s, s.width, p->dy, kept.o, 0, dw.proj);
	columns_sum(rows, width, 1, p->dy, dw.proj_bias);
	attention_project_gradient(s, 3 * s.width, d.qkv, p->x[0], 0, dw.qkv);
	columns_sum(rows, 3 * width, 1, d.qkv, dw.qkv_bias);
}

static void attention_backward(const struct pass *p)
{
	struct sizes s = attention_sizes(p->layer, p->n);
	struct projections w = attention_projections(p->w, s);
	struct kept kept = attention_kept(p->saved, s);
	struct kept d = attention_gradients(p->saved, s, p->scratch);

	attention_project_back(s, s.width, p->dy, w.proj, 0, d.o);
	for (int i = 0; i < p->n * s.heads; i++)
		backward_head(s,
		    attention_head(s, kept, i / s.heads, i % s.heads),
		    attention_gradient_head(s, d, i / s.heads, i % s.heads));
	if (p->dw)
		backward_weights(p, s, kept, d);
	if (p->dx[0])
		attention_project_back(s, 3 * s.width, d.qkv, w.qkv, 0,
		    p->dx[0]);
}

const struct operation operation_attention = {
	.name = "attention",
	.help = "multi-head self-attention over tokens",
	.options = options,
	.inputs = 1,
	.shape = attention_shape,
	.parameters = attention_parameters,
	.initialise = attention_initialise,
	.macs = attention_macs,
	.describe = attention_describe,
	.saved = attention_saved,
	.scratch = attention_scratch,
	.forward = attention_forward,
	.backward = attention_backward,
	.tangent_forward = attention_tangent_forward,
	.tangent_backward = attention_tangent_backward,
};
