/*
 * Dense layer: y = x W^T + b, W (out, in), on the whole batch at once.
 *
 * Tokens are so many more rows.
 *
 * The products are divided into parts that depend on the layer alone: the
 * output columns (forward), the input columns (dx), the rows of dW, which are
 * the output columns, so that a thread reads and writes the same rows of W in
 * all of them; only where these are too few, dW's columns.
 */
#include <math.h>
#include <string.h>

#include "net/kernels.h"
#include "net/operation.h"

static const struct option options[] = {
	{.name = "out", .type = OPTION_INTEGER, .initial = NAN, .least = 1,
	    .most = 1 << 20, .help = "features computed", .positional = true},
	{.name = "bias", .type = OPTION_SWITCH, .initial = 1,
	    .help = "whether a bias is added"},
	{.name = NULL}
};

/* No part narrower than this; boundaries suit the kernels' tiles. */
enum {
	PART_COLUMNS = 32, PART_GRADIENT = 128, PART_STEP = 16, PARTS_MAX = 8
};
/* Layers below this many multiply-adds a sample are not worth dividing. */
enum { PART_MACS = 1 << 14 };
/* So many rows of W are turned round at once. */
enum { PANEL = 32 };

static int features(const struct layer *layer)
{
	return layer->in[0].c;
}

/* Rows a sample. */
static int positions(const struct layer *layer)
{
	return layer->in[0].h * layer->in[0].w;
}

static size_t weights(const struct layer *layer)
{
	return (size_t)features(layer) * (size_t)layer->out.c;
}

static int dense_shape(struct layer *layer, struct error *error)
{
	struct shape in = layer->in[0];
	int out = layer_integer(layer, "out");

	(void)error;
	layer->out = (struct shape) {.c = out, .h = 1, .w = 1};
	if (in.tokens)
		layer->out = (struct shape) {out, in.h, in.w, true};
	return 0;
}

static void dense_parameters(struct layer *layer,
    struct segment_list *list)
{
	segment_add(list, "weight", ROLE_WEIGHT, layer->out.c,
	    features(layer), 0, 0);
	if (layer_integer(layer, "bias"))
		segment_add(list, "bias", ROLE_BIAS, layer->out.c, 0, 0, 0);
}

/* He et al. 2015 (normal, fan in); Glorot and Bengio 2010 for the last. */
static void dense_initialise(const struct layer *layer, bool last,
    struct random_key key, real *w, real *buffers)
{
	int in = features(layer), out = layer->out.c;
	double deviation = sqrt(2.0 / (last ? in + out : in));

	(void)buffers;
	memset(w, 0, layer->parameters * sizeof(real));
	random_normal(key, 0, weights(layer), w);
	for (size_t i = 0; i < weights(layer); i++)
		w[i] = (real)(deviation * (double)w[i]);
}

static double dense_macs(const struct layer *layer)
{
	return (double)weights(layer) * positions(layer);
}

static int parts_of(const struct layer *layer, int columns, int least)
{
	int parts = 1;

	if (dense_macs(layer) < PART_MACS)
		return 1;
	while (parts < PARTS_MAX && columns / (2 * parts) >= least)
		parts *= 2;
	return parts;
}

static int dense_parts(const struct layer *layer, int n)
{
	(void)n;
	return parts_of(layer, layer->out.c, PART_COLUMNS);
}

/* Whether dW is divided by its columns. */
static bool by_columns(const struct layer *layer, int n)
{
	return dense_parts(layer, n) == 1 && features(layer) > layer->out.c;
}

static int dense_gradient_parts(const struct layer *layer, int n)
{
	return by_columns(layer, n) ? parts_of(layer, features(layer),
	    PART_GRADIENT) : dense_parts(layer, n);
}

/* A panel turned round; sums of the bias' gradient before they are scaled. */
static size_t dense_scratch(const struct layer *layer, int n)
{
	size_t panel = (size_t)features(layer) * PANEL;

	(void)n;
	return panel > (size_t)layer->out.c ? panel : (size_t)layer->out.c;
}

