/*
 * Bias correction (Nagel et al. 2019): rounding moves the mean of what a
 * layer computes, channel by channel; the bias takes the difference back.
 * Measured on the calibration set, layer after layer, each with the ones
 * before it already corrected.
 */
#ifndef SNT_COMPRESS_BIAS_H
#define SNT_COMPRESS_BIAS_H

#include "compress/rounding.h"

/* w: compressed, in scene->walk; reference: uncompressed. */
void correct_biases(const struct rounding_scene *scene, const real *buffers,
    const real *reference, real *w);

#endif
