/*
 * ONNX, opset 13: a network as other programs run it. Quantise layers become
 * QuantizeLinear and DequantizeLinear (clipped first where they have less
 * than 8 bits), and quantised weights of dense and convolution layers are
 * stored as 8-bit integers with DequantizeLinear behind them.
 *
 * The input "input" is (N, C, H, W), or (N, C) of plain features, already
 * normalised; the output "logits" is (N, classes).
 */
#ifndef SNT_SESSION_ONNX_H
#define SNT_SESSION_ONNX_H

#include "compress/quantise.h"

/* quantised: codes of the segments, or NULL. */
int onnx_write(const struct network *network, const real *w,
    const real *buffers, const struct quantised *quantised, struct buffer *out,
    struct error *error);

#endif
