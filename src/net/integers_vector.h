/* Vectors for the tables of integers.h, of LANES whole or single precision
 * numbers: as wide as the processor's own. */
#ifndef SNT_NET_INTEGERS_VECTOR_H
#define SNT_NET_INTEGERS_VECTOR_H

#include <string.h>

#include "net/integers_table.h"

/* They never leave a function: all that take them are inlined. */
#pragma GCC diagnostic ignored "-Wpsabi"

typedef int32_t integers __attribute__((vector_size(4 * LANES)));
typedef float floats __attribute__((vector_size(4 * LANES)));
typedef uint8_t codes __attribute__((vector_size(LANES)));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

INLINE integers load_integers(const int32_t *from)
{
	integers value;

	memcpy(&value, from, sizeof(value));
	return value;
}

/* Four weights of each of 16 channels beside each other:
 * (block, k / 4, 16, 4). */
static inline size_t packed_fours(int channels, int k)
{
	return (size_t)integer_blocks(channels) * INTEGER_BLOCK * (size_t)k;
}

static inline void pack_fours(int channels, int k, const int8_t *w,
    int8_t *packed)
{
	for (int c = 0; c < integer_blocks(channels) * INTEGER_BLOCK; c++) {
		int8_t *block = packed + (size_t)(c / INTEGER_BLOCK) *
		    INTEGER_BLOCK * (size_t)k;

		for (int i = 0; i < k; i++)
			block[i / 4 * 64 + c % INTEGER_BLOCK * 4 + i % 4] =
			    c < channels ? w[(size_t)c * (size_t)k +
			    (size_t)i] : 0;
	}
}

#endif
