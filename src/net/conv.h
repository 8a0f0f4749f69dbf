/*
 * Geometry of a convolution layer, and what its kernels are given: packed
 * weights, and images with a border of zeros. For op_conv.c.
 *
 * A layer with g groups is g convolutions beside each other, each from `in`
 * to `out` channels. A depthwise layer (one channel to one) is packed with
 * its channels along the vectors instead.
 *
 * The input's gradient is again a convolution, of dy with the kernel turned
 * round. With a stride s the input positions fall into s phases a dimension:
 * those of phase a see the kernel rows a, a + s, a + 2s, ... only, and each
 * phase is a dense convolution of its own with that part of the kernel.
 */
#ifndef SNT_NET_CONV_H
#define SNT_NET_CONV_H

#include "net/network.h"

struct conv {
	int k, stride, pad, groups;
	int in, out;			/* channels of one group */
	int in_channels, out_channels;	/* of all */
	int in_h, in_w, out_h, out_w;
	bool bias, depthwise;
	bool exact;			/* the input is whole numbers, see
					 * OPERATION_LEVELS */
};

/* What is added up: x, or dy, with its weights as pack() makes them; and x
 * with dy in the weights' gradient. A tangent is a sum of two. */
struct conv_term {
	const real *x, *packed;
};
struct conv_pair {
	const real *x, *dy;
};

struct conv conv_of(const struct layer *layer);

/* One dimension of one phase of the input's gradient. */
struct phase {
	int first, count;	/* input positions first, first + stride, .. */
	int taps;		/* kernel rows that they see */
	int start;		/* where the first one's window begins in dy,
				 * which has conv_front() zeros before it */
};

struct phase conv_phase(const struct conv *c, int phase, int length);
int conv_front(const struct conv *c);
/* Rows (or columns) of dy with its zeros that the phases read. */
int conv_span(const struct conv *c, int length);

/* Parameters: weights (out, in/groups, k, k) */
size_t conv_weights(const struct conv *c);
/* Reals of the packed weights of one group for the forward pass, for all
 * groups (the gradient has this layout, and then the biases), for all groups
 * and phases of the backward pass. */
size_t conv_group_size(const struct conv *c);
size_t conv_forward_size(const struct conv *c);
size_t conv_backward_size(const struct conv *c);
/* Where a group's phase begins within the backward part. */
size_t conv_phase_offset(const struct conv *c, int group, int row_phase,
    int column_phase);

/*
 * Another way to the input's gradient, where channels that fill no vector and
 * a border would make the one above wasteful (conv_fold.c): the product of dy
 * with all weights, W (out, k k in), whose rows are then added to the windows
 * that they came from. It takes the backward part of the packed weights.
 */
bool conv_folds(const struct conv *c);
size_t conv_fold_size(const struct conv *c);
size_t conv_fold_scratch(const struct conv *c);
void conv_fold_pack(const struct conv *c, const real *w, real *packed);
/* Of one image; dx (+)= */
void conv_fold_gradient(const struct conv *c, const real *dy,
    const real *packed, real *dx, bool add, real *scratch);

/*
 * Kernels of 3 x 3 in 1 / 4 of the multiplications, of 5 x 5 in 4 / 25
 * (conv_winograd.c): both directions and the weights' gradient, of n images.
 * Its packed weights come last, and are made of the others; dw is laid out as
 * usual. Sums are taken of tiles, before these are transformed back.
 */
bool conv_winograds(const struct conv *c);
size_t conv_winograd_size(const struct conv *c);
size_t conv_winograd_scratch(const struct conv *c);
void conv_winograd_pack(const struct conv *c, const real *forward,
    const real *backward, real *planes);
void conv_winograd_forward(const struct conv *c, int n,
    const struct conv_term *term, int terms, const real *bias, real *y,
    real *scratch);
void conv_winograd_backward(const struct conv *c, int n,
    const struct conv_term *term, int terms, real *dx, real *scratch);
void conv_winograd_gradient(const struct conv *c, int n,
    const struct conv_pair *pair, int pairs, real *dw, real *scratch);

/* Sets of packed weights: one a group, or one for all of a depthwise layer;
 * and the channels that belong to one. */
int conv_sets(const struct conv *c);
int conv_chunk(const struct conv *c, int of_group, int of_all);

void conv_pack(const struct layer *layer, const real *w, real *packed);
void conv_collect(const struct layer *layer, const real *gradient, real scale,
    real *dw);

/* An image to be read: rows of `width` positions of `channels` numbers. */
struct conv_image {
	const real *at;
	int rows, width, channels;
	int top;		/* rows of zeros before it, not there */
};

/* A set's channels of one sample x (h, w, c), padded on all sides, or left
 * and right only, as the kernels leave out what is above and below; and of
 * one dy (h, w, c), as its phases read it. In place if nothing is to be done,
 * else a copy in scratch. */
struct conv_image conv_input(const struct conv *c, const real *x, int set,
    bool all, real *scratch);
struct conv_image conv_output(const struct conv *c, const real *dy, int set,
    real *scratch);

/* The layer's three products of n samples, whichever way each is computed
 * (conv_passes.c), summed over some terms: y (n, out) = x (n, in) * w + bias,
 * bias NULL: none; dx = the input's gradient of dy; dw (packed as forward) =
 * the weights' of x and dy. */
void conv_correlate(const struct conv *c, int n, const struct conv_term *term,
    int terms, const real *bias, real *y, real *scratch);
void conv_input_gradient(const struct conv *c, int n,
    const struct conv_term *term, int terms, real *dx, real *scratch);
void conv_weight_gradient(const struct conv *c, int n,
    const struct conv_pair *pair, int pairs, real *dw, real *scratch);

#endif
