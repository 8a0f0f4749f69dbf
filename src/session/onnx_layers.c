/* The operations of a network as nodes of ONNX: a row a kind. */
#include "session/onnx_constants.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "net/conv.h"
#include "net/operation.h"

static void node(const struct emit *e, const char *kind,
    const char *const *in, char out[NAME_SIZE])
{
	onnx_node(e->graph, kind, in, out);
}

static const char *const *with_bias(const char *in[4], const char *x,
    const char *w, const char *bias)
{
	in[0] = x;
	in[1] = w;
	in[2] = bias[0] ? bias : NULL;
	in[3] = NULL;
	return in;
}

/* y = x w^T + b of tokens (n, t, c) */
static void tokens_product(const struct emit *e, const char *x,
    const char *w, const char *bias, char out[NAME_SIZE])
{
	const int64_t turn[2] = {1, 0};
	char turned[NAME_SIZE] = "", product[NAME_SIZE] = "";

	onnx_integers(e->graph, "perm", 2, turn);
	node(e, "Transpose", INPUTS(w), turned);
	node(e, "MatMul", INPUTS(x, turned), bias[0] ? product : out);
	if (bias[0])
		node(e, "Add", INPUTS(product, bias), out);
}

static void emit_dense(const struct emit *e)
{
	char w[NAME_SIZE];
	const char *in[4], *bias = onnx_constant(e, "bias", false);

	onnx_weight(e, w);
	if (e->layer->in[0].tokens) {
		tokens_product(e, e->in[0], w, bias, e->out);
		return;
	}
	onnx_integer(e->graph, "transB", 1);
	node(e, "Gemm", with_bias(in, e->in[0], w, bias), e->out);
}

static void window_attributes(const struct emit *e, int k, int stride, int pad)
{
	const int64_t kernel[2] = {k, k}, strides[2] = {stride, stride};
	const int64_t pads[4] = {pad, pad, pad, pad};

	onnx_integers(e->graph, "kernel_shape", 2, kernel);
	onnx_integers(e->graph, "strides", 2, strides);
	onnx_integers(e->graph, "pads", 4, pads);
}

static void emit_conv(const struct emit *e)
{
	struct conv c = conv_of(e->layer);
	char w[NAME_SIZE];
	const char *in[4], *bias = onnx_constant(e, "bias", false);

	onnx_weight(e, w);
	window_attributes(e, c.k, c.stride, c.pad);
	onnx_integer(e->graph, "group", c.groups);
	node(e, "Conv", with_bias(in, e->in[0], w, bias), e->out);
}

static void emit_pool(const struct emit *e, const char *kind)
{
	int k = layer_integer(e->layer, "k");
	int stride = layer_integer(e->layer, "stride");

	window_attributes(e, k, stride ? stride : k,
	    layer_integer(e->layer, "pad"));
	node(e, kind, e->in, e->out);
}

static void emit_maxpool(const struct emit *e)
{
	emit_pool(e, "MaxPool");
}

static void emit_avgpool(const struct emit *e)
{
	onnx_integer(e->graph, "count_include_pad", 1);
	emit_pool(e, "AveragePool");
}

static void emit_globalavg(const struct emit *e)
{
	const int64_t axes[2] = {2, 3};

	onnx_integers(e->graph, "axes", 2, axes);
	onnx_integer(e->graph, "keepdims", 0);
	node(e, "ReduceMean", e->in, e->out);
}

static void emit_tokenmean(const struct emit *e)
{
	const int64_t axis[1] = {1};

	onnx_integers(e->graph, "axes", 1, axis);
	onnx_integer(e->graph, "keepdims", 0);
	node(e, "ReduceMean", e->in, e->out);
}

static void emit_batchnorm(const struct emit *e)
{
	onnx_number(e->graph, "epsilon", 1e-5);
	node(e, "BatchNormalization", INPUTS(e->in[0],
	    onnx_constant(e, "weight", false), onnx_constant(e, "bias", false),
	    onnx_constant(e, "running_mean", true),
	    onnx_constant(e, "running_var", true)), e->out);
}

static void mean_of_last(const struct emit *e, const char *x,
    char out[NAME_SIZE])
{
	const int64_t last[1] = {-1};

	onnx_integers(e->graph, "axes", 1, last);
	node(e, "ReduceMean", INPUTS(x), out);
}

