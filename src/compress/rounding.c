#include "compress/rounding.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compress/hessian.h"
#include "net/kernels.h"

static void nearest(const struct rounding_scene *scene, struct coded *coded,
    const real *w)
{
	(void)scene;
	coded_encode(coded, w);
}

/*
 * Column by column, each weight takes over what the ones before it in its row
 * have lost: with H = (U + I) D (U + I)^T, code k is that of
 * w_k + sum_i<k (w_i - q_i) U_ik. That is GPTQ (Frantar et al. 2022) in the
 * form of Chee et al. 2023, theorem 6, which needs no inverse.
 */
struct feedback {
	const struct hessian *hessian;
	struct coded *coded;
	const real *w;
	size_t rows, size;	/* of a row */
	real *lost;		/* (rows, size) */
};

static void encode_row(void *argument, int row, int worker)
{
	struct feedback *f = argument;
	size_t n = f->size, first = (size_t)row * n;
	size_t in_group = f->rows / (size_t)f->hessian->groups;
	const real *factor = hessian_of_group(f->hessian,
	    (int)((size_t)row / in_group));
	real *lost = f->lost + first;

	(void)worker;
	for (size_t k = 0; k < n; k++, factor += n) {
		size_t i = first + k, group = coded_group(f->coded, i);
		real w = f->w[i];

		/* What is pruned stays so. */
		if (w != 0)
			w += (real)kernels()->dot(k, lost, factor);
		f->coded->code[i] = coded_code(f->coded, group, w);
		lost[k] = f->w[i] - coded_value(f->coded, group,
		    f->coded->code[i]);
	}
}

static void gptq(const struct rounding_scene *scene, struct coded *coded,
    const real *w)
{
	struct hessian hessian = hessian_new(scene->walk, scene->network,
	    scene->layer, scene->images, scene->count, 0.01);
	size_t size = (size_t)hessian.size;
	struct feedback feedback = {&hessian, coded, w, coded->count / size,
		size, reals_new(coded->count)};

	for (int g = 0; g < hessian.groups; g++)
		hessian_factor(hessian_of_group(&hessian, g), hessian.size,
		    scene->images->pool);
	pool_run(scene->images->pool, (int)feedback.rows, encode_row,
	    &feedback);
	reals_free(feedback.lost);
	hessian_free(&hessian);
}

/* In the order of ROUNDINGS. */
static const struct {
	bool images;
	void (*encode)(const struct rounding_scene *scene,
	    struct coded *coded, const real *w);
} roundings[] = {
	{false, nearest},
	{true, gptq},
};

bool rounding_needs_images(int how)
{
	return roundings[how].images;
}

void rounding_encode(int how, const struct rounding_scene *scene,
    struct coded *coded, const real *w)
{
	roundings[how].encode(scene, coded, w);
}
