/* An operation of a network as an engine would run it, on some samples, for
 * paths that do a few kinds of layer in a way of their own. */
#ifndef SNT_COMPRESS_PLAIN_STEP_H
#define SNT_COMPRESS_PLAIN_STEP_H

#include "net/network.h"

struct plain_step {
	const struct layer *layer;
	const real *w, *buffers;
	real *packed;
};

/* w, buffers: of the whole network, kept by reference. */
struct plain_step plain_step_of(const struct layer *layer, const real *w,
    const real *buffers);
void plain_step_release(struct plain_step *step);
/* Reals of scratch for n samples. */
size_t plain_step_scratch(const struct layer *layer, int n);
/* y (n, out) of x (n, in) */
void plain_step_run(const struct plain_step *step, const void *const *x,
    void *y, int n, void *scratch);

#endif
