/*
 * Vectors of `real` for the kernels' template. The including file defines
 * VECTOR_BYTES, includes this, and then defines for its instruction set:
 * broadcast(), fused(), root(); interleave_low() and interleave_high(), which
 * take turns with the lanes of two vectors' halves; the partial loads and stores (partial_of(),
 * load_part(), store_part()); vectors of bytes as integers in memory
 * (load_bytes(), store_bytes()); and load_doubles(), which takes SUM_LANES
 * numbers.
 */
#ifndef SNT_NET_KERNELS_VECTOR_H
#define SNT_NET_KERNELS_VECTOR_H

#include <string.h>

#include "net/kernels.h"

enum { LANES = VECTOR_BYTES / (int)sizeof(real) };

#ifdef SNT_DOUBLE
typedef int64_t lane_integer;
typedef uint64_t lane_unsigned;
#define INTRINSIC(name) name##_pd
#else
typedef int32_t lane_integer;
typedef uint32_t lane_unsigned;
#define INTRINSIC(name) name##_ps
#endif

typedef real vector __attribute__((vector_size(VECTOR_BYTES)));
typedef real vector_unaligned
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(real))));
typedef lane_integer integers __attribute__((vector_size(VECTOR_BYTES)));
typedef lane_unsigned unsigneds __attribute__((vector_size(VECTOR_BYTES)));
typedef uint8_t bytes __attribute__((vector_size(LANES)));
/* What sums in double precision add up at once. */
enum { SUM_LANES = VECTOR_BYTES / (int)sizeof(double) };
typedef double sum_vector __attribute__((vector_size(VECTOR_BYTES)));
typedef int64_t sum_bits __attribute__((vector_size(VECTOR_BYTES)));

/* Loops over accumulators must vanish for these to stay in registers. */
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

INLINE vector load(const real *from)
{
	return *(const vector_unaligned *)from;
}

INLINE void store(real *to, vector value)
{
	*(vector_unaligned *)to = value;
}

INLINE vector choose(integers mask, vector yes, vector no)
{
	return (vector)((mask & (integers)yes) | (~mask & (integers)no));
}

/* |x|; a NaN stays one. */
INLINE vector magnitude(vector x)
{
	const lane_unsigned sign = (lane_unsigned)1 << (8 * sizeof(real) - 1);

	return (vector)((unsigneds)x & ~sign);
}

/* A value that is there whatever is chosen. With AVX-512 GCC makes a load and
 * a choice between it and zero one load under a mask, which waits for what
 * the mask is computed of, and so for the memory where that lies. */
INLINE vector loaded(vector value)
{
#ifdef __AVX512F__
	__asm__("" : "+v" (value));
#endif
	return value;
}

INLINE int least(int a, int b)
{
	return a < b ? a : b;
}

#endif
