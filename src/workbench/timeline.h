/*
 * The past of a run: states of its learner, kept as it trains, so that any
 * step can be reached again. From one state to the next only training steps
 * lie, because a state is kept wherever something else changed the learner;
 * so the nearest state before a step, and the steps after it, give the same
 * bits as the first time.
 *
 * The past cannot be changed. A run that went back follows its recorded path
 * when it trains, changes included; another way is `run fork`.
 */
#ifndef SNT_WORKBENCH_TIMELINE_H
#define SNT_WORKBENCH_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "train/learner.h"
#include "workbench/snapshot.h"

struct timeline;

struct timeline *timeline_new(void);
void timeline_free(struct timeline *timeline);
/* The past up to where the learner stands now, and no further. */
struct timeline *timeline_branch(const struct timeline *timeline,
    const struct learner *now);
void timeline_clear(struct timeline *timeline);
/* States may take this much of the disk (parked.h) and come every so many steps; they are
 * thinned out beyond it, those at changes stay. */
void timeline_limit(struct timeline *timeline, size_t bytes, long every);

/* All that decides how a learner goes on, but for its vectors, as text (free()
 * it). */
char *timeline_settings(const struct learner *learner);

/* What tells that something changed. */
struct timeline_now {
	long version;		/* of the weights */
	long commands;		/* executed so far */
	bool hollow;		/* there are no weights (restoring) */
};

/* Before a training step, and after it. *learner is replaced where the
 * recorded path has a change. -1: the settings were changed in the past. */
int timeline_before_step(struct timeline *timeline, struct learner **learner,
    const struct timeline_now *now, struct error *error);
void timeline_after_step(struct timeline *timeline, long version);

/* How far the run ever got; `now` when it never went back. */
long timeline_head(const struct timeline *timeline, long now);
/* A learner at the nearest kept state up to a step, to be trained from there
 * on; NULL when there is none. *hollow: it has settings, but no weights. */
struct learner *timeline_nearest(const struct timeline *timeline, long step,
    bool *hollow, struct error *error);
/* Leave for another step: where the learner stands is kept if it is the
 * head. Then arrive with the learner found. */
void timeline_leave(struct timeline *timeline, const struct learner *learner,
    const struct timeline_now *now);
void timeline_arrive(struct timeline *timeline, const struct learner *learner,
    long version);

/* Steps at which states are kept, ascending, and how many (free() them);
 * *bytes: what they take. */
struct kept_state *timeline_kept(const struct timeline *timeline, int *count,
    size_t *bytes);
/* The states of the same run, played again elsewhere, instead of these; its
 * learners get this data set and pool. */
void timeline_fill(struct timeline *timeline, const struct timeline *from,
    const struct dataset *dataset, struct pool *pool);

#endif
