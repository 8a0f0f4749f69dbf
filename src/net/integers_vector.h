/* Vectors of 16 for the tables of integers.h. */
#ifndef SNT_NET_INTEGERS_VECTOR_H
#define SNT_NET_INTEGERS_VECTOR_H

#include "net/integers_table.h"

/* They never leave a function: all that take them are inlined. */
#pragma GCC diagnostic ignored "-Wpsabi"

typedef int32_t integers16 __attribute__((vector_size(64)));
typedef float floats16 __attribute__((vector_size(64)));
typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef int8_t signed16 __attribute__((vector_size(16)));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

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
