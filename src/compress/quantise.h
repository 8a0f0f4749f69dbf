/*
 * Uniform quantisation of weights. A weight is (code - zero) * scale, its
 * code a number of b bits from 0; symmetric schemes put zero in the middle.
 */
#ifndef SNT_COMPRESS_QUANTISE_H
#define SNT_COMPRESS_QUANTISE_H

#include "compress/compress.h"

/* The names of the table in quantise.c, as choices of an option. */
#define QUANT_SCHEMES "symmetric|affine"

enum { BITS_LEAST = 2, BITS_MOST = 8, BITS_FLOAT = 32, ACT_LEAST = 4 };
enum { PER_CHANNEL, PER_TENSOR, PER_GROUP, PER_COUNT };

/* A segment's codes; bits == 0: it stays as it is. */
struct coded {
	int bits, scheme, per;
	int group;		/* PER_GROUP: codes that share a scale, the
				 * last of a row may be fewer */
	int groups;		/* scales: a row's times the rows */
	size_t count;		/* codes */
	size_t row;		/* of an output channel; all of one tensor */
	size_t size;		/* of a group, but for a row's last */
	real *scale;		/* (groups) */
	uint8_t *zero;		/* (groups) the code of 0 */
	uint8_t *code;		/* (count) */
};

/* The group that code number i belongs to. */
static inline size_t coded_group(const struct coded *coded, size_t i)
{
	size_t in_row = (coded->row + coded->size - 1) / coded->size;

	return i / coded->row * in_row + i % coded->row / coded->size;
}

struct quantised {
	int segments;		/* as many as the network has */
	struct coded *segment;
};

/* w <- what its codes stand for, everywhere the settings ask for it.
 * original: the ids that the settings know the layers by (fold_map()). */
struct quantised *quantise_weights(const struct network *network,
    const int *original, const struct compress_settings *settings, real *w);
void quantised_free(struct quantised *quantised);

/* Room for the codes of a segment, and back to weights. */
void coded_allocate(struct coded *coded, const struct segment *segment,
    int bits, int scheme, int per, int group);
void coded_release(struct coded *coded);
void coded_decode(const struct coded *coded, real *w);
/* The code of 0 where a scheme fixes it, or -1. */
int scheme_zero(int scheme, int bits);
int scheme_count(void);

/* Mean bits of a weight over what could be quantised. */
double quantised_bits(const struct network *network,
    const struct quantised *quantised);

#endif
