/*
 * A learner: one network being trained. It holds everything that decides the
 * next step (data order, parameters, transform, optimizer state), so that
 * two learners with equal fields take equal steps, bit for bit.
 */
#ifndef SNT_TRAIN_LEARNER_H
#define SNT_TRAIN_LEARNER_H

#include "data/dataset.h"
#include "net/engine.h"
#include "train/optimizer.h"
#include "train/schedule.h"
#include "train/straight.h"
#include "transform/transform.h"

/* Pruning while training goes on; see after_step below. */
struct gradual {
	double ratio;		/* 0: none */
	long begin, steps, every;
};

struct factored;	/* train/factored.h */

struct learner {
	const struct dataset *dataset;	/* not owned */
	struct network *network;
	struct transform *transform;
	struct optimizer *optimizer;
	struct schedule schedule;
	struct engine *engine;		/* of the folded network */
	struct factored *factored;	/* what training runs instead, or
					 * NULL */
	struct pool *pool;		/* not owned */

	uint64_t seed;
	int batch;
	bool shuffle;
	bool decay_factors;	/* weight decay on theta instead of w */

	long step;		/* training steps taken */
	double gradients;	/* gradient evaluations so far */
	real *theta;		/* (transform_size); == composed when `none` */
	real *composed;		/* (parameters): see learner_weights() */
	bool composed_fits;	/* it is T(theta) */
	real *buffers;		/* (network->buffers) */
	/* Called at the end of every step, by what prunes gradually: its
	 * methods are no business of a learner. NULL: nothing to do. */
	void (*after_step)(struct learner *learner);
	struct gradual gradual;
	uint8_t *mask;		/* (parameters) 0 = stays zero, or NULL */
	struct straight *straight;	/* training sees weights rounded this
					 * way, or NULL */
	struct engine *straight_engine;	/* of its network */

	/* Work, allocated once: */
	real *g_w, *g_theta, *decay;
	uint32_t *order;	/* of this epoch */
	long order_epoch;	/* -1: none */
	real *losses;		/* (batch): of the samples, first pass */
	uint32_t *chosen;	/* (batch): samples of a part of it */
	real *after;		/* (batch): losses at another point */
	struct risen *risen;	/* (batch) */
	real *rounded;		/* (parameters), with `straight` */
	real *noisy;		/* (parameters), of a noisy transform */
};

struct learner_report {
	double loss;		/* mean of the batch, before the update */
	double accuracy;
	int n;
	double lr;
	double gradients;	/* of this step */
	bool aside;		/* loss and accuracy are of weights with noise,
				 * where other steps' are of the network */
};

/* Fresh parameters from the seed. Takes the network over. Adam lr=1e-3,
 * batch 128, shuffling, no transform, constant rate. */
struct learner *learner_new(const struct dataset *dataset,
    struct network *network, uint64_t seed, struct pool *pool);
void learner_free(struct learner *learner);
/* Everything copied, state included: the next steps are the same. */
struct learner *learner_copy(const struct learner *learner);

/* The same at rest, without engines and work space: to be kept, and copied
 * with learner_copy() when it is to go on. Nothing else may be done with it
 * but reading its fields and learner_free(). Empty: what learner_spans()
 * tells has room, of any content. */
struct learner *learner_park(const struct learner *learner, bool empty);
/* Bytes of what is kept of it then, and where they lie: how many pieces. */
size_t learner_bytes(const struct learner *learner);
struct learner_span {
	void *data;
	size_t bytes;
};
enum { LEARNER_SPANS = STATES_MAX + 5 };
int learner_spans(const struct learner *learner,
    struct learner_span span[LEARNER_SPANS]);

/* Begin again: initial weights and step 0 under the present settings. */
int learner_restart(struct learner *learner, struct error *error);

/* Each keeps w (up to rounding for a new transform) and step. */
int learner_set_optimizer(struct learner *learner, int words,
    const char *const *word, struct error *error);
int learner_set_transform(struct learner *learner,
    const struct transform_kind *kind, const struct option_values *options,
    struct error *error);
void learner_set_batch(struct learner *learner, int batch);
/* Mark theta (and w) as changed from outside, e.g. `compress apply`: w is
 * given, theta is made anew from it. */
int learner_set_weights(struct learner *learner, const real *w,
    struct error *error);

/* Weights that may be pruned (network.h) and are zero in w become and stay
 * zero. */
void learner_keep_zeros(struct learner *learner, const real *w);

/* From now on training sees weights rounded this way (taken over); NULL: the
 * weights themselves. The same network. */
void learner_set_straight(struct learner *learner, struct straight *straight);

/* (parameters): the folded network w = T(theta), masked. Composed when it is
 * asked for and theta has moved; const all the same, since nothing that
 * decides a step changes. Stays valid until the next step. */
const real *learner_weights(const struct learner *learner);

long learner_steps_per_epoch(const struct learner *learner);
double learner_epoch(const struct learner *learner);

/* One training step. A loss that is not finite is reported as it is. */
void learner_step(struct learner *learner, struct learner_report *report);

/* Two ways to compute the same logits: the largest difference of them, and
 * the samples whose prediction changes. */
struct path_difference {
	double max_abs_diff;
	double largest;		/* logit, in size */
	long flips;
};
/* In units in the last place of the largest logit, in single precision. */
double path_ulps(const struct path_difference *difference);

/* From the folded network as it is kept: of one composed anew, and of what
 * training runs, which differs by rounding where that is factors. */
struct fold_report {
	struct path_difference composed, training;
	uint32_t n;
};
void learner_check_fold(struct learner *learner, enum split_name split,
    struct fold_report *report);
/* From the learner's network to another one that should do the same. */
struct path_difference learner_compare(const struct learner *learner,
    const struct network *network, const real *w, const real *buffers,
    enum split_name split);

#endif
