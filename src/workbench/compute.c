#include "workbench/workbench_state.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "workbench/bench.h"
#include "workbench/job.h"
#include "workbench/live.h"
#include "workbench/network_edits.h"
#include "workbench/publish.h"
#include "workbench/recorder.h"
#include "workbench/replay.h"
#include "workbench/script.h"

#define SNAPSHOT_SECONDS 0.05
#define WATCHED_SECONDS 0.2	/* when only other processes look */
enum { IDLE_MILLISECONDS = 250 };

static void interrupt(struct workbench *workbench)
{
	struct bench *bench = workbench->bench;
	bool training = bench_training(bench, NULL);
	struct queued_line line;

	while (queue_take(workbench->queue, 0, &line)) {
		queue_settle(workbench->queue, line.ticket, true);
		free(line.text);
	}
	if (bench->replay)
		replay_stop(bench);
	for (int i = bench->jobs - 1; i >= 0; i--) {
		if (i < bench->jobs && bench->job[i]->kind != JOB_EVALUATE)
			bench_cancel(bench, bench->job[i]);
	}
	if (training)
		recorder_command(bench, "stop");
	bench_note(bench, "stopped");
	scripts_abandon(workbench);
}

static void save_now(struct workbench *workbench)
{
	struct bench *bench = workbench->bench;
	const char *bound = recorder_folder(bench->recorder);
	struct error error = {""};
	int status = 0;

	if (bound)
		recorder_tend(bench, true);
	else if (workbench->options.autosave && bench->runs > 0)
		status = recorder_save(bench, workbench->options.autosave,
		    &error);
	if (bound && recorder_pending(bench->recorder))
		status = error_set(&error, "%s: not everything was saved",
		    bound);
	pthread_mutex_lock(&workbench->lock);
	workbench->save_status = status;
	workbench->save_error = error;
	workbench->save_done = true;
	pthread_cond_broadcast(&workbench->saved);
	pthread_mutex_unlock(&workbench->lock);
}

/* Does anybody look, and is the last snapshot old enough? */
static bool snapshot_due(const struct workbench *workbench, double now)
{
	double age = now - workbench->published;

	if (!workbench->options.screen)
		return live_wants_frames(workbench->live) &&
		    age >= WATCHED_SECONDS;
	return workbench->bench->urgent || age >= SNAPSHOT_SECONDS;
}

static void take_typed(struct workbench *workbench)
{
	struct bench *bench = workbench->bench;
	char line[sizeof(workbench->typed)];

	pthread_mutex_lock(&workbench->lock);
	text_copy(line, sizeof(line), workbench->typed);
	pthread_mutex_unlock(&workbench->lock);
	if (strcmp(line, bench->preview.line) == 0)
		return;
	network_preview(bench, line, &bench->preview);
	bench->changed = bench->urgent = true;
}

static void publish(struct workbench *workbench)
{
	double now = clock_now();
	bool weights = atomic_load(&workbench->shows_weights);
	bool pending = recorder_pending(workbench->bench->recorder);

	/* That all is written is news, too. */
	if (workbench->pending && !pending)
		workbench->bench->changed = true;
	workbench->pending = pending;
	take_typed(workbench);
	if (weights != workbench->bench->shows_weights) {
		workbench->bench->shows_weights = weights;
		workbench->bench->changed = true;
	}
	if (!workbench->bench->changed || !snapshot_due(workbench, now))
		return;
	workbench->published = now;
	workbench->bench->changed = workbench->bench->urgent = false;
	publisher_put(workbench->publisher, snapshot_make(workbench->bench,
	    ++workbench->snapshots));
	live_published(workbench->live);
}

static bool same_folder(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* A session that is bound to a folder can be watched there. */
static void tend_live(struct workbench *workbench)
{
	const char *folder = recorder_folder(workbench->bench->recorder);
	struct error error;

	if (same_folder(workbench->live_folder, folder))
		return;
	free(workbench->live_folder);
	workbench->live_folder = folder ? xstrdup(folder) : NULL;
	live_free(workbench->live);
	workbench->live = folder ? live_new(folder, workbench->publisher,
	    &error) : NULL;
	if (folder && !workbench->live)
		bench_note(workbench->bench, "nobody can watch: %s",
		    error.text);
}

static void end_live(struct workbench *workbench)
{
	workbench->bench->changed = true;
	workbench->bench->urgent = true;
	workbench->published = 0;
	publish(workbench);
	live_free(workbench->live);
	free(workbench->live_folder);
	workbench->live = NULL;
}

void workbench_hear(void *context, enum log_level level, const char *json,
    const char *text)
{
	struct workbench *workbench = context;

	if (workbench->live)
		live_event(workbench->live, json);
	if (workbench->listener)
		workbench->listener(workbench->context, level, json, text);
}

/* On a screen the session is kept from the first run on. */
static void begin_autosave(struct workbench *workbench)
{
	struct bench *bench = workbench->bench;
	const char *folder = workbench->options.autosave;
	struct error error;

	if (!folder || !workbench->options.screen || bench->runs == 0 ||
	    bench->replay || recorder_folder(bench->recorder))
		return;
	if (bench->tick == 0)
		return;
	if (recorder_save(bench, folder, &error))
		bench_note(bench, "autosave is off: %s", error.text);
	/* Another `open` begins another session; this name is used up. */
	workbench->options.autosave = NULL;
}

static void serve(struct workbench *workbench, int wait)
{
	struct queued_line line;

	if (queue_take(workbench->queue, wait, &line))
		scripts_take(workbench, &line);
	while (queue_take(workbench->queue, 0, &line))
		scripts_take(workbench, &line);
	if (atomic_exchange(&workbench->interrupt, false))
		interrupt(workbench);
	if (atomic_exchange(&workbench->save, false))
		save_now(workbench);
	scripts_advance(workbench);
}

/* For who has no screen to look at. */
static void tell_progress(struct workbench *workbench)
{
	const struct job *job = bench_next_job(workbench->bench);
	double now = clock_now(), wait = workbench->options.progress;

	if (!job || wait <= 0 || now < fmax(job->started, workbench->told) +
	    wait)
		return;
	workbench->told = now;
	bench_show(workbench->bench, job_event(job));
}

void *workbench_compute(void *argument)
{
	struct workbench *workbench = argument;
	struct bench *bench = workbench->bench;
	bool busy = false;

	while (!atomic_load(&workbench->quit)) {
		bool waiting = scripts_waiting(workbench) ||
		    bench_waits(bench) ||
		    (workbench->options.screen && bench->changed);

		serve(workbench, busy ? 0 : waiting ? 10 : IDLE_MILLISECONDS);
		busy = bench_turn(bench) || scripts_waiting(workbench);
		tell_progress(workbench);
		begin_autosave(workbench);
		recorder_tend(bench, false);
		tend_live(workbench);
		publish(workbench);
	}
	recorder_tend(bench, true);
	end_live(workbench);
	scripts_abandon(workbench);
	queue_close(workbench->queue);
	return NULL;
}
