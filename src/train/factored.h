/*
 * The network that a transformed learner runs in training. Composing W = B A
 * costs 1 + h / rows of a layer's own work (h: inner width, rows: of the
 * batch), applying the factors one after the other h (n + m) / (n m). Where
 * that is less, as for a dense layer and a small batch, the factors become
 * layers of their own: the same gradients, with another rounding. Everything
 * but training goes on with the composed network.
 */
#ifndef SNT_TRAIN_FACTORED_H
#define SNT_TRAIN_FACTORED_H

#include "net/engine.h"
#include "transform/transform.h"

struct factored;

/* NULL when composing every layer costs less. The transform is not owned and
 * is of this network. */
struct factored *factored_new(struct transform *transform,
    const struct network *network, int batch, int capacity,
    struct pool *pool);
void factored_free(struct factored *factored);

/* Its layers differ from the network's; logits and running statistics are
 * the same. */
struct engine *factored_engine(const struct factored *factored);
/* The engine's parameters at theta; valid while theta is and until the next
 * call. */
const real *factored_weights(struct factored *factored, const real *theta);
/* Where their gradient is to be summed, (parameters of the engine's network),
 * and that gradient brought to theta at last. */
real *factored_gradient(struct factored *factored, real *g_theta);
void factored_pull_back(struct factored *factored, const real *theta,
    real *g_theta);

#endif
