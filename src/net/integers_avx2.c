/*
 * Products of whole numbers with AVX2. Two bytes' products may pass 16 bits
 * (vpmaddubsw saturates), so codes and weights are widened first.
 */
#include <immintrin.h>
#include <string.h>

#define LANES 8
#include "net/integers_vector.h"

/* Rows of a tile; rows, and codes of each, that are widened at a time. */
enum { ROWS = 4, HELD = 4 * ROWS, WIDE = 1024 };

static size_t packed(int channels, int k)
{
	return 2 * packed_fours(channels, k);
}

/* Two weights of each of 16 channels beside each other:
 * (block, k / 2, 16, 2). */
INLINE int16_t *place_of(void *to, int k, int channel, int i)
{
	return (int16_t *)to + (size_t)(channel / INTEGER_BLOCK *
	    INTEGER_BLOCK) * (size_t)k + i / 2 * 32 +
	    channel % INTEGER_BLOCK * 2 + i % 2;
}

static void pack(int channels, int k, const int8_t *w, void *to)
{
	for (int c = 0; c < integer_blocks(channels) * INTEGER_BLOCK; c++)
		for (int i = 0; i < k; i++)
			*place_of(to, k, c, i) = c < channels ?
			    w[(size_t)c * (size_t)k + (size_t)i] : 0;
}

INLINE __m256i pair_of(const int16_t *x)
{
	int32_t value;

	memcpy(&value, x, sizeof(value));
	return _mm256_set1_epi32(value);
}

/* sums (rows, one block) = wide (rows, k) w^T, or += unless `first`; `next`
 * and `step` are from row to row. */
INLINE void tile(int rows, bool first, int k, const int16_t *wide,
    size_t next, const int16_t *w, int32_t *sums, size_t step)
{
	__m256i low[ROWS], high[ROWS];

	UNROLL
	for (int r = 0; r < rows; r++) {
		const void *at = sums + (size_t)r * step;

		low[r] = high[r] = _mm256_setzero_si256();
		if (first)
			continue;
		low[r] = _mm256_loadu_si256(at);
		high[r] = _mm256_loadu_si256((const __m256i *)at + 1);
	}
	for (int i = 0; i < k; i += 2, w += 32) {
		__m256i w0 = _mm256_loadu_si256((const __m256i *)w);
		__m256i w1 = _mm256_loadu_si256((const __m256i *)w + 1);

		UNROLL
		for (int r = 0; r < rows; r++) {
			__m256i pair = pair_of(wide + (size_t)r * next + i);

			low[r] = _mm256_add_epi32(low[r],
			    _mm256_madd_epi16(pair, w0));
			high[r] = _mm256_add_epi32(high[r],
			    _mm256_madd_epi16(pair, w1));
		}
	}
	UNROLL
	for (int r = 0; r < rows; r++) {
		void *at = sums + (size_t)r * step;

		_mm256_storeu_si256(at, low[r]);
		_mm256_storeu_si256((__m256i *)at + 1, high[r]);
	}
}

/* count: of fours. */
INLINE void widen(const uint8_t *x, int count, int16_t *wide)
{
	int i = 0;

	for (; i + 16 <= count; i += 16)
		_mm256_storeu_si256((__m256i *)(void *)(wide + i),
		    _mm256_cvtepu8_epi16(_mm_loadu_si128(
		    (const void *)(x + i))));
	for (; i < count; i += 4)
		_mm_storeu_si64(wide + i, _mm_cvtepu8_epi16(
		    _mm_loadu_si32(x + i)));
}

/* Numbers first .. first + count - 1 of one row. */
static void widen_row(const struct integer_product *p, int row, int first,
    int count, int16_t *wide)
{
	while (count > 0) {
		int skipped = first % p->run, rest = p->run - skipped;
		int part = rest < count ? rest : count;
		const uint8_t *x = p->row[row] +
		    (size_t)(first / p->run) * p->next + skipped;

		widen(x, part, wide);
		wide += part;
		first += part;
		count -= part;
	}
}

static void widen_rows(const struct integer_product *p, int row, int rows,
    int first, int count, int16_t wide[HELD][WIDE])
{
	for (int r = 0; r < rows; r++)
		widen_row(p, row + r, first, count, wide[r]);
}

/* One block of channels; its weights are in the cache after the first rows. */
INLINE void multiply_block(int rows, bool first, int count,
    int16_t wide[HELD][WIDE], const int16_t *w, int32_t *sums, size_t step)
{
	int r = 0;

	for (; r + ROWS <= rows; r += ROWS)
		tile(ROWS, first, count, wide[r], WIDE, w,
		    sums + (size_t)r * step, step);
	for (; r < rows; r++)
		tile(1, first, count, wide[r], WIDE, w,
		    sums + (size_t)r * step, step);
}

static void some_rows(const struct integer_product *p, int row, int rows)
{
	size_t step = (size_t)p->blocks * INTEGER_BLOCK;
	int32_t *sums = p->sums + (size_t)row * step;
	int16_t wide[HELD][WIDE];

	for (int first = 0; first < p->k; first += WIDE) {
		int count = p->k - first < WIDE ? p->k - first : WIDE;

		widen_rows(p, row, rows, first, count, wide);
		for (int b = 0; b < p->blocks; b++)
			multiply_block(rows, first == 0, count, wide,
			    (const int16_t *)p->w + INTEGER_BLOCK *
			    ((size_t)b * (size_t)p->k + (size_t)first),
			    sums + b * INTEGER_BLOCK, step);
	}
}

static void multiply(const struct integer_product *p)
{
	for (int r = 0; r < p->rows; r += HELD)
		some_rows(p, r, p->rows - r < HELD ? p->rows - r : HELD);
}

INLINE floats fused(floats a, floats b, floats c)
{
	return (floats)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}

/* A NaN stays one. */
INLINE floats bounded(floats v, floats low, floats high)
{
	return (floats)_mm256_min_ps((__m256)high,
	    _mm256_max_ps((__m256)low, (__m256)v));
}

INLINE integers larger(integers a, integers b)
{
	return (integers)_mm256_max_epi32((__m256i)a, (__m256i)b);
}

INLINE codes narrow(integers value)
{
	__m128i words = _mm_packus_epi32(
	    _mm256_castsi256_si128((__m256i)value),
	    _mm256_extracti128_si256((__m256i)value, 1));

	return (codes)_mm_cvtsi128_si64(_mm_packus_epi16(words, words));
}

INLINE __m128i place_at(const uint8_t *x)
{
	return _mm_loadl_epi64((const __m128i *)(const void *)x);
}

/* Two places beside each other, channel by channel, times two weights. */
INLINE integers add_pair(integers sum, const uint8_t *x, size_t next,
    const int8_t *w)
{
	__m128i pair = _mm_unpacklo_epi8(place_at(x), place_at(x + next));

	return sum + (integers)_mm256_madd_epi16(_mm256_cvtepu8_epi16(pair),
	    _mm256_loadu_si256((const __m256i *)(const void *)w));
}

INLINE integers add_places(integers sum, const uint8_t *x, size_t next,
    const int8_t *w)
{
	sum = add_pair(sum, x, next, w);
	return add_pair(sum, x + 2 * next, next, w + 64);
}

#include "net/integers_squares.h"

#define INTEGERS integers_avx2
#define INTEGERS_SQUARES {packed_squares, pack_squares, squares}
#define INTEGERS_NAME "avx2"
#include "net/integers_template.h"
