/* Dense and convolution layers of whole numbers. */
#include "compress/integer_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/operation.h"

/* Rows of a product at a time: they and their sums stay in the cache. */
enum { CHUNK = 64 };

static size_t round_up(size_t bytes)
{
	return (bytes + 63) / 64 * 64;
}

/* Of one row (channels last) the weight number i. */
static int8_t weight_at(const struct integer_layer *l, const real *row, int i,
    int size)
{
	int area = l->conv.k * l->conv.k, in = l->conv.in;

	if (i >= size)
		return 0;
	if (l->dense)
		return (int8_t)row[i];
	return (int8_t)row[i % in * area + i / in];
}

static void pack_rows(struct integer_layer *l, const real *w, int size)
{
	int8_t *rows = xcalloc((size_t)l->channels, (size_t)l->k);

	for (int c = 0; c < l->channels; c++) {
		for (int i = 0; i < l->k; i++)
			rows[c * l->k + i] = weight_at(l, w + (size_t)c *
			    (size_t)size, i, size);
	}
	l->w = reals_new((integer_kernels()->packed(l->channels, l->k) + 3) /
	    sizeof(float));
	integer_kernels()->pack(l->channels, l->k, rows, l->w);
	free(rows);
}

/* (k, k, 16 blocks) */
static void pack_windows(struct integer_layer *l, const real *w, int area)
{
	int width = l->blocks * INTEGER_BLOCK;
	int8_t *to = xcalloc((size_t)area, (size_t)width);

	for (int c = 0; c < l->channels; c++) {
		for (int a = 0; a < area; a++)
			to[a * width + c] = (int8_t)w[c * area + a];
	}
	l->w = to;
}

/* sum (q - z) w = sum q w - z sum w */
static void fill_channels(struct integer_layer *l, const real *w,
    const real *rescale, int size)
{
	size_t width = (size_t)(l->blocks * INTEGER_BLOCK);

	l->shift = xcalloc(width, sizeof(*l->shift));
	l->factor = xcalloc(width, sizeof(*l->factor));
	l->term = xcalloc(width, sizeof(*l->term));
	for (int c = 0; c < l->channels; c++) {
		for (int i = 0; i < size; i++)
			l->shift[c] += l->in_zero *
			    (int)w[(size_t)c * (size_t)size + (size_t)i];
		l->factor[c] = (float)rescale[c];
		l->term[c] = (float)rescale[l->channels + c];
	}
}

struct integer_layer *integer_layer_new(const struct layer *layer,
    const real *w, const real *rescale, int in_zero)
{
	struct integer_layer *l = xcalloc(1, sizeof(*l));
	int size;

	l->dense = strcmp(layer->operation->name, "dense") == 0;
	l->channels = layer->out.c;
	l->blocks = integer_blocks(l->channels);
	l->in_zero = in_zero;
	l->rows = layer->out.h * layer->out.w;
	if (!l->dense)
		l->conv = conv_of(layer);
	size = l->dense ? layer->in[0].c :
	    l->conv.in * l->conv.k * l->conv.k;
	l->k = (size + 3) / 4 * 4;
	if (!l->dense && l->conv.depthwise)
		pack_windows(l, w, size);
	else
		pack_rows(l, w, size);
	fill_channels(l, w, rescale, size);
	return l;
}

void integer_layer_free(struct integer_layer *l)
{
	if (!l)
		return;
	if (!l->dense && l->conv.depthwise)
		free(l->w);
	else
		reals_free(l->w);
	free(l->shift);
	free(l->factor);
	free(l->term);
	free(l);
}

/* A bordered image, and the rows of one chunk and their sums. */
static size_t image_bytes(const struct integer_layer *l)
{
	const struct conv *c = &l->conv;

	if (l->dense)
		return 0;
	return round_up((size_t)((c->in_h + 2 * c->pad) *
	    (c->in_w + 2 * c->pad) * c->in_channels) + INTEGER_BLOCK);
}

static size_t sums_bytes(const struct integer_layer *l)
{
	int rows = !l->dense && l->conv.out_w > CHUNK ? l->conv.out_w : CHUNK;

	return (size_t)(rows * l->blocks * INTEGER_BLOCK) * sizeof(int32_t);
}

size_t integer_layer_scratch(const struct integer_layer *l, int n)
{
	(void)n;
	return image_bytes(l) + round_up((size_t)(CHUNK * l->k)) +
	    sums_bytes(l);
}

struct chunk {
	uint8_t *image, *rows;
	int32_t *sums;
};

static struct chunk chunk_of(const struct integer_layer *l, void *scratch)
{
	uint8_t *at = scratch;

	return (struct chunk){at, at + image_bytes(l), (int32_t *)(void *)
	    (at + image_bytes(l) + round_up((size_t)(CHUNK * l->k)))};
}

/* `count` rows of sums to the output from row `first` on. */
static void finish_rows(const struct integer_step *step, int count,
    size_t first, const int32_t *sums, void *out)
{
	const struct integer_layer *l = step->whole;
	size_t at = first * (size_t)l->channels;
	struct integer_finish f = {.rows = count, .channels = l->channels,
		.sums = sums, .shift = l->shift, .factor = l->factor,
		.term = l->term, .codes = step->codes,
		.step = step->levels.step, .low = step->levels.low,
		.high = step->levels.high, .zero = step->levels.zero};

	if (step->codes)
		f.code = (uint8_t *)out + at;
	else
		f.value = (real *)out + at;
	integer_kernels()->finish(&f);
}

/* Rows of the layer's numbers as `p` has them; their outputs begin at row
 * `first`. */
