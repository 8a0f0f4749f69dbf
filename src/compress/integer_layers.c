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

/* Of one row (channels last, runs filled up to fours) the weight number i. */
static int8_t weight_at(const struct integer_layer *l, const real *row, int i)
{
	const struct conv *c = &l->conv;
	int at = i % l->run;

	if (at >= l->used)
		return 0;
	if (l->dense)
		return (int8_t)row[at];
	return (int8_t)row[at % c->in * c->k * c->k + i / l->run * c->k +
	    at / c->in];
}

static void *packed_new(size_t bytes)
{
	return reals_new((bytes + 3) / sizeof(float));
}

/* rows (channels, k) */
static void pack_numbers(struct integer_layer *l, const int8_t *rows)
{
	const struct integer_kernels *kernels = integer_kernels();
	int in = l->conv.in;

	if (l->squares) {
		l->w = packed_new(kernels->squares.packed(l->channels, in));
		kernels->squares.pack(l->channels, in, rows, l->w);
	} else {
		l->w = packed_new(kernels->packed(l->channels, l->k));
		kernels->pack(l->channels, l->k, rows, l->w);
	}
}

static void pack_rows(struct integer_layer *l, const real *w, int size)
{
	int8_t *rows = xcalloc((size_t)l->channels, (size_t)l->k);

	for (int c = 0; c < l->channels; c++) {
		for (int i = 0; i < l->k; i++)
			rows[c * l->k + i] = weight_at(l, w + (size_t)c *
			    (size_t)size, i);
	}
	pack_numbers(l, rows);
	free(rows);
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

/* Where each output's patch begins in the bordered image. */
static void fill_places(struct integer_layer *l)
{
	const struct conv *c = &l->conv;

	l->wide = (size_t)((c->in_w + 2 * c->pad) * c->in_channels);
	l->place = xcalloc((size_t)l->rows, sizeof(*l->place));
	for (int i = 0; i < l->rows; i++)
		l->place[i] = (size_t)(i / c->out_w * c->stride) * l->wide +
		    (size_t)(i % c->out_w * c->stride * c->in_channels);
}

/* Lines of outputs that make a chunk: an even number of them, for pools. */
static int lines_of(const struct integer_layer *l)
{
	int lines = CHUNK / (2 * l->conv.out_w) * 2;

	if (l->squares)
		return l->conv.out_h;
	return lines ? lines : 2;
}

static bool in_squares(const struct conv *c)
{
	return integer_kernels()->squares.multiply && c->k == 3 &&
	    c->stride == 1 && c->groups == 1 && c->in % 16 == 0 &&
	    c->in <= SQUARES_IN;
}

/* A window of a depthwise convolution has runs of places of one channel. */
struct integer_layer *integer_layer_new(const struct layer *layer,
    const real *w, const real *rescale, int in_zero)
{
	struct integer_layer *l = xcalloc(1, sizeof(*l));
	int runs = 1;

	l->dense = strcmp(layer->operation->name, "dense") == 0;
	l->channels = layer->out.c;
	l->blocks = integer_blocks(l->channels);
	l->in_zero = in_zero;
	l->rows = layer->out.h * layer->out.w;
	l->used = layer->in[0].c;
	if (!l->dense) {
		l->conv = conv_of(layer);
		l->used = l->conv.in * l->conv.k;
		runs = l->conv.k;
		l->squares = in_squares(&l->conv);
		l->lines = lines_of(l);
		fill_places(l);
	}
	l->run = (l->used + 3) / 4 * 4;
	l->k = runs * l->run;
	pack_rows(l, w, runs * l->used);
	fill_channels(l, w, rescale, runs * l->used);
	return l;
}

void integer_layer_free(struct integer_layer *l)
{
	if (!l)
		return;
	reals_free(l->w);
	free(l->place);
	free(l->shift);
	free(l->factor);
	free(l->term);
	free(l);
}

/* A bordered image, and the sums of one chunk. Runs are read up to fours, of
 * the image's last place as well, windows in whole vectors, and squares with
 * some rows and places more. */
static size_t image_bytes(const struct integer_layer *l)
{
	const struct conv *c = &l->conv;

	if (l->dense)
		return 0;
	return round_up((size_t)(c->in_h + 2 * c->pad + SQUARES_FILL) *
	    l->wide + (size_t)(SQUARES_FILL * c->in_channels +
	    INTEGER_BLOCK));
}

size_t integer_layer_scratch(const struct integer_layer *l, int n)
{
	int lines = l->dense ? 0 : l->lines * l->conv.out_w;
	int rows = lines > CHUNK ? lines : CHUNK;

	(void)n;
	return image_bytes(l) + (size_t)(rows * l->blocks * INTEGER_BLOCK) *
	    sizeof(int32_t);
}

/* Sums (rows, columns) to the output from number `at` on. */
static void finish_sums(const struct integer_step *step, int rows, int columns,
    const int32_t *sums, void *out, size_t at)
{
	const struct integer_layer *l = step->whole;
	struct integer_finish f = {.rows = rows, .columns = columns,
		.channels = l->channels, .pool = step->pool,
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

static void product(const struct integer_layer *l, const uint8_t *const *row,
    int count, int32_t *sums)
{
	struct integer_product p = {.rows = count, .k = l->k,
		.blocks = l->blocks, .row = row, .run = l->run,
		.next = l->wide, .w = l->w, .sums = sums};

	integer_kernels()->multiply(&p);
}

/* x (rows, size): the last row may be read up to three bytes too far, of
 * which an output of codes has more. */
static void run_rows(const struct integer_step *step, const uint8_t *x,
    int rows, int size, void *out, int32_t *sums)
{
	const struct integer_layer *l = step->whole;
	const uint8_t *row[CHUNK];

	for (int first = 0; first < rows; first += CHUNK) {
		int count = rows - first < CHUNK ? rows - first : CHUNK;

		for (int r = 0; r < count; r++)
			row[r] = x + (size_t)(first + r) * (size_t)size;
		product(l, row, count, sums);
		finish_sums(step, 1, count, sums, out, (size_t)first *
		    (size_t)l->channels);
	}
}

/* x (h, w, c) with its border of zeros, or where it is without one. */
static const uint8_t *bordered(const struct integer_layer *l,
    const uint8_t *x, uint8_t *image)
{
	const struct conv *c = &l->conv;
	size_t row = (size_t)(c->in_w * c->in_channels);

	if (c->pad == 0 && !c->depthwise && !l->squares)
		return x;
	memset(image, l->in_zero, l->wide * (size_t)(c->in_h + 2 * c->pad));
	for (int i = 0; i < c->in_h; i++)
		memcpy(image + (size_t)(i + c->pad) * l->wide +
		    (size_t)(c->pad * c->in_channels), x + (size_t)i * row,
		    row);
	return image;
}

/* Sums of outputs first .. first + count - 1 of a bordered image. */
static void sum_patches(const struct integer_layer *l, const uint8_t *image,
    int first, int count, int32_t *sums)
{
	size_t width = (size_t)(l->blocks * INTEGER_BLOCK);
	const uint8_t *row[CHUNK];

	for (int done = 0; done < count; done += CHUNK) {
		int some = count - done < CHUNK ? count - done : CHUNK;

		for (int r = 0; r < some; r++)
			row[r] = image + l->place[first + done + r];
		product(l, row, some, sums + (size_t)done * width);
	}
}

static void sum_windows(const struct integer_layer *l, const uint8_t *image,
    int first, int count, int32_t *sums)
{
	const struct conv *c = &l->conv;
	size_t width = (size_t)(l->blocks * INTEGER_BLOCK);

	for (int done = 0; done < count; done += c->out_w) {
		struct integer_window f = {.columns = c->out_w,
			.channels = l->channels, .k = c->k,
			.x = image + l->place[first + done], .row = l->wide,
			.column = (size_t)(c->stride * c->in_channels),
			.w = l->w, .sums = sums + (size_t)done * width};

		integer_kernels()->window(&f);
	}
}

static void sum_squares(const struct integer_layer *l, const uint8_t *image,
    int first, int count, int32_t *sums)
{
	const struct conv *c = &l->conv;
	struct integer_squares s = {.rows = count / c->out_w,
		.columns = c->out_w, .in = c->in, .blocks = l->blocks,
		.x = image + l->place[first], .wide = l->wide, .w = l->w,
		.sums = sums};

	integer_kernels()->squares.multiply(&s);
}

/* Of outputs in one line, and lines. */
static size_t pooled(const struct integer_step *step, int count)
{
	return (size_t)(step->pool ? count / 2 : count);
}

/* A bordered image's outputs, from number `at` on. */
static void run_image(const struct integer_step *step, const uint8_t *image,
    int32_t *sums, void *out, size_t at)
{
	const struct integer_layer *l = step->whole;
	int columns = l->conv.out_w;
	size_t line = pooled(step, columns) * (size_t)l->channels;

	for (int i = 0; i < l->conv.out_h; i += l->lines) {
		int left = l->conv.out_h - i;
		int lines = left < l->lines ? left : l->lines;

		if (l->conv.depthwise)
			sum_windows(l, image, i * columns, lines * columns,
			    sums);
		else if (l->squares)
			sum_squares(l, image, i * columns, lines * columns,
			    sums);
		else
			sum_patches(l, image, i * columns, lines * columns,
			    sums);
		finish_sums(step, lines, columns, sums, out, at +
		    pooled(step, i) * line);
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
	uint8_t *image = scratch;
	int32_t *sums = (int32_t *)(void *)(image + image_bytes(l));
	size_t size = pooled(step, layer->out.h) *
	    pooled(step, layer->out.w) * (size_t)l->channels;
	const uint8_t *x = in[0];

	if (l->dense || (pointwise(&l->conv) && !step->pool)) {
		run_rows(step, x, n * l->rows, layer->in[0].c, out, sums);
		return;
	}
	for (int i = 0; i < n; i++, x += shape_size(layer->in[0]))
		run_image(step, bordered(l, x, image), sums, out,
		    (size_t)i * size);
}
