/*
 * Products of whole numbers with AVX2. Two bytes' products may pass 16 bits
 * (vpmaddubsw saturates), so codes and weights are widened first.
 */
#include <immintrin.h>
#include <string.h>

#include "net/integers_vector.h"

/* Rows at a time, and codes of each that are widened at a time. */
enum { ROWS = 4, WIDE = 1024 };

static size_t packed(int channels, int k)
{
	return 2 * packed_fours(channels, k);
}

/* Two weights of each of 16 channels beside each other:
 * (block, k / 2, 16, 2). */
static void pack(int channels, int k, const int8_t *w, void *to)
{
	int16_t *wide = to;

	for (int c = 0; c < integer_blocks(channels) * INTEGER_BLOCK; c++) {
		int16_t *block = wide + (size_t)(c / INTEGER_BLOCK) *
		    INTEGER_BLOCK * (size_t)k;

		for (int i = 0; i < k; i++)
			block[i / 2 * 32 + c % INTEGER_BLOCK * 2 + i % 2] =
			    c < channels ? w[(size_t)c * (size_t)k +
			    (size_t)i] : 0;
	}
}

INLINE __m256i pair_of(const int16_t *x)
{
	int32_t value;

	memcpy(&value, x, sizeof(value));
	return _mm256_set1_epi32(value);
}

/* sums (rows, one block) += wide (ROWS, WIDE) w^T over k of them. */
INLINE void tile(int rows, int k, int16_t wide[ROWS][WIDE], const int16_t *w,
    int32_t *sums, size_t step)
{
	__m256i low[ROWS], high[ROWS];

	UNROLL
	for (int r = 0; r < rows; r++) {
		const void *at = sums + (size_t)r * step;

		low[r] = _mm256_loadu_si256(at);
		high[r] = _mm256_loadu_si256((const __m256i *)at + 1);
	}
	for (int i = 0; i < k; i += 2, w += 32) {
		__m256i w0 = _mm256_loadu_si256((const __m256i *)w);
		__m256i w1 = _mm256_loadu_si256((const __m256i *)w + 1);

		UNROLL
		for (int r = 0; r < rows; r++) {
			__m256i pair = pair_of(wide[r] + i);

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

/* Numbers first .. first + count - 1 of one row. */
static void widen_row(const struct integer_product *p, int row, int first,
    int count, int16_t *wide)
{
	while (count > 0) {
		int skipped = first % p->run, rest = p->run - skipped;
		int part = rest < count ? rest : count;
		const uint8_t *x = p->row[row] +
		    (size_t)(first / p->run) * p->next + skipped;

		for (int i = 0; i < part; i++)
			wide[i] = x[i];
		wide += part;
		first += part;
		count -= part;
	}
}

static void widen(const struct integer_product *p, int row, int rows,
    int first, int count, int16_t wide[ROWS][WIDE])
{
	for (int r = 0; r < rows; r++)
		widen_row(p, row + r, first, count, wide[r]);
}

static void some_rows(const struct integer_product *p, int row, int rows)
{
	size_t step = (size_t)p->blocks * INTEGER_BLOCK;
	int32_t *sums = p->sums + (size_t)row * step;
	int16_t wide[ROWS][WIDE];

	memset(sums, 0, (size_t)rows * step * sizeof(*sums));
	for (int first = 0; first < p->k; first += WIDE) {
		int count = p->k - first < WIDE ? p->k - first : WIDE;

		widen(p, row, rows, first, count, wide);
		for (int b = 0; b < p->blocks; b++) {
			const int16_t *w = (const int16_t *)p->w +
			    INTEGER_BLOCK * ((size_t)b * (size_t)p->k +
			    (size_t)first);
			int32_t *to = sums + b * INTEGER_BLOCK;

			if (rows == ROWS)
				tile(ROWS, count, wide, w, to, step);
			else
				tile(1, count, wide, w, to, step);
		}
	}
}

static void multiply(const struct integer_product *p)
{
	int r = 0;

	for (; r + ROWS <= p->rows; r += ROWS)
		some_rows(p, r, ROWS);
	for (; r < p->rows; r++)
		some_rows(p, r, 1);
}

/* Sixteen numbers in two registers. */
union halves {
	floats16 floats;
	integers16 integers;
	__m256 real[2];
	__m256i whole[2];
};

INLINE floats16 fused(floats16 a, floats16 b, floats16 c)
{
	union halves x = {a}, y = {b}, z = {c};

	for (int i = 0; i < 2; i++)
		z.real[i] = _mm256_fmadd_ps(x.real[i], y.real[i], z.real[i]);
	return z.floats;
}

INLINE integers16 widen_codes(bytes16 codes)
{
	union halves wide;

	wide.whole[0] = _mm256_cvtepu8_epi32((__m128i)codes);
	wide.whole[1] = _mm256_cvtepu8_epi32(
	    _mm_srli_si128((__m128i)codes, 8));
	return wide.integers;
}

INLINE integers16 widen_weights(signed16 weights)
{
	union halves wide;

	wide.whole[0] = _mm256_cvtepi8_epi32((__m128i)weights);
	wide.whole[1] = _mm256_cvtepi8_epi32(
	    _mm_srli_si128((__m128i)weights, 8));
	return wide.integers;
}

INLINE bytes16 narrow(integers16 value)
{
	union halves wide = {.integers = value};
	__m128i low = _mm_packus_epi32(_mm256_castsi256_si128(wide.whole[0]),
	    _mm256_extracti128_si256(wide.whole[0], 1));
	__m128i high = _mm_packus_epi32(_mm256_castsi256_si128(wide.whole[1]),
	    _mm256_extracti128_si256(wide.whole[1], 1));

	return (bytes16)_mm_packus_epi16(low, high);
}

/* A code's upper half is zero, so one product of 16 bits is all of it. */
INLINE integers16 times(integers16 code, integers16 weight)
{
	union halves x = {.integers = code}, y = {.integers = weight};

	for (int i = 0; i < 2; i++)
		x.whole[i] = _mm256_madd_epi16(x.whole[i], y.whole[i]);
	return x.integers;
}

#define INTEGERS integers_avx2
#define INTEGERS_NAME "avx2"
#include "net/integers_template.h"
