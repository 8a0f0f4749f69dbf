/* The kernels for x86 with AVX-512 (F, VL, DQ, BW). */
#include <immintrin.h>

#define VECTOR_BYTES 64
#include "net/kernels_vector.h"

/* 14 x 2 sums, two vectors of weights and one input: 31 of 32 registers. */
#define TILE_ROWS 14

#ifdef SNT_DOUBLE
typedef __mmask8 partial;
#else
typedef __mmask16 partial;
#endif

INLINE vector broadcast(real value)
{
	return INTRINSIC(_mm512_set1)(value);
}

/* a * b + c with one rounding. */
INLINE vector fused(vector a, vector b, vector c)
{
	return INTRINSIC(_mm512_fmadd)(a, b, c);
}

INLINE vector root(vector a)
{
	return INTRINSIC(_mm512_sqrt)(a);
}

#ifdef SNT_DOUBLE
#define INTERLEAVE(a, b, at)						\
	_mm512_permutex2var_pd(a, _mm512_setr_epi64(at, 8 + at, 1 + at,	\
	    9 + at, 2 + at, 10 + at, 3 + at, 11 + at), b)
#else
#define INTERLEAVE(a, b, at)						\
	_mm512_permutex2var_ps(a, _mm512_setr_epi32(at, 16 + at, 1 + at, \
	    17 + at, 2 + at, 18 + at, 3 + at, 19 + at, 4 + at, 20 + at,	\
	    5 + at, 21 + at, 6 + at, 22 + at, 7 + at, 23 + at), b)
#endif

INLINE vector interleave_low(vector a, vector b)
{
	return INTERLEAVE(a, b, 0);
}

INLINE vector interleave_high(vector a, vector b)
{
	return INTERLEAVE(a, b, LANES / 2);
}

/* A bit for each lane to be moved. */
INLINE partial partial_of(int count)
{
	return (partial)((1u << least(count, LANES)) - 1);
}

INLINE vector load_part(const real *from, partial lanes)
{
	return INTRINSIC(_mm512_maskz_loadu)(lanes, from);
}

INLINE void store_part(real *to, vector value, partial lanes)
{
	INTRINSIC(_mm512_mask_storeu)(to, lanes, value);
}

INLINE sum_vector load_doubles(const real *from)
{
#ifdef SNT_DOUBLE
	return _mm512_loadu_pd(from);
#else
	return _mm512_cvtps_pd(_mm256_loadu_ps(from));
#endif
}

INLINE integers load_bytes(const uint8_t *from)
{
#ifdef SNT_DOUBLE
	return (integers)_mm512_cvtepu8_epi64(_mm_loadu_si64(from));
#else
	return (integers)_mm512_cvtepu8_epi32(
	    _mm_loadu_si128((const __m128i *)from));
#endif
}

INLINE void store_bytes(uint8_t *to, integers value)
{
	bytes narrow = __builtin_convertvector(value, bytes);

	memcpy(to, &narrow, sizeof(narrow));
}

#define KERNELS kernels_avx512
#define KERNELS_NAME "avx512"
#include "net/kernels_template.h"
