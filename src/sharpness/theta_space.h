/*
 * A measure in theta, the numbers that a transform makes the weights from.
 * The network sees w = T(theta); what it answers is pulled back. With J the
 * Jacobian of T, g and H the gradient and the Hessian of the loss in w,
 *
 *	gradient in theta	J^T g
 *	product in theta	J^T H J d + (d/dt) J(theta + t d)^T g, t = 0
 *
 * The last term is a central difference of fourth order along d: exact up to
 * rounding for products of at most five factors, which are polynomials there.
 */
#ifndef SNT_SHARPNESS_THETA_SPACE_H
#define SNT_SHARPNESS_THETA_SPACE_H

#include "sharpness/ask.h"

struct theta_space;

struct theta_space *theta_space_new(const struct measure_theta *theta,
    size_t parameters);
void theta_space_free(struct theta_space *space);
/* A layer's part of theta; 0: all of it. */
void theta_space_window(const struct theta_space *space, int layer,
    size_t *first, size_t *n);

/* What is to be asked of the network before this can be answered: a product
 * also rests on the gradient where it is taken. */
enum ask theta_space_question(const struct theta_space *space, enum ask ask);
/* w (parameters) of the point, and for a product d_w of the direction. */
void theta_space_place(struct theta_space *space, enum ask question,
    const real *point, const real *direction, real *w, real *d_w);
/* The network's answer (parameters) as the measure's (all of theta). False:
 * it was a question before the one asked. */
bool theta_space_take(struct theta_space *space, enum ask asked,
    enum ask question, const real *point, const real *direction,
    real *answer_w, real *answer);

#endif
