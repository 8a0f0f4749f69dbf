/* Products of whole numbers with AVX-512 VNNI: four at once, without
 * saturation. */
#include <immintrin.h>
#include <string.h>

#include "net/integers_vector.h"

enum { ROWS = 8 };

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
		for (; r < p->rows; r++) {
			if (both)
				tile(p, r, b, 1, 2);
			else
				tile(p, r, b, 1, 1);
		}
	}
}

INLINE floats16 fused(floats16 a, floats16 b, floats16 c)
{
	return (floats16)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}

INLINE integers16 widen_codes(bytes16 codes)
{
	return (integers16)_mm512_cvtepu8_epi32((__m128i)codes);
}

INLINE integers16 widen_weights(signed16 weights)
{
	return (integers16)_mm512_cvtepi8_epi32((__m128i)weights);
}

INLINE bytes16 narrow(integers16 value)
{
	return (bytes16)_mm512_cvtepi32_epi8((__m512i)value);
}

/* A code's upper half is zero, so one product of 16 bits is all of it. */
INLINE integers16 times(integers16 code, integers16 weight)
{
	return (integers16)_mm512_madd_epi16((__m512i)code, (__m512i)weight);
}

#define INTEGERS integers_vnni
#define INTEGERS_NAME "vnni"
#include "net/integers_template.h"
