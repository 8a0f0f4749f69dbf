#include "net/conv.h"

#include <string.h>

#include "net/kernels.h"
#include "net/operation.h"

struct conv conv_of(const struct layer *layer)
{
	struct shape in = layer->in[0];
	int out = layer_integer(layer, "out");
	int groups = layer_integer(layer, "groups");

	return (struct conv) {
		.k = layer_integer(layer, "k"),
		.stride = layer_integer(layer, "stride"),
		.pad = layer_integer(layer, "pad"),
		.groups = groups,
		.in = in.c / groups,
		.out = out / groups,
		.in_channels = in.c,
		.out_channels = out,
		.in_h = in.h,
		.in_w = in.w,
		.out_h = layer->out.h,
		.out_w = layer->out.w,
		.bias = layer_integer(layer, "bias") != 0,
		.depthwise = groups > 1 && in.c == groups && out == groups,
		.exact = layer->exact,
	};
}

static int divide_up(int a, int b)
{
	return (a + b - 1) / b;
}

/* Kernel rows of a phase. */
static int phase_taps(const struct conv *c, int phase)
{
	return phase < c->k ? divide_up(c->k - phase, c->stride) : 0;
}

int conv_front(const struct conv *c)
{
	return divide_up(c->k, c->stride) - 1;
}

int conv_span(const struct conv *c, int length)
{
	return conv_front(c) + (length - 1 + c->pad) / c->stride + 1;
}

/* Input position i is seen through kernel row a by output (i + pad - a) / s
 * where that division leaves nothing. */
struct phase conv_phase(const struct conv *c, int phase, int length)
{
	int s = c->stride;
	int first = ((phase - c->pad) % s + s) % s;
	struct phase p = {.first = first, .taps = phase_taps(c, phase)};

	if (first < length)
		p.count = (length - 1 - first) / s + 1;
	if (p.taps > 0)
		p.start = conv_front(c) + (first + c->pad) / s - (p.taps - 1);
	return p;
}

size_t conv_weights(const struct conv *c)
{
	return (size_t)c->out_channels * (size_t)c->in *
	    (size_t)(c->k * c->k);
}

/* Packed weights of one kernel place. */
static size_t place_size(const struct conv *c, bool backward)
{
	if (c->depthwise)
		return (size_t)channels_padded(c->out_channels);
	return backward ? (size_t)c->out * (size_t)channels_padded(c->in) :
	    (size_t)c->in * (size_t)channels_padded(c->out);
}

int conv_sets(const struct conv *c)
{
	return c->depthwise ? 1 : c->groups;
}

size_t conv_group_size(const struct conv *c)
{
	return (size_t)(c->k * c->k) * place_size(c, false);
}

size_t conv_forward_size(const struct conv *c)
{
	return (size_t)conv_sets(c) * conv_group_size(c);
}

size_t conv_backward_size(const struct conv *c)
{
	return conv_folds(c) ? conv_fold_size(c) :
	    (size_t)(conv_sets(c) * c->k * c->k) * place_size(c, true);
}

size_t conv_phase_offset(const struct conv *c, int group, int row_phase,
    int column_phase)
{
	int places = group * c->k * c->k;

	for (int a = 0; a < row_phase; a++)
		places += phase_taps(c, a) * c->k;
	for (int b = 0; b < column_phase; b++)
		places += phase_taps(c, row_phase) * phase_taps(c, b);
	return (size_t)places * place_size(c, true);
}

/*
 * Packed weights of one group: [block of outputs][place][input][output in
 * block]. A view is what is fixed for one output and one place of the
 * kernel: input i lies at[i * step].
 */
struct view {
	size_t at, step;
};

static struct view forward_view(const struct conv *c, int output, int place)
{
	int group = output / c->out, channel = output % c->out;
	int block = channel / CHANNEL_BLOCK * CHANNEL_BLOCK;
	int rest = channels_padded(c->out) - block;
	int width = rest < CHANNEL_BLOCK ? rest : CHANNEL_BLOCK;

	if (c->depthwise)
		return (struct view) {
			(size_t)place * place_size(c, false) + (size_t)output,
			0
		};
	return (struct view) {
		(size_t)group * conv_group_size(c) +
		    (size_t)block * (size_t)(c->k * c->k * c->in) +
		    (size_t)(place * c->in * width + channel - block),
		(size_t)width
	};
}

/* The place in the turned kernel of its phase. */
struct turned {
	int places;	/* of the phase */
	int place;
	size_t start;	/* of the phase of group 0 */
};

static struct turned turned_of(const struct conv *c, int place)
{
	int s = c->stride;
	int row = place / c->k, column = place % c->k;
	int rows = phase_taps(c, row % s), columns = phase_taps(c, column % s);

	return (struct turned) {
		.places = rows * columns,
		.place = (rows - 1 - row / s) * columns + columns - 1 -
		    column / s,
		.start = conv_phase_offset(c, 0, row % s, column % s),
	};
}

/* w: of input 0, the others `step` further each; outputs and inputs change
 * places. */
