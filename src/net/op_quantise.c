/*
 * Numbers as integers of a few bits would hold them, affine and unsigned:
 * y = (q - z) s with q = clamp(round_half_even(x / s) + z, 0, 2^b - 1); with
 * `codes`, q - z alone.
 *
 * The derivative is the straight-through one (Bengio et al. 2013): 1 within
 * the range, 0 where a number was clamped.
 */
#include <math.h>

#include "base/text.h"
#include "net/kernels.h"
#include "net/pass.h"

static const struct option options[] = {
	{.name = "bits", .type = OPTION_INTEGER, .initial = 8, .least = 2,
	    .most = 8, .help = "bits of a number", .positional = true},
	{.name = "scale", .type = OPTION_REAL, .initial = NAN, .least = 1e-30,
	    .most = 1e30, .help = "s: the distance of two levels"},
	{.name = "zero", .type = OPTION_INTEGER, .initial = 0, .least = 0,
	    .most = 255, .help = "z: the code of 0"},
	{.name = "codes", .type = OPTION_SWITCH, .initial = 0,
	    .help = "give q - z, a whole number, instead of a level"},
	{.name = NULL}
};

static int quantise_shape(struct layer *layer, struct error *error)
{
	int top = (1 << layer_integer(layer, "bits")) - 1;

	if (layer_integer(layer, "zero") > top)
		return error_set(error, "zero=%d is above the largest code %d",
		    layer_integer(layer, "zero"), top);
	layer->out = layer->in[0];
	return 0;
}

static void quantise_describe(const struct layer *layer, char *out,
    size_t size)
{
	text_format(out, size, "quantise %d", layer_integer(layer, "bits"));
}

struct range {
	real scale, low, high;	/* the levels, in steps */
	real unit;		/* that one step becomes */
};

static struct range range_of(const struct layer *layer)
{
	int zero = layer_integer(layer, "zero");
	int top = (1 << layer_integer(layer, "bits")) - 1;

	real scale = (real)layer_option(layer, "scale");

	return (struct range){scale, (real)-zero, (real)(top - zero),
		layer_integer(layer, "codes") ? 1 : scale};
}

static void quantise_forward(const struct pass *p)
{
	struct range r = range_of(p->layer);

	kernels()->quantise(pass_outputs(p), r.scale, r.low, r.high, r.unit,
	    p->x[0], p->y);
}

/* out = in (over the step, for codes) where x is within the range, else 0; in
 * NULL: zeros. */
static void straight_through(const struct pass *p, const real *in, real *out)
{
	struct range r = range_of(p->layer);
	real low = (r.low - (real)0.5) * r.scale;
	real high = (r.high + (real)0.5) * r.scale;
	real slope = r.unit / r.scale;
	size_t n = pass_outputs(p);

	for (size_t i = 0; i < n; i++) {
		real x = p->x[0][i];

		out[i] = in && x >= low && x <= high ? slope * in[i] : 0;
	}
}

static void quantise_backward(const struct pass *p)
{
	if (p->dx[0])
		straight_through(p, p->dy, p->dx[0]);
}

static void quantise_tangent_forward(const struct pass *p)
{
	straight_through(p, p->tx[0], p->ty);
}

static void quantise_tangent_backward(const struct pass *p)
{
	if (p->tdx[0])
		straight_through(p, p->tdy, p->tdx[0]);
}

const struct operation operation_quantise = {
	.name = "quantise",
	.help = "round to the levels of a few bits",
	.options = options,
	.inputs = 1,
	.flags = OPERATION_LEVELS,
	.shape = quantise_shape,
	.describe = quantise_describe,
	.forward = quantise_forward,
	.backward = quantise_backward,
	.tangent_forward = quantise_tangent_forward,
	.tangent_backward = quantise_tangent_backward,
};
