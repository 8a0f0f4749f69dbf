/*
 * Weights of a few bits. A weight is (code - zero) * scale, or what a small
 * book has under its code; a code is a number of b bits from 0, and symmetric
 * schemes put zero in the middle.
 */
#ifndef SNT_COMPRESS_QUANTISE_H
#define SNT_COMPRESS_QUANTISE_H

#include "compress/compress.h"
#include "net/levels.h"

/* The names of the table in quantise.c, as choices of an option. */
#define QUANT_SCHEMES "symmetric|affine|codebook"

enum { ACT_LEAST = 4 };
enum { PER_CHANNEL, PER_TENSOR, PER_GROUP, PER_COUNT };
enum { SCHEME_CODEBOOK = SCHEME_AFFINE + 1 };

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
	real *book;		/* (groups, 2^bits), or NULL */
	uint8_t *zero;		/* (groups) the code of 0 */
	uint8_t *code;		/* (count) */
};

/* The group that code number i belongs to. */
static inline size_t coded_group(const struct coded *coded, size_t i)
{
	size_t in_row = (coded->row + coded->size - 1) / coded->size;

	return i / coded->row * in_row + i % coded->row / coded->size;
}

/* The codes of group g: from *first, how many. */
size_t coded_span(const struct coded *coded, size_t g, size_t *first);

struct quantised {
	int segments;		/* as many as the network has */
	struct coded *segment;
};

/* w <- what its codes stand for, everywhere the settings ask for it; biases
 * too when they are corrected. original: the ids that the settings know the
 * layers by (fold_map()); reference: w without any compression. NULL when
 * images are needed and there are none. */
struct quantised *quantise_weights(const struct network *network,
    const int *original, const struct compress_settings *settings,
    const struct calibration *images, const real *buffers,
    const real *reference, real *w, struct error *error);

/* The same in small steps; everything has to stay until the end. */
struct quantising;
struct quantising *quantise_begin(const struct network *network,
    const int *original, const struct compress_settings *settings,
    const struct calibration *images, const real *buffers,
    const real *reference, real *w, struct error *error);
/* True when it is complete. */
bool quantise_advance(struct quantising *work);
/* What was found; ends the work, also before its time. */
struct quantised *quantise_end(struct quantising *work);
void quantised_free(struct quantised *quantised);

/* Room for the codes of a segment; levels for weights; and back. */
void coded_allocate(struct coded *coded, const struct segment *segment,
    int bits, int scheme, int per, int group);
void coded_release(struct coded *coded);
void coded_fit(struct coded *coded, const real *w);
void coded_encode(struct coded *coded, const real *w);
void coded_decode(const struct coded *coded, real *w);
/* One number of a group. */
uint8_t coded_code(const struct coded *coded, size_t group, real x);
real coded_value(const struct coded *coded, size_t group, uint8_t code);
/* The largest code. */
int coded_top(const struct coded *coded);
/* The code of 0 where a scheme fixes it, or -1. */
int scheme_zero(int scheme, int bits);
bool scheme_has_book(int scheme);
int scheme_count(void);

/* Mean bits of a weight over what could be quantised. */
double quantised_bits(const struct network *network,
    const struct quantised *quantised);

#endif
