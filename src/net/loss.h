/*
 * Softmax cross-entropy of each sample,
 *	loss = log(sum_j exp(z_j)) - z_label,
 * computed with the largest logit subtracted, its gradient p - onehot(label)
 * with p = softmax(z), and the R-operator of that gradient,
 * R{dz} = p (R{z} - sum_j p_j R{z_j}).
 */
#ifndef SNT_NET_LOSS_H
#define SNT_NET_LOSS_H

#include <stdint.h>

#include "base/real.h"

/* The class of the largest logit, the lowest one of equals. */
int loss_class(int classes, const real *logits);

/* losses (n) of logits (n, classes); returns how many samples are of
 * the class that loss_class() says. */
int loss_forward(int n, int classes, const real *logits,
    const int32_t *labels, real *losses);

/* The same, and dlogits (n, classes); weight: factor of each sample's gradient
 * (n), or NULL for 1. dlogits may not be logits. */
int loss_gradient(int n, int classes, const real *logits,
    const int32_t *labels, const real *weight, real *losses, real *dlogits);

/* tdlogits (n, classes) = R{dlogits} with R{logits} = tlogits. */
void loss_tangent(int n, int classes, const real *logits,
    const real *tlogits, real *tdlogits);

#endif
