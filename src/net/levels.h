/*
 * Uniform levels of b bits: x = (q - z) s with q = 0 .. 2^b - 1 (affine) or
 * 2^b - 2 (symmetric: as many on both sides of zero).
 */
#ifndef SNT_NET_LEVELS_H
#define SNT_NET_LEVELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"

enum { BITS_LEAST = 2, BITS_MOST = 8, BITS_FLOAT = 32 };
enum level_scheme { SCHEME_SYMMETRIC, SCHEME_AFFINE };

struct levels {
	real scale;
	int zero, top;
};

/* From the least and the most that they have to reach; 0 is always one. The
 * scale of nothing but zeros is 1. */
struct levels levels_symmetric(real least, real most, int bits);
struct levels levels_affine(real least, real most, int bits);
/* Of weights, by a scheme above. */
struct levels levels_fit(enum level_scheme scheme, const real *w, size_t count,
    int bits);
/* Rounds half to even. */
uint8_t levels_code(struct levels levels, real x);

#endif
