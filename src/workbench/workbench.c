#include "workbench/workbench.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/bench.h"
#include "workbench/publish.h"
#include "workbench/unnamed.h"
#include "workbench/watch.h"
#include "workbench/workbench_state.h"

static struct workbench *begin(const struct workbench_options *options)
{
	struct workbench *workbench = xcalloc(1, sizeof(*workbench));

	workbench->options = *options;
	workbench->listener = options->listener;
	workbench->context = options->context;
	workbench->options.listener = workbench_hear;
	workbench->options.context = workbench;
	workbench->queue = queue_new();
	workbench->publisher = publisher_new();
	pthread_mutex_init(&workbench->lock, NULL);
	pthread_cond_init(&workbench->saved, NULL);
	return workbench;
}

/* Signals are for the front end. */
static void start(struct workbench *workbench, void *(*work)(void *argument))
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (!workbench->watch)
		workbench->bench = bench_new(&workbench->options,
		    workbench->options.threads);
	if (workbench->bench)
		workbench->bench->changed = true;
	if (workbench->options.empty) {
		unnamed_thin(workbench->bench);
		unnamed_tell(workbench->bench);
	}
	if (pthread_create(&workbench->thread, NULL, work, workbench))
		die("cannot start the compute thread");
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

struct workbench *workbench_new(const struct workbench_options *options)
{
	struct workbench *workbench = begin(options);

	start(workbench, workbench_compute);
	return workbench;
}

struct workbench *workbench_attach(const char *folder, struct error *error)
{
	const struct workbench_options options = {.screen = true};
	struct watch *watch = watch_open(folder, true, error);
	struct workbench *workbench;

	if (!watch)
		return NULL;
	workbench = begin(&options);
	workbench->watch = watch;
	start(workbench, workbench_watch);
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
	watch_close(workbench->watch);
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

void workbench_preview(struct workbench *workbench, const char *line)
{
	bool changed;

	pthread_mutex_lock(&workbench->lock);
	changed = strncmp(workbench->typed, line,
	    sizeof(workbench->typed) - 1) != 0;
	if (changed)
		text_copy(workbench->typed, sizeof(workbench->typed), line);
	pthread_mutex_unlock(&workbench->lock);
	if (changed)
		queue_wake(workbench->queue);
}

int workbench_save_now(struct workbench *workbench, struct error *error)
{
	int status;

	/* Who only watches has nothing to save. */
	if (workbench->watch)
		return 0;
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
