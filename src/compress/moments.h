/*
 * Second moments of what layers are given, on a calibration set: how much an
 * input matters (the norms that Wanda multiplies weights with) and how inputs
 * go together (the layer's Hessian of OBS and GPTQ, H = X^T X).
 */
#ifndef SNT_COMPRESS_MOMENTS_H
#define SNT_COMPRESS_MOMENTS_H

#include <stdbool.h>

#include "compress/compress.h"

/* Of one segment of weights (out, ...): each output is a sum over `columns`
 * inputs, in the order of PyTorch's flattened layout; outputs of one group
 * share them. columns 0: not a weight. Products are those within a block of
 * columns, so that wide layers stay affordable. */
struct moment {
	int columns, groups;
	int block, blocks;	/* columns of a block (the last: what is left) */
	double *square;		/* (groups, columns) sums of squares */
	real *product;		/* (groups, blocks, block, block), or NULL */
};

struct moments {
	int segments;
	struct moment *segment;
};

/* Columns of a block, and where its products begin. */
int moment_block(const struct moment *moment, int block);
size_t moment_offset(const struct moment *moment, int group, int block);

/* The work of measuring them, in small steps. Weights and running statistics
 * are copied. count: training images, from the first. With `products` a
 * convolution's windows are thinned out to at most 32 an image, at equal
 * distances; sums of squares are always of all of them. What is within
 * attention is not seen: its second matrix counts as given numbers as large
 * as the first one's on average, and independent. */
struct moments_work;
struct moments_work *moments_begin(const struct network *network,
    const real *w, const real *buffers, const struct calibration *images,
    uint32_t count, bool products, struct error *error);
/* A few images; true when all are done. */
bool moments_advance(struct moments_work *work);
double moments_progress(const struct moments_work *work);
/* What was found; NULL before the end. Ends the work. */
struct moments *moments_end(struct moments_work *work);
void moments_free(struct moments *moments);

#endif
