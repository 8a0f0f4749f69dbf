/* The kernels for x86 with AVX2 and FMA; compiled with -mavx2 -mfma. */
#include <immintrin.h>

#define VECTOR_BYTES 32
#include "net/kernels_vector.h"

/* 6 x 2 sums, two vectors of weights and one input: 15 of 16 registers. */
#define TILE_ROWS 6

/* All bits set in the lanes to be moved. */
typedef __m256i partial;

INLINE vector broadcast(real value)
{
	return INTRINSIC(_mm256_set1)(value);
}

/* a * b + c with one rounding. */
INLINE vector fused(vector a, vector b, vector c)
{
	return INTRINSIC(_mm256_fmadd)(a, b, c);
}

INLINE vector root(vector a)
{
	return INTRINSIC(_mm256_sqrt)(a);
}

/* Halves of what unpacking gives, which works in each half by itself. */
#ifdef SNT_DOUBLE
#define JOIN _mm256_permute2f128_pd
#else
#define JOIN _mm256_permute2f128_ps
#endif

INLINE vector interleave_low(vector a, vector b)
{
	return JOIN(INTRINSIC(_mm256_unpacklo)(a, b),
	    INTRINSIC(_mm256_unpackhi)(a, b), 0x20);
}

INLINE vector interleave_high(vector a, vector b)
{
	return JOIN(INTRINSIC(_mm256_unpacklo)(a, b),
	    INTRINSIC(_mm256_unpackhi)(a, b), 0x31);
}

INLINE partial partial_of(int count)
{
	static const lane_integer ones[2 * LANES] = {
		-1, -1, -1, -1,
#ifndef SNT_DOUBLE
		-1, -1, -1, -1,
#endif
	};

	return _mm256_loadu_si256(
	    (const __m256i *)(ones + LANES - least(count, LANES)));
}

INLINE vector load_part(const real *from, partial lanes)
{
	return INTRINSIC(_mm256_maskload)(from, lanes);
}

INLINE void store_part(real *to, vector value, partial lanes)
{
	INTRINSIC(_mm256_maskstore)(to, lanes, value);
}

INLINE sum_vector load_doubles(const real *from)
{
#ifdef SNT_DOUBLE
	return _mm256_loadu_pd(from);
#else
	return _mm256_cvtps_pd(_mm_loadu_ps(from));
#endif
}

INLINE integers load_bytes(const uint8_t *from)
{
#ifdef SNT_DOUBLE
	return (integers)_mm256_cvtepu8_epi64(_mm_loadu_si32(from));
#else
	return (integers)_mm256_cvtepu8_epi32(_mm_loadu_si64(from));
#endif
}

INLINE void store_bytes(uint8_t *to, integers value)
{
#ifdef SNT_DOUBLE
	bytes narrow = __builtin_convertvector(value, bytes);

	memcpy(to, &narrow, sizeof(narrow));
#else
	__m128i low = _mm256_castsi256_si128((__m256i)value);
	__m128i high = _mm256_extracti128_si256((__m256i)value, 1);
	__m128i words = _mm_packs_epi32(low, high);

	_mm_storeu_si64(to, _mm_packus_epi16(words, words));
#endif
}

#define KERNELS kernels_avx2
#define KERNELS_NAME "avx2"
#include "net/kernels_template.h"
