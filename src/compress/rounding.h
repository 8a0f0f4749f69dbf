/*
 * Which code a weight gets, given the levels. What looks at images works in
 * small steps: the layer's Hessian H = X^T X / N is gathered first, and the
 * layer's squared error of a row is then d^T H d with d = q - w.
 */
#ifndef SNT_COMPRESS_ROUNDING_H
#define SNT_COMPRESS_ROUNDING_H

#include "compress/hessian.h"
#include "compress/quantise.h"
#include "compress/walk.h"

/* The names of the table in rounding.c, as choices of an option. */
#define ROUNDINGS "nearest|gptq|adaround"

/* What a rounding may look at. */
struct rounding_scene {
	struct walk *walk;	/* through the layers before, as they are
				 * now; NULL where not needed */
	const struct network *network;
	int layer;
	const struct calibration *images;
	uint32_t count;
};

bool rounding_needs_images(int how);

/* The codes of weights w, levels given; w has to stay. */
struct rounding;
struct rounding *rounding_begin(int how, const struct rounding_scene *scene,
    struct coded *coded, const real *w);
/* A step of it; true when all codes are there. */
bool rounding_advance(struct rounding *rounding);
void rounding_free(struct rounding *rounding);

/* The rows of the table that have a file of their own: with the Hessian. */
struct rounder {
	void *(*begin)(const struct hessian *hessian, struct pool *pool,
	    struct coded *coded, const real *w);
	bool (*advance)(void *work);
	void (*free)(void *work);
};
extern const struct rounder rounder_gptq, rounder_adaround;

#endif
