#include <string.h>

#include "net/conv.h"
#include "net/kernels.h"

/* Numbers of a product before they are added up: within the first cache. */
enum { FOLD_NUMBERS = 1 << 13 };

/* Columns of the product: (kernel row, kernel column, input channel) */
static int fold_columns(const struct conv *c)
{
	return c->k * c->k * c->in;
}

/* From one position's columns to the next one's. */
static int fold_pitch(const struct conv *c)
{
	return channels_padded(fold_columns(c));
}

/* The multiplications of both ways, with those of channels and columns that
 * only fill up vectors or lie on the border. Adding up costs the rest. */
bool conv_folds(const struct conv *c)
{
	double direct = (double)channels_padded(c->in) * c->k * c->k *
	    c->in_w / c->stride;
	double folded = (double)fold_pitch(c) * c->out_w;

	return c->groups == 1 && c->k > 1 && !conv_winograds(c) &&
	    folded < 0.8 * direct;
}

size_t conv_fold_size(const struct conv *c)
{
	return (size_t)c->out * (size_t)fold_pitch(c);
}

/* Rows of dy whose product is computed at once. */
static int fold_rows(const struct conv *c)
{
	int rows = FOLD_NUMBERS / (c->out_w * fold_pitch(c));

	return rows < 1 ? 1 : rows > c->out_h ? c->out_h : rows;
}

size_t conv_fold_scratch(const struct conv *c)
{
	return (size_t)(fold_rows(c) * c->out_w) * (size_t)fold_pitch(c);
}

/* [block of columns][output][column in block] */
void conv_fold_pack(const struct conv *c, const real *w, real *packed)
{
	int places = c->k * c->k, columns = fold_columns(c);

	for (int j = 0; j < columns; j++) {
		int block = j / CHANNEL_BLOCK * CHANNEL_BLOCK;
		int rest = fold_pitch(c) - block;
		int width = rest < CHANNEL_BLOCK ? rest : CHANNEL_BLOCK;
		const real *from = w + j % c->in * places + j / c->in;
		real *to = packed + (size_t)block * (size_t)c->out +
		    (j - block);

		for (int o = 0; o < c->out; o++, to += width,
		    from += columns)
			*to = *from;
	}
}

/* What the output at (r, s) adds to the window it saw; x: its columns. */
static void add_window(const struct conv *c, int r, int s, const real *x,
    real *dx)
{
	int row = r * c->stride - c->pad, column = s * c->stride - c->pad;
	int a = row < 0 ? -row : 0, b = column < 0 ? -column : 0;
	int below = c->in_h - row, right = c->in_w - column;
	int rows = (below < c->k ? below : c->k) - a;
	int columns = (right < c->k ? right : c->k) - b;

	if (rows > 0 && columns > 0)
		kernels()->add_rows((size_t)rows, (size_t)(columns * c->in),
		    x + (a * c->k + b) * c->in, (size_t)(c->k * c->in),
		    dx + ((row + a) * c->in_w + column + b) * c->in,
		    (size_t)(c->in_w * c->in));
}

/* Rows r .. r + rows - 1 of one image; dy: of the first one. */
static void fold(const struct conv *c, int r, int rows, const real *dy,
    const real *packed, real *dx, real *scratch)
{
	size_t pitch = (size_t)fold_pitch(c);
	struct convolution product = {
		.rows = rows,
		.columns = c->out_w,
		.in = dy,
		.in_rows = rows,
		.row_step = 1,
		.in_row = (size_t)(c->out_w * c->out),
		.in_column = (size_t)c->out,
		.taps = 1,
		.run = c->out,
		.w = packed,
		.channels = fold_columns(c),
		.out = scratch,
		.out_row = (size_t)c->out_w * pitch,
		.out_column = pitch,
	};

	kernels()->convolve(&product);
	for (int i = 0; i < rows; i++)
		for (int s = 0; s < c->out_w; s++, scratch += pitch)
			add_window(c, r + i, s, scratch, dx);
}

void conv_fold_gradient(const struct conv *c, const real *dy,
    const real *packed, real *dx, bool add, real *scratch)
{
	int step = fold_rows(c);

	if (!add)
		memset(dx, 0, (size_t)(c->in_h * c->in_w * c->in) *
		    sizeof(real));
	for (int r = 0; r < c->out_h; r += step)
		fold(c, r, r + step < c->out_h ? step : c->out_h - r,
		    dy + (size_t)(r * c->out_w) * (size_t)c->out, packed, dx,
		    scratch);
}
