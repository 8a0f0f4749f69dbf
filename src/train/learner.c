#include "train/learner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/operation.h"
#include "train/factored.h"
#include "train/learner_private.h"

/* Batches beyond this are computed in parts, except where statistics of the
 * whole batch are needed. */
enum { CAPACITY_LEAST = 256, CAPACITY_MOST = 512 };

static bool needs_whole_batch(const struct network *network)
{
	for (int i = 1; i <= network->layers; i++) {
		if (network->layer[i].operation->flags &
		    OPERATION_BATCH_STATISTICS)
			return true;
	}
	return false;
}

uint32_t learner_samples(const struct learner *learner)
{
	return learner->dataset->split[SPLIT_TRAIN].count;
}

/* The batch size in force: never more than there are samples. */
int learner_batch(const struct learner *learner)
{
	uint32_t all = learner_samples(learner);

	return (uint32_t)learner->batch > all ? (int)all : learner->batch;
}

static int wanted_capacity(const struct learner *learner)
{
	int batch = learner_batch(learner);
	int capacity = batch > CAPACITY_LEAST ? batch : CAPACITY_LEAST;

	if (capacity > CAPACITY_MOST && !needs_whole_batch(learner->network))
		capacity = CAPACITY_MOST;
	return capacity;
}

static void fit_straight(struct learner *learner, int capacity)
{
	engine_free(learner->straight_engine);
	reals_free(learner->rounded);
	learner->straight_engine = NULL;
	learner->rounded = NULL;
	if (!learner->straight)
		return;
	learner->rounded = reals_new(learner->network->parameters);
	learner->straight_engine = engine_new(learner->straight->network,
	    capacity, learner->pool);
}

void learner_fit_engines(struct learner *learner)
{
	int capacity = wanted_capacity(learner);
	size_t batch = (size_t)learner_batch(learner);

	reals_free(learner->losses);
	learner->losses = reals_new(batch);
	learner->chosen = xreallocarray(learner->chosen, batch,
	    sizeof(*learner->chosen));
	reals_free(learner->after);
	learner->after = reals_new(batch);
	learner->risen = xreallocarray(learner->risen, batch,
	    sizeof(*learner->risen));
	factored_free(learner->factored);
	learner->factored = factored_new(learner->transform,
	    learner->network, learner_batch(learner), capacity,
	    learner->pool);
	fit_straight(learner, capacity);
	if (learner->engine && engine_capacity(learner->engine) == capacity)
		return;
	engine_free(learner->engine);
	learner->engine = engine_new(learner->network, capacity,
	    learner->pool);
}

void learner_set_straight(struct learner *learner, struct straight *straight)
{
	straight_release(learner->straight);
	learner->straight = straight;
	fit_straight(learner, wanted_capacity(learner));
}

bool learner_is_plain(const struct learner *learner)
{
	return transform_kind_of(learner->transform) == transform_find("none");
}

static void free_vectors(struct learner *learner)
{
	if (learner->theta != learner->composed)
		reals_free(learner->theta);
	if (learner->g_theta != learner->g_w)
		reals_free(learner->g_theta);
	reals_free(learner->decay);
	reals_free(learner->noisy);
	learner->theta = learner->g_theta = learner->decay = NULL;
	learner->noisy = NULL;
}

void learner_make_work(struct learner *learner)
{
	size_t n = transform_size(learner->transform);

	if (learner_is_plain(learner)) {
		learner->g_theta = learner->g_w;
		return;
	}
	learner->g_theta = reals_new(n);
	learner->decay = reals_new(n);
	if (transform_is_noisy(learner->transform))
		learner->noisy = reals_new(learner->network->parameters);
}

/* Without a transform theta is w itself. */
static void make_vectors(struct learner *learner)
{
	learner->theta = learner_is_plain(learner) ? learner->composed :
	    reals_new(transform_size(learner->transform));
	learner_make_work(learner);
}

static struct transform *plain_transform(const struct network *network)
{
	const struct transform_kind *none = transform_find("none");
	struct option_values options;

	options_default(none->options, &options);
	return transform_new(none, &options, network, 0, NULL);
}

struct learner *learner_new(const struct dataset *dataset,
    struct network *network, uint64_t seed, struct pool *pool)
{
	static const char *const adam[] = {"adam"};
	struct learner *learner = xcalloc(1, sizeof(*learner));

