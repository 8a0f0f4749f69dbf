/* One training step: the batch, its gradient wherever the optimizer asks for
 * it, the update. */
#include "train/learner.h"

#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "train/learner_private.h"

enum { GATHER_SAMPLES = 32 };

/* The samples of an epoch in their order, made once an epoch. */
static void order_epoch(struct learner *learner, long epoch)
{
	struct random_key key = {learner->seed, RANDOM_SHUFFLE,
		(uint64_t)epoch};
	uint32_t all = learner_samples(learner);

	if (learner->order_epoch == epoch)
		return;
	learner->order = xreallocarray(learner->order, all,
	    sizeof(*learner->order));
	if (learner->shuffle) {
		random_permutation(key, all, learner->order);
	} else {
		for (uint32_t i = 0; i < all; i++)
			learner->order[i] = i;
	}
	learner->order_epoch = epoch;
}

struct gathering {
	const struct learner *learner;
	const uint32_t *index;
	int n;
	real *out;
	int32_t *labels;
};

static void gather_some(void *argument, int unit, int worker)
{
	const struct gathering *g = argument;
	int first = unit * GATHER_SAMPLES;
	int count = g->n - first < GATHER_SAMPLES ? g->n - first :
	    GATHER_SAMPLES;
	size_t size = shape_size(g->learner->dataset->shape);

	(void)worker;
	split_gather(g->learner->dataset, SPLIT_TRAIN, g->index + first, 0,
	    count, g->out + (size_t)first * size, g->labels + first);
}

static void gather(struct learner *learner, const uint32_t *index, int n)
{
	struct gathering g = {learner, index, n,
		engine_input(learner->engine),
		engine_labels(learner->engine)};

	pool_run(learner->pool, (n + GATHER_SAMPLES - 1) / GATHER_SAMPLES,
	    gather_some, &g);
}

/* One step's batch, and what its first pass found. */
struct batch {
	struct learner *learner;
	const uint32_t *index;
	int n;
	double loss;
	long correct;
	int passes;
};

/* g_w = the gradient of the batch's mean loss at w, in parts when the batch
 * is larger than the engine. */
static void batch_gradient(struct batch *batch, const real *w, int pass)
{
	struct learner *learner = batch->learner;
	int capacity = engine_capacity(learner->engine);
	struct engine_request request = {.mode = ENGINE_TRAINING,
		.seed = learner->seed, .step = (uint64_t)learner->step,
		.running = pass == 0 ? learner->buffers : NULL};

	memset(learner->g_w, 0, learner->network->parameters * sizeof(real));
	engine_set_weights(learner->engine, w);
	engine_set_buffers(learner->engine, learner->buffers);
	for (int at = 0; at < batch->n; at += capacity) {
		struct engine_result result;

		request.n = batch->n - at < capacity ? batch->n - at :
		    capacity;
		request.origin = at;
		/* A later pass on the same whole batch finds it there. */
		if (batch->passes == 0 || batch->n > capacity)
			gather(learner, batch->index + at, request.n);
		engine_gradient(learner->engine, &request, NULL,
		    1.0 / batch->n, learner->g_w, &result);
		if (pass == 0) {
			batch->loss += result.loss;
			batch->correct += result.correct;
		}
	}
	batch->passes++;
}

static void mask_gradient(struct learner *learner)
{
	if (!learner->mask)
		return;
	for (size_t i = 0; i < learner->network->parameters; i++) {
		if (!learner->mask[i])
			learner->g_w[i] = 0;
	}
}

static void pull_back(struct learner *learner, real *g)
{
	mask_gradient(learner);
	if (learner_is_plain(learner)) {
		if (g != learner->g_w)
			memcpy(g, learner->g_w,
			    learner->network->parameters * sizeof(real));
		return;
	}
	transform_pull_back(learner->transform, learner->theta, learner->g_w,
	    g, learner->pool);
}

/* The optimizer's question: the gradient in theta at some theta. */
static void gradient_at_theta(void *context, const real *theta, int pass,
    real *g)
{
	struct batch *batch = context;
	struct learner *learner = batch->learner;

	if (learner_is_plain(learner)) {
		batch_gradient(batch, theta, pass);
		pull_back(learner, g);
		return;
	}
	/* w holds T(theta) at the first pass; later ones are elsewhere. */
	if (theta != learner->theta)
		transform_compose(learner->transform, theta, learner->w,
		    learner->pool);
	learner_apply_mask(learner);
	batch_gradient(batch, learner->w, pass);
	mask_gradient(learner);
	transform_pull_back(learner->transform, theta, learner->g_w, g,
	    learner->pool);
}

static void gradient_at_w(void *context, const real *w, int pass, real *g)
{
	struct batch *batch = context;

	batch_gradient(batch, w, pass);
	pull_back(batch->learner, g);
}

static const real *source_w(void *context)
{
	return ((struct batch *)context)->learner->w;
}

static const real *source_g_w(void *context)
{
	return ((struct batch *)context)->learner->g_w;
}

/* What decoupled or L2 decay pulls to zero, in theta: J^T w, which is the
 * gradient of |w|^2 / 2 (Khodak et al. 2021, arXiv 2105.01029). */
static const real *decay_vector(struct learner *learner)
{
	if (learner_is_plain(learner) || learner->decay_factors ||
	    !optimizer_decays(learner->optimizer))
		return learner->theta;
	transform_pull_back(learner->transform, learner->theta, learner->w,
	    learner->decay, learner->pool);
	return learner->decay;
}

static struct batch next_batch(struct learner *learner)
{
	long per_epoch = learner_steps_per_epoch(learner);
	long epoch = learner->step / per_epoch;
	long within = learner->step % per_epoch;
	int size = learner_batch(learner);
	long rest = (long)learner_samples(learner) - within * size;

	order_epoch(learner, epoch);
	return (struct batch){.learner = learner,
		.index = learner->order + within * size,
		.n = rest < size ? (int)rest : size};
}

void learner_step(struct learner *learner, struct learner_report *report)
{
	struct batch batch = next_batch(learner);
	struct gradient_source source = {.gradient = gradient_at_theta,
		.w = source_w, .g_w = source_g_w,
		.gradient_at_w = gradient_at_w,
		.n_w = learner->network->parameters, .context = &batch,
		.n = transform_size(learner->transform),
		.pool = learner->pool, .seed = learner->seed,
		.step = learner->step};
	double factor = schedule_factor(&learner->schedule,
	    learner_epoch(learner));
	double lr = 0;

	optimizer_get(learner->optimizer, "lr", &lr);
	optimizer_step(learner->optimizer, &source, factor,
	    decay_vector(learner), learner->theta, learner->g_theta);
	learner_compose(learner);
	learner->step++;
	learner->gradients += batch.passes;
	*report = (struct learner_report){
		.loss = batch.loss / batch.n,
		.accuracy = (double)batch.correct / batch.n, .n = batch.n,
		.lr = lr * factor, .gradients = batch.passes};
}
