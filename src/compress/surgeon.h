/*
 * Second-order pruning (Hassibi and Stork 1993, Optimal Brain Surgeon), layer
 * by layer as in Frantar and Alistarh 2022 (arXiv 2208.11580): with the
 * Hessian H = X^T X + damping of the squared error of a layer's output,
 * taking out weight j costs at least w_j^2 / (2 (H^-1)_jj), and when the
 * weights P of a row are out, its others K are best at
 *
 *	w_K + H_KK^-1 H_KP w_P = w_K - (H^-1)_KP ((H^-1)_PP)^-1 w_P
 *
 * whichever is less work.
 */
#ifndef SNT_COMPRESS_SURGEON_H
#define SNT_COMPRESS_SURGEON_H

#include "compress/moments.h"

/* Of one segment, by blocks of columns as in moments.h. columns 0: none. */
struct surgeon {
	int columns, groups, block, blocks;
	real *hessian, *inverse;	/* (groups, blocks, block, block) */
	/* (groups, columns): 1 / (H^-1)_jj, with the others' help, and H_jj */
	double *curvature, *alone;
};

/* From products; damping is `share` of the mean of the diagonal. */
void surgeon_make(const struct moment *moment, double share,
    struct surgeon *surgeon);
void surgeon_release(struct surgeon *surgeon);

/* The sum of squares of a segment's outputs, w^T H w over its rows. */
double surgeon_energy(const struct surgeon *surgeon, int rows, const real *w);
/* Zero where gone (rows, columns) is not 0, in each of a segment's weights
 * (rows, columns), and move the others. pool may be NULL. */
void surgeon_prune(const struct surgeon *surgeon, const uint8_t *gone,
    int rows, real *w, struct pool *pool);

#endif