/* Opset 13 has it in parts only. */
static void emit_layernorm(const struct emit *e)
{
	char mean[NAME_SIZE] = "", moved[NAME_SIZE] = "", square[NAME_SIZE] = "";
	char variance[NAME_SIZE] = "", more[NAME_SIZE] = "", root[NAME_SIZE] = "";
	char unit[NAME_SIZE] = "", scaled[NAME_SIZE] = "", epsilon[NAME_SIZE];

	onnx_scalar(e, "epsilon", 1e-5, epsilon);
	mean_of_last(e, e->in[0], mean);
	node(e, "Sub", INPUTS(e->in[0], mean), moved);
	node(e, "Mul", INPUTS(moved, moved), square);
	mean_of_last(e, square, variance);
	node(e, "Add", INPUTS(variance, epsilon), more);
	node(e, "Sqrt", INPUTS(more), root);
	node(e, "Div", INPUTS(moved, root), unit);
	node(e, "Mul", INPUTS(unit, onnx_constant(e, "weight", false)), scaled);
	node(e, "Add", INPUTS(scaled, onnx_constant(e, "bias", false)), e->out);
}

static void emit_relu(const struct emit *e)
{
	node(e, "Relu", e->in, e->out);
}

static void emit_tanh(const struct emit *e)
{
	node(e, "Tanh", e->in, e->out);
}

static void emit_dropout(const struct emit *e)
{
	node(e, "Identity", e->in, e->out);
}

static void emit_flatten(const struct emit *e)
{
	node(e, "Flatten", e->in, e->out);
}

static void emit_add(const struct emit *e)
{
	node(e, "Add", e->in, e->out);
}

/* x (1 + erf(x / sqrt 2)) / 2 */
static void emit_gelu(const struct emit *e)
{
	char root[NAME_SIZE], one[NAME_SIZE], half[NAME_SIZE];
	char over[NAME_SIZE] = "", erf_of[NAME_SIZE] = "", more[NAME_SIZE] = "";
	char twice[NAME_SIZE] = "";

	onnx_scalar(e, "root", 1.41421356237309505, root);
	onnx_scalar(e, "one", 1, one);
	onnx_scalar(e, "half", 0.5, half);
	node(e, "Div", INPUTS(e->in[0], root), over);
	node(e, "Erf", INPUTS(over), erf_of);
	node(e, "Add", INPUTS(erf_of, one), more);
	node(e, "Mul", INPUTS(e->in[0], more), twice);
	node(e, "Mul", INPUTS(twice, half), e->out);
}

/* (n, c, h, w) to (n, h w, c), and a vector for each place. */
static void emit_positions(const struct emit *e)
{
	const int64_t size[3] = {0, e->layer->in[0].c, -1};
	const int64_t turn[3] = {0, 2, 1};
	char shape[NAME_SIZE], flat[NAME_SIZE] = "", tokens[NAME_SIZE] = "";

	onnx_indices(e, "shape", 3, size, shape);
	node(e, "Reshape", INPUTS(e->in[0], shape), flat);
	onnx_integers(e->graph, "perm", 3, turn);
	node(e, "Transpose", INPUTS(flat), tokens);
	node(e, "Add", INPUTS(tokens, onnx_constant(e, "positions", false)),
	    e->out);
}

/* Columns from `first` of (n, t, 3 d) as (n, heads, t, d / heads), or with
 * the last two the other way round. */
static void head_of(const struct emit *e, const char *x, int part, bool turned,
    char out[NAME_SIZE])
{
	int d = e->layer->in[0].c, heads = layer_integer(e->layer, "heads");
	const int64_t start[1] = {part * d}, end[1] = {part * d + d};
	const int64_t axis[1] = {2}, size[4] = {0, 0, heads, d / heads};
	const int64_t turn[4] = {0, 2, turned ? 3 : 1, turned ? 1 : 3};
	char name[4][NAME_SIZE], suffix[16];
	char slice[NAME_SIZE] = "", split[NAME_SIZE] = "";

	text_format(suffix, sizeof(suffix), "start%d", part);
	onnx_indices(e, suffix, 1, start, name[0]);
	text_format(suffix, sizeof(suffix), "end%d", part);
	onnx_indices(e, suffix, 1, end, name[1]);
	text_format(suffix, sizeof(suffix), "axis%d", part);
	onnx_indices(e, suffix, 1, axis, name[2]);
	text_format(suffix, sizeof(suffix), "heads%d", part);
	onnx_indices(e, suffix, 4, size, name[3]);
	node(e, "Slice", INPUTS(x, name[0], name[1], name[2]), slice);
	node(e, "Reshape", INPUTS(slice, name[3]), split);
	onnx_integers(e->graph, "perm", 4, turn);
	node(e, "Transpose", INPUTS(split), out);
}

