#include <string.h>

#include "net/conv.h"
#include "net/kernels.h"

/* Tiles worked on at once: they stay in a core's second-level cache. */
enum { TILES = 28 };
/* Fewer channels leave too little between the transforms. */
enum { CHANNELS_LEAST = 16 };
/* Between tiles, so that one place of many does not fall on the same lines of
 * a cache. */
enum { TILE_GAP = 16 };

/* Outputs of the last tiles that are not there are computed as well. */
static int tiles_of(int length)
{
	return (length + WINOGRAD_TILE - 1) / WINOGRAD_TILE;
}

static int side_of(const struct conv *c)
{
	return c->k + WINOGRAD_TILE - 1;
}

/* Of a tile, and of the transformed weights. */
static size_t places_of(const struct conv *c)
{
	return (size_t)(side_of(c) * side_of(c));
}

static size_t tile_size(const struct conv *c, int channels)
{
	return places_of(c) * (size_t)channels + TILE_GAP;
}

bool conv_winograds(const struct conv *c)
{
	double products = (double)places_of(c) * tiles_of(c->out_h) *
	    tiles_of(c->out_w);

	return (c->k == 3 || c->k == 5) && c->stride == 1 && c->groups == 1 &&
	    c->pad < c->k && !c->exact && c->in >= CHANNELS_LEAST &&
	    c->out >= CHANNELS_LEAST &&
	    1.3 * products < (double)(c->k * c->k) * c->out_h * c->out_w;
}

/* Whether dx is computed as a convolution of dy with the kernel turned round;
 * else all steps of the forward pass are taken back. A border that dy must be
 * given makes more tiles, which larger kernels feel. */
static bool turns(const struct conv *c)
{
	return c->k == 3;
}

/* n images in all rows of tiles; `backward`: from dy to dx. */
static struct winograd plan(const struct conv *c, int n, bool backward)
{
	struct winograd w = {
		.in_rows = backward ? c->out_h : c->in_h,
		.in_columns = backward ? c->out_w : c->in_w,
		.in_channels = backward ? c->out : c->in,
		.out_rows = backward ? c->in_h : c->out_h,
		.out_columns = backward ? c->in_w : c->out_w,
		.out_channels = backward ? c->in : c->out,
		.pad = backward ? c->k - 1 - c->pad : c->pad,
		.side = side_of(c),
	};

	w.tile_rows = tiles_of(w.out_rows);
	w.tile_columns = tiles_of(w.out_columns);
	w.rows = n * w.tile_rows;
	w.in_tile = tile_size(c, w.in_channels);
	w.out_tile = tile_size(c, w.out_channels);
	return w;
}

/* Rows of tiles at once. */
static int step_of(const struct winograd *w)
{
	int step = TILES / w->tile_columns;

	return step < 1 ? 1 : step;
}

/* Numbers of the transformed weights in one plane. */
static size_t weights_plane(int in, int out)
{
	return (size_t)in * (size_t)channels_padded(out);
}

static size_t tiles_size(struct winograd w)
{
	return (size_t)(step_of(&w) * w.tile_columns) *
	    (w.in_tile + w.out_tile);
}

size_t conv_winograd_size(const struct conv *c)
{
	return places_of(c) * (weights_plane(c->in, c->out) +
	    weights_plane(c->out, c->in));
}

size_t conv_winograd_scratch(const struct conv *c)
{
	size_t forward = tiles_size(plan(c, 1, false));
	size_t backward = turns(c) ? tiles_size(plan(c, 1, true)) : forward;
	size_t sums = places_of(c) * weights_plane(c->in, c->out);

	return forward + sums > backward ? forward + sums : backward;
}

/* Blocks of output channels: [block][place][in][channel of block], place by
 * place to [plane][block][in][channel of block], or back. */
static void each_block(const struct conv *c, int in, int out, bool turned,
    const real *direct, real *planes)
{
	size_t places = (size_t)(c->k * c->k);
	size_t plane = weights_plane(in, out);

	for (int block = 0; block < out; block += CHANNEL_BLOCK) {
		int rest = channels_padded(out) - block;
		size_t n = (size_t)in *
		    (size_t)(rest < CHANNEL_BLOCK ? rest : CHANNEL_BLOCK);
		size_t first = (size_t)(in * block);

		kernels()->winograd_weights(side_of(c), turned, n,
		    direct + places * first, planes + first, plane);
	}
}

void conv_winograd_pack(const struct conv *c, const real *forward,
    const real *backward, real *planes)
{
	each_block(c, c->in, c->out, false, forward, planes);
	each_block(c, c->out, c->in, !turns(c), backward, planes +
	    places_of(c) * weights_plane(c->in, c->out));
}

/* The product of one place: tiles by channels. */
static struct convolution product_of(const struct winograd *w)
{
	return (struct convolution) {
		.rows = 1,
		.columns = w->rows * w->tile_columns,
		.in_rows = 1,
		.row_step = 1,
		.in_column = w->in_tile,
		.taps = 1,
		.run = w->in_channels,
		.channels = w->out_channels,
		.out_column = w->out_tile,
	};
}

static int rows_left(int first, int all, int step)
{
	return first + step < all ? step : all - first;
}

