/* Products of whole numbers with AVX-512 VNNI: four at once, without
 * saturation. */
#include <immintrin.h>
#include <string.h>

#define LANES 16
#include "net/integers_vector.h"

/* Of a tile, and of one for what is left. */
enum { ROWS = 8, HALF = ROWS / 2 };

static size_t packed(int channels, int k)
{
	return packed_fours(channels, k);
}

static void pack(int channels, int k, const int8_t *w, void *to)
{
	pack_fours(channels, k, w, to);
}

INLINE __m512i four_of(const uint8_t *x)
{
	int32_t value;

	memcpy(&value, x, sizeof(value));
	return _mm512_set1_epi32(value);
}

/* `rows` x `blocks` vectors of sums; both constants where it is inlined. */
INLINE void tile(const struct integer_product *p, int row, int first, int rows,
    int blocks)
{
	const uint8_t *x[ROWS];
	const int8_t *w = (const int8_t *)p->w + (size_t)first *
	    INTEGER_BLOCK * (size_t)p->k;
	size_t next = INTEGER_BLOCK * (size_t)p->k;
	__m512i sum[2][ROWS];

	UNROLL
	for (int r = 0; r < rows; r++) {
		x[r] = p->row[row + r];
		sum[0][r] = sum[1][r] = _mm512_setzero_si512();
	}
	for (int done = 0; done < p->k; done += p->run) {
		for (int k = 0; k < p->run; k += 4, w += 64) {
			__m512i w0 = _mm512_loadu_si512(w);
			__m512i w1 = blocks > 1 ?
			    _mm512_loadu_si512(w + next) : w0;

			UNROLL
			for (int r = 0; r < rows; r++) {
				__m512i four = four_of(x[r] + k);

				sum[0][r] = _mm512_dpbusd_epi32(sum[0][r],
				    four, w0);
				if (blocks > 1)
					sum[1][r] = _mm512_dpbusd_epi32(
					    sum[1][r], four, w1);
			}
		}
		UNROLL
		for (int r = 0; r < rows; r++)
			x[r] += p->next;
	}
	UNROLL
	for (int r = 0; r < rows; r++) {
		int32_t *to = p->sums + (size_t)((row + r) * p->blocks +
		    first) * INTEGER_BLOCK;

		_mm512_storeu_si512(to, sum[0][r]);
		if (blocks > 1)
			_mm512_storeu_si512(to + INTEGER_BLOCK, sum[1][r]);
	}
}

static void multiply(const struct integer_product *p)
{
	for (int b = 0; b < p->blocks; b += 2) {
		bool both = b + 1 < p->blocks;
		int r = 0;

		for (; r + ROWS <= p->rows; r += ROWS) {
			if (both)
				tile(p, r, b, ROWS, 2);
			else
				tile(p, r, b, ROWS, 1);
		}
		for (; r + HALF <= p->rows; r += HALF) {
			if (both)
				tile(p, r, b, HALF, 2);
			else
				tile(p, r, b, HALF, 1);
		}
		for (; r < p->rows; r++) {
			if (both)
				tile(p, r, b, 1, 2);
			else
				tile(p, r, b, 1, 1);
		}
	}
}

INLINE floats fused(floats a, floats b, floats c)
{
	return (floats)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}

/* A NaN stays one. */
INLINE floats bounded(floats v, floats low, floats high)
{
	return (floats)_mm512_min_ps((__m512)high,
	    _mm512_max_ps((__m512)low, (__m512)v));
}

INLINE integers larger(integers a, integers b)
{
	return (integers)_mm512_max_epi32((__m512i)a, (__m512i)b);
}

INLINE codes narrow(integers value)
{
	return (codes)_mm512_cvtepi32_epi8((__m512i)value);
}

INLINE __m128i place_at(const uint8_t *x)
{
	return _mm_loadu_si128((const __m128i *)(const void *)x);
}

/* Four by four bytes, of four places and four channels, are transposed: words
 * across the register, then bytes within its quarters. */
INLINE integers add_places(integers sum, const uint8_t *x, size_t next,
    const int8_t *w)
{
	const __m512i words = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13,
	    2, 6, 10, 14, 3, 7, 11, 15);
	const __m512i bytes = _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8,
	    12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
	__m512i four = _mm512_castsi128_si512(place_at(x));

	four = _mm512_inserti32x4(four, place_at(x + next), 1);
	four = _mm512_inserti32x4(four, place_at(x + 2 * next), 2);
	four = _mm512_inserti32x4(four, place_at(x + 3 * next), 3);
	four = _mm512_permutexvar_epi32(words, four);
	four = _mm512_shuffle_epi8(four, bytes);
	return (integers)_mm512_dpbusd_epi32((__m512i)sum, four,
	    _mm512_loadu_si512(w));
}

#define INTEGERS integers_vnni
#define INTEGERS_SQUARES {NULL, NULL, NULL}
#define INTEGERS_NAME "vnni"
#include "net/integers_template.h"