static size_t whole_steps(int columns)
{
	return ((size_t)columns + PART_STEP - 1) / PART_STEP * PART_STEP;
}

/* W turned round, by panels; those of all parts begin at whole steps. */
static size_t dense_panels(const struct layer *layer)
{
	return (size_t)features(layer) * whole_steps(layer->out.c);
}

/* First of the columns (or rows) of a part. */
static int part_start(int columns, int part, int parts)
{
	int start = columns * part / parts;

	return part == parts ? columns :
	    (start + PART_STEP / 2) / PART_STEP * PART_STEP;
}

/* What one call works on: rows of the batch, and columns first .. end-1. */
struct block {
	int rows, in, out;
	int first, count;
};

static struct block block_of(const struct pass *p, bool input_columns)
{
	struct block b = {
		.rows = p->n * positions(p->layer),
		.in = features(p->layer),
		.out = p->layer->out.c,
	};
	int columns = input_columns ? b.in : b.out;

	b.first = part_start(columns, p->part, p->parts);
	b.count = part_start(columns, p->part + 1, p->parts) - b.first;
	return b;
}

/* The bias (out) behind the weights, if there is one. */
static const real *bias_of(const struct layer *layer, const real *w)
{
	return layer->parameters > weights(layer) ? w + weights(layer) : NULL;
}

/* The panel from column `first` on, turned round. */
struct panel {
	const real *at;
	size_t step;
};

static struct panel turn(size_t in, int first, int columns, const real *w,
    size_t step, real *to)
{
	kernels()->transpose((size_t)columns, in, w + (size_t)first * in, in,
	    to, step);
	return (struct panel){to, step};
}

/* The same of the base pass, which may find it as an earlier one left it. */
static struct panel kept_panel(const struct pass *p, size_t in, int first,
    int columns)
{
	size_t step = whole_steps(columns);
	real *kept = p->panels ? p->panels + (size_t)first * in : NULL;

	if (!kept)
		return turn(in, first, columns, p->w, PANEL, p->scratch);
	return p->panels_fit ? (struct panel){kept, step} :
	    turn(in, first, columns, p->w, step, kept);
}

/* What is told of the whole product a W^T (a, bias, add, rectify, mask, c),
 * in the part's columns. w: NULL in the base pass. */
static void product(const struct pass *p, const real *w,
    const struct product *whole)
{
	struct block b = block_of(p, false);
	size_t in = (size_t)b.in;
	int end = b.first + b.count;

	for (int first = b.first; first < end; first += PANEL) {
		int columns = end - first < PANEL ? end - first : PANEL;
		struct panel panel = w ? turn(in, first, columns, w, PANEL,
		    p->scratch) : kept_panel(p, in, first, columns);
		struct product part = *whole;

		part.rows = b.rows;
		part.columns = columns;
		part.depth = b.in;
		part.a_row = in;
		part.a_step = 1;
		part.b = panel.at;
		part.b_step = panel.step;
		part.bias = whole->bias ? whole->bias + first : NULL;
		part.scale = 1;
		part.mask = whole->mask ? whole->mask + first : NULL;
		part.c += first;
		part.c_step = (size_t)b.out;
		kernels()->multiply(&part);
	}
}

/* dx (rows, in) = dy (rows, out) W, + dx if it is added to, in the part's
 * columns. */
static void input_gradient(const struct pass *p, const real *dy,
    const real *w, bool add, real *dx)
{
	struct block b = block_of(p, true);
	struct product product = {
		.rows = b.rows, .columns = b.count, .depth = b.out,
		.a = dy, .a_row = (size_t)b.out, .a_step = 1,
		.b = w + b.first, .b_step = (size_t)b.in,
		.scale = 1, .add = add,
		.mask = p->masks ? p->x[0] + b.first : NULL,
		.c = dx + b.first, .c_step = (size_t)b.in,
	};

	kernels()->multiply(&product);
}

