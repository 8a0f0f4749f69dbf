/*
 * Weights as training has to see them when it is to know of quantisation:
 * those of the network as it is, batch norm included, such that folding gives
 * what compress_make() would, each rounded to its nearest level. With f what
 * folding (Jacob et al. 2018, section 3.2) and equalisation multiply a weight
 * by, that is Q(f w) / f.
 */
#ifndef SNT_COMPRESS_AWARE_H
#define SNT_COMPRESS_AWARE_H

#include "compress/compress.h"

struct aware;

/* Both are copied. */
struct aware *aware_new(const struct network *network,
    const struct compress_settings *settings);
void aware_free(struct aware *aware);
/* rounded (parameters) at w with these running statistics; biases and norms
 * are copied. */
void aware_round(struct aware *aware, const real *w, const real *buffers,
    real *rounded);
/* The network with its activations rounded to levels calibrated at w, where
 * the settings ask for that; NULL when calibration fails. */
struct network *aware_network(struct aware *aware, const real *w,
    const real *buffers, const struct calibration *images,
    struct error *error);

#endif
