/*
 * The inner loops, compiled once per instruction set and chosen at run time.
 *
 * All tables give the same bits: loops are vectorised across outputs (never
 * across a sum), each sum has one order, and a multiplication and an addition
 * are one rounding exactly where the source says fma. Nothing allocates.
 */
#ifndef SNT_NET_KERNELS_H
#define SNT_NET_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/real.h"

/* Output channels of packed weights lie in blocks of CHANNEL_BLOCK, the last
 * one filled up with zeros to a multiple of CHANNEL_STEP. */
enum { CHANNEL_STEP = 16, CHANNEL_BLOCK = 32 };

static inline int channels_padded(int channels)
{
	return (channels + CHANNEL_STEP - 1) / CHANNEL_STEP * CHANNEL_STEP;
}

/*
 * A correlation of one image, channels last: output (r, s) sees, for each of
 * `taps` kernel rows a, the `run` = (kernel columns * input channels) numbers
 * from in[(r * row_step + top + a) * in_row + s * in_column] on. Input rows
 * outside 0 .. in_rows - 1 are zero and never touched; beside the rows there
 * must be what is read. Steps are in reals. Strides, borders and gradients
 * are all expressed by choosing them.
 */
struct convolution {
	int rows, columns;	/* of the output */
	const real *in;		/* row 0, window of column 0 */
	int in_rows, top, row_step;
	size_t in_row, in_column;
	int taps;
	int run;		/* depthwise: kernel columns */
	size_t tap_column;	/* depthwise only: from one to the next */
	const real *w;		/* [block][taps][run][channels of block];
				 * depthwise: [taps][run][channels padded] */
	const real *bias;	/* (channels) or NULL */
	int channels;		/* of the output */
	real *out;
	size_t out_row, out_column;
	bool add;		/* to what `out` holds */
};

/* What the tangents of a layer norm are computed of. */
struct normal_tangent {
	size_t rows, columns;
	const real *weight, *tweight;
	const real *statistics;	/* (rows, 2): mean and r */
	const real *x, *tx;	/* tx NULL: zero */
	const real *dy, *tdy;	/* of the backward pass alone */
};

/* With a shorter run (few channels) the weights' gradient wants all its input
 * rows there: top >= 0, and none beyond in_rows. */
enum { SHORT_RUN = 14 };

/*
 * A convolution of n images by tiles of 4 x 4 outputs, see
 * kernels_winograd.h: rows first .. first + rows - 1 of the images' rows of
 * tiles. Each is computed of side x side inputs, three more than the kernel.
 * Of each tile lie its places, side x side times its channels, after each
 * other; of weights, a plane for each place.
 */
enum { WINOGRAD_TILE = 4, WINOGRAD_SIDE_MOST = 8 };

struct winograd {
	int side;		/* 6 or 8 */
	int in_rows, in_columns, in_channels;
	int out_rows, out_columns, out_channels;
	int pad;
	int tile_rows, tile_columns;	/* of one image */
	int first, rows;
	size_t in_tile, out_tile;	/* from one tile to the next */
};

/* Pooling windows of one image; index: (out) bytes, the place of the maximum
 * in its window in row-major order. Rectified: of max(x, 0), the place being
 * POOL_NOWHERE where that is 0. */
enum { POOL_NOWHERE = UINT8_MAX };

struct pooling {
	int channels;
	int in_rows, in_columns;
	int rows, columns;	/* of the output */
	int k, stride, pad;
	bool rectified;		/* k k <= POOL_NOWHERE */
};

/* What counts: where fma(factor, x, term) is positive, each (columns); all
 * where factor is NULL. So the derivative of a relu behind scale_columns(). */
struct column_gate {
	const real *factor, *term;
};

/* Matrices (rows, columns) that are summed down their columns: `step` numbers
 * from one row to the next; mean (columns), or NULL for zero. */
struct columns {
	size_t rows, columns, step;
	const real *x, *y;
	const real *mean;		/* of x */
	struct column_gate gate;	/* of y, for column_dots() */
};

/* z = x_factor (x - x_mean) + y_factor y + term, each (columns) */
struct column_blend {
	const real *x_factor, *x_mean, *y_factor, *term;
	struct column_gate gate;	/* of y, or of z */
	bool gates_z;
};

/* What batch norm's tangents going backward are computed of: matrices as
 * above, and (columns) each: mean, dy_factor, tdy_factor. */
struct column_tangents {
	size_t rows, columns, step;
	const real *x, *tx, *dy, *tdy;
	const real *mean, *dy_factor, *tdy_factor;
	struct column_gate gate;	/* of dy and tdy */
	real *tdx;
};

/* Sums of x and y, of their products and of the squares of y. */
struct pair_sums {
	double x, y, xy, yy;
};

