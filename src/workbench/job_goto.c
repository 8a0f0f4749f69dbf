/* Going to another step of a run: from the nearest kept state, by the steps
 * after it. After `open` the states before it are made again by playing the
 * journal once, out of sight. */
#include "workbench/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "workbench/player.h"
#include "workbench/recorder.h"
#include "workbench/run.h"
#include "workbench/timeline.h"

struct goto_job {
	struct job base;
	long step;
	struct learner *learner;	/* on its way there */
	long from;
	/* Playing the journal again: */
	struct session_data journal;	/* entries are the recorder's */
	struct player *player;
	struct bench *inner;
	struct workbench_options options;
};

static void arrive(struct goto_job *job, struct bench *bench)
{
	struct run *run = job->base.run;
	const struct timeline_now now = {run->version, bench->commands,
		bench->dry};
	long head;
	struct event *event;
	char *text;

	timeline_leave(run->timeline, run->learner, &now);
	head = timeline_head(run->timeline, run->learner->step);
	learner_free(run->learner);
	run->learner = job->learner;
	job->learner = NULL;
	run_changed(run, false);
	timeline_arrive(run->timeline, run->learner, run->version);
	event = event_new("goto");
	event_text(event, "run", run->name);
	event_number(event, "step", (double)run->learner->step);
	event_number(event, "head", (double)head);
	text = xasprintf("%-8s step %-6ld of %ld", run->name,
	    run->learner->step, head);
	event_text(event, "text", text);
	bench_emit(bench, event);
	free(text);
}

/* Where no state has weights: play what the journal says. */
static int begin_playing(struct goto_job *job, struct bench *bench)
{
	const struct journal_entry *entry;
	int entries = recorder_entries(bench->recorder, &entry);
	size_t size = (size_t)entries * sizeof(*entry);

	learner_free(job->learner);
	job->learner = NULL;
	job->journal.entry = xmalloc(size + 1);
	memcpy(job->journal.entry, entry, size);
	job->journal.entries = entries;
	job->player = player_new(&job->journal);
	job->inner = bench_new(&job->options, pool_threads(bench->pool));
	job->inner->silent = true;
	return 0;
}

static int find_start(struct goto_job *job, struct bench *bench,
    struct error *error)
{
	bool hollow;

	job->learner = timeline_nearest(job->base.run->timeline, job->step,
	    &hollow, error);
	if (!job->learner)
		return -1;
	job->from = job->learner->step;
	if (hollow && !bench->dry && !job->inner)
		return begin_playing(job, bench);
	return 0;
}

static int play(struct goto_job *job, struct bench *bench,
    struct error *error)
{
	const struct run *again;
	int status = player_advance(job->player, job->inner, error);

	job->base.progress = 0.9 * player_progress(job->player, job->inner);
	if (status <= 0)
		return status;
	again = bench_find_run(job->inner, job->base.run->name);
	if (!again)
		return error_set(error, "the journal has no run %s",
		    job->base.run->name);
	timeline_fill(job->base.run->timeline, again->timeline,
	    bench->dataset, bench->pool);
	player_free(job->player);
	job->player = NULL;
	return find_start(job, bench, error);
}

static int goto_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct goto_job *job = (struct goto_job *)base;
	double until = clock_now() + QUANTUM;
	struct learner_report report;

	if (job->player)
		return play(job, bench, error);
	if (bench->dry)
		job->learner->step = job->step;
	while (job->learner->step < job->step) {
		learner_step(job->learner, &report);
		base->progress = (double)(job->learner->step - job->from) /
		    (double)(job->step - job->from);
		if (clock_now() > until)
			return 0;
	}
	arrive(job, bench);
	return 1;
}

static void goto_free(struct job *base)
{
	struct goto_job *job = (struct goto_job *)base;

	player_free(job->player);
	bench_free(job->inner);
	free(job->journal.entry);
	learner_free(job->learner);
	free(job);
}

struct job *job_goto(struct bench *bench, struct run *run, long step,
    struct error *error)
{
	long head = timeline_head(run->timeline, run->learner->step);
	struct goto_job *job;

	if (step < 0 || step > head) {
		error_set(error, "run %s has steps 0 to %ld", run->name, head);
		return NULL;
	}
	/* What looks at the run now would see it move. */
	bench_cancel_run(bench, run);
	job = xcalloc(1, sizeof(*job));
	job->base = (struct job){.kind = JOB_GOTO, .run = run,
		.priority = PRIORITY_ASKED, .advance = goto_advance,
		.free = goto_free};
	text_format(job->base.text, sizeof(job->base.text), "goto %ld of %s",
	    step, run->name);
	job->step = step;
	if (find_start(job, bench, error)) {
		goto_free(&job->base);
		return NULL;
	}
	return &job->base;
}
