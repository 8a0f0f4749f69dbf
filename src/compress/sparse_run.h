/*
 * The sparse path: a pruned network whose dense and convolution layers do
 * without their zeros. Samples lie innermost, (c, h, w, n), so that a weight
 * is one number for a whole vector of samples (as the products of Elsen et
 * al. 2019, "Fast sparse convnets", lay positions). Other operations are done
 * as everywhere, between two transpositions.
 *
 * The sums run in another order than an engine's: logits agree but for
 * rounding. They do not depend on processor, threads or batch.
 */
#ifndef SNT_COMPRESS_SPARSE_RUN_H
#define SNT_COMPRESS_SPARSE_RUN_H

#include "base/pool.h"
#include "net/network.h"

struct sparse_run;

/* All is kept by reference but the weights of those layers. */
struct sparse_run *sparse_run_new(const struct network *network,
    const real *w, const real *buffers, struct pool *pool);
void sparse_run_free(struct sparse_run *run);
/* Samples that one thread takes through the whole network at once. */
int sparse_run_unit(const struct sparse_run *run);
/* logits (n, classes) of x (n, input) */
void sparse_run_forward(struct sparse_run *run, int n, const real *x,
    real *logits);

#endif
