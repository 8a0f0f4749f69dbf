/*
 * SNT: a training-time transformation is a map in front of the flat vector.
 * The optimizer owns theta; composing gives the network's w = T(theta), and
 * the gradient is pulled back, g_theta = J^T g_w. Layers never see it, so
 * folding is exact: the network is w.
 *
 * This is a reconstruction. Of SNT (arXiv 2305.04526, version 1) only the
 * abstract is known; what is built here changes the network in training alone
 * and folds exactly.
 *
 * To add a transform: write src/transform/NAME.c, add a row to transforms.c.
 */
#ifndef SNT_TRANSFORM_TRANSFORM_H
#define SNT_TRANSFORM_TRANSFORM_H

#include "base/pool.h"
#include "net/network.h"

struct transform;

struct transform_kind {
	const char *name;	/* "none", "expand" */
	const char *help;
	const struct option *options;
};

/* What `snt on` alone stands for: name and options, as they would be typed.
 * Chosen by evidence, on validation data: see snt-study(7). */
#define TRANSFORM_USUAL "ws noise=0.125 cut=2.5"

const struct transform_kind *transform_kinds(int *count);
const struct transform_kind *transform_find(const char *name);

/* Start from the weights w: transform_start() fills theta so that T(theta) = w
 * up to rounding (the transform's compose() then gives the w to go on with).
 * Random parts come from (seed, RANDOM_TRANSFORM, segment). */
struct transform *transform_new(const struct transform_kind *kind,
    const struct option_values *options, const struct network *network,
    uint64_t seed, struct error *error);
/* The same transform in the same state. */
struct transform *transform_copy(const struct transform *transform);
/* Without work space, only to be copied or freed. */
void transform_park(struct transform *transform);
void transform_free(struct transform *transform);
const struct transform_kind *transform_kind_of(const struct transform *t);
const struct option_values *transform_options(const struct transform *t);

/* Length of theta. With `none` it is that of w. */
size_t transform_size(const struct transform *transform);
/* Segments of theta, named after w's: "1.weight.b", "1.weight.a", "1.bias". */
int transform_segments(const struct transform *transform,
    const struct segment **segments);
/* Whether the layer's weight is transformed. */
bool transform_covers(const struct transform *transform, int layer);
/* Of a layer whose weight W is a plain product W = F_1 ... F_d of segments:
 * d, and they are factor[d - 1] ... factor[0]; that is, in the order in which
 * they apply to an input. 0: there is no such product. */
int transform_factors(const struct transform *transform, int layer,
    const struct segment **factor);

/* fresh: as the options say, which may leave w; else theta meets w. */
int transform_start(struct transform *transform, const real *w, bool fresh,
    real *theta, struct error *error);
/* A transform may have a state of its own, beside theta: T depends on it,
 * derivatives take it as given. Set by a start, moved by one step of training
 * (at the new theta); kept in checkpoints. */
real *transform_state(struct transform *transform, size_t *n);
void transform_advance(struct transform *transform, const real *theta);
/* Whether training sees w through noise, ever, at a step (from 0) and always;
 * and what it sees there: noisy (parameters) = w with noise. See noise.h. */
bool transform_is_noisy(const struct transform *transform);
bool transform_is_noisy_at(const struct transform *transform, long step);
bool transform_is_always_noisy(const struct transform *transform);
void transform_add_noise(const struct transform *transform, long step,
    const real *w, real *noisy, struct pool *pool);
/* w = T(theta) */
void transform_compose(struct transform *transform, const real *theta,
    real *w, struct pool *pool);
/* g_theta = J^T g_w at theta */
void transform_pull_back(struct transform *transform, const real *theta,
    const real *g_w, real *g_theta, struct pool *pool);
/* The same for the parameters of one layer: w and g_w are its own. */
void transform_compose_layer(struct transform *transform, int layer,
    const real *theta, real *w, struct pool *pool);
void transform_pull_back_layer(struct transform *transform, int layer,
    const real *theta, const real *g_w, real *g_theta, struct pool *pool);
/* d_w = J d_theta at theta (for perturbations and factor-space curvature). */
void transform_push_forward(struct transform *transform, const real *theta,
    const real *d_theta, real *d_w, struct pool *pool);

#endif
