/*
 * Sums of products of whole numbers: codes of 8 bits, unsigned, times weights
 * of 8 bits, signed, in 32 bits. Nothing is rounded on the way, so every table
 * of kernels gives the same sums; and what follows (a factor and a term for
 * each channel, rounding to codes again) is done in single precision in the
 * order of scale_columns() and quantise() of kernels.h, whose bits it has.
 *
 * Channels come in blocks of 16, the last one filled up with zeros.
 */
#ifndef SNT_NET_INTEGERS_H
#define SNT_NET_INTEGERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/real.h"

enum { INTEGER_BLOCK = 16 };

static inline int integer_blocks(int channels)
{
	return (channels + INTEGER_BLOCK - 1) / INTEGER_BLOCK;
}

/* sums (rows, 16 blocks) = x (rows, k) w^T. A row's numbers lie in runs, from
 * row[r] on and from every `next` bytes after that; k is a multiple of `run`,
 * which is one of 4. */
struct integer_product {
	int rows, k, blocks;
	const uint8_t *const *row;	/* (rows) */
	int run;
	size_t next;
	const void *w;		/* packed by the same table */
	int32_t *sums;
};

/* One row of outputs of a depthwise convolution, channels last: sums
 * (columns, 16 blocks) of a window of k x k. A window is read in fours of
 * places, a place in blocks of 16 channels: up to three places and 15 bytes
 * further than it reaches. */
struct integer_window {
	int columns, channels, k;
	const uint8_t *x;	/* the first window's corner */
	size_t row, column;	/* to the next row; to the next window */
	/* (channels, k, k filled up to fours), packed by the same table */
	const void *w;
	int32_t *sums;
};

/* A convolution of 3x3 at stride 1 of one image, channels last: sums (rows,
 * columns, 16 blocks), each below 2^25. Rows and places are read up to fours
 * and two more. */
enum { SQUARES_IN = 128, SQUARES_FILL = 3 };

struct integer_squares {
	int rows, columns;
	int in, blocks;		/* in: a multiple of 16 up to SQUARES_IN */
	const uint8_t *x;	/* the first window's corner */
	size_t wide;		/* from row to row */
	const void *w;		/* packed by the same table */
	int32_t *sums;
};

/* What becomes of sums (rows, columns, 16 blocks): y = (sum - shift) factor +
 * term; if `pool`, the largest y of each 2x2 of them. */
struct integer_finish {
	int rows, columns, channels;
	bool pool;
	const int32_t *sums;
	const int32_t *shift;	/* (16 blocks) */
	const float *factor, *term;
	/* Codes clamp(round(y / step), low, high) + zero, or values. */
	bool codes;
	float step, low, high;	/* step from 2^-60 to 2^60 */
	int zero;
	uint8_t *code;		/* (rows, columns, channels), or halves */
	real *value;
};

struct integer_kernels {
	const char *name;
	/* Bytes of w (channels, k) packed, and packing it. */
	size_t (*packed)(int channels, int k);
	void (*pack)(int channels, int k, const int8_t *w, void *packed);
	void (*multiply)(const struct integer_product *product);
	void (*window)(const struct integer_window *window);
	/* Of w (channels, 3, 3, in); NULL where multiply() is quicker. */
	struct {
		size_t (*packed)(int channels, int in);
		void (*pack)(int channels, int in, const int8_t *w,
		    void *packed);
		void (*multiply)(const struct integer_squares *squares);
	} squares;
	void (*finish)(const struct integer_finish *finish);
	/* code = clamp(round(x / step), low, high) + zero */
	void (*encode)(size_t n, const real *x, float step, float low,
	    float high, int zero, uint8_t *code);
};

/* The best table for this processor, or the one chosen. */
const struct integer_kernels *integer_kernels(void);
/* "portable", "avx2", "vnni", "auto"; -1: not on this processor. */
int integer_kernels_choose(const char *name);

#endif
