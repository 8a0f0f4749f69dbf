/* One training step: the batch, its gradient wherever the optimizer asks for
 * it, the update. */
#include "train/learner.h"

#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "train/factored.h"
#include "train/learner_private.h"

/* The samples of an epoch in their order, made once an epoch. */
static void order_epoch(struct learner *learner, long epoch)
{
	struct random_key key = {learner->seed, RANDOM_SHUFFLE,
		(uint64_t)epoch};
	uint32_t all = learner_samples(learner);

	if (learner->order_epoch == epoch)
		return;
	if (!learner->order)
		learner->order = xreallocarray(NULL, all,
		    sizeof(*learner->order));
	if (learner->shuffle) {
		random_permutation(key, all, learner->order);
	} else {
		for (uint32_t i = 0; i < all; i++)
			learner->order[i] = i;
	}
	learner->order_epoch = epoch;
}

static void gather(struct learner *learner, struct engine *engine,
    const uint32_t *index, int n)
{
	struct random_key key = {learner->seed, RANDOM_AUGMENT,
		(uint64_t)learner->step};

	gather_training(learner->dataset, key, index, n, learner->pool,
	    engine_input(engine), engine_labels(engine));
}

/* One step's batch, and what its first pass found. */
struct batch {
	struct learner *learner;
	const uint32_t *index;
	int n;
	double loss;
	long correct;
	double gradients;		/* evaluations of the whole batch */
	const struct engine *holder;	/* of the whole batch */
	int whole;			/* samples before some were chosen */
};

/* Forward alone is a third of a gradient. */
static const double forward_cost = 1.0 / 3;

/* Whether this step trains behind the transform's noise. */
static bool is_noisy_step(const struct learner *learner)
{
	return learner->noisy &&
	    transform_is_noisy_at(learner->transform, learner->step);
}

/* Running statistics, and curves, belong to the network without noise, where
 * there are steps that see it. */
static bool stands_aside(const struct learner *learner)
{
	return is_noisy_step(learner) &&
	    !transform_is_always_noisy(learner->transform);
}

static void batch_part(struct batch *batch, struct engine *engine, int at,
    int pass, real *g, real *losses)
{
	struct learner *learner = batch->learner;
	int capacity = engine_capacity(engine), rest = batch->n - at;
	struct engine_request request = {.mode = ENGINE_TRAINING,
		.seed = learner->seed, .step = (uint64_t)learner->step,
		.running = pass == 0 && !stands_aside(learner) ?
		    learner->buffers : NULL,
		.n = rest < capacity ? rest : capacity, .origin = at,
		.first = at == 0};
	struct engine_result result;

	/* A later pass on the same whole batch finds it there. */
	if (batch->holder != engine || batch->n > capacity)
		gather(learner, engine, batch->index + at, request.n);
	batch->holder = engine;
	if (g)
		engine_gradient(engine, &request, NULL, 1.0 / batch->n, g,
		    &result);
	else
		engine_forward(engine, &request, &result);
	if (losses)
		memcpy(losses + at, engine_losses(engine),
		    (size_t)request.n * sizeof(real));
	if (pass == 0) {
		batch->loss += result.loss;
		batch->correct += result.correct;
	}
}

/* A noisy transform trains beside w, as much in all passes of a step. */
static const real *noisy_weights(struct learner *learner, const real *w)
{
	if (!is_noisy_step(learner))
		return w;
	transform_add_noise(learner->transform, learner->step, w,
	    learner->noisy, learner->pool);
	learner_mask(learner, learner->noisy);
	return learner->noisy;
}

/* What the forward pass sees where training moves w. */
static const real *seen_weights(struct learner *learner, const real *w)
{
	struct straight *straight = learner->straight;

	w = noisy_weights(learner, w);
	if (!straight)
		return w;
	straight->round(straight->context, w, learner->buffers,
	    learner->rounded);
	return learner->rounded;
}