/* Adam as in PyTorch 1.13; the corrections are computed by the caller. */
struct adam_step {
	real beta1, beta1_rest;	/* 1 - beta1, rounded once */
	real beta2, beta2_rest;
	real step_size;		/* lr / (1 - beta1^t) */
	real root_correction;	/* sqrt(1 - beta2^t) */
	real epsilon;
};

/*
 * y (rows, columns) = bias + the sum over a row's weights k = start[row] ..
 * start[row + 1] - 1 of value[k] x[place[k] + column]; `step` numbers from one
 * row of y to the next. (Rows of CSR, with columns already made into places.)
 */
struct sparse_rows {
	int rows;
	const uint32_t *start;	/* (rows + 1) */
	const uint32_t *place;
	const real *value;
	const real *bias;	/* (rows) or NULL */
	const real *x;
	real *y;
	size_t columns, step;
};

/*
 * c (rows, columns) = scale * (the sum over k of a (rows, depth) times b
 * (depth, columns)), + c if it is added to, + bias (columns) unless NULL, in
 * the end rectified or masked (never both).
 * Steps are in reals: a's from row to row and along k, b's along k, c's from
 * row to row.
 */
struct product {
	int rows, columns, depth;
	const real *a;
	size_t a_row, a_step;
	const real *b;
	size_t b_step;
	const real *bias;
	real scale;
	bool add;
	bool rectify;		/* negative results become 0; */
	const real *mask;	/* or all where this is not above it; laid
				 * out as c; NULL: none */
	real *c;
	size_t c_step;
};

struct kernels {
	const char *name;	/* "portable", "avx2", "avx512" */

	void (*multiply)(const struct product *p);
	/* y (columns, rows) = x (rows, columns) turned round. */
	void (*transpose)(size_t rows, size_t columns, const real *x,
	    size_t x_step, real *y, size_t y_step);
	void (*convolve)(const struct convolution *c);
	void (*depthwise)(const struct convolution *c);
	void (*sparse)(const struct sparse_rows *s);
	/* dw (laid out as c->w) += the sum over the positions of in * dy; dy
	 * has the steps of `out`. */
	void (*convolve_gradient)(const struct convolution *c, const real *dy,
	    real *dw);
	void (*depthwise_gradient)(const struct convolution *c,
	    const real *dy, real *dw);

	/* The inputs of tiles to their places; those of the products to
	 * outputs; gradients of outputs to places; places to the inputs'
	 * gradient, dx +=. x, y, dy, dx: all images. */
	void (*winograd_input)(const struct winograd *w, const real *x,
	    real *places);
	void (*winograd_output)(const struct winograd *w, const real *places,
	    const real *bias, real *y);
	void (*winograd_gradient)(const struct winograd *w, const real *dy,
	    real *places);
	void (*winograd_input_gradient)(const struct winograd *w,
	    const real *places, real *dx);
	/* n weights of each place of the kernel (places, n), which may lie
	 * turned round, to n of each plane; n sums of each plane to the
	 * weights' gradient, dw (places, n) +=. */
	void (*winograd_weights)(int side, bool turned, size_t n,
	    const real *w, real *planes, size_t plane);
	void (*winograd_weights_gradient)(int side, size_t n,
	    const real *planes, size_t plane, real *dw);

	/* The first maximum of each window; a NaN wins. */
	void (*pool)(const struct pooling *p, const real *x, real *y,
	    uint8_t *index);
	/* y = x at the index; dx = dy at the index, zero elsewhere. */
	void (*pool_gather)(const struct pooling *p, const real *x,
	    const uint8_t *index, real *y);
	void (*pool_scatter)(const struct pooling *p, const real *dy,
	    const uint8_t *index, real *dx);

	/* y = max(x, 0); dx = dy where y > 0. May be in place. */
	/* y = unit clamp(round_half_even(x / s), low, high); low and high
	 * whole numbers, below 2^20 in size */
	void (*quantise)(size_t n, real s, real low, real high, real unit,
	    const real *x, real *y);
	void (*relu)(size_t n, const real *x, real *y);
	void (*relu_backward)(size_t n, const real *y, const real *dy,
	    real *dx);

	/* y (rows, columns) += bias (columns); sums = column sums of x. */
	void (*add_bias)(size_t rows, size_t columns, size_t step,
	    const real *bias, real *y);
	void (*sum_rows)(size_t rows, size_t columns, size_t step,
	    const real *x, real *sums);

