#include "workbench/timeline_private.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "base/memory.h"

struct timeline *timeline_new(void)
{
	struct timeline *timeline = xcalloc(1, sizeof(*timeline));

	timeline->interval = timeline->first_interval = 1;
	timeline->limit = SIZE_MAX;
	timeline->version = -1;
	return timeline;
}

void timeline_clear(struct timeline *timeline)
{
	for (size_t i = 0; i < timeline->stops; i++)
		timeline_free_stop(&timeline->stop[i]);
	timeline->stops = timeline->at = 0;
	parked_release(timeline->head);
	free(timeline->head_settings);
	free(timeline->settings);
	timeline->head = NULL;
	timeline->head_settings = timeline->settings = NULL;
	timeline->interval = timeline->first_interval;
	timeline->version = -1;
}

void timeline_free(struct timeline *timeline)
{
	if (!timeline)
		return;
	timeline_clear(timeline);
	free(timeline->stop);
	free(timeline);
}

char *timeline_settings(const struct learner *learner)
{
	const struct transform_kind *kind =
	    transform_kind_of(learner->transform);
	char *optimizer = optimizer_line(learner->optimizer);
	char *schedule = schedule_line(&learner->schedule);
	struct buffer text = {0};
	char hash[HASH_TEXT] = "";

	/* Gradual pruning moves the mask by itself. */
	if (learner->mask && !learner->after_step)
		hash_of(learner->mask, learner->network->parameters, hash);
	buffer_printf(&text, "%s; %s; batch %d %d; decay %d; mask %s; %s",
	    optimizer, schedule, learner->batch, learner->shuffle,
	    learner->decay_factors, hash, kind->name);
	options_print(kind->options, transform_options(learner->transform),
	    true, &text);
	if (learner->after_step)
		buffer_printf(&text, "; gradual %g %ld %ld %ld",
		    learner->gradual.ratio, learner->gradual.begin,
		    learner->gradual.steps, learner->gradual.every);
	if (learner->straight)
		buffer_printf(&text, "; finetune %s",
		    learner->straight->line);
	free(optimizer);
	free(schedule);
	return text.text;
}

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

long timeline_head(const struct timeline *timeline, long now)
{
	return timeline->head ? parked_step(timeline->head) : now;
}

static void forget_head(struct timeline *timeline)
{
	parked_release(timeline->head);
	free(timeline->head_settings);
	timeline->head = NULL;
	timeline->head_settings = NULL;
}

/* The change that the recorded path has at this step, when the learner is
 * not past it; or NULL. */
static const struct stop *change_ahead(struct timeline *timeline, long step)
{
	const struct stop *next = NULL;

	for (size_t i = timeline->at + 1; i < timeline->stops &&
	    timeline->stop[i].step <= step; i++) {
		timeline->at = i;
		if (timeline->stop[i].change)
			next = &timeline->stop[i];
	}
	return next;
}

static int swap_learner(struct learner **learner, struct parked *to,
    struct error *error)
{
	struct learner *copy = parked_copy(to, error);

	if (!copy)
		return -1;
	learner_free(*learner);
	*learner = copy;
	return 0;
}

static void set_settings(struct timeline *timeline, char *settings)
{
	free(timeline->settings);
	timeline->settings = settings;
}

/* A step in the past. */
static int retrace(struct timeline *timeline, struct learner **learner,
    long version, struct error *error)
{
	long step = (*learner)->step;
	char *settings = timeline_settings(*learner);
	bool changed = version != timeline->version ||
	    !same(settings, timeline->stop[timeline->at].settings);
	const struct stop *change;

	free(settings);
	if (changed)
		return error_set(error, "the run stands at step %ld of %ld and "
		    "was changed there: `run fork NAME` goes another way from "
		    "here, `goto %ld` returns", step,
		    timeline_head(timeline, step),
		    timeline_head(timeline, step));
	change = change_ahead(timeline, step);
	return change ? swap_learner(learner, change->parked, error) : 0;
}

/* Whether nothing can have changed since the last step: the usual case. */
static bool undisturbed(const struct timeline *timeline,
    const struct timeline_now *now)
{
	return timeline->stops > 0 && !timeline->head &&
	    timeline->version == now->version &&
	    timeline->commands == now->commands;
}

/* A step beyond all others. */
static void extend(struct timeline *timeline, const struct learner *learner,
    const struct timeline_now *now)
{
	bool change = false;

	if (!undisturbed(timeline, now)) {
		char *settings = timeline_settings(learner);

		change = timeline->stops == 0 ||
		    now->version != timeline->version ||
		    !same(settings, timeline->head ? timeline->head_settings :
		    timeline->settings);
		set_settings(timeline, settings);
		forget_head(timeline);
		timeline->commands = now->commands;
	}
	if (!change && learner->step <
	    timeline->stop[timeline->stops - 1].step +
	    timeline_interval(timeline, learner))
		return;
	timeline_add_stop(timeline, parked_new(learner, now->hollow),
	    xstrdup(timeline->settings), change);
	timeline_keep_within_limit(timeline);
}

int timeline_before_step(struct timeline *timeline, struct learner **learner,
    const struct timeline_now *now, struct error *error)
{
	if (timeline->head &&
	    (*learner)->step < parked_step(timeline->head))
		return retrace(timeline, learner, now->version, error);
	extend(timeline, *learner, now);
	return 0;
}

void timeline_after_step(struct timeline *timeline, long version)
{
	timeline->version = version;
}

struct learner *timeline_nearest(const struct timeline *timeline, long step,
    bool *hollow, struct error *error)
{
	struct parked *head = timeline->head;
	ptrdiff_t at = timeline_stop_before(timeline, step);

	if (head && parked_step(head) == step) {
		*hollow = parked_hollow(head);
		return parked_copy(head, error);
	}
	if (at < 0) {
		if (timeline->stops)
			error_set(error, "the run has no step %ld: it begins "
			    "at %ld", step, timeline->stop[0].step);
		else
			error_set(error, "the run has no step %ld: it begins "
			    "at its present one", step);
		return NULL;
	}
	*hollow = parked_hollow(timeline->stop[at].parked);
	return parked_copy(timeline->stop[at].parked, error);
}

void timeline_leave(struct timeline *timeline, const struct learner *learner,
    const struct timeline_now *now)
{
	char *settings;

	if (timeline->head)
		return;
	/* What was changed since the last step is part of the head. */
	settings = timeline_settings(learner);
	if (now->version != timeline->version || !same(settings,
	    timeline->settings))
		timeline_add_stop(timeline, parked_new(learner, now->hollow),
		    xstrdup(settings), true);
	timeline->head = parked_new(learner, now->hollow);
	timeline->head_settings = settings;
}

void timeline_arrive(struct timeline *timeline, const struct learner *learner,
    long version)
{
	ptrdiff_t at = timeline_stop_before(timeline, learner->step);

	timeline->at = at < 0 ? 0 : (size_t)at;
	timeline->version = version;
	set_settings(timeline, timeline_settings(learner));
}