/* The engine of composed weights. */
static struct engine *engine_of(const struct learner *learner)
{
	return learner->straight ? learner->straight_engine :
	    learner->engine;
}

/* g (NULL: forward alone) = the gradient of the batch's mean loss at w, both
 * of the engine's network, in parts when the batch is larger than the
 * engine; losses (n, or NULL): those of the samples. */
static void batch_pass(struct batch *batch, struct engine *engine,
    const real *w, int pass, real *g, real *losses)
{
	struct learner *learner = batch->learner;

	engine_set_weights(engine, seen_weights(learner, w));
	engine_set_buffers(engine, learner->buffers);
	for (int at = 0; at < batch->n; at += engine_capacity(engine))
		batch_part(batch, engine, at, pass, g, losses);
	batch->gradients += (g ? 1 : forward_cost) * batch->n / batch->whole;
}

static void batch_gradient(struct batch *batch, struct engine *engine,
    const real *w, int pass, real *g)
{
	batch_pass(batch, engine, w, pass, g,
	    pass == 0 ? batch->learner->losses : NULL);
}

static void pull_back(struct learner *learner, const real *theta, real *g)
{
	if (learner_is_plain(learner)) {
		if (g != learner->g_w)
			memcpy(g, learner->g_w,
			    learner->network->parameters * sizeof(real));
		return;
	}
	transform_pull_back(learner->transform, theta, learner->g_w, g,
	    learner->pool);
}

/* T(theta), masked, of the learner's own theta or another. */
static const real *weights_at(struct learner *learner, const real *theta)
{
	if (theta == learner->theta)
		return learner_weights(learner);
	learner->composed_fits = false;
	transform_compose(learner->transform, theta, learner->composed,
	    learner->pool);
	learner_mask(learner, learner->composed);
	return learner->composed;
}

/* A mask, noise and rounding are of w, which the factors know nothing of. */
bool learner_runs_factors(const struct learner *learner)
{
	return learner->factored && !learner->mask && !learner->straight &&
	    !learner->noisy;
}

static void gradient_of_factors(struct batch *batch, const real *theta,
    int pass, real *g)
{
	struct factored *factored = batch->learner->factored;

	batch_gradient(batch, factored_engine(factored),
	    factored_weights(factored, theta), pass,
	    factored_gradient(factored, g));
	factored_pull_back(factored, theta, g);
}

/* At w, pulled back at theta. */
static void gradient_of_w(struct batch *batch, const real *w,
    const real *theta, int pass, real *g)
{
	struct learner *learner = batch->learner;

	batch_gradient(batch, engine_of(learner), w, pass,
	    learner->g_w);
	learner_mask(learner, learner->g_w);
	pull_back(learner, theta, g);
}

/* The optimizer's question: the gradient in theta at some theta. */
static void gradient_at_theta(void *context, const real *theta, int pass,
    real *g)
{
	struct batch *batch = context;
	struct learner *learner = batch->learner;

	if (learner_runs_factors(learner))
		gradient_of_factors(batch, theta, pass, g);
	else
		gradient_of_w(batch, learner_is_plain(learner) ? theta :
		    weights_at(learner, theta), theta, pass, g);
}

static real *source_gradient_w(void *context, const real *w, int pass)
{
	struct batch *batch = context;
	struct learner *learner = batch->learner;

	batch_gradient(batch, engine_of(learner), w, pass,
	    learner->g_w);
	learner_mask(learner, learner->g_w);
	return learner->g_w;
}

static void source_pull_back(void *context, real *g)
{
	struct learner *learner = ((struct batch *)context)->learner;

	pull_back(learner, learner->theta, g);
}

static const real *source_w(void *context)
{
	struct learner *learner = ((struct batch *)context)->learner;

	return weights_at(learner, learner->theta);
}

static const real *source_first_losses(void *context)
{
	return ((struct batch *)context)->learner->losses;
}

