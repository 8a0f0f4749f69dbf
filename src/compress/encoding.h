/* The encodings of one segment in a packed file: see packed.h. */
#ifndef SNT_COMPRESS_ENCODING_H
#define SNT_COMPRESS_ENCODING_H

#include "compress/bytes.h"
#include "compress/quantise.h"

/* coded: NULL or without bits for weights that are not quantised. */
size_t segment_packed_size(const struct segment *segment, const real *w,
    const struct coded *coded);
void segment_write(const struct segment *segment, const real *w,
    const struct coded *coded, struct buffer *out);
int segment_read(const struct segment *segment, struct bytes *bytes, real *w,
    struct error *error);

#endif