/* dW (out, in) = scale * dy^T x, or += it, in the part's rows or columns. */
static void weight_gradient(const struct pass *p, const real *dy,
    const real *x, bool add, real *dw)
{
	bool columns = by_columns(p->layer, p->n);
	struct block b = block_of(p, columns);
	size_t first = (size_t)b.first, in = (size_t)b.in;
	struct product product = {
		.rows = columns ? b.out : b.count,
		.columns = columns ? b.count : b.in, .depth = b.rows,
		.a = columns ? dy : dy + first, .a_row = 1,
		.a_step = (size_t)b.out,
		.b = columns ? x + first : x, .b_step = in,
		.scale = p->scale, .add = add,
		.c = dw + (columns ? first : first * in), .c_step = in,
	};

	if (b.count > 0)
		kernels()->multiply(&product);
}

/* db (out) behind the weights' = scale * the sum of dy's rows, or += it. */
static void sum_bias(const struct pass *p, const real *dy, real *dw)
{
	struct block b = block_of(p, false);
	size_t count = (size_t)b.count;
	real *db = dw + weights(p->layer) + b.first;

	if (count == 0 || !bias_of(p->layer, dw))
		return;
	kernels()->sum_rows((size_t)b.rows, count, (size_t)b.out,
	    dy + b.first, p->scratch);
	if (p->adds)
		kernels()->add_scaled(count, p->scale, p->scratch, db);
	else
		kernels()->scale(count, p->scale, p->scratch, db);
}

static void dense_forward(const struct pass *p)
{
	product(p, NULL, &(struct product) {
	    .a = p->x[0], .bias = bias_of(p->layer, p->w),
	    .rectify = p->rectified, .c = p->y});
}

static void dense_backward(const struct pass *p)
{
	if (p->dx[0])
		input_gradient(p, p->dy, p->w, false, p->dx[0]);
}

static void dense_weight_gradient(const struct pass *p)
{
	weight_gradient(p, p->dy, p->x[0], p->adds, p->dw);
	sum_bias(p, p->dy, p->dw);
}

/* ty = x tW^T + tx W^T + tb */
static void dense_tangent_forward(const struct pass *p)
{
	const real *mask = p->rectified ? p->y : NULL;

	product(p, p->tw, &(struct product) {
	    .a = p->x[0], .bias = bias_of(p->layer, p->tw), .mask = mask,
	    .c = p->ty});
	if (p->tx[0])
		product(p, p->w, &(struct product) {
		    .a = p->tx[0], .add = true, .mask = mask, .c = p->ty});
}

/* tdx = tdy W + dy tW */
static void dense_tangent_backward(const struct pass *p)
{
	if (!p->tdx[0])
		return;
	input_gradient(p, p->tdy, p->w, false, p->tdx[0]);
	input_gradient(p, p->dy, p->tw, true, p->tdx[0]);
}

/* tdW = tdy^T x + dy^T tx, tdb = the sum of tdy */
static void dense_tangent_weight_gradient(const struct pass *p)
{
	weight_gradient(p, p->tdy, p->x[0], p->adds, p->tdw);
	if (p->tx[0])
		weight_gradient(p, p->dy, p->tx[0], true, p->tdw);
	sum_bias(p, p->tdy, p->tdw);
}

const struct operation operation_dense = {
	.name = "dense",
	.alias = "linear",
	.help = "fully connected layer",
	.options = options,
	.inputs = 1,
	.flags = OPERATION_FEATURES | OPERATION_SHARES_RELU,
	.shape = dense_shape,
	.parameters = dense_parameters,
	.initialise = dense_initialise,
	.macs = dense_macs,
	.panels = dense_panels,
	.scratch = dense_scratch,
	.parts = dense_parts,
	.forward = dense_forward,
	.backward = dense_backward,
	.gradient_parts = dense_gradient_parts,
	.weight_gradient = dense_weight_gradient,
	.tangent_forward = dense_tangent_forward,
	.tangent_backward = dense_tangent_backward,
	.tangent_weight_gradient = dense_tangent_weight_gradient,
};
