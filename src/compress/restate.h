/*
 * Batch norm's running statistics, estimated anew: pruning and rounding move
 * what layers give, and the old statistics no longer fit. Means over batches
 * of training images of each batch's mean and unbiased variance, dropout off,
 * as PyTorch's momentum=None has it.
 */
#ifndef SNT_COMPRESS_RESTATE_H
#define SNT_COMPRESS_RESTATE_H

#include "compress/compress.h"
#include "compress/pruned.h"

/* buffers (network->buffers) <- those of w on the first `count` images. Fails
 * without images. */
int restate_buffers(const struct network *network, const real *w,
    const struct calibration *images, uint32_t count, real *buffers,
    struct error *error);

/*
 * Batch norm is folded before weights are rounded, so that what is estimated
 * anew goes where it was folded into: a channel's codes stay, its scales (or
 * book) are multiplied by f'_o / f_o and its bias is made again, f' being
 * fold.h's factor with the statistics of the rounded network.
 *
 * before: the network as it is folded; original: fold_map() of it; out: folded
 * and rounded, changed.
 */
int restate_quantised(const struct pruned *before, const int *original,
    const struct compress_settings *settings,
    const struct calibration *images, struct compressed *out,
    struct error *error);

#endif