static void product(const struct integer_step *step,
    struct integer_product p, size_t first, int32_t *sums, void *out)
{
	const struct integer_layer *l = step->whole;

	p.k = l->k;
	p.blocks = l->blocks;
	p.w = l->w;
	p.sums = sums;
	integer_kernels()->multiply(&p);
	finish_rows(step, p.rows, first, sums, out);
}

/* Rows of fours are read where they are; others are copied and filled up. */
static void run_rows(const struct integer_step *step, const uint8_t *x,
    int rows, int size, void *out, const struct chunk *chunk)
{
	const struct integer_layer *l = step->whole;
	const uint8_t *row[CHUNK];

	for (int first = 0; first < rows; first += CHUNK) {
		int count = rows - first < CHUNK ? rows - first : CHUNK;

		for (int r = 0; r < count; r++) {
			uint8_t *copy = chunk->rows + (size_t)(r * l->k);

			row[r] = x + (size_t)(first + r) * (size_t)size;
			if (size == l->k)
				continue;
			memcpy(copy, row[r], (size_t)size);
			memset(copy + size, 0, (size_t)(l->k - size));
			row[r] = copy;
		}
		product(step, (struct integer_product) {.rows = count,
			.row = row, .run = l->k}, (size_t)first, chunk->sums,
		    out);
	}
}

/* x (h, w, c) with its border of zeros, or where it is without one. */
static const uint8_t *bordered(const struct integer_layer *l,
    const uint8_t *x, uint8_t *image)
{
	const struct conv *c = &l->conv;
	size_t row = (size_t)(c->in_w * c->in_channels);
	size_t wide = (size_t)((c->in_w + 2 * c->pad) * c->in_channels);

	/* Depthwise windows read whole vectors: a few bytes past the end. */
	if (c->pad == 0 && !c->depthwise)
		return x;
	memset(image, l->in_zero, wide * (size_t)(c->in_h + 2 * c->pad));
	for (int i = 0; i < c->in_h; i++)
		memcpy(image + (size_t)(i + c->pad) * wide +
		    (size_t)(c->pad * c->in_channels), x + (size_t)i * row,
		    row);
	return image;
}

/* One patch in the order (k, k, c), filled up. */
static void gather(const struct integer_layer *l, const uint8_t *from,
    size_t wide, uint8_t *patch)
{
	size_t run = (size_t)(l->conv.k * l->conv.in);
	size_t size = run * (size_t)l->conv.k;

	for (int a = 0; a < l->conv.k; a++)
		memcpy(patch + (size_t)a * run, from + (size_t)a * wide, run);
	memset(patch + size, 0, (size_t)l->k - size);
}

/* Patches whose rows are fours are read in the image; others are gathered. */
static void run_patches(const struct integer_step *step, const uint8_t *image,
    size_t sample, void *out, const struct chunk *chunk)
{
	const struct integer_layer *l = step->whole;
	const struct conv *c = &l->conv;
	size_t wide = (size_t)((c->in_w + 2 * c->pad) * c->in_channels);
	bool fours = c->k * c->in % 4 == 0;
	const uint8_t *row[CHUNK];

	for (int first = 0; first < l->rows; first += CHUNK) {
		struct integer_product p = {
			.rows = l->rows - first < CHUNK ? l->rows - first :
			    CHUNK,
			.row = row,
			.run = fours ? c->k * c->in : l->k,
			.next = fours ? wide : 0,
		};

		for (int r = 0; r < p.rows; r++) {
			int at = first + r;
			uint8_t *patch = chunk->rows + (size_t)(r * l->k);

			row[r] = image + (size_t)(at / c->out_w * c->stride) *
			    wide + (size_t)(at % c->out_w * c->stride *
			    c->in_channels);
			if (fours)
				continue;
			gather(l, row[r], wide, patch);
			row[r] = patch;
		}
		product(step, p, sample * (size_t)l->rows + (size_t)first,
		    chunk->sums, out);
	}
}

static void run_windows(const struct integer_step *step, const uint8_t *image,
    size_t sample, void *out, const struct chunk *chunk)
{
	const struct integer_layer *l = step->whole;
	const struct conv *c = &l->conv;
	size_t wide = (size_t)((c->in_w + 2 * c->pad) * c->in_channels);

	for (int r = 0; r < c->out_h; r++) {
		struct integer_window f = {.columns = c->out_w,
			.channels = l->channels, .k = c->k,
			.x = image + (size_t)(r * c->stride) * wide,
			.row = wide,
			.column = (size_t)(c->stride * c->in_channels),
			.w = l->w, .sums = chunk->sums};

		integer_kernels()->window(&f);
		finish_rows(step, c->out_w, sample * (size_t)l->rows +
		    (size_t)(r * c->out_w), chunk->sums, out);
	}
}

static bool pointwise(const struct conv *c)
{
	return c->k == 1 && c->stride == 1 && c->pad == 0 && !c->depthwise;
}

void run_whole(const struct integer_step *step, const void *const *in,
    void *out, int n, void *scratch)
{
	const struct integer_layer *l = step->whole;
	const struct layer *layer = step->layer;
	struct chunk chunk = chunk_of(l, scratch);
	const uint8_t *x = in[0];

	if (l->dense || pointwise(&l->conv)) {
		run_rows(step, x, n * l->rows, layer->in[0].c, out, &chunk);
		return;
	}
	for (int i = 0; i < n; i++, x += shape_size(layer->in[0])) {
		const uint8_t *image = bordered(l, x, chunk.image);

		if (l->conv.depthwise)
			run_windows(step, image, (size_t)i, out, &chunk);
		else
			run_patches(step, image, (size_t)i, out, &chunk);
	}
}
