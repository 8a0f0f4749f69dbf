/*
 * Dropout (Srivastava et al. 2014), scaled when training as in PyTorch: each
 * number is zero with probability p, else divided by 1 - p. The mask is a
 * pure function of seed, step, layer, sample and place, so backward draws it
 * again instead of keeping it, and shards need not know of each other.
 */
#include "base/text.h"
#include "net/pass.h"

static const struct option options[] = {
	{.name = "p", .type = OPTION_RATIO, .initial = 0.5, .least = 0,
	    .most = 0.99, .help = "probability of a zero",
	    .positional = true},
	{.name = NULL}
};

enum { WORDS = 256 };	/* drawn at a time */

static int dropout_shape(struct layer *layer, struct error *error)
{
	(void)error;
	layer->out = layer->in[0];
	return 0;
}

static void dropout_describe(const struct layer *layer, char *out, size_t size)
{
	text_format(out, size, "dropout %.3g", layer_option(layer, "p"));
}

/* y = x times the mask, over all samples of the call. */
static void mask(const struct pass *p, const real *x, real *y)
{
	size_t size = shape_size(p->layer->out), n = pass_outputs(p);
	uint64_t first = (uint64_t)(p->origin + p->first) * size;
	double rate = layer_option(p->layer, "p");
	uint64_t limit = (uint64_t)(rate * 0x1p32);
	real scale = (real)(1 / (1 - rate));
	uint32_t word[WORDS];

	for (size_t i = 0; i < n; i += WORDS) {
		size_t count = n - i < WORDS ? n - i : WORDS;

		random_words(p->random, first + i, count, word);
		for (size_t j = 0; j < count; j++)
			y[i + j] = word[j] < limit ? 0 : scale * x[i + j];
	}
}

static void dropout_forward(const struct pass *p)
{
	if (p->training)
		mask(p, p->x[0], p->y);
	else
		reals_copy(pass_outputs(p), p->x[0], p->y);
}

static void dropout_backward(const struct pass *p)
{
	if (!p->dx[0])
		return;
	if (p->training)
		mask(p, p->dy, p->dx[0]);
	else
		reals_copy(pass_outputs(p), p->dy, p->dx[0]);
}

/* Hessian-vector products are taken without dropout. */
static void dropout_tangent_forward(const struct pass *p)
{
	reals_copy(pass_outputs(p), p->tx[0], p->ty);
}

static void dropout_tangent_backward(const struct pass *p)
{
	if (p->tdx[0])
		reals_copy(pass_outputs(p), p->tdy, p->tdx[0]);
}

const struct operation operation_dropout = {
	.name = "dropout",
	.help = "zero a random part of the numbers while training",
	.options = options,
	.inputs = 1,
	.flags = OPERATION_IN_PLACE | OPERATION_RANDOM,
	.shape = dropout_shape,
	.describe = dropout_describe,
	.forward = dropout_forward,
	.backward = dropout_backward,
	.tangent_forward = dropout_tangent_forward,
	.tangent_backward = dropout_tangent_backward,
};
