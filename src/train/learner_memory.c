#include "train/learner_memory.h"

#include "train/factored.h"
#include "train/learner_private.h"

/* What a batch runs on. */
static const struct engine *training_engine(const struct learner *learner)
{
	if (learner_runs_factors(learner))
		return factored_engine(learner->factored);
	return learner->straight ? learner->straight_engine : learner->engine;
}

static size_t weights(const struct learner *learner)
{
	size_t w = learner->network->parameters, states;
	size_t n = learner_is_plain(learner) ? 0 :
	    transform_size(learner->transform);

	transform_state(learner->transform, &states);
	return (w + learner->network->buffers + states + n +
	    (learner->noisy ? w : 0) + (learner->rounded ? w : 0)) *
	    sizeof(real) + (learner->mask ? w : 0);
}

/* Of w and, with a transform, of theta, with the vector of its decay. */
static size_t gradients(const struct learner *learner)
{
	size_t n = learner_is_plain(learner) ? 0 :
	    2 * transform_size(learner->transform);

	return (learner->network->parameters + n) * sizeof(real);
}

void learner_memory(const struct learner *learner,
    struct learner_memory *memory)
{
	const struct engine *engine = training_engine(learner);
	int capacity = engine_capacity(engine), batch = learner_batch(learner);
	struct engine_memory engines;

	engine_memory_of_gradient(engine, batch < capacity ? batch : capacity,
	    &engines);
	*memory = (struct learner_memory){
		.weights = weights(learner) + engines.packed,
		.optimizer = optimizer_vectors(learner->optimizer) *
		    transform_size(learner->transform) * sizeof(real),
		.activations = engines.activations,
		.gradients = gradients(learner) + engines.gradients,
		.workspace = engines.workspace};
}

size_t learner_memory_sum(const struct learner_memory *memory)
{
	return memory->weights + memory->optimizer + memory->activations +
	    memory->gradients + memory->workspace;
}
