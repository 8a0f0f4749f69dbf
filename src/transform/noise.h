/*
 * Noise behind a transform: in one training step of `every` the network sees
 * each matrix W of its weights as
 *
 *	0			where |W_ij| < cut m t,
 *	W_ij + noise max_j |W_ij| u_ij	elsewhere,
 *
 * u uniform in [-1, 1), one t for all in [0, 1), new for each such step, m the
 * mean of |W_ij| over all transformed matrices. So what is minimised is the
 * loss and, with a weight of 1 / every, its mean in a neighbourhood, L +
 * E[g.d] + E[d' H d] / 2 + ...: the part of the sharpness that compression
 * meets. The neighbourhood is that of compressed networks: rounding a row to b
 * bits moves its numbers by up to max |W_ij| / (2 (2^(b-1) - 1)), so noise =
 * 1/14 is as much as 4 bits would do, 1/6 as much as 3; pruning zeroes what is
 * smaller than a threshold, which is 1.6 m at 80%, for normal weights as for
 * Laplace's, and 2.1 or 2.3 m at 90%: cut = 2 is pruning at all ratios up to 86
 * or 89%. The gradient at the noisy weights moves W, numbers that are left out
 * too.
 *
 * In the manner of Gaussian weight noise (Graves 2011), of pseudo quantisation
 * noise (Defossez et al. 2021, arXiv 2104.09987) and of targeted dropout (Gomez
 * et al. 2019, arXiv 1905.13678; theirs leaves small weights out one by one,
 * which compresses less well than to leave out all below a threshold). The
 * folded network has none of it; for running statistics see learner_step.c.
 */
#ifndef SNT_TRANSFORM_NOISE_H
#define SNT_TRANSFORM_NOISE_H

#include "base/random.h"
#include "transform/transform.h"

/* In the table of every transform. */
#define NOISE_OPTION(initial) {"noise", OPTION_REAL, initial, 0, 2, NULL, \
	"train with random numbers added to the weights, up to this part of " \
	"the largest one of each output's: 1/14 is what rounding to 4 bits " \
	"does, 1/6 to 3. The folded network has none", false}, \
	{"cut", OPTION_REAL, 0, 0, 10, NULL, "train without the small " \
	"weights, as pruning would: in a step those are 0 whose size is " \
	"below a random part, up to this one, of the mean of all sizes. " \
	"The folded network has all", false}, \
	{"every", OPTION_INTEGER, 8, 1, 1000, NULL, "one step in so many has " \
	"noise and cut; the others train the network as it is, and batch " \
	"norm's running statistics are theirs, and the loss that is shown", \
	false}

struct noise {
	real size;		/* of a row's largest number */
	real least;		/* what is smaller is left out */
};

/* to (rows, columns) = from with noise; position: of the first row in the
 * stream, where each takes one place. */
void noise_add(struct random_key key, size_t position, struct noise noise,
    int rows, int columns, const real *from, real *to, struct pool *pool);

#endif
