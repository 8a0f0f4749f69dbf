/*
 * What the sharpness-aware methods share: a point to climb from, in theta's
 * space or in that of the folded weights, and gradients there. Every such
 * method has the options METHOD_RADIUS .. METHOD_SPACE first, in this order.
 */
#ifndef SNT_TRAIN_ASCENT_H
#define SNT_TRAIN_ASCENT_H

#include "train/rule.h"

enum { METHOD_RADIUS, METHOD_BASE, METHOD_SPACE, METHOD_OWN };

#define METHOD_BASE_OPTION \
	{"base", OPTION_CHOICE, 0, 0, 0, "adam|sgd", "the rule that steps", \
	    false}
#define METHOD_SPACE_OPTION(initial) \
	{"space", OPTION_CHOICE, initial, 0, 0, "theta|w", \
	    "with a transform: climb in the factors or in the weights", false}

struct ascent {
	const struct method_step *step;
	bool in_w;
	size_t n;
	const real *at;			/* (n) theta or w */
	const struct segment *segment;	/* of that space */
	int segments;
};

struct ascent ascent_begin(const struct method_step *step);
/* The first gradient of the step, (n of the space). `plain` (n of theta), when
 * not NULL: the same in theta. Valid until the next gradient. */
const real *ascent_first(const struct ascent *ascent, real *plain);
/* step->g = the gradient in theta at a point of the space. */
void ascent_gradient(const struct ascent *ascent, const real *point, int pass);
/* point = at + rho g / |g|; the norm is over all parameters. */
void ascent_climb(const struct ascent *ascent, const real *g, real *point);
/* That climb and the gradient there; state[0] is the point. */
void ascent_sam(const struct ascent *ascent, real *plain);

/* Keeps a quotient by a norm finite, as in the authors' code. */
#define NORM_FLOOR 1e-12

#endif
