/*
 * Noise in front of a transform: while it trains, each matrix M of theta is
 * seen as
 *
 *	M_ij + noise * max_j |M_ij| * u_ij,	u uniform in [-1, 1],
 *
 * with a new u for each training step, so that what is minimised is the mean
 * loss in a neighbourhood: L + E[d' H d] / 2 + ..., the part of the sharpness
 * that rounding meets. The neighbourhood is that of a quantiser: rounding a
 * row to b bits moves its numbers by up to max |M_ij| / (2 (2^(b-1) - 1)), so
 * noise = 1/14 is as much as 4 bits would do, 1/6 as much as 3.
 *
 * In the manner of Gaussian weight noise (Graves 2011) and of pseudo
 * quantisation noise (Defossez et al. 2021, arXiv 2104.09987); the folded
 * network has none of it.
 */
#ifndef SNT_TRANSFORM_NOISE_H
#define SNT_TRANSFORM_NOISE_H

#include "base/random.h"
#include "transform/transform.h"

/* In the table of every transform. */
#define NOISE_OPTION(initial) {"noise", OPTION_REAL, initial, 0, 2, NULL, \
	"train with random numbers added to what is trained, up to this part " \
	"of the largest one of each row: 1/14 is what rounding to 4 bits " \
	"does, 1/6 to 3. The folded network has none", false}

/* to (rows, columns) = from + noise; position: of the first row in the stream,
 * where each takes one place. */
void noise_add(struct random_key key, size_t position, real noise, int rows,
    int columns, const real *from, real *to, struct pool *pool);

#endif
