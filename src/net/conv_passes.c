#include <string.h>

#include "net/conv.h"
#include "net/kernels.h"

/* The forward convolution of one group of one sample. */
static struct convolution forward_of(const struct conv *c,
    const struct conv_image *x)
{
	size_t column = (size_t)x->channels;

	return (struct convolution) {
		.rows = c->out_h,
		.columns = c->out_w,
		.in = x->at,
		.in_rows = x->rows,
		.top = -x->top,
		.row_step = c->stride,
		.in_row = (size_t)x->width * column,
		.in_column = (size_t)c->stride * column,
		.taps = c->k,
		.run = c->depthwise ? c->k : c->k * c->in,
		.tap_column = column,
		.channels = conv_chunk(c, c->out, c->out_channels),
		.out_row = (size_t)(c->out_w * c->out_channels),
		.out_column = (size_t)c->out_channels,
	};
}

/* A kernel of one place sees samples as one row of positions, a few of them
 * that the caches hold while all channels are computed. */
enum { POSITIONS = 512 };

static int samples_at_once(const struct conv *c, int n)
{
	int area = c->in_h * c->in_w;
	bool merged = c->k == 1 && c->stride == 1 && c->pad == 0 &&
	    c->groups == 1;

	return !merged || area >= POSITIONS ? 1 :
	    n * area <= POSITIONS ? n : POSITIONS / area;
}

/* The layer on the next of `left` samples, `step` at once. */
static struct conv next_samples(const struct conv *c, int left, int step)
{
	struct conv row = *c;
	int n = left < step ? left : step;

	if (step == 1)
		return row;
	row.in_w = row.out_w = n * c->in_h * c->in_w;
	row.in_h = row.out_h = 1;
	return row;
}

static size_t in_size(const struct conv *c)
{
	return (size_t)c->in_h * (size_t)c->in_w * (size_t)c->in_channels;
}

static size_t out_size(const struct conv *c)
{
	return (size_t)c->out_h * (size_t)c->out_w * (size_t)c->out_channels;
}

static void run(const struct conv *c, const struct convolution *convolution)
{
	if (c->depthwise)
		kernels()->depthwise(convolution);
	else
		kernels()->convolve(convolution);
}

/* y (+)= x * w + bias */
static void correlate(const struct conv *layer, int n, const real *x,
    const real *packed, const real *bias, real *y, bool add, real *scratch)
{
	int step = samples_at_once(layer, n);

	for (int i = 0; i < n; i += step) {
		struct conv c = next_samples(layer, n - i, step);

		for (int g = 0; g < conv_sets(&c); g++) {
			struct conv_image image = conv_input(&c, x, g, false,
			    scratch);
			struct convolution f = forward_of(&c, &image);

			f.w = packed + (size_t)g * conv_group_size(&c);
			f.bias = bias ? bias + g * c.out : NULL;
			f.out = y + g * c.out;
			f.add = add;
			run(&c, &f);
		}
		x += in_size(&c);
		y += out_size(&c);
	}
}

void conv_correlate(const struct conv *c, int n, const struct conv_term *term,
    int terms, const real *bias, real *y, real *scratch)
{
	if (conv_winograds(c)) {
		conv_winograd_forward(c, n, term, terms, bias, y, scratch);
		return;
	}
	for (int i = 0; i < terms; i++)
		correlate(c, n, term[i].x, term[i].packed, i ? NULL : bias, y,
		    i > 0, scratch);
}

/* One phase (a, b) of one group: its input positions of dx (h, w, c). */
static void phase_gradient(const struct conv *c, const struct conv_image *dy,
    int group, int a, int b, const real *packed, real *dx, bool add)
{
	struct phase r = conv_phase(c, a, c->in_h);
	struct phase s = conv_phase(c, b, c->in_w);
	size_t column = (size_t)dy->channels;
	size_t stride = (size_t)(c->stride * c->in_channels);
	struct convolution f = {
		.rows = r.count,
		.columns = s.count,
		.in = dy->at + (size_t)s.start * column,
		.in_rows = dy->rows,
		.top = r.start - dy->top,
		.row_step = 1,
		.in_row = (size_t)dy->width * column,
		.in_column = column,
		.taps = r.taps,
		.run = c->depthwise ? s.taps : s.taps * c->out,
		.tap_column = column,
		.w = packed + conv_phase_offset(c, group, a, b),
		.channels = conv_chunk(c, c->in, c->in_channels),
		.out = dx + (size_t)(r.first * c->in_w + s.first) *
		    (size_t)c->in_channels + (size_t)(group * c->in),
		.out_row = stride * (size_t)c->in_w,
		.out_column = stride,
		.add = add,
	};

	run(c, &f);
}

/* The same of one image, by all phases of all groups. */
static void phase_gradients(const struct conv *c, const real *dy,
    const real *packed, real *dx, bool add, real *scratch)
{
	for (int g = 0; g < conv_sets(c); g++) {
		struct conv_image image = conv_output(c, dy, g, scratch);

		for (int a = 0; a < c->stride * c->stride; a++)
			phase_gradient(c, &image, g, a / c->stride,
			    a % c->stride, packed, dx, add);
	}
}

/* dx (+)= the input's gradient of dy */
static void input_gradient(const struct conv *layer, int n, const real *dy,
    const real *packed, real *dx, bool add, real *scratch)
{
	int step = samples_at_once(layer, n);
	bool folds = conv_folds(layer);

	packed += conv_forward_size(layer);
	for (int i = 0; i < n; i += step) {
		struct conv c = next_samples(layer, n - i, step);

		if (folds)
			conv_fold_gradient(&c, dy, packed, dx, add, scratch);
		else
			phase_gradients(&c, dy, packed, dx, add, scratch);
		dy += out_size(&c);
		dx += in_size(&c);
	}
}

void conv_input_gradient(const struct conv *c, int n,
    const struct conv_term *term, int terms, real *dx, real *scratch)
{
	if (conv_winograds(c)) {
		conv_winograd_backward(c, n, term, terms, dx, scratch);
		return;
	}
	for (int i = 0; i < terms; i++)
		input_gradient(c, n, term[i].x, term[i].packed, dx, i > 0,
		    scratch);
}

/* dw += the weights' gradient of x and dy */
static void weight_gradient(const struct conv *layer, int n, const real *x,
    const real *dy, real *dw, real *scratch)
{
	bool all = !layer->depthwise && layer->k * layer->in < SHORT_RUN;
	int step = samples_at_once(layer, n);

	for (int i = 0; i < n; i += step) {
		struct conv c = next_samples(layer, n - i, step);

		for (int g = 0; g < conv_sets(&c); g++) {
			struct conv_image image = conv_input(&c, x, g, all,
			    scratch);
			struct convolution f = forward_of(&c, &image);
			real *to = dw + (size_t)g * conv_group_size(&c);

			if (c.depthwise)
				kernels()->depthwise_gradient(&f, dy, to);
			else
				kernels()->convolve_gradient(&f,
				    dy + g * c.out, to);
		}
		x += in_size(&c);
		dy += out_size(&c);
	}
}

void conv_weight_gradient(const struct conv *c, int n,
    const struct conv_pair *pair, int pairs, real *dw, real *scratch)
{
	memset(dw, 0, conv_forward_size(c) * sizeof(real));
	if (conv_winograds(c)) {
		conv_winograd_gradient(c, n, pair, pairs, dw, scratch);
		return;
	}
	for (int i = 0; i < pairs; i++)
		weight_gradient(c, n, pair[i].x, pair[i].dy, dw, scratch);
}
