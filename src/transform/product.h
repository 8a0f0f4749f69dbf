/*
 * A matrix (rows, columns) as a product of factors F_1 F_2 ... F_d with inner
 * width piece->width. In theta the factors lie in the order in which they
 * would be applied, F_d first: as the parameters of so many layers, one after
 * the other.
 */
#ifndef SNT_TRANSFORM_PRODUCT_H
#define SNT_TRANSFORM_PRODUCT_H

#include "transform/transform_private.h"

/* The i-th factor: (rows, columns) and where it begins in theta. */
struct factor {
	int rows, columns;
	size_t offset;
};

struct factor product_factor(const struct piece *piece, int i);
/* Numbers of all factors together. */
size_t product_count(const struct piece *piece);

/* As the functions of a piece (transform_private.h). */
size_t product_work(const struct piece *piece);
void product_compose(const struct piece *piece, const real *theta, real *w,
    real *space, struct pool *pool);
void product_pull_back(const struct piece *piece, const real *theta,
    const real *g_w, real *g_theta, real *space, struct pool *pool);
void product_push_forward(const struct piece *piece, const real *theta,
    const real *d_theta, real *d_w, real *space, struct pool *pool);

#endif