	learner->dataset = dataset;
	learner->network = network;
	learner->pool = pool;
	learner->seed = seed;
	learner->batch = 128;
	learner->shuffle = true;
	learner->order_epoch = -1;
	schedule_constant(&learner->schedule);
	learner->composed = reals_new(network->parameters);
	learner->g_w = reals_new(network->parameters);
	learner->buffers = reals_new(network->buffers);
	network_initialise(network, seed, learner->composed,
	    learner->buffers);
	learner->composed_fits = true;
	learner->transform = plain_transform(network);
	make_vectors(learner);
	learner->optimizer = optimizer_new(1, adam,
	    transform_size(learner->transform), NULL);
	learner_fit_engines(learner);
	return learner;
}

void learner_free(struct learner *learner)
{
	if (!learner)
		return;
	free_vectors(learner);
	reals_free(learner->composed);
	reals_free(learner->g_w);
	reals_free(learner->buffers);
	engine_free(learner->engine);
	factored_free(learner->factored);
	straight_release(learner->straight);
	engine_free(learner->straight_engine);
	reals_free(learner->rounded);
	optimizer_free(learner->optimizer);
	transform_free(learner->transform);
	network_free(learner->network);
	free(learner->mask);
	free(learner->order);
	reals_free(learner->losses);
	free(learner->chosen);
	reals_free(learner->after);
	free(learner->risen);
	free(learner);
}

void learner_mask(const struct learner *learner, real *w)
{
	if (!learner->mask)
		return;
	for (size_t i = 0; i < learner->network->parameters; i++) {
		if (!learner->mask[i])
			w[i] = 0;
	}
}

const real *learner_weights(const struct learner *learner)
{
	struct learner *keeper = (struct learner *)learner;

	if (learner->composed_fits)
		return learner->composed;
	if (!learner_is_plain(learner))
		transform_compose(learner->transform, learner->theta,
		    keeper->composed, learner->pool);
	learner_mask(learner, keeper->composed);
	keeper->composed_fits = true;
	return learner->composed;
}

int learner_restart(struct learner *learner, struct error *error)
{
	network_initialise(learner->network, learner->seed, learner->composed,
	    learner->buffers);
	learner->composed_fits = true;
	free(learner->mask);
	learner->mask = NULL;
	learner_set_straight(learner, NULL);
	learner->step = 0;
	learner->gradients = 0;
	learner->order_epoch = -1;
	return learner_set_transform(learner,
	    transform_kind_of(learner->transform),
	    transform_options(learner->transform), error);
}

int learner_set_optimizer(struct learner *learner, int words,
    const char *const *word, struct error *error)
{
	struct optimizer *optimizer = optimizer_new(words, word,
	    transform_size(learner->transform), error);

	if (!optimizer)
		return -1;
	optimizer_free(learner->optimizer);
	learner->optimizer = optimizer;
	return 0;
}

static int start_theta(struct transform *transform, const real *w, real *theta,
    struct error *error)
{
	if (theta == w)
		return 0;
	return transform_start(transform, w, false, theta, error);
}

int learner_set_transform(struct learner *learner,
    const struct transform_kind *kind, const struct option_values *options,
    struct error *error)
{
	struct transform *old = learner->transform;
	struct transform *transform = transform_new(kind, options,
	    learner->network, learner->seed, error);
	struct optimizer *optimizer;
	real *trial;

	if (!transform)
		return -1;
	/* Tried aside first: a failing start must change nothing. */
	trial = reals_new(transform_size(transform));
	if (transform_start(transform, learner_weights(learner), true,
		trial, error)) {
		reals_free(trial);
		transform_free(transform);
		return -1;
	}
	free_vectors(learner);
	learner->transform = transform;
	make_vectors(learner);
	reals_copy(learner->theta, trial, transform_size(transform));
	reals_free(trial);
	optimizer = optimizer_again(learner->optimizer,
	    transform_size(transform));
	optimizer_free(learner->optimizer);
	learner->optimizer = optimizer;
	learner_fit_engines(learner);
	transform_free(old);
	learner->composed_fits = false;
	return 0;
}

void learner_set_batch(struct learner *learner, int batch)
{
	learner->batch = batch;
	learner->order_epoch = -1;
	learner_fit_engines(learner);
}

int learner_set_weights(struct learner *learner, const real *w,
    struct error *error)
{
	real *theta = learner->theta;

	if (theta != learner->composed &&
	    start_theta(learner->transform, w, theta, error))
		return -1;
	reals_copy(learner->composed, w, learner->network->parameters);
	learner->composed_fits = false;
	return 0;
}

long learner_steps_per_epoch(const struct learner *learner)
{
	long batch = learner_batch(learner), all = learner_samples(learner);

	return batch ? (all + batch - 1) / batch : 1;
}

double learner_epoch(const struct learner *learner)
{
	return (double)learner->step /
	    (double)learner_steps_per_epoch(learner);
}
