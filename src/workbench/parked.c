#include "workbench/parked.h"

#include <stdlib.h>

#include "base/memory.h"
#include "workbench/scratch.h"

struct parked {
	int references;
	struct learner *learner;
	bool hollow;
	bool away;		/* its vectors are in the scratch file, */
	off_t place;		/* here */
};

static int blocks_of(const struct learner *learner,
    struct scratch_block block[LEARNER_SPANS])
{
	struct learner_span span[LEARNER_SPANS];
	int count = learner_spans(learner, span);

	for (int i = 0; i < count; i++)
		block[i] = (struct scratch_block){span[i].data,
			span[i].bytes};
	return count;
}

struct parked *parked_new(const struct learner *learner, bool hollow)
{
	struct parked *parked = xcalloc(1, sizeof(*parked));
	struct scratch_block block[LEARNER_SPANS];

	parked->references = 1;
	parked->hollow = hollow;
	/* From where the vectors lie: fresh memory would cost more than the
	 * file. */
	parked->away = learner_bytes(learner) >= PARKED_LARGE &&
	    scratch_put(block, blocks_of(learner, block),
		&parked->place) == 0;
	parked->learner = learner_park(learner, parked->away);
	if (parked->away)
		scratch_release(block, blocks_of(parked->learner, block));
	return parked;
}

struct parked *parked_share(struct parked *parked)
{
	parked->references++;
	return parked;
}

void parked_release(struct parked *parked)
{
	struct scratch_block block[LEARNER_SPANS];

	if (!parked || --parked->references > 0)
		return;
	if (parked->away)
		scratch_free(block, blocks_of(parked->learner, block),
		    parked->place);
	learner_free(parked->learner);
	free(parked);
}

void parked_adopt(struct parked *parked, const struct dataset *dataset,
    struct pool *pool)
{
	parked->learner->dataset = dataset;
	parked->learner->pool = pool;
}

long parked_step(const struct parked *parked)
{
	return parked->learner->step;
}

bool parked_hollow(const struct parked *parked)
{
	return parked->hollow;
}

size_t parked_bytes(const struct parked *parked)
{
	return learner_bytes(parked->learner);
}

bool parked_in_memory(const struct parked *parked)
{
	return !parked->away;
}

struct learner *parked_copy(struct parked *parked, struct error *error)
{
	struct scratch_block block[LEARNER_SPANS];
	struct learner *copy = NULL;
	int count;

	if (!parked->away)
		return learner_copy(parked->learner);
	count = blocks_of(parked->learner, block);
	if (scratch_get(block, count, parked->place, error) == 0)
		copy = learner_copy(parked->learner);
	scratch_release(block, count);
	return copy;
}
