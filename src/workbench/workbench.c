#include "workbench/workbench.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "workbench/bench.h"
#include "workbench/job.h"
#include "workbench/publish.h"
#include "workbench/queue.h"
#include "workbench/recorder.h"
#include "workbench/replay.h"
#include "workbench/statement.h"

#define SNAPSHOT_SECONDS 0.05
enum { IDLE_MILLISECONDS = 250 };

/* A line being executed, statement by statement. */
struct script {
	uint64_t ticket;
	int line_number;
	struct statement *statement;
	int count, next;
	struct job *waits;	/* for this to end, or NULL */
	struct script *later;	/* arrived after this one */
};

struct workbench {
	struct workbench_options options;
	struct queue *queue;
	struct publisher *publisher;
	pthread_t thread;
	atomic_bool quit, interrupt, save, shows_weights;
	atomic_int status;	/* exit status + 1 once `quit` was executed */
	/* The answer to workbench_save_now(): */
	pthread_mutex_t lock;
	pthread_cond_t saved;
	bool save_done;
	int save_status;
	struct error save_error;
	/* Of the compute thread: */
	struct bench *bench;
	struct script *script;
	uint64_t snapshots;
	double published;
	bool pending;		/* something waited to be written then */
};

static void emit_error(struct workbench *workbench, int line,
    const struct error *error)
{
	struct event *event = event_new("error");

	if (line > 0)
		event_number(event, "line", line);
	else
		event_null(event, "line");
	event_text(event, "message", error->text);
	bench_emit(workbench->bench, event);
}

static void end_script(struct workbench *workbench, struct script *script,
    bool failed)
{
	struct script **link = &workbench->script;

	while (*link != script)
		link = &(*link)->later;
	*link = script->later;
	job_release(script->waits);
	statements_free(script->statement, script->count);
	queue_settle(workbench->queue, script->ticket, failed);
	free(script);
}

/* While a lesson is given, an empty line goes on with it. */
static void turn_page(const struct bench *bench, struct queued_line *line)
{
	if (!bench->tutor || line->text[strspn(line->text, " \t")])
		return;
	free(line->text);
	line->text = xstrdup("lesson next");
}

static void take_line(struct workbench *workbench, struct queued_line *line)
{
	struct script *script = xcalloc(1, sizeof(*script));
	struct script **link = &workbench->script;
	struct error error;

	script->ticket = line->ticket;
	script->line_number = line->line_number;
	while (*link)
		link = &(*link)->later;
	*link = script;
	turn_page(workbench->bench, line);
	bench_log(workbench->bench, LOG_COMMAND, line->text);
	script->statement = statements_parse(line->text, &script->count,
	    &error);
	free(line->text);
	if (script->statement)
		return;
	script->count = 0;
	emit_error(workbench, script->line_number, &error);
	end_script(workbench, script, true);
}

/* `source FILE`: its statements take the place of the rest, before it. */
static int insert_sourced(struct workbench *workbench, struct script *script,
    struct error *error)
{
	struct bench *bench = workbench->bench;
	struct statement *sourced, *all;
	int count, rest = script->count - script->next;

	if (!bench->sourced)
		return 0;
	sourced = statements_parse(bench->sourced, &count, error);
	free(bench->sourced);
	bench->sourced = NULL;
	if (!sourced)
		return -1;
	all = xcalloc((size_t)(count + rest) + 1, sizeof(*all));
	for (int i = 0; i < count; i++)
		all[i] = sourced[i];
	for (int i = 0; i < rest; i++)
		all[count + i] = script->statement[script->next + i];
	statements_free(script->statement, script->next);
	free(sourced);
	script->statement = all;
	script->count = count + rest;
	script->next = 0;
	return 0;
}

/* A script goes on when what it waits for has ended. */
static void advance_script(struct workbench *workbench, struct script *script)
{
	struct error error = {""};
	int status;

	if (script->waits) {
		bool failed = script->waits->failed;

		if (!script->waits->finished)
			return;
		job_release(script->waits);
		script->waits = NULL;
		if (failed) {
			end_script(workbench, script, true);
			return;
		}
	}
	if (script->next == script->count) {
		end_script(workbench, script, false);
		return;
	}
	script->next++;
	status = bench_execute(workbench->bench,
	    &script->statement[script->next - 1], &script->waits, &error);
	if (status == 0)
		status = insert_sourced(workbench, script, &error);
	if (status)
		emit_error(workbench, script->line_number, &error);
	/* Told before the line counts as done: who waits for it asks next. */
	if (workbench->bench->finished)
		atomic_store(&workbench->status, 1 +
		    workbench->bench->exit_status);
	if (status || (!script->waits && script->next == script->count))
		end_script(workbench, script, status != 0);
}

/* Without a screen lines run one after the other; with one a line that waits
 * for training does not hold up the next. */
static void advance_scripts(struct workbench *workbench)
{
	struct script *script = workbench->script;

	while (script && !workbench->bench->finished) {
		struct script *later = script->later;

		advance_script(workbench, script);
		if (!workbench->options.screen)
			return;
		script = later;
	}
}

