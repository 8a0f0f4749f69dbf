/* Going to another step of a run. */
#include "workbench/job.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/run.h"
#include "workbench/seek.h"
#include "workbench/timeline.h"

struct goto_job {
	struct job base;
	struct seek *seek;
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
	run->learner = seek_take(job->seek);
	run_changed(run, false);
	run_recall(run);
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

static int goto_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct goto_job *job = (struct goto_job *)base;
	int status = seek_advance(job->seek, bench, error);

	base->progress = seek_progress(job->seek);
	if (status > 0)
		arrive(job, bench);
	return status;
}

static void goto_free(struct job *base)
{
	struct goto_job *job = (struct goto_job *)base;

	seek_free(job->seek);
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
	bench_cancel_looking(bench, run);
	job = xcalloc(1, sizeof(*job));
	job->base = (struct job){.kind = JOB_GOTO, .run = run,
		.priority = PRIORITY_ASKED, .advance = goto_advance,
		.free = goto_free};
	text_format(job->base.text, sizeof(job->base.text), "goto %ld of %s",
	    step, run->name);
	job->seek = seek_new(run);
	if (seek_begin(job->seek, bench, step, error)) {
		goto_free(&job->base);
		return NULL;
	}
	return &job->base;
}
