/*
 * Ranges of activations on a calibration set: what a layer's inputs are
 * rounded to. Affine and unsigned: x = (q - z) s, q from 0 to 2^b - 1, and 0
 * is a level of its own.
 */
#ifndef SNT_COMPRESS_CALIBRATE_H
#define SNT_COMPRESS_CALIBRATE_H

#include "compress/compress.h"
#include "net/levels.h"

/* The names of the table in calibrate.c, as choices of an option. */
#define CALIBRATORS "minmax|percentile|mse|entropy"

/* -1 with a message when there are no images. */
int calibration_check(const struct calibration *images, struct error *error);

/* level [id] for the outputs of the layers marked in wanted [id] (0: the
 * input), by calibrator number `how`. Fails without images, and on numbers
 * that are none. */
int calibrate(const struct network *network, const real *w,
    const real *buffers, const struct calibration *images, uint32_t count,
    const bool *wanted, int how, int bits, struct levels *level,
    struct error *error);

#endif
