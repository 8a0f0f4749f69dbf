#include "workbench/replay.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "workbench/command_table.h"
#include "workbench/known.h"
#include "workbench/pace.h"
#include "workbench/player.h"
#include "workbench/recorder.h"
#include "workbench/timeline.h"

struct replay {
	struct job job;		/* for whoever waits; never scheduled */
	char *folder;
	struct session_data *data;
	struct player *player;
	bool restore;
	bool only_read;		/* nothing may be written to the folder */
	const char *marker;	/* the journal's line it waits before, or NULL */
	const char *passed;	/* the one it waited before last */
};

static void replay_free(struct job *job)
{
	struct replay *replay = (struct replay *)job;

	player_free(replay->player);
	session_data_free(replay->data);
	free(replay->folder);
	free(replay);
}

static int job_waits(struct job *job, struct bench *bench,
    struct error *error)
{
	(void)job;
	(void)bench;
	(void)error;
	return 0;
}

static void take_known(struct run *run, const struct event *event)
{
	known_take(run, event);
	if (event_get(event, "step") <= (double)run->learner->step)
		run->trained = series_last(&run->curve[CURVE_SECONDS]);
}

static struct run *run_of(const struct bench *bench,
    const struct event *event)
{
	const char *name = event_get_text(event, "run");

	return name ? bench_find_run(bench, name) : NULL;
}

/* Was it measured where the run has been? */
static bool is_past(const struct run *run, const struct event *event)
{
	return event_get(event, "step") <=
	    (double)timeline_head(run->timeline, run->learner->step);
}

/* Curves of what was measured up to where the run had got. */
static void take_metric(void *context, const char *line)
{
	struct bench *bench = context;
	struct event *event = event_parse(line);
	struct run *run = event ? run_of(bench, event) : NULL;

	if (run && is_past(run, event))
		take_known(run, event);
	event_free(event);
}

/* All was played: figures of the past are what is recorded. Those of steps
 * that a session which is only read did not lead to are shown at least. */
static void keep_metric(void *context, const char *line)
{
	struct bench *bench = context;
	struct event *event = event_parse(line);
	struct run *run = event ? run_of(bench, event) : NULL;

	if (event && (!run || is_past(run, event)))
		recorder_metric(bench, line);
	else if (event && bench->replay->only_read)
		take_known(run, event);
	event_free(event);
}

/* Training that was under way goes on when the user says so. */
static void pause_rest(struct bench *bench)
{
	for (int i = 0; i < bench->jobs; i++) {
		bench->job[i]->paused = true;
		bench_note(bench, "%s was under way: `resume` goes on, `stop` "
		    "ends it", bench->job[i]->text);
	}
}

static int finish_restore(struct bench *bench, int status,
    struct error *error)
{
	struct replay *replay = bench->replay;
	struct error unread;

	if (status < 0 && replay->only_read) {
		bench_note(bench, "%s; it is shown as far as that",
		    error->text);
		status = 1;
	}
	for (int i = 0; i < bench->runs; i++) {
		if (isnan(bench->run[i]->loss))
			run_recall(bench->run[i]);
	}
	recorder_adopt(bench, replay->data, player_played(replay->player));
	if (session_read_metrics(replay->folder, keep_metric, bench, &unread))
		bench_note(bench, "%s", unread.text);
	if (status < 0 || replay->only_read)
		return status;
	if (recorder_resume(bench, replay->folder, error))
		return error_prefix(error, "opened, but it cannot be "
		    "continued");
	return status;
}

static void finish(struct bench *bench, int status, struct error *error)
{
	struct replay *replay = bench->replay;

	bench->tick_limit = LONG_MAX;
	recorder_mute(bench->recorder, false);
	if (replay->restore)
		status = finish_restore(bench, status, error);
	bench->replay = NULL;
	pause_rest(bench);
	if (status < 0) {
		struct event *event = event_new("error");

		event_null(event, "line");
		event_text(event, "message", error->text);
		bench_emit(bench, event);
	} else {
		bench_note(bench, "%s %s: %d run%s, %ld steps",
		    replay->restore ? "opened" : "replayed", replay->folder,
		    bench->runs, bench->runs == 1 ? "" : "s", bench->tick);
	}
	replay->job.failed = status < 0;
	replay->job.finished = true;
	job_release(&replay->job);
	bench->changed = true;
}

/* In a presentation everybody is to see what is done in mid-run, and what is
 * remarked, before it happens. */
