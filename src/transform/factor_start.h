/*
 * How the factors of a matrix begin. Balanced, from the singular value
 * decomposition W = U S V^T, as
 *
 *   F_1 = U S^(1/d) R_1^T,  F_i = R_(i-1) S^(1/d) R_i^T,
 *   F_d = R_(d-1) S^(1/d) V^T
 *
 * with random rotations R, so that the factors are balanced (Arora, Cohen and
 * Hazan 2018, arXiv 1802.06509) and the product is W. A width above 1 pads
 * columns with noise and the rows that meet them with zeros: the product is
 * kept and the extra width is alive. A width below 1 keeps the largest
 * singular values only, and W changes.
 *
 * Or spread (piece->spread, and a fresh start): each factor is drawn as the weights of a layer
 * of its own would be, then all are scaled so that the product has the
 * Frobenius norm of W.
 */
#ifndef SNT_TRANSFORM_FACTOR_START_H
#define SNT_TRANSFORM_FACTOR_START_H

#include "transform/transform_private.h"

int factors_start(const struct piece *piece, uint64_t seed, const real *w,
    bool fresh, real *theta, struct error *error);

#endif
