/* Jobs of the compression sliders: one position, or a whole sweep. */
#include "workbench/job.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "workbench/slide.h"

enum { SWEEP_MOST = 200 };

struct compress_job {
	struct job base;
	struct slide *slide;
	struct compress_settings settings;
};

static void show(const struct job *base, struct bench *bench,
    const struct slide *slide)
{
	struct compress_view *view = &bench->compress_view;

	if (base->run != bench_run(bench))
		return;
	if (view->state == COMPRESS_WORKING)
		bench->urgent = true;
	slide_view(slide_result(slide), base->run, view);
}

static int compress_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct compress_job *job = (struct compress_job *)base;
	double until = clock_now() + QUANTUM;
	int status;

	if (!job->slide)
		job->slide = slide_new(bench, base->run, &job->settings);
	do {
		status = slide_advance(job->slide, error);
	} while (status == 0 && clock_now() < until);
	base->progress = slide_progress(job->slide);
	show(base, bench, job->slide);
	if (status > 0)
		bench_emit(bench, slide_event(base->run,
		    slide_result(job->slide)));
	return status;
}

static void compress_free(struct job *base)
{
	struct compress_job *job = (struct compress_job *)base;

	slide_free(job->slide);
	compress_settings_free(&job->settings);
	free(job);
}

/* A newer position makes the older one pointless. */
static void cancel_older(struct bench *bench, const struct run *run)
{
	for (int i = bench->jobs - 1; i >= 0; i--) {
		if (bench->job[i]->kind == JOB_COMPRESS &&
		    bench->job[i]->run == run)
			bench_cancel(bench, bench->job[i]);
	}
}

struct job *job_compress(struct bench *bench, struct run *run)
{
	struct compress_job *job = xcalloc(1, sizeof(*job));

	cancel_older(bench, run);
	job->base = (struct job){.kind = JOB_COMPRESS,
		.priority = PRIORITY_SLIDE, .advance = compress_advance,
		.free = compress_free, .run = run};
	text_format(job->base.text, sizeof(job->base.text), "compress %s",
	    run->name);
	compress_settings_copy(&job->settings, &bench->compress);
	bench->compress_view.state = COMPRESS_WORKING;
	return &job->base;
}

struct sweep_job {
	struct job base;
	struct slide *slide;
	struct compress_settings settings;	/* the other slider's */
	bool bits;
	double value[SWEEP_MOST];
	int count, next;
};

/* Method, scope and layers with values of their own stay as they are. */
static void next_position(struct sweep_job *job, struct bench *bench)
{
	double value = job->value[job->next];

	if (job->bits)
		compress_set_bits(&job->settings, (int)value);
	else
		compress_set_ratio(&job->settings, value);
	job->slide = slide_new(bench, job->base.run, &job->settings);
}

static int sweep_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct sweep_job *job = (struct sweep_job *)base;
	double until = clock_now() + QUANTUM;
	int status;

	if (!job->slide)
		next_position(job, bench);
	do {
		status = slide_advance(job->slide, error);
	} while (status == 0 && clock_now() < until);
	base->progress = (job->next + slide_progress(job->slide)) / job->count;
	if (status <= 0)
		return status;
	bench_emit(bench, slide_event(base->run, slide_result(job->slide)));
	slide_free(job->slide);
	job->slide = NULL;
	return ++job->next == job->count;
}

static void sweep_free(struct job *base)
{
	struct sweep_job *job = (struct sweep_job *)base;

	slide_free(job->slide);
	compress_settings_free(&job->settings);
	free(job);
}

struct job *job_sweep(struct bench *bench, struct run *run, bool bits,
    double from, double to, double step)
{
	struct sweep_job *job = xcalloc(1, sizeof(*job));
	int count = (int)floor(fabs(to - from) / step + 1e-9) + 1;

	job->base = (struct job){.kind = JOB_SWEEP,
		.priority = PRIORITY_ASKED, .advance = sweep_advance,
		.free = sweep_free, .run = run};
	text_format(job->base.text, sizeof(job->base.text), "sweep %s of %s",
	    bits ? "quant" : "prune", run->name);
	compress_settings_copy(&job->settings, &bench->compress);
	job->bits = bits;
	job->count = count > SWEEP_MOST ? SWEEP_MOST : count;
	for (int i = 0; i < job->count; i++)
		job->value[i] = from + (to < from ? -step : step) * i;
	return &job->base;
}
