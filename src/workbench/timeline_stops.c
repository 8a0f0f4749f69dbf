/* The states that a timeline keeps: how many, how far apart, and the same ones
 * in another. */
#include "workbench/timeline_private.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

enum { STOPS_LEAST = 8, MEMORY_MOST = 64 << 20 };

void timeline_free_stop(struct stop *stop)
{
	parked_release(stop->parked);
	free(stop->settings);
}

void timeline_add_stop(struct timeline *timeline, struct parked *parked,
    char *settings, bool change)
{
	array_grow(&timeline->stop, timeline->stops, &timeline->capacity,
	    sizeof(*timeline->stop));
	timeline->stop[timeline->stops++] = (struct stop){parked, settings,
		parked_step(parked), change};
}

/* Every second of the states at no change goes. */
static void thin(struct timeline *timeline)
{
	size_t kept = 0, plain = 0;

	for (size_t i = 0; i < timeline->stops; i++) {
		struct stop *stop = &timeline->stop[i];

		if (!stop->change && plain++ % 2)
			timeline_free_stop(stop);
		else
			timeline->stop[kept++] = *stop;
	}
	timeline->stops = kept;
	timeline->interval *= 2;
}

/* What cannot be put on the disk has to be little. */
static size_t limit_for(const struct timeline *timeline,
    const struct parked *parked)
{
	return parked_in_memory(parked) && timeline->limit > MEMORY_MOST ?
	    MEMORY_MOST : timeline->limit;
}

void timeline_keep_within_limit(struct timeline *timeline)
{
	const struct parked *last;

	if (timeline->stops <= STOPS_LEAST)
		return;
	last = timeline->stop[timeline->stops - 1].parked;
	if (parked_bytes(last) * timeline->stops > limit_for(timeline, last))
		thin(timeline);
}

void timeline_limit(struct timeline *timeline, size_t bytes, long every)
{
	size_t before;

	if (every != timeline->first_interval)
		timeline->interval = timeline->first_interval = every;
	timeline->limit = bytes;
	do {
		before = timeline->stops;
		timeline_keep_within_limit(timeline);
	} while (timeline->stops < before);
}

/* Keeping a large state takes as long as this many multiply-adds of training
 * for each of its bytes, measured with mlp 300-100 on one core; it may take one
 * part in 150 of the time. */
enum { BYTE_COST = 20, COST_SHARE = 150 };

long timeline_interval(const struct timeline *timeline,
    const struct learner *learner)
{
	double bytes = (double)learner_bytes(learner);
	/* SAM and its kin take several gradients a step. */
	double passes = learner->step > 0 ?
	    learner->gradients / (double)learner->step : 1;
	double work = learner->network->macs * learner->batch *
	    fmax(passes, 1);
	double least = bytes < PARKED_LARGE ? 0 :
	    COST_SHARE * BYTE_COST * bytes / work;

	return least > (double)timeline->interval ? (long)least :
	    timeline->interval;
}

ptrdiff_t timeline_stop_before(const struct timeline *timeline, long step)
{
	ptrdiff_t found = -1;

	for (size_t i = 0; i < timeline->stops; i++) {
		if (timeline->stop[i].step <= step)
			found = (ptrdiff_t)i;
	}
	return found;
}

struct timeline *timeline_branch(const struct timeline *timeline,
    const struct learner *now)
{
	struct timeline *branch = timeline_new();

	branch->interval = timeline->interval;
	branch->first_interval = timeline->first_interval;
	branch->limit = timeline->limit;
	for (size_t i = 0; i < timeline->stops; i++) {
		const struct stop *stop = &timeline->stop[i];

		if (stop->step > now->step)
			break;
		timeline_add_stop(branch, parked_share(stop->parked),
		    xstrdup(stop->settings), stop->change);
	}
	return branch;
}

struct kept_state *timeline_kept(const struct timeline *timeline, int *count,
    size_t *bytes)
{
	struct kept_state *kept = xcalloc(timeline->stops + 1, sizeof(*kept));

	*bytes = 0;
	*count = (int)timeline->stops;
	for (size_t i = 0; i < timeline->stops; i++) {
		const struct stop *stop = &timeline->stop[i];

		kept[i] = (struct kept_state){stop->step, stop->change};
		*bytes += parked_bytes(stop->parked);
	}
	return kept;
}

static struct parked *take_over(struct parked *parked,
    const struct dataset *dataset, struct pool *pool)
{
	parked_adopt(parked, dataset, pool);
	return parked_share(parked);
}

void timeline_fill(struct timeline *timeline, const struct timeline *from,
    const struct dataset *dataset, struct pool *pool)
{
	for (size_t i = 0; i < timeline->stops; i++)
		timeline_free_stop(&timeline->stop[i]);
	timeline->stops = 0;
	timeline->interval = from->interval;
	for (size_t i = 0; i < from->stops; i++) {
		const struct stop *stop = &from->stop[i];

		timeline_add_stop(timeline,
		    take_over(stop->parked, dataset, pool),
		    xstrdup(stop->settings), stop->change);
	}
	/* The session was left in the past: its head has no weights yet. */
	if (timeline->head && parked_hollow(timeline->head) && from->head) {
		parked_release(timeline->head);
		timeline->head = take_over(from->head, dataset, pool);
	}
}