	void (*add)(size_t n, const real *x, real *y);		/* y += x */
	/* The same of rows of `columns` numbers, apart by steps. */
	void (*add_rows)(size_t rows, size_t columns, const real *x,
	    size_t x_step, real *y, size_t y_step);
	void (*scale)(size_t n, real a, const real *x, real *y); /* y = a x */
	void (*add_scaled)(size_t n, real a, const real *x,
	    real *y);				/* y = fma(a, x, y) */
	/* y = fma(a, x, c); z = fma(a, x, fma(b, y, c)) */
	void (*affine)(size_t n, real a, const real *x, real c, real *y);
	void (*blend)(size_t n, real a, const real *x, real b, const real *y,
	    real c, real *z);
	/* The sum of x y, or of x, in double precision, 16 partial sums
	 * wide. */
	double (*dot)(size_t n, const real *x, const real *y);
	double (*sum)(size_t n, const real *x);
	double (*sum_sizes)(size_t n, const real *x);	/* of |x| */
	/* Several in one pass, with the same bits. */
	void (*sum_and_square)(size_t n, const real *x, double *sum,
	    double *square);
	void (*pair_sums)(size_t n, const real *x, const real *y,
	    struct pair_sums *total);
	real (*largest)(size_t n, const real *x);	/* of |x|; 0: none */
	/* y = 0 where |x| < reach, else x + size u; number i's u, uniform in
	 * [-1, 1), is a function of (key, i) alone. */
	void (*disturb)(size_t n, const uint32_t key[2], real size, real reach,
	    const real *x, real *y);
	/* Standard normal numbers, each a function of (key, i) alone. */
	void (*normals)(size_t n, const uint32_t key[2], real *z);

	/* Of each column, in double precision: the sum of x, of (x - mean)^2,
	 * and of (x - mean) y and y. */
	void (*column_sums)(const struct columns *c, double *sum);
	void (*column_squares)(const struct columns *c, double *sum);
	void (*column_dots)(const struct columns *c, double *sum,
	    double *sum_y);
	/* y = fma(factor, x, term), factor and term (columns); y may be x. */
	void (*scale_columns)(size_t rows, size_t columns, const real *factor,
	    const real *term, const real *x, real *y);
	/* y = max(fma(factor, x, term), 0) */
	void (*rectify_columns)(size_t rows, size_t columns,
	    const real *factor, const real *term, const real *x, real *y);
	void (*blend_columns)(size_t rows, size_t columns,
	    const struct column_blend *b, const real *x, const real *y,
	    real *z);
	/* tdx = dy_factor dy + tdy_factor tdy; and of each column, in double
	 * precision, the sum of (x - mean) tdy + tx dy, and of tdy. */
	void (*column_tangents)(const struct column_tangents *t, double *sum,
	    double *sum_tdy);

	/* y = x P(x), P the normal distribution function; its derivative
	 * times dy; and the tangent of that, along tx and tdy. */
	void (*gelu)(size_t n, const real *x, real *y);
	void (*gelu_backward)(size_t n, const real *x, const real *dy,
	    real *dx);
	void (*gelu_tangent)(size_t n, const real *x, const real *tx,
	    const real *dy, const real *tdy, real *tdx);
	/* Layer norm of each row, u = (x - mean) r with r = 1 / sqrt(variance
	 * + epsilon), y = weight u + bias; mean and r of each row go to
	 * statistics (rows, 2). Backward: dx, unless NULL, and dweight and
	 * dbias (columns), unless NULL, to which is added. */
	void (*normalise_rows)(size_t rows, size_t columns, real epsilon,
	    const real *weight, const real *bias, const real *x,
	    real *statistics, real *y);
	void (*normalise_rows_backward)(size_t rows, size_t columns,
	    const real *weight, const real *statistics, const real *x,
	    const real *dy, real *dx, real *dweight, real *dbias);
	/* The tangents of that, see op_layernorm.c: tstatistics (rows, 2)
	 * become mean(R{x}) and mean(u R{x}). To tdweight and tdbias is
	 * added; tdx may be NULL. */
	void (*normalise_rows_tangent)(const struct normal_tangent *t,
	    const real *tbias, real *tstatistics, real *ty);
	void (*normalise_rows_tangent_backward)(
	    const struct normal_tangent *t, const real *tstatistics,
	    real *tdx, real *tdweight, real *tdbias);
	/* Each row of x becomes its softmax; da becomes a (da - sum a da). */
	void (*softmax_rows)(size_t rows, size_t columns, real *x);
	void (*softmax_rows_backward)(size_t rows, size_t columns,
	    const real *a, real *da);
	/* The tangents of that: tda becomes that of what da becomes. */
	void (*softmax_rows_tangent)(size_t rows, size_t columns,
	    const real *a, const real *ta, real *da, real *tda);

	/* velocity = momentum * velocity + g (NULL: none), theta -= lr * it;
	 * nesterov steps along g + momentum * velocity. */
	void (*sgd)(size_t n, real lr, real momentum, bool nesterov,
	    const real *g, real *velocity, real *theta);
	void (*adam)(size_t n, const struct adam_step *step, const real *g,
	    real *mean, real *square, real *theta);
};

/* The best table for this processor, or the chosen one. */
const struct kernels *kernels(void);
const char *kernels_name(void);
/* "portable", "avx2", "avx512" or "auto". Returns -1 and changes nothing
 * when this processor or build has no such table. Not while others compute. */
int kernels_choose(const char *name);

#endif
