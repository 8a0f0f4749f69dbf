#include "workbench/job.h"

#include <math.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "workbench/event.h"
#include "workbench/statement.h"

void bench_start(struct bench *bench, struct job *job)
{
	if (bench->jobs == JOBS_MOST)
		die("too many jobs");
	job->started = clock_now();
	job->references++;
	bench->job[bench->jobs++] = job;
	bench->changed = true;
}

void job_release(struct job *job)
{
	if (job && --job->references == 0)
		job->free(job);
}

static double seconds_left(const struct job *job, double elapsed)
{
	if (job->left)
		return job->left(job);
	return job->progress > 0 ?
	    elapsed * (1 - job->progress) / job->progress : NAN;
}

void job_look(const struct job *job, struct job_view *view)
{
	double elapsed = clock_now() - job->started;

	*view = (struct job_view){.kind = job->kind,
		.progress = job->progress, .seconds = elapsed,
		.seconds_left = seconds_left(job, elapsed),
		.paused = job->paused};
	text_copy(view->text, sizeof(view->text), job->text);
}

struct event *job_event(const struct job *job)
{
	struct event *event = event_new("job");
	struct buffer text = {0};
	struct job_view view;
	char left[24];

	job_look(job, &view);
	event_text(event, "line", view.text);
	event_number(event, "progress", view.progress);
	event_number(event, "seconds", view.seconds);
	event_number(event, "seconds_left", view.seconds_left);
	event_bool(event, "paused", view.paused);
	buffer_printf(&text, "%s:", view.text);
	if (view.paused)
		buffer_puts(&text, " paused");
	if (isnan(view.progress))
		buffer_printf(&text, " %.0f s so far", view.seconds);
	else
		buffer_printf(&text, " %.0f%%", 100 * view.progress);
	text_duration(left, sizeof(left), view.seconds_left);
	if (!isnan(view.seconds_left) && !view.paused)
		buffer_printf(&text, ", %s left", left);
	event_text(event, "text", text.text);
	buffer_free(&text);
	return event;
}

struct job *bench_next_job(const struct bench *bench)
{
	struct job *best = NULL;

	for (int i = 0; i < bench->jobs; i++) {
		struct job *job = bench->job[i];

		if (job->paused || (job->ready && !job->ready(job, bench)))
			continue;
		if (!best || job->priority < best->priority)
			best = job;
	}
	return best;
}

static void take_out(struct bench *bench, struct job *job)
{
	int kept = 0;

	for (int i = 0; i < bench->jobs; i++) {
		if (bench->job[i] != job)
			bench->job[kept++] = bench->job[i];
	}
	bench->jobs = kept;
	bench->changed = true;
	job->finished = true;
	job_release(job);
}

static void emit_failure(struct bench *bench, const struct error *error)
{
	struct event *event = event_new("error");

	event_null(event, "line");
	event_text(event, "message", error->text);
	bench_emit(bench, event);
}

void bench_work(struct bench *bench, struct job *job)
{
	struct error error = {""};
	int status = job->advance(job, bench, &error);

	bench->changed = true;
	if (status == 0)
		return;
	if (status < 0) {
		job->failed = true;
		emit_failure(bench, &error);
	}
	take_out(bench, job);
}

bool bench_travelling(const struct bench *bench, const struct run *run)
{
	for (int i = 0; i < bench->jobs; i++) {
		if (bench->job[i]->kind == JOB_GOTO &&
		    bench->job[i]->run == run)
			return true;
	}
	return false;
}

void bench_cancel(struct bench *bench, struct job *job)
{
	if (job->finished)
		return;
	if (job->cancel)
		job->cancel(job, bench);
	take_out(bench, job);
}

static void cancel_some(struct bench *bench, const struct run *run, bool past)
{
	for (int i = bench->jobs - 1; i >= 0; i--) {
		if (bench->job[i]->run == run && (past || !bench->job[i]->past))
			bench_cancel(bench, bench->job[i]);
	}
}

void bench_cancel_run(struct bench *bench, const struct run *run)
{
	cancel_some(bench, run, true);
}

void bench_cancel_looking(struct bench *bench, const struct run *run)
{
	cancel_some(bench, run, false);
}

int bench_set_sliders(struct bench *bench, const char *lines,
    struct error *error)
{
	int count, status = 0;
	struct statement *statement = statements_parse(lines, &count, error);

	if (!statement)
		return -1;
	bench->dry = true;
	for (int i = 0; i < count && status == 0; i++) {
		struct job *started;

		status = bench_execute(bench, &statement[i], &started, error);
	}
	bench->dry = false;
	statements_free(statement, count);
	return status;
}
