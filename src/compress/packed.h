/*
 * The packed file: a compressed network as it would be shipped, from which
 * the weights come back bit for bit.
 *
 * Numbers are little-endian. "SNTPACK1"; the network's description and the
 * lines that made the compression, each as u32 length and bytes; u32 number
 * of segments; the segments in the order of the flat vector; the running
 * statistics that are left, float32 each; CRC-32 (as in gzip) of all before.
 *
 * A segment: u8 encoding; u8 bits; u8 scheme; u8 0 for one scale, 1 for one
 * per output channel, 2 for one per group of a channel's weights, and then
 * u32 how many those are (a channel's last group may be smaller); then by
 * encoding, the smallest that can hold it,
 *   0 float32 each
 *   1 a bit a weight (1: not zero), and float32 for those that are not
 *   2 scales (float32; or 2^bits numbers where a scheme has a book), zero
 *     points (u8) unless the scheme fixes them, codes
 *   3 scales, zero points, a bit a weight, codes of those that are not zero
 *   4 distances, and float32 for those that are not zero
 *   5 scales, zero points, codes as bytes, deflated
 *   6 scales, zero points, distances, codes of those that are not zero as
 *     bytes, deflated
 * (encoding_deflated.c says what distances are) with bits from the lowest of each byte upwards, each row of them padded to
 * whole bytes.
 */
#ifndef SNT_COMPRESS_PACKED_H
#define SNT_COMPRESS_PACKED_H

#include <stdbool.h>

#include "base/buffer.h"
#include "compress/compress.h"

void packed_write(const struct compressed *compressed,
    const struct compress_settings *settings, const char *network_text,
    struct buffer *out);

/* Does it begin like one? */
bool packed_recognise(const void *data, size_t size);
/* The description of the network, or NULL when the file is damaged; also the
 * lines that made it unless `recipe` is NULL. Both new texts. */
char *packed_describe(const void *data, size_t size, char **recipe,
    struct error *error);
/* The weights and running statistics for the network of that description. */
int packed_read(const void *data, size_t size, const struct network *network,
    real **w, real **buffers, struct error *error);

#endif
