/* The live probe of compression: accuracy of the run as it is, pruned and
 * rounded as the sliders were when the probe was set. */
#include "workbench/job.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "workbench/known.h"
#include "workbench/probes.h"
#include "workbench/slide.h"

struct compressed_job {
	struct job base;
	struct probe probe;
	struct slide *slide;
};

static void tell(const struct compressed_job *job, struct bench *bench)
{
	const struct slide_result *result = slide_result(job->slide);
	struct event *event = event_new("compressed");
	char position[POSITION_TEXT];

	probe_position(&result->settings, position, sizeof(position));
	event_text(event, "run", job->base.run->name);
	event_number(event, "step", (double)result->step);
	event_text(event, "position", position);
	event_text(event, "split", split_names[result->split]);
	event_number(event, "accuracy", result->accuracy);
	event_number(event, "low", result->low);
	event_number(event, "high", result->high);
	event_number(event, "loss", result->loss);
	event_number(event, "n", result->n);
	known_take(job->base.run, event);
	if (probe_within_budget(bench, &job->probe))
		bench_emit_quietly(bench, event);
	else
		bench_emit(bench, event);
}

/* Accuracy alone: damage and time are for a position that is looked at. */
static int measure(struct compressed_job *job, struct error *error)
{
	const double until = clock_now() + QUANTUM;
	int status = 0;

	while (status == 0 && !slide_result(job->slide)->exact &&
	    clock_now() < until)
		status = slide_advance(job->slide, error);
	return status < 0 ? -1 : slide_result(job->slide)->exact;
}

static int fail(const struct compressed_job *job, struct bench *bench,
    const struct error *error)
{
	struct reading *reading =
	    &job->base.run->reading[CURVE_COMPRESSED];

	reading->failed = true;
	text_copy(reading->text, sizeof(reading->text), error->text);
	bench_note(bench, "probe compressed: %s", error->text);
	return 1;
}

static int advance(struct job *base, struct bench *bench, struct error *error)
{
	struct compressed_job *job = (struct compressed_job *)base;
	double started = clock_now();
	int status = measure(job, error);

	base->progress = slide_progress(job->slide);
	if (status > 0)
		tell(job, bench);
	if (base->priority == PRIORITY_PROBE)
		probe_spent(bench, &job->probe, clock_now() - started);
	if (status != 0 && base->priority == PRIORITY_PROBE)
		probe_ended(bench, &job->probe);
	return status < 0 ? fail(job, bench, error) : status;
}

static void compressed_job_free(struct job *base)
{
	struct compressed_job *job = (struct compressed_job *)base;

	slide_free(job->slide);
	free(job);
}

struct job *job_compressed(struct bench *bench, struct run *run,
    const struct probe *probe, enum priority priority)
{
	struct compressed_job *job = xcalloc(1, sizeof(*job));

	job->base = (struct job){.kind = JOB_SHARPNESS, .priority = priority,
		.advance = advance, .free = compressed_job_free, .run = run};
	text_format(job->base.text, sizeof(job->base.text),
	    "compressed accuracy of %s", run->name);
	job->probe = *probe;
	job->slide = slide_new(bench, run, &bench->watched);
	return &job->base;
}
