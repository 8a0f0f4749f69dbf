/*
 * The kernels for any processor: fma() of the C library where the compiler
 * knows no instruction for it. Slow on old x86, but the same bits.
 */
#include <math.h>

#define VECTOR_BYTES 16
#include "net/kernels_vector.h"

#define TILE_ROWS 4

typedef int partial;

INLINE vector broadcast(real value)
{
	vector all;

	UNROLL
	for (int i = 0; i < LANES; i++)
		all[i] = value;
	return all;
}

/* a * b + c with one rounding. */
INLINE vector fused(vector a, vector b, vector c)
{
	UNROLL
	for (int i = 0; i < LANES; i++)
		c[i] = real_fma(a[i], b[i], c[i]);
	return c;
}

INLINE vector root(vector a)
{
	UNROLL
	for (int i = 0; i < LANES; i++)
		a[i] = real_sqrt(a[i]);
	return a;
}

INLINE vector interleave_low(vector a, vector b)
{
	vector both;

	UNROLL
	for (int i = 0; i < LANES; i++)
		both[i] = i % 2 ? b[i / 2] : a[i / 2];
	return both;
}

INLINE vector interleave_high(vector a, vector b)
{
	vector both;

	UNROLL
	for (int i = 0; i < LANES; i++)
		both[i] = i % 2 ? b[(LANES + i) / 2] : a[(LANES + i) / 2];
	return both;
}

INLINE partial partial_of(int count)
{
	return least(count, LANES);
}

INLINE vector load_part(const real *from, partial count)
{
	vector value = {0};

	memcpy(&value, from, (size_t)count * sizeof(real));
	return value;
}

INLINE void store_part(real *to, vector value, partial count)
{
	memcpy(to, &value, (size_t)count * sizeof(real));
}

INLINE sum_vector load_doubles(const real *from)
{
	sum_vector wide;

	UNROLL
	for (int i = 0; i < SUM_LANES; i++)
		wide[i] = (double)from[i];
	return wide;
}

INLINE integers load_bytes(const uint8_t *from)
{
	integers wide;

	UNROLL
	for (int i = 0; i < LANES; i++)
		wide[i] = from[i];
	return wide;
}

INLINE void store_bytes(uint8_t *to, integers value)
{
	bytes narrow = __builtin_convertvector(value, bytes);

	memcpy(to, &narrow, sizeof(narrow));
}

#define KERNELS kernels_portable
#define KERNELS_NAME "portable"
#include "net/kernels_template.h"
