/*
 * Noise behind a transform: while it trains, the network sees each matrix W of
 * its weights as
 *
 *	0			where |W_ij| < drop r t_ij,
 *	W_ij + noise max_j |W_ij| u_ij	elsewhere,
 *
 * u uniform in [-1, 1), t in [0, 1), new for each training step, r the root
 * mean square of all transformed weights. So what is minimised is the mean loss
 * in a neighbourhood, L + E[g.d] + E[d' H d] / 2 + ...: the part of the
 * sharpness that compression meets. The neighbourhood is that of compressed
 * networks: rounding a row to b bits moves its numbers by up to
 * max |W_ij| / (2 (2^(b-1) - 1)), so noise = 1/14 is as much as 4 bits would
 * do, 1/6 as much as 3; pruning zeroes what is smaller than a threshold, which
 * for normal weights is 1.28 r at 80%, 1.64 r at 90%. The gradient at the noisy
 * weights moves W, dropped numbers too.
 *
 * In the manner of Gaussian weight noise (Graves 2011), of pseudo quantisation
 * noise (Defossez et al. 2021, arXiv 2104.09987) and of targeted dropout (Gomez
 * et al. 2019, arXiv 1905.13678). The folded network has none of it.
 */
#ifndef SNT_TRANSFORM_NOISE_H
#define SNT_TRANSFORM_NOISE_H

#include "base/random.h"
#include "transform/transform.h"

/* In the table of every transform. Both fall with the learning rate's
 * schedule. */
#define NOISE_OPTION(initial) {"noise", OPTION_REAL, initial, 0, 2, NULL, \
	"train with random numbers added to the weights, up to this part of " \
	"the largest one of each output's: 1/14 is what rounding to 4 bits " \
	"does, 1/6 to 3. It falls with the rate's schedule; the folded " \
	"network has none", false}, \
	{"drop", OPTION_REAL, 0, 0, 10, NULL, "train without some of the " \
	"small weights, as pruning would: each is 0 in a step where its size " \
	"is below a random part, up to this one, of the root mean square of " \
	"all. It falls with the rate's schedule; the folded network has all", \
	false}

struct noise {
	real size;		/* of a row's largest number */
	real drop;		/* what is smaller may be dropped */
};

/* to (rows, columns) = from with noise; position: of the first row in the
 * stream, where each takes one place. */
void noise_add(struct random_key key, size_t position, struct noise noise,
    int rows, int columns, const real *from, real *to, struct pool *pool);

#endif
