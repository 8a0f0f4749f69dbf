/* A learner again: to train beside it, or at rest, with what it takes. */
#include "train/learner.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "train/learner_private.h"

static real *again(const real *from, size_t count, bool empty)
{
	return empty ? reals_room(count) : reals_dup(from, count);
}

/* All but the engines and work space. */
static struct learner *copy_state(const struct learner *learner, bool empty)
{
	const struct network *network = learner->network;
	struct learner *copy = xcalloc(1, sizeof(*copy));
	size_t n = transform_size(learner->transform);

	*copy = *learner;
	copy->engine = NULL;
	copy->factored = NULL;
	copy->order = NULL;
	copy->order_epoch = -1;
	copy->losses = NULL;
	copy->chosen = NULL;
	copy->after = NULL;
	copy->risen = NULL;
	copy->mask = NULL;
	copy->straight = straight_share(learner->straight);
	copy->straight_engine = NULL;
	copy->rounded = NULL;
	copy->g_w = copy->g_theta = copy->decay = copy->noisy = NULL;
	copy->network = network_copy(network);
	copy->composed = again(learner->composed, network->parameters, empty);
	copy->buffers = again(learner->buffers, network->buffers, empty);
	copy->transform = transform_copy(learner->transform);
	copy->theta = learner_is_plain(learner) ? copy->composed :
	    again(learner->theta, n, empty);
	copy->optimizer = optimizer_copy(learner->optimizer, empty);
	if (learner->mask) {
		copy->mask = xmalloc(network->parameters);
		memcpy(copy->mask, learner->mask, network->parameters);
	}
	return copy;
}

struct learner *learner_copy(const struct learner *learner)
{
	struct learner *copy = copy_state(learner, false);

	copy->g_w = reals_new(copy->network->parameters);
	learner_make_work(copy);
	learner_fit_engines(copy);
	return copy;
}

struct learner *learner_park(const struct learner *learner, bool empty)
{
	struct learner *parked = copy_state(learner, empty);

	transform_park(parked->transform);
	return parked;
}

int learner_spans(const struct learner *learner,
    struct learner_span span[LEARNER_SPANS])
{
	size_t n = transform_size(learner->transform), own;
	size_t w = learner->network->parameters;
	real *transform = transform_state(learner->transform, &own);
	const char *name[STATES_MAX];
	real *state[STATES_MAX];
	int states = optimizer_states(learner->optimizer, name, state);
	const struct learner_span known[] = {
		{learner->composed, w * sizeof(real)},
		{learner->buffers, learner->network->buffers * sizeof(real)},
		{learner->theta, learner_is_plain(learner) ? 0 :
		    n * sizeof(real)},
		{transform, own * sizeof(real)},
		{learner->mask, learner->mask ? w : 0}};
	int count = 0;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (known[i].bytes)
			span[count++] = known[i];
	}
	for (int i = 0; i < states; i++)
		span[count++] = (struct learner_span){state[i],
			n * sizeof(real)};
	return count;
}

size_t learner_bytes(const struct learner *learner)
{
	struct learner_span span[LEARNER_SPANS];
	int count = learner_spans(learner, span);
	size_t bytes = 0;

	for (int i = 0; i < count; i++)
		bytes += span[i].bytes;
	return bytes;
}
