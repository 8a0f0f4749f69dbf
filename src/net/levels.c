#include "net/levels.h"

#include <math.h>

static struct levels checked(struct levels levels)
{
	if (!(levels.scale > 0))	/* all zero, or too small to divide */
		levels.scale = 1;
	return levels;
}

/* s = max|x| / (2^(b-1) - 1); codes from -(2^(b-1) - 1), so that the range
 * is as wide on both sides. */
struct levels levels_symmetric(real least, real most, int bits)
{
	int half = (1 << (bits - 1)) - 1;
	real largest = -least > most ? -least : most;

	return checked((struct levels){largest / (real)half, half, 2 * half});
}

/* From the least to the most, widened so that 0 is a level of its own
 * (Jacob et al. 2018). */
struct levels levels_affine(real least, real most, int bits)
{
	int top = (1 << bits) - 1;
	real low = least < 0 ? least : 0, high = most > 0 ? most : 0;
	real scale = (high - low) / (real)top;
	int zero = scale > 0 ? (int)rint((double)(-low / scale)) : 0;

	return checked((struct levels){scale, zero < top ? zero : top, top});
}

struct levels levels_fit(enum level_scheme scheme, const real *w, size_t count,
    int bits)
{
	real least = 0, most = 0;

	for (size_t i = 0; i < count; i++) {
		least = w[i] < least ? w[i] : least;
		most = w[i] > most ? w[i] : most;
	}
	return scheme == SCHEME_AFFINE ? levels_affine(least, most, bits) :
	    levels_symmetric(least, most, bits);
}

/* rint() rounds half to even, the rounding mode that C starts with. */
uint8_t levels_code(struct levels levels, real x)
{
	double code = rint((double)(x / levels.scale)) + levels.zero;

	return (uint8_t)(code < 0 ? 0 : code > levels.top ? levels.top : code);
}
