/*
 * Branches that exist in training only, and become one convolution after it.
 *
 * RepVGG (Ding et al. 2021, arXiv 2101.03697): a k x k convolution and its
 * batch norm become the sum of a k x k and a 1 x 1 convolution, and of the
 * input itself where shapes allow, each with a batch norm of its own.
 * QARepVGG (Chu et al. 2022, arXiv 2212.01593): batch norm stays on the k x k
 * branch alone, and one stands behind the sum: a network that can be
 * quantised. Both are exact in real arithmetic once statistics are frozen.
 */
#ifndef SNT_COMPRESS_BRANCHES_H
#define SNT_COMPRESS_BRANCHES_H

#include "net/network.h"

/* Every convolution with k odd and above 1 and pad = k / 2 becomes a block.
 * NULL: there is none. `quantisable`: QARepVGG's. */
struct network *branches_add(const struct network *network, bool quantisable,
    struct error *error);

/* Batch norm folded, and every sum of convolutions of one input, its batch
 * norm and itself as one convolution with bias; its weights and buffers (new;
 * reals_free). `merged`: how many sums. */
struct network *branches_merge(const struct network *network, const real *w,
    const real *buffers, real **merged_w, real **merged_buffers, int *merged);

#endif
