/* A book of 2^b numbers for the weights that share it (Han et al. 2016):
 * k-means, begun with numbers at equal distances from the least weight to
 * the most. */
#ifndef SNT_COMPRESS_CODEBOOK_H
#define SNT_COMPRESS_CODEBOOK_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"

/* book (2^bits) ascending. When some weights are exactly 0, so is the entry
 * that is returned: pruned weights stay pruned. */
uint8_t codebook_fit(const real *w, size_t count, int bits, real *book);
/* The nearest entry; the lower one when two are as near. */
uint8_t codebook_code(const real *book, int bits, real x);

#endif
