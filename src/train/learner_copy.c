/* A learner again: to train beside it, or at rest, with what it takes. */
#include "train/learner.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "train/learner_private.h"

struct optimizer *optimizer_again(struct optimizer *from, size_t n,
    bool with_state)
{
	char *line = optimizer_line(from), *rest = NULL;
	const char *word[2 * OPTIONS_MAX + 1], *name[STATES_MAX];
	real *state[STATES_MAX], *old[STATES_MAX];
	struct optimizer *optimizer;
	int words = 0, states;

	for (char *w = strtok_r(line, " ", &rest); w &&
	    words < 2 * OPTIONS_MAX + 1; w = strtok_r(NULL, " ", &rest))
		word[words++] = w;
	optimizer = optimizer_new(words, word, n, NULL);
	free(line);
	if (!with_state)
		return optimizer;
	states = optimizer_states(from, name, old);
	optimizer_states(optimizer, name, state);
	for (int i = 0; i < states; i++)
		reals_copy(state[i], old[i], n);
	optimizer_set_steps(optimizer, optimizer_steps(from));
	return optimizer;
}

/* All but the engines. */
static struct learner *copy_state(const struct learner *learner)
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
	copy->theta = copy->g_theta = copy->decay = copy->noisy = NULL;
	copy->network = network_copy(network);
	copy->composed = reals_new(network->parameters);
	copy->g_w = reals_new(network->parameters);
	copy->buffers = reals_new(network->buffers);
	reals_copy(copy->composed, learner->composed, network->parameters);
	reals_copy(copy->buffers, learner->buffers, network->buffers);
	copy->transform = transform_copy(learner->transform);
	learner_make_vectors(copy);
	reals_copy(copy->theta, learner->theta, n);
	copy->optimizer = optimizer_again(learner->optimizer, n, true);
	if (learner->mask) {
		copy->mask = xmalloc(network->parameters);
		memcpy(copy->mask, learner->mask, network->parameters);
	}
	return copy;
}

struct learner *learner_copy(const struct learner *learner)
{
	struct learner *copy = copy_state(learner);

	learner_fit_engines(copy);
	return copy;
}

struct learner *learner_park(const struct learner *learner)
{
	struct learner *parked = copy_state(learner);

	if (parked->g_theta != parked->g_w)
		reals_free(parked->g_theta);
	reals_free(parked->g_w);
	reals_free(parked->decay);
	reals_free(parked->noisy);
	parked->g_theta = parked->g_w = parked->decay = parked->noisy = NULL;
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