/* out (+)= the product of every place */
static void multiply(const struct winograd *w, const real *in,
    const real *planes, bool add, real *out)
{
	size_t plane = weights_plane(w->in_channels, w->out_channels);
	struct convolution product = product_of(w);

	product.add = add;
	for (size_t p = 0; p < (size_t)(w->side * w->side); p++) {
		product.in = in + p * (size_t)w->in_channels;
		product.w = planes + p * plane;
		product.out = out + p * (size_t)w->out_channels;
		kernels()->convolve(&product);
	}
}

/* planes: where they lie in a term's packed weights */
static void convolve(struct winograd w, const struct conv_term *term,
    int terms, size_t planes, const real *bias, real *y, real *scratch)
{
	int all = w.rows, step = step_of(&w);
	real *in = scratch;
	real *out = in + (size_t)(step * w.tile_columns) * w.in_tile;

	for (; w.first < all; w.first += step) {
		w.rows = rows_left(w.first, all, step);
		for (int i = 0; i < terms; i++) {
			kernels()->winograd_input(&w, term[i].x, in);
			multiply(&w, in, term[i].packed + planes, i > 0, out);
		}
		kernels()->winograd_output(&w, out, bias, y);
	}
}

static size_t forward_planes(const struct conv *c)
{
	return conv_forward_size(c) + conv_backward_size(c);
}

void conv_winograd_forward(const struct conv *c, int n,
    const struct conv_term *term, int terms, const real *bias, real *y,
    real *scratch)
{
	convolve(plan(c, n, false), term, terms, forward_planes(c), bias, y,
	    scratch);
}

static size_t backward_planes(const struct conv *c)
{
	return forward_planes(c) + places_of(c) *
	    weights_plane(c->in, c->out);
}

/* Of the products from outputs to inputs. */
static struct winograd turned(struct winograd w)
{
	struct winograd to = w;

	to.in_channels = w.out_channels;
	to.out_channels = w.in_channels;
	to.in_tile = w.out_tile;
	to.out_tile = w.in_tile;
	return to;
}

/* The steps of convolve(), taken back. */
static void convolve_back(const struct conv *c, struct winograd w,
    const struct conv_term *term, int terms, real *dx, real *scratch)
{
	int all = w.rows, step = step_of(&w);
	real *in = scratch;
	real *out = in + (size_t)(step * w.tile_columns) * w.in_tile;

	for (; w.first < all; w.first += step) {
		struct winograd back;

		w.rows = rows_left(w.first, all, step);
		back = turned(w);
		for (int i = 0; i < terms; i++) {
			kernels()->winograd_gradient(&w, term[i].x, out);
			multiply(&back, out, term[i].packed +
			    backward_planes(c), i > 0, in);
		}
		kernels()->winograd_input_gradient(&w, in, dx);
	}
}

void conv_winograd_backward(const struct conv *c, int n,
    const struct conv_term *term, int terms, real *dx, real *scratch)
{
	if (turns(c)) {
		convolve(plan(c, n, true), term, terms, backward_planes(c),
		    NULL, dx, scratch);
		return;
	}
	memset(dx, 0, (size_t)n * (size_t)(c->in_h * c->in_w * c->in) *
	    sizeof(real));
	convolve_back(c, plan(c, n, false), term, terms, dx, scratch);
}

/* The sums of all tiles, place by place, back to the weights' places. */
static void collect(const struct conv *c, const real *sums, real *dw)
{
	size_t places = (size_t)(c->k * c->k);
	size_t plane = weights_plane(c->in, c->out);

	for (int block = 0; block < c->out; block += CHANNEL_BLOCK) {
		int rest = channels_padded(c->out) - block;
		size_t n = (size_t)c->in *
		    (size_t)(rest < CHANNEL_BLOCK ? rest : CHANNEL_BLOCK);
		size_t first = (size_t)(c->in * block);

		kernels()->winograd_weights_gradient(side_of(c), n,
		    sums + first, plane, dw + places * first);
	}
}

/* sums += of some rows of tiles, at in and out for a while */
static void add_gradient(const struct winograd *w,
    const struct conv_pair *pair, real *in, real *out, real *sums)
{
	size_t plane = weights_plane(w->in_channels, w->out_channels);
	struct convolution product = product_of(w);

	kernels()->winograd_input(w, pair->x, in);
	kernels()->winograd_gradient(w, pair->dy, out);
	for (size_t p = 0; p < (size_t)(w->side * w->side); p++) {
		product.in = in + p * (size_t)w->in_channels;
		kernels()->convolve_gradient(&product,
		    out + p * (size_t)w->out_channels, sums + p * plane);
	}
}

void conv_winograd_gradient(const struct conv *c, int n,
    const struct conv_pair *pair, int pairs, real *dw, real *scratch)
{
	struct winograd w = plan(c, n, false);
	size_t count = places_of(c) * weights_plane(c->in, c->out);
	int all = w.rows, step = step_of(&w);
	real *sums = scratch, *in = sums + count;
	real *out = in + (size_t)(step * w.tile_columns) * w.in_tile;

	memset(sums, 0, count * sizeof(real));
	for (; w.first < all; w.first += step) {
		w.rows = rows_left(w.first, all, step);
		for (int i = 0; i < pairs; i++)
			add_gradient(&w, &pair[i], in, out, sums);
	}
	collect(c, sums, dw);
}
