#include "workbench/seek.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "workbench/job.h"
#include "workbench/player.h"
#include "workbench/recorder.h"
#include "workbench/timeline.h"

struct seek {
	struct run *run;
	long step, from;
	struct learner *learner;	/* on its way there */
	double played;		/* progress of playing */
	/* Playing the journal again: */
	struct session_data journal;	/* entries are the recorder's */
	struct player *player;
	struct bench *inner;
	struct workbench_options options;
};

struct seek *seek_new(struct run *run)
{
	struct seek *seek = xcalloc(1, sizeof(*seek));

	seek->run = run;
	return seek;
}

static void end_playing(struct seek *seek)
{
	player_free(seek->player);
	bench_free(seek->inner);
	free(seek->journal.entry);
	seek->player = NULL;
	seek->inner = NULL;
	seek->journal.entry = NULL;
}

void seek_free(struct seek *seek)
{
	if (!seek)
		return;
	end_playing(seek);
	learner_free(seek->learner);
	free(seek);
}

/* Where no state has weights: play what the journal says. */
static void begin_playing(struct seek *seek, struct bench *bench)
{
	const struct journal_entry *entry;
	int entries = recorder_entries(bench->recorder, &entry);
	size_t size = (size_t)entries * sizeof(*entry);

	learner_free(seek->learner);
	seek->learner = NULL;
	seek->journal.entry = xmalloc(size + 1);
	if (size)
		memcpy(seek->journal.entry, entry, size);
	seek->journal.entries = entries;
	seek->player = player_new(&seek->journal);
	seek->inner = bench_new(&seek->options, pool_threads(bench->pool));
	seek->inner->silent = true;
}

/* The last kept step up to one; -1: there is none. */
static long kept_before(const struct timeline *timeline, long step)
{
	size_t bytes;
	int count;
	struct kept_state *kept = timeline_kept(timeline, &count, &bytes);
	long found = -1;

	for (int i = 0; i < count; i++) {
		if (kept[i].step <= step)
			found = kept[i].step;
	}
	free(kept);
	return found;
}

/* What was changed since the last step is recorded with the next one. */
static bool is_present(const struct seek *seek)
{
	const struct run *run = seek->run;

	return seek->step == run->learner->step &&
	    timeline_head(run->timeline, -1) < 0;
}

/* Steps since the last change are those of the learner at hand, if it is on
 * the way; a state kept where it stands may be one after a change. */
static bool is_nearest(const struct seek *seek)
{
	const struct timeline *timeline = seek->run->timeline;

	return seek->learner && !is_present(seek) &&
	    seek->learner->step <= seek->step && seek->learner->step > kept_before(timeline, seek->step) &&
	    timeline_head(timeline, -1) != seek->step;
}

static int find_start(struct seek *seek, struct bench *bench, bool played,
    struct error *error)
{
	bool hollow;

	learner_free(seek->learner);
	if (is_present(seek)) {
		seek->learner = learner_copy(seek->run->learner);
		seek->from = seek->step;
		return 0;
	}
	seek->learner = timeline_nearest(seek->run->timeline, seek->step,
	    &hollow, error);
	if (!seek->learner)
		return -1;
	seek->from = seek->learner->step;
	if (hollow && !bench->dry && !played)
		begin_playing(seek, bench);
	return 0;
}

int seek_begin(struct seek *seek, struct bench *bench, long step,
    struct error *error)
{
	seek->step = step;
	seek->played = 0;
	if (!is_nearest(seek))
		return find_start(seek, bench, false, error);
	seek->from = seek->learner->step;
	return 0;
}

static int play(struct seek *seek, struct bench *bench, struct error *error)
{
	const struct run *again;
	int status = player_advance(seek->player, seek->inner, error);

	seek->played = 0.9 * player_progress(seek->player, seek->inner);
	if (status <= 0)
		return status;
	again = bench_find_run(seek->inner, seek->run->name);
	if (!again)
		return error_set(error, "the journal has no run %s",
		    seek->run->name);
	timeline_fill(seek->run->timeline, again->timeline, bench->dataset,
	    bench->pool);
	end_playing(seek);
	return find_start(seek, bench, true, error);
}

int seek_advance(struct seek *seek, struct bench *bench, struct error *error)
{
	double until = clock_now() + QUANTUM;
	struct learner_report report;

	if (seek->player)
		return play(seek, bench, error);
	if (bench->dry)
		seek->learner->step = seek->step;
	while (seek->learner->step < seek->step) {
		if (clock_now() > until)
			return 0;
		learner_step(seek->learner, &report);
	}
	return 1;
}

double seek_progress(const struct seek *seek)
{
	double way = (double)(seek->step - seek->from);

	if (seek->player || !seek->learner)
		return seek->played;
	return way > 0 ? seek->played + (1 - seek->played) *
	    (double)(seek->learner->step - seek->from) / way : 1;
}

struct learner *seek_learner(const struct seek *seek)
{
	return seek->learner;
}

struct learner *seek_take(struct seek *seek)
{
	struct learner *learner = seek->learner;

	seek->learner = NULL;
	return learner;
}
