/*
 * Cross-layer equalisation (Nagel et al. 2019): between two layers joined by
 * relu a channel may be divided by s in the first and multiplied by s in the
 * second without changing the network. s = sqrt(r1 / r2), with r1 and r2 the
 * largest weights of the channel in either, makes both the same.
 */
#ifndef SNT_COMPRESS_EQUALISE_H
#define SNT_COMPRESS_EQUALISE_H

#include "net/network.h"

/* Factors from the weights w, applied to w and to `other` (of the same
 * network); how many pairs of layers allowed it. */
int equalise_layers(const struct network *network, real *w, real *other);

#endif
