/* The mean over the positions of an image or of tokens, (n, positions, c) to
 * (n, c): the passes that global average pooling and the mean over tokens
 * share. It is linear, so its tangents are itself. */
#ifndef SNT_NET_POSITION_MEAN_H
#define SNT_NET_POSITION_MEAN_H

#include "net/operation.h"

void position_mean_shape(struct layer *layer);
void position_mean_forward(const struct pass *p);
void position_mean_backward(const struct pass *p);
void position_mean_tangent_forward(const struct pass *p);
void position_mean_tangent_backward(const struct pass *p);

#endif