/* As in op_attention.c. */
static void emit_attention(const struct emit *e)
{
	int d = e->layer->in[0].c, heads = layer_integer(e->layer, "heads");
	const int64_t turn[4] = {0, 2, 1, 3}, size[3] = {0, 0, d};
	char qkv[NAME_SIZE] = "", q[NAME_SIZE] = "", k[NAME_SIZE] = "";
	char v[NAME_SIZE] = "", s[NAME_SIZE] = "", over[NAME_SIZE] = "";
	char a[NAME_SIZE] = "", o[NAME_SIZE] = "", turned[NAME_SIZE] = "";
	char joined[NAME_SIZE] = "", root[NAME_SIZE], shape[NAME_SIZE];

	tokens_product(e, e->in[0], onnx_constant(e, "qkv.weight", false),
	    onnx_constant(e, "qkv.bias", false), qkv);
	head_of(e, qkv, 0, false, q);
	head_of(e, qkv, 1, true, k);
	head_of(e, qkv, 2, false, v);
	onnx_scalar(e, "root", sqrt((double)d / heads), root);
	onnx_indices(e, "shape", 3, size, shape);
	node(e, "MatMul", INPUTS(q, k), s);
	node(e, "Div", INPUTS(s, root), over);
	onnx_integer(e->graph, "axis", -1);
	node(e, "Softmax", INPUTS(over), a);
	node(e, "MatMul", INPUTS(a, v), o);
	onnx_integers(e->graph, "perm", 4, turn);
	node(e, "Transpose", INPUTS(o), turned);
	node(e, "Reshape", INPUTS(turned, shape), joined);
	tokens_product(e, joined, onnx_constant(e, "proj.weight", false),
	    onnx_constant(e, "proj.bias", false), e->out);
}

/* Less than 8 bits are 8 whose ends are not used. */
static void emit_quantise(const struct emit *e)
{
	int zero = layer_integer(e->layer, "zero");
	int top = (1 << layer_integer(e->layer, "bits")) - 1;
	double step = layer_option(e->layer, "scale");
	uint8_t byte = (uint8_t)zero;
	char scale[NAME_SIZE], low[NAME_SIZE], high[NAME_SIZE];
	char zero_point[NAME_SIZE], clipped[NAME_SIZE] = "";
	char codes[NAME_SIZE] = "";

	onnx_scalar(e, "scale", step, scale);
	text_format(zero_point, sizeof(zero_point), "%d.zero", e->layer->id);
	onnx_bytes(e->graph, zero_point, ONNX_UINT8, 0, NULL, &byte);
	if (top < 255) {
		onnx_scalar(e, "low", -zero * step, low);
		onnx_scalar(e, "high", (top - zero) * step, high);
		node(e, "Clip", INPUTS(e->in[0], low, high), clipped);
	} else {
		text_copy(clipped, sizeof(clipped), e->in[0]);
	}
	node(e, "QuantizeLinear", INPUTS(clipped, scale, zero_point), codes);
	node(e, "DequantizeLinear", INPUTS(codes, scale, zero_point), e->out);
}

static const struct {
	const char *kind;
	void (*emit)(const struct emit *e);
} rows[] = {
	{"dense", emit_dense}, {"conv", emit_conv},
	{"maxpool", emit_maxpool}, {"avgpool", emit_avgpool},
	{"globalavg", emit_globalavg}, {"batchnorm", emit_batchnorm},
	{"layernorm", emit_layernorm}, {"relu", emit_relu},
	{"gelu", emit_gelu}, {"tanh", emit_tanh}, {"dropout", emit_dropout},
	{"flatten", emit_flatten}, {"add", emit_add},
	{"positions", emit_positions}, {"attention", emit_attention},
	{"tokenmean", emit_tokenmean}, {"quantise", emit_quantise},
};

int onnx_layer(struct onnx_graph *graph, const struct layer *layer,
    const char *const *in, char out[NAME_SIZE], struct error *error)
{
	const struct emit e = {graph, layer, in, out};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (strcmp(rows[i].kind, layer->operation->name))
			continue;
		rows[i].emit(&e);
		return 0;
	}
	return error_set(error, "layer %d (%s) has no form in ONNX",
	    layer->id, layer->operation->name);
}
