/*
 * Batch norm's running statistics, estimated anew: pruning moves what layers
 * give, and the old statistics no longer fit. Means over batches of training
 * images of each batch's mean and unbiased variance, dropout off, as
 * PyTorch's momentum=None has it.
 */
#ifndef SNT_COMPRESS_RESTATE_H
#define SNT_COMPRESS_RESTATE_H

#include "compress/compress.h"

/* buffers (network->buffers) <- those of w on the first `count` images. Fails
 * without images. */
int restate_buffers(const struct network *network, const real *w,
    const struct calibration *images, uint32_t count, real *buffers,
    struct error *error);

#endif