static void pack_turned(const struct conv *c, const struct turned *t,
    int output, const real *w, size_t step, real *packed)
{
	int group = output / c->out, channel = output % c->out;
	int padded = channels_padded(c->in);

	packed += t->start;
	if (c->depthwise) {
		packed[(size_t)t->place * place_size(c, true) +
		    (size_t)output] = *w;
		return;
	}
	packed += (size_t)(group * c->k * c->k) * place_size(c, true);
	for (int block = 0; block < c->in; block += CHANNEL_BLOCK) {
		int rest = padded - block;
		int width = rest < CHANNEL_BLOCK ? rest : CHANNEL_BLOCK;
		real *to = packed + (size_t)block *
		    (size_t)(t->places * c->out) +
		    (size_t)((t->place * c->out + channel) * width);

		for (int i = block; i < c->in && i < block + width; i++)
			*to++ = w[(size_t)i * step];
	}
}

void conv_pack(const struct layer *layer, const real *w, real *packed)
{
	struct conv c = conv_of(layer);
	size_t places = (size_t)(c.k * c.k);
	size_t forward = conv_forward_size(&c);
	bool folds = conv_folds(&c);

	memset(packed, 0, (forward + conv_backward_size(&c)) * sizeof(real));
	for (int place = 0; place < c.k * c.k; place++) {
		struct turned turned = turned_of(&c, place);

		for (int o = 0; o < c.out_channels; o++) {
			struct view view = forward_view(&c, o, place);
			const real *from = w + place +
			    (size_t)(o * c.in) * places;

			for (size_t i = 0; i < (size_t)c.in; i++)
				packed[view.at + i * view.step] =
				    from[i * places];
			if (!folds)
				pack_turned(&c, &turned, o, from, places,
				    packed + forward);
		}
	}
	if (folds)
		conv_fold_pack(&c, w, packed + forward);
	if (conv_winograds(&c))
		conv_winograd_pack(&c, packed, packed + forward,
		    packed + forward + conv_backward_size(&c));
}

void conv_collect(const struct layer *layer, const real *gradient, real scale,
    real *dw)
{
	struct conv c = conv_of(layer);
	size_t places = (size_t)(c.k * c.k);

	for (int place = 0; place < c.k * c.k; place++)
		for (int o = 0; o < c.out_channels; o++) {
			struct view view = forward_view(&c, o, place);
			real *to = dw + place + (size_t)(o * c.in) * places;

			for (size_t i = 0; i < (size_t)c.in; i++)
				to[i * places] += scale *
				    gradient[view.at + i * view.step];
		}
	if (c.bias)
		kernels()->add_scaled((size_t)c.out_channels, scale,
		    gradient + conv_forward_size(&c), dw + conv_weights(&c));
}

int conv_chunk(const struct conv *c, int of_group, int of_all)
{
	return c->depthwise ? of_all : of_group;
}

/* Where an image's channels lie within a larger one, bordered by zeros. */
struct border {
	int h, w;		/* of the image */
	int above, left;	/* zeros before it */
	int all_h, all_w;	/* with zeros; may cut the image off */
};

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* One row (w, stride) of an image to (all_w, channels) with zeros. */
static void copy_row(const struct border *b, const real *in, size_t stride,
    size_t channels, real *out)
{
	int w = least(b->w, b->all_w - b->left);
	size_t left = (size_t)b->left * channels;
	size_t right = (size_t)(b->all_w - b->left - w) * channels;

	memset(out, 0, left * sizeof(real));
	out += left;
	if (stride == channels) {
		memcpy(out, in, (size_t)w * channels * sizeof(real));
		out += (size_t)w * channels;
	} else {
		for (int j = 0; j < w; j++, in += stride, out += channels)
			memcpy(out, in, channels * sizeof(real));
	}
	memset(out, 0, right * sizeof(real));
}

/* `channels` of the `stride` channels of an image, with a border: the image
 * itself if nothing is to be done, else a copy in scratch. */
static const real *bordered(const struct border *b, const real *in,
    int stride, int channels, real *scratch)
{
	size_t row = (size_t)b->all_w * (size_t)channels;
	int h = least(b->h, b->all_h - b->above);
	int below = b->all_h - b->above - h;
	real *out = scratch;

	if (b->above == 0 && below == 0 && b->left == 0 && b->w == b->all_w &&
	    stride == channels)
		return in;
	memset(out, 0, (size_t)b->above * row * sizeof(real));
	out += (size_t)b->above * row;
	for (int i = 0; i < h; i++, out += row)
		copy_row(b, in + (size_t)i * (size_t)b->w * (size_t)stride,
		    (size_t)stride, (size_t)channels, out);
	memset(out, 0, (size_t)below * row * sizeof(real));
	return scratch;
}

struct conv_image conv_input(const struct conv *c, const real *x,
    int group, bool all, real *scratch)
{
	int channels = conv_chunk(c, c->in, c->in_channels);
	int above = all ? c->pad : 0;
	struct border b = {
		c->in_h, c->in_w, above, c->pad,
		c->in_h + 2 * above, c->in_w + 2 * c->pad
	};

	return (struct conv_image) {
		.at = bordered(&b, x + group * c->in, c->in_channels,
		    channels, scratch),
		.rows = b.all_h,
		.width = b.all_w,
		.channels = channels,
		.top = c->pad - above,
	};
}

struct conv_image conv_output(const struct conv *c, const real *dy,
    int group, real *scratch)
{
	int channels = conv_chunk(c, c->out, c->out_channels);
	struct border b = {
		c->out_h, c->out_w, 0, conv_front(c),
		c->out_h, conv_span(c, c->in_w)
	};

	return (struct conv_image) {
		.at = bordered(&b, dy + group * c->out, c->out_channels,
		    channels, scratch),
		.rows = b.all_h,
		.width = b.all_w,
		.channels = channels,
		.top = conv_front(c),
	};
}
