/* Products of whole numbers for any processor. */
#include <math.h>
#include <string.h>

#define LANES 4
#include "net/integers_vector.h"

static size_t packed(int channels, int k)
{
	return packed_fours(channels, k);
}

static void pack(int channels, int k, const int8_t *w, void *to)
{
	pack_fours(channels, k, w, to);
}

/* The 16 sums of one block in one row. */
static void block(const struct integer_product *p, const uint8_t *x,
    const int8_t *w, int32_t *sums)
{
	memset(sums, 0, INTEGER_BLOCK * sizeof(*sums));
	for (int done = 0; done < p->k; done += p->run, x += p->next)
		for (int i = 0; i < p->run; i += 4, w += 64)
			for (int c = 0; c < INTEGER_BLOCK; c++)
				sums[c] += x[i] * w[4 * c] +
				    x[i + 1] * w[4 * c + 1] +
				    x[i + 2] * w[4 * c + 2] +
				    x[i + 3] * w[4 * c + 3];
}

static void multiply(const struct integer_product *p)
{
	const int8_t *w = p->w;

	for (int r = 0; r < p->rows; r++)
		for (int b = 0; b < p->blocks; b++)
			block(p, p->row[r], w + (size_t)b * INTEGER_BLOCK *
			    (size_t)p->k, p->sums +
			    (size_t)(r * p->blocks + b) * INTEGER_BLOCK);
}

INLINE floats fused(floats a, floats b, floats c)
{
	UNROLL
	for (int i = 0; i < LANES; i++)
		c[i] = fmaf(a[i], b[i], c[i]);
	return c;
}

/* A NaN stays one. */
INLINE floats bounded(floats v, floats low, floats high)
{
	UNROLL
	for (int i = 0; i < LANES; i++) {
		v[i] = v[i] < low[i] ? low[i] : v[i];
		v[i] = v[i] > high[i] ? high[i] : v[i];
	}
	return v;
}

INLINE integers larger(integers a, integers b)
{
	integers above = a > b;

	return (a & above) | (b & ~above);
}

INLINE codes narrow(integers value)
{
	return __builtin_convertvector(value, codes);
}

INLINE integers add_places(integers sum, const uint8_t *x, size_t next,
    const int8_t *w)
{
	for (int i = 0; i < 4; i++, x += next)
		for (int c = 0; c < LANES; c++)
			sum[c] += x[c] * w[4 * c + i];
	return sum;
}

#define INTEGERS integers_portable
#define INTEGERS_SQUARES {NULL, NULL, NULL}
#define INTEGERS_NAME "portable"
#include "net/integers_template.h"
