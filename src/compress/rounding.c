#include "compress/rounding.h"

#include <stdlib.h>

#include "base/memory.h"

/* Of the mean of H's diagonal, added to it. */
static const double damping = 0.01;

struct rounding {
	const struct rounder *rounder;	/* NULL: to nearest */
	struct coded *coded;
	const real *w;
	struct pool *pool;
	struct hessian_work *gathering;	/* then: */
	struct hessian hessian;
	void *work;
};

/* In the order of ROUNDINGS. */
static const struct rounder *const rounders[] = {NULL, &rounder_gptq,
	&rounder_adaround};

bool rounding_needs_images(int how)
{
	return rounders[how] != NULL;
}

struct rounding *rounding_begin(int how, const struct rounding_scene *scene,
    struct coded *coded, const real *w)
{
	struct rounding *rounding = xcalloc(1, sizeof(*rounding));

	rounding->rounder = rounders[how];
	rounding->coded = coded;
	rounding->w = w;
	if (!rounding->rounder)
		return rounding;
	rounding->pool = scene->images->pool;
	rounding->gathering = hessian_begin(scene->walk, scene->network,
	    scene->layer, scene->images, scene->count, damping);
	return rounding;
}

static void begin_rounding(struct rounding *rounding)
{
	rounding->hessian = hessian_end(rounding->gathering);
	rounding->gathering = NULL;
	rounding->work = rounding->rounder->begin(&rounding->hessian,
	    rounding->pool, rounding->coded, rounding->w);
}

bool rounding_advance(struct rounding *rounding)
{
	if (!rounding->rounder) {
		coded_encode(rounding->coded, rounding->w);
		return true;
	}
	if (rounding->work)
		return rounding->rounder->advance(rounding->work);
	if (hessian_advance(rounding->gathering))
		begin_rounding(rounding);
	return false;
}

void rounding_free(struct rounding *rounding)
{
	if (!rounding)
		return;
	if (rounding->gathering)
		rounding->hessian = hessian_end(rounding->gathering);
	if (rounding->work)
		rounding->rounder->free(rounding->work);
	hessian_free(&rounding->hessian);
	free(rounding);
}
