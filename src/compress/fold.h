/* Batch norm with frozen statistics folded into the layer before it:
 * W_o <- W_o f_o, b_o <- beta_o + (b_o - m_o) f_o with
 * f_o = g_o / sqrt(v_o + eps). */
#ifndef SNT_COMPRESS_FOLD_H
#define SNT_COMPRESS_FOLD_H

#include "net/network.h"

/* A network without batch norm where it follows a dense or convolution layer
 * that feeds nothing else, and its weights (new; reals_free). Without such a
 * layer: plain copies. */
struct network *fold_batch_norm(const struct network *network, const real *w,
    const real *buffers, real **folded, real **folded_buffers);

/* Other weights of the same network, into vectors that there are. */
void fold_again(const struct network *network, const real *w,
    const real *buffers, const struct network *folded_network, real *folded,
    real *folded_buffers);

/* f_o (out) of the batch norm that goes into layer `id` of `network`, new
 * (free()); NULL where none does. */
double *fold_factors(const struct network *network, const real *w,
    const real *buffers, int id);

/* The ids in `network` of the layers that the folded network has, by their
 * new ids (0: the input); free(). */
int *fold_map(const struct network *network);

#endif