static void source_losses(void *context, const real *point, bool in_w,
    real *losses)
{
	struct batch *batch = context;
	struct learner *learner = batch->learner;

	if (in_w || learner_is_plain(learner))
		batch_pass(batch, engine_of(learner), point, 1, NULL, losses);
	else if (learner_runs_factors(learner))
		batch_pass(batch, factored_engine(learner->factored),
		    factored_weights(learner->factored, point), 1, NULL,
		    losses);
	else
		batch_pass(batch, engine_of(learner),
		    weights_at(learner, point), 1, NULL, losses);
}

static void source_choose(void *context, const struct risen *risen,
    int count)
{
	struct batch *batch = context;
	uint32_t *chosen = batch->learner->chosen;

	for (int i = 0; i < count; i++)
		chosen[i] = batch->index[risen[i].sample];
	batch->index = chosen;
	batch->n = count;
	batch->holder = NULL;
}

/* What decoupled or L2 decay pulls to zero, in theta: J^T w, which is the
 * gradient of |w|^2 / 2 (Khodak et al. 2021, arXiv 2105.01029). */
static const real *decay_vector(struct learner *learner)
{
	if (learner_is_plain(learner) || learner->decay_factors ||
	    !optimizer_decays(learner->optimizer))
		return learner->theta;
	transform_pull_back(learner->transform, learner->theta,
	    learner_weights(learner), learner->decay, learner->pool);
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
		.n = rest < size ? (int)rest : size,
		.whole = rest < size ? (int)rest : size};
}

/* Theta has moved. Without a transform it is w, and the mask holds at once. */
static void moved(struct learner *learner)
{
	if (learner_is_plain(learner))
		learner_mask(learner, learner->composed);
	else
		learner->composed_fits = false;
}

void learner_keep_zeros(struct learner *learner, const real *w)
{
	const struct network *network = learner->network;

	if (!learner->mask)
		learner->mask = xmalloc(network->parameters);
	memset(learner->mask, 1, network->parameters);
	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];

		if (!segment_compressible(segment))
			continue;
		for (size_t i = segment->offset;
		    i < segment->offset + segment->count; i++)
			learner->mask[i] = w[i] != 0;
	}
	moved(learner);
}

static struct gradient_source make_source(struct batch *batch)
{
	const struct learner *learner = batch->learner;
	const struct network *network = learner->network;
	struct gradient_source source = {.gradient = gradient_at_theta,
		.w = source_w, .gradient_w = source_gradient_w,
		.pull_back = source_pull_back,
		.first_losses = source_first_losses,
		.losses = source_losses, .choose = source_choose,
		.samples = batch->whole, .after = learner->after,
		.risen = learner->risen, .w_segment = network->segment,
		.w_segments = network->segments,
		.n_w = network->parameters, .context = batch,
		.n = transform_size(learner->transform),
		.pool = learner->pool, .seed = learner->seed,
		.step = learner->step};

	source.segments = transform_segments(learner->transform,
	    &source.segment);
	return source;
}

void learner_step(struct learner *learner, struct learner_report *report)
{
	struct batch batch = next_batch(learner);
	struct gradient_source source = make_source(&batch);
	double factor = schedule_factor(&learner->schedule,
	    learner_epoch(learner)), lr = 0;
	bool aside = stands_aside(learner);

	optimizer_get(learner->optimizer, "lr", &lr);
	optimizer_step(learner->optimizer, &source, factor,
	    decay_vector(learner), learner->theta, learner->g_theta);
	transform_advance(learner->transform, learner->theta);
	moved(learner);
	learner->step++;
	if (learner->after_step)
		learner->after_step(learner);
	learner->gradients += batch.gradients;
	*report = (struct learner_report){
		.loss = batch.loss / batch.whole,
		.accuracy = (double)batch.correct / batch.whole,
		.n = batch.whole, .lr = lr * factor,
		.gradients = batch.gradients, .aside = aside};
}
