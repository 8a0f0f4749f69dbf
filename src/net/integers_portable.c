/* Products of whole numbers for any processor. */
#include <math.h>
#include <string.h>

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

INLINE floats16 fused(floats16 a, floats16 b, floats16 c)
{
	UNROLL
	for (int i = 0; i < INTEGER_BLOCK; i++)
		c[i] = fmaf(a[i], b[i], c[i]);
	return c;
}

INLINE integers16 widen_codes(bytes16 codes)
{
	return __builtin_convertvector(codes, integers16);
}

INLINE integers16 widen_weights(signed16 weights)
{
	return __builtin_convertvector(weights, integers16);
}

INLINE bytes16 narrow(integers16 value)
{
	return __builtin_convertvector(value, bytes16);
}

INLINE integers16 times(integers16 code, integers16 weight)
{
	return code * weight;
}

#define INTEGERS integers_portable
#define INTEGERS_NAME "portable"
#include "net/integers_template.h"