static bool may_play(void *context, const struct journal_entry *entry)
{
	struct bench *bench = context;
	struct replay *replay = bench->replay;

	if (strcmp(bench->screen.presentation, "on") != 0 ||
	    !bench->options->screen || replay->restore ||
	    entry->text == replay->passed ||
	    (entry->tick == 0 && strncmp(entry->text, "note ", 5) != 0))
		return true;
	replay->marker = replay->passed = entry->text;
	replay->job.paused = true;
	bench->changed = bench->urgent = true;
	return false;
}

bool replay_advance(struct bench *bench)
{
	struct replay *replay = bench->replay;
	struct error error = {""};
	long tick = bench->tick;
	int status;

	if (replay->job.paused)
		return false;
	player_stop_at(replay->player, replay->restore ? LONG_MAX :
	    pace_limit(bench));
	status = player_advance(replay->player, bench, &error);
	replay->job.progress = player_progress(replay->player, bench);
	if (status == PLAYER_STOPPED) {
		bench->changed = bench->changed || bench->tick != tick;
		return bench->tick != tick;
	}
	bench->changed = true;
	if (status)
		finish(bench, status, &error);
	return true;
}

bool replay_pause(struct replay *replay, bool pause)
{
	bool news = replay->job.paused != pause;

	replay->job.paused = pause;
	if (!pause)
		replay->marker = NULL;
	return news;
}

const char *replay_marker(const struct replay *replay)
{
	return replay->marker;
}

void replay_stop(struct bench *bench)
{
	struct error error = {""};

	error_set(&error, "stopped");
	finish(bench, -1, &error);
}

const struct job *replay_job(const struct replay *replay)
{
	return &replay->job;
}

static void warn_about(struct bench *bench, const struct session_data *data)
{
	if (data->cut)
		bench_note(bench, "the journal ends in the middle of a line; "
		    "what is complete was read");
	if (data->broken >= 0)
		bench_note(bench, "the journal's chain breaks at entry %d: it "
		    "was changed", data->broken + 1);
	if (data->problem)
		bench_note(bench, "%s", data->problem);
}

/* One of another format, or whose journal breaks off, is shown as far as it
 * can be understood; what would be written after that could not be. One that
 * belongs to somebody else may be there to be looked at. */
static bool is_only_read(struct bench *bench, const char *folder,
    const struct session_data *data, bool restore)
{
	struct error error;
	bool other = session_check_format(folder, data, &error) != 0;
	bool writable = !restore || access(folder, W_OK) == 0;

	if (other)
		bench_note(bench, "%s", error.text);
	if (other || data->problem)
		bench_note(bench, "%s is only read, and nothing is written "
		    "there; `save FOLDER` makes another session of what is "
		    "understood", folder);
	else if (!writable)
		bench_note(bench, "%s cannot be written, so it is only read; "
		    "`save FOLDER` goes on with it elsewhere", folder);
	return other || data->problem || !writable;
}

static void begin_restore(struct bench *bench, struct replay *replay)
{
	struct error error = {""};

	recorder_mute(bench->recorder, true);
	if (!player_can_restore(replay->player))
		return;
	if (player_restore(replay->player, bench, replay->folder, &error)) {
		bench_note(bench, "%s: playing from the beginning",
		    error.text);
		player_free(replay->player);
		replay->player = player_new(replay->data);
		bench_reset(bench);
		recorder_mute(bench->recorder, true);
	}
	session_read_metrics(replay->folder, take_metric, bench, &error);
}

int bench_play(struct bench *bench, const char *folder, bool restore,
    struct job **job, struct error *error)
{
	struct session_data *data = session_read(folder, error);
	struct replay *replay;

	if (!data)
		return -1;
	replay = xcalloc(1, sizeof(*replay));
	replay->job = (struct job){.kind = JOB_REPLAY,
		.advance = job_waits, .free = replay_free,
		.references = 1, .started = clock_now()};
	text_format(replay->job.text, sizeof(replay->job.text), "%s %s",
	    restore ? "open" : "replay", folder);
	replay->folder = xstrdup(folder);
	replay->data = data;
	replay->player = player_new(data);
	bench_reset(bench);
	warn_about(bench, data);
	replay->restore = restore;
	replay->only_read = is_only_read(bench, folder, data,
	    restore);
	if (replay->restore)
		begin_restore(bench, replay);
	bench->replay = replay;
	bench->pace.from = LONG_MAX;
	player_ask(replay->player, may_play, bench);
	*job = &replay->job;
	return 0;
}
