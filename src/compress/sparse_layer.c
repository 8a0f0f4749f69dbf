#include "compress/sparse_layer.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/conv.h"
#include "net/kernels.h"
#include "net/operation.h"

static bool is_dense(const struct layer *layer)
{
	return strcmp(layer->operation->name, "dense") == 0;
}

/* A dense layer is a convolution of one place. */
static struct conv geometry_of(const struct layer *layer)
{
	struct shape in = layer->in[0];

	if (!is_dense(layer))
		return conv_of(layer);
	return (struct conv){.k = 1, .stride = 1, .groups = 1, .in = in.c,
		.out = layer->out.c, .in_channels = in.c,
		.out_channels = layer->out.c, .in_h = in.h, .in_w = in.w,
		.out_h = in.h, .out_w = in.w};
}

/* Where the tap of an input channel lies, from the window's corner on. */
static size_t place_of(const struct conv *c, int channel, int tap, int n)
{
	size_t h = (size_t)(c->in_h + 2 * c->pad);
	size_t w = (size_t)(c->in_w + 2 * c->pad);

	return (((size_t)channel * h + (size_t)(tap / c->k)) * w +
	    (size_t)(tap % c->k)) * (size_t)n;
}

/* The weights (out, in, k, k) that are not zero. */
static void fill(struct sparse_layer *layer, const struct conv *c,
    const real *w, int n)
{
	int taps = c->k * c->k;
	uint32_t used = 0;

	for (int row = 0; row < c->out_channels; row++) {
		int first = row / c->out * c->in;

		layer->start[row] = used;
		for (int i = 0; i < c->in * taps; i++, w++) {
			if (*w == 0)
				continue;
			layer->place[used] = (uint32_t)place_of(c, first +
			    i / taps, i % taps, n);
			layer->value[used++] = *w;
		}
	}
	layer->start[c->out_channels] = used;
}

static size_t count_kept(const real *w, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		kept += w[i] != 0;
	return kept;
}

struct sparse_layer *sparse_layer_new(const struct layer *layer,
    const real *w, int n)
{
	struct conv c = geometry_of(layer);
	struct sparse_layer *sparse = xcalloc(1, sizeof(*sparse));
	const real *own = w + layer->parameter;
	size_t kept = count_kept(own, conv_weights(&c));

	sparse->rows = c.out_channels;
	sparse->in = layer->in[0];
	sparse->out = layer->out;
	sparse->pad = c.pad;
	sparse->stride = c.stride;
	sparse->windows = c.k > 1 || c.stride > 1 || c.pad > 0;
	if (layer->parameters > conv_weights(&c))
		sparse->bias = own + conv_weights(&c);
	sparse->start = xcalloc((size_t)c.out_channels + 1, sizeof(uint32_t));
	sparse->place = xcalloc(kept + 1, sizeof(uint32_t));
	sparse->value = reals_new(kept + 1);
	fill(sparse, &c, own, n);
	return sparse;
}

void sparse_layer_free(struct sparse_layer *layer)
{
	if (!layer)
		return;
	free(layer->start);
	free(layer->place);
	reals_free(layer->value);
	free(layer);
}

size_t sparse_layer_scratch(const struct sparse_layer *layer, int n)
{
	return layer->pad ? (size_t)layer->in.c *
	    (size_t)(layer->in.h + 2 * layer->pad) *
	    (size_t)(layer->in.w + 2 * layer->pad) * (size_t)n : 0;
}

/* x (c, h, w, n) with its border of zeros, or where it is without one. */
static const real *bordered(const struct sparse_layer *l, int n,
    const real *x, real *image)
{
	size_t row = (size_t)l->in.w * (size_t)n;
	size_t wide = (size_t)(l->in.w + 2 * l->pad) * (size_t)n;
	real *at = image;

	if (l->pad == 0)
		return x;
	memset(image, 0, sparse_layer_scratch(l, n) * sizeof(real));
	for (int c = 0; c < l->in.c; c++) {
		at += (size_t)l->pad * wide + (size_t)(l->pad * n);
		for (int h = 0; h < l->in.h; h++, x += row, at += wide)
			memcpy(at, x, row * sizeof(real));
		at += (size_t)l->pad * wide - (size_t)(l->pad * n);
	}
	return image;
}

/* Outputs beside each other see inputs beside each other, as long as windows
 * step by one and a row does not end. */
void sparse_layer_run(const struct sparse_layer *l, int n, const real *x,
    real *y, real *scratch)
{
	size_t samples = (size_t)n;
	size_t places = (size_t)(l->out.h * l->out.w);
	size_t wide = (size_t)(l->in.w + 2 * l->pad) * samples;
	size_t at_once = !l->windows ? places : l->stride == 1 ?
	    (size_t)l->out.w : 1;
	const real *image = bordered(l, n, x, scratch);
	struct sparse_rows s = {.rows = l->rows, .start = l->start,
		.place = l->place, .value = l->value, .bias = l->bias,
		.columns = at_once * samples, .step = places * samples};

	for (size_t p = 0; p < places; p += at_once) {
		size_t row = p / (size_t)l->out.w;
		size_t column = p % (size_t)l->out.w;

		s.x = image + (size_t)l->stride * (row * wide +
		    column * samples);
		s.y = y + p * samples;
		kernels()->sparse(&s);
	}
}
