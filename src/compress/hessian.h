/*
 * The Hessian of one layer's squared error with respect to a row of its
 * weights: H = X^T X / N over what the layer is given on the calibration set,
 * X's rows being the features of a dense layer, or the patches of a
 * convolution in the order of its weights (in/groups, kh, kw). Rows of the
 * same group share it (Hassibi and Stork 1993; Frantar et al. 2022).
 */
#ifndef SNT_COMPRESS_HESSIAN_H
#define SNT_COMPRESS_HESSIAN_H

#include "compress/compress.h"
#include "compress/walk.h"

struct hessian {
	int groups;		/* of a convolution; else 1 */
	int size;		/* weights of a row */
	real *matrix;		/* (groups, size, size) */
};

/* Of layer `id` (dense or conv) of the walk's network; at most a few dozen
 * places of each image are looked at. `damping`: a share of the mean of the
 * diagonal, added to it. */
struct hessian_work;
struct hessian_work *hessian_begin(struct walk *walk,
    const struct network *network, int id, const struct calibration *images,
    uint32_t count, double damping);
/* A few images; true when all are done. */
bool hessian_advance(struct hessian_work *work);
/* What was found; ends the work, also before its time. */
struct hessian hessian_end(struct hessian_work *work);
void hessian_free(struct hessian *hessian);
real *hessian_of_group(const struct hessian *hessian, int group);

/* H = (U + I) D (U + I)^T with U strictly upper, in place: row k (from 0 to
 * k - 1) becomes column k of U, and the diagonal that of D; what is right of
 * it is destroyed. */
void hessian_factor(real *matrix, int size, struct pool *pool);

#endif
