/* Rounding the inputs of dense and convolution layers. */
#ifndef SNT_COMPRESS_ACTIVATIONS_H
#define SNT_COMPRESS_ACTIVATIONS_H

#include "compress/compress.h"

/* The network with a quantise layer in front of every dense and convolution
 * layer, one for all that read the same output; its parameters lie where
 * those of `network` do. NULL when the calibration fails. */
struct network *quantise_activations(const struct network *network,
    const real *w, const real *buffers,
    const struct compress_settings *settings,
    const struct calibration *images, struct error *error);

#endif
