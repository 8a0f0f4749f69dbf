/* A dense or convolution layer whose zeros are left out; for sparse_run.c.
 * Numbers lie channel by channel, with the samples innermost: (c, h, w, n). */
#ifndef SNT_COMPRESS_SPARSE_LAYER_H
#define SNT_COMPRESS_SPARSE_LAYER_H

#include <stdint.h>

#include "net/network.h"

struct sparse_layer {
	int rows;			/* output channels */
	uint32_t *start, *place;	/* as kernels.h says */
	real *value;
	const real *bias;		/* of the network's w, or NULL */
	struct shape in, out;
	int pad, stride;
	bool windows;			/* more than one place is seen */
};

/* w: of the whole network; n: samples in a row. */
struct sparse_layer *sparse_layer_new(const struct layer *layer,
    const real *w, int n);
void sparse_layer_free(struct sparse_layer *layer);
/* Reals of scratch: the input with its border. */
size_t sparse_layer_scratch(const struct sparse_layer *layer, int n);
/* y (c, h, w, n) of x (c, h, w, n) */
void sparse_layer_run(const struct sparse_layer *layer, int n, const real *x,
    real *y, real *scratch);

#endif