static bool scripts_waiting(const struct workbench *workbench)
{
	for (const struct script *script = workbench->script; script;
	    script = script->later) {
		if (!script->waits || script->waits->finished)
			return true;
		if (!workbench->options.screen)
			return false;
	}
	return false;
}

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
	while (workbench->script)
		end_script(workbench, workbench->script, true);
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

static void publish(struct workbench *workbench)
{
	double now = clock_now();
	bool weights = atomic_load(&workbench->shows_weights);
	bool pending = recorder_pending(workbench->bench->recorder);

	/* That all is written is news, too. */
	if (workbench->pending && !pending)
		workbench->bench->changed = true;
	workbench->pending = pending;
	if (weights != workbench->bench->shows_weights) {
		workbench->bench->shows_weights = weights;
		workbench->bench->changed = true;
	}
	if (!workbench->options.screen || !workbench->bench->changed ||
	    (!workbench->bench->urgent &&
	    now - workbench->published < SNAPSHOT_SECONDS))
		return;
	workbench->published = now;
	workbench->bench->changed = workbench->bench->urgent = false;
	publisher_put(workbench->publisher, snapshot_make(workbench->bench,
	    ++workbench->snapshots));
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
		take_line(workbench, &line);
	while (queue_take(workbench->queue, 0, &line))
		take_line(workbench, &line);
	if (atomic_exchange(&workbench->interrupt, false))
		interrupt(workbench);
	if (atomic_exchange(&workbench->save, false))
		save_now(workbench);
	advance_scripts(workbench);
}

static void *compute(void *argument)
{
	struct workbench *workbench = argument;
	struct bench *bench = workbench->bench;
	bool busy = false;

	while (!atomic_load(&workbench->quit)) {
		bool waiting = scripts_waiting(workbench) ||
		    (workbench->options.screen && bench->changed);

		serve(workbench, busy ? 0 : waiting ? 10 : IDLE_MILLISECONDS);
		busy = bench_turn(bench) || scripts_waiting(workbench);
		begin_autosave(workbench);
		recorder_tend(bench, false);
		publish(workbench);
	}
	recorder_tend(bench, true);
	while (workbench->script)
		end_script(workbench, workbench->script, true);
	queue_close(workbench->queue);
	return NULL;
}

struct workbench *workbench_new(const struct workbench_options *options)
{
	struct workbench *workbench = xcalloc(1, sizeof(*workbench));
	sigset_t all, before;

	workbench->options = *options;
	workbench->queue = queue_new();
	workbench->publisher = publisher_new();
	pthread_mutex_init(&workbench->lock, NULL);
	pthread_cond_init(&workbench->saved, NULL);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	workbench->bench = bench_new(&workbench->options, options->threads);
	workbench->bench->changed = true;
	if (pthread_create(&workbench->thread, NULL, compute, workbench))
		die("cannot start the compute thread");
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return workbench;
}

void workbench_free(struct workbench *workbench)
{
	if (!workbench)
		return;
	atomic_store(&workbench->quit, true);
	queue_wake(workbench->queue);
	pthread_join(workbench->thread, NULL);
	bench_free(workbench->bench);
	queue_free(workbench->queue);
	publisher_free(workbench->publisher);
	pthread_cond_destroy(&workbench->saved);
	pthread_mutex_destroy(&workbench->lock);
	free(workbench);
}

uint64_t workbench_submit(struct workbench *workbench, const char *line,
    int line_number)
{
	return queue_put(workbench->queue, line, line_number);
}

int workbench_wait(struct workbench *workbench, uint64_t ticket)
{
	return queue_wait(workbench->queue, ticket, -1);
}

int workbench_poll(struct workbench *workbench, uint64_t ticket,
    int milliseconds)
{
	return queue_wait(workbench->queue, ticket, milliseconds);
}

void workbench_interrupt(struct workbench *workbench)
{
	atomic_store(&workbench->interrupt, true);
	queue_wake(workbench->queue);
}

void workbench_show_weights(struct workbench *workbench, bool shown)
{
	if (atomic_exchange(&workbench->shows_weights, shown) != shown)
		queue_wake(workbench->queue);
}

int workbench_save_now(struct workbench *workbench, struct error *error)
{
	int status;

	pthread_mutex_lock(&workbench->lock);
	workbench->save_done = false;
	atomic_store(&workbench->save, true);
	queue_wake(workbench->queue);
	while (!workbench->save_done)
		pthread_cond_wait(&workbench->saved, &workbench->lock);
	status = workbench->save_status;
	if (error)
		*error = workbench->save_error;
	pthread_mutex_unlock(&workbench->lock);
	return status;
}

const struct snapshot *workbench_snapshot(struct workbench *workbench)
{
	return publisher_take(workbench->publisher);
}

void workbench_release(struct workbench *workbench,
    const struct snapshot *snapshot)
{
	publisher_release(workbench->publisher, snapshot);
}

int workbench_wake_descriptor(const struct workbench *workbench)
{
	return publisher_descriptor(workbench->publisher);
}

bool workbench_finished(struct workbench *workbench, int *status)
{
	int value = atomic_load(&workbench->status);

	if (value && status)
		*status = value - 1;
	return value != 0;
}
