/* Jobs of the compression sliders: one position, or a whole sweep. */
#include "workbench/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "workbench/slide.h"

struct compress_job {
	struct job base;
	struct slide *slide;
	struct compress_settings settings;
	bool beside;		/* the current run: its accuracy will do */
};

static void show_beside(struct run *run, const struct slide_result *result)
{
	run->slid = (struct slid_view){result->exact ? COMPRESS_EXACT :
		result->n ? COMPRESS_ESTIMATE : COMPRESS_WORKING,
		result->accuracy, result->low, result->high, result->step};
}

static void show(const struct job *base, struct bench *bench,
    const struct slide *slide)
{
	struct compress_view *view = &bench->compress_view;

	if (base->run != bench_run(bench)) {
		show_beside(base->run, slide_result(slide));
		return;
	}
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
		if (job->beside && slide_result(job->slide)->exact)
			status = 1;
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

static struct compress_job *new_job(struct bench *bench, struct run *run)
{
	struct compress_job *job = xcalloc(1, sizeof(*job));

	cancel_older(bench, run);
	job->base = (struct job){.kind = JOB_COMPRESS,
		.priority = PRIORITY_SLIDE, .advance = compress_advance,
		.free = compress_free, .run = run};
	text_format(job->base.text, sizeof(job->base.text), "compress %s",
	    run->name);
	compress_settings_copy(&job->settings, &bench->compress);
	return job;
}

struct job *job_compress(struct bench *bench, struct run *run)
{
	bench->compress_view.state = COMPRESS_WORKING;
	return &new_job(bench, run)->base;
}

struct job *job_compress_beside(struct bench *bench, struct run *run)
{
	struct compress_job *job = new_job(bench, run);

	job->beside = true;
	run->slid.state = COMPRESS_WORKING;
	return &job->base;
}

struct sweep_job {
	struct job base;
	struct slide *slide;
	struct compress_settings settings;	/* the other slider's */
	bool bits;
	double value[SWEEP_MOST], predicted[SWEEP_MOST], measured[SWEEP_MOST];
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

/* Below this the change of the loss is mostly that of rounding sums. */
static const double least_damage = 1e-5;

/* Predicted over measured; NAN where that says nothing. */
static double model_ratio(const struct sweep_job *job, int i)
{
	return fabs(job->measured[i]) < least_damage ? NAN :
	    job->predicted[i] / job->measured[i];
}

/* The last position, from the mildest on, up to which the quadratic model is
 * right within a factor of two; -1: nowhere. */
static int model_holds_to(const struct sweep_job *job)
{
	bool up = job->value[0] <= job->value[job->count - 1];
	bool forward = up != job->bits;
	int last = -1;

	for (int k = 0; k < job->count; k++) {
		int i = forward ? k : job->count - 1 - k;
		double ratio = model_ratio(job, i);

		if (isnan(ratio))
			continue;
		if (ratio < 0.5 || ratio > 2)
			break;
		last = i;
	}
	return last;
}

static void print_bridge(const struct sweep_job *job, int holds,
    struct buffer *out)
{
	buffer_printf(out, "%s: predicted/measured damage:",
	    job->base.run->name);
	for (int i = 0; i < job->count; i++) {
		double ratio = model_ratio(job, i);

		buffer_printf(out, job->bits ? "  %.0f: " : "  %g%%: ",
		    job->bits ? job->value[i] : 100 * job->value[i]);
		if (isnan(ratio))
			buffer_puts(out, "-");
		else
			buffer_printf(out, "%.2f", ratio);
	}
	if (holds < 0)
		buffer_puts(out, "\nthe quadratic model is off by more than "
		    "a factor of two from the first of them");
	else
		buffer_printf(out, job->bits ? "\nthe quadratic model holds "
		    "within a factor of two down to %.0f bits" :
		    "\nthe quadratic model holds within a factor of two up to "
		    "%g%%", job->bits ? job->value[holds] :
		    100 * job->value[holds]);
}

static void print_break_even(double even, struct buffer *out)
{
	if (!isnan(even))
		buffer_printf(out, "\nthe sparse path is faster than floats "
		    "from %.2g%% pruned on", 100 * even);
}

/* Where along the sweep curvature explains the damage. */
static void emit_bridge(const struct sweep_job *job, struct bench *bench)
{
	int holds = model_holds_to(job);
	double even = slide_break_even(job->base.run->slides, &job->settings);
	struct event *event = event_new("bridge");
	double ratio[SWEEP_MOST];
	struct buffer text = {0};

	for (int i = 0; i < job->count; i++)
		ratio[i] = model_ratio(job, i);
	event_text(event, "run", job->base.run->name);
	event_text(event, "kind", job->bits ? "quant" : "prune");
	event_numbers(event, "at", job->count, job->value);
	event_numbers(event, "predicted", job->count, job->predicted);
	event_numbers(event, "measured", job->count, job->measured);
	event_numbers(event, "predicted_ratio", job->count, ratio);
	event_number(event, "holds_to", holds < 0 ? NAN : job->value[holds]);
	print_bridge(job, holds, &text);
	if (!job->bits) {
		event_number(event, "break_even", even);
		print_break_even(even, &text);
	}
	event_text(event, "text", text.text);
	bench_emit(bench, event);
	buffer_free(&text);
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
	job->predicted[job->next] = slide_result(job->slide)->predicted;
	job->measured[job->next] = slide_result(job->slide)->measured;
	slide_free(job->slide);
	job->slide = NULL;
	if (++job->next < job->count)
		return 0;
	emit_bridge(job, bench);
	return 1;
}

static void sweep_free(struct job *base)
{
	struct sweep_job *job = (struct sweep_job *)base;

	slide_free(job->slide);
	compress_settings_free(&job->settings);
	free(job);
}

struct job *job_sweep(struct bench *bench, struct run *run, bool bits,
    int count, const double *value)
{
	struct sweep_job *job = xcalloc(1, sizeof(*job));

	job->base = (struct job){.kind = JOB_SWEEP,
		.priority = PRIORITY_ASKED, .advance = sweep_advance,
		.free = sweep_free, .run = run};
	text_format(job->base.text, sizeof(job->base.text), "sweep %s of %s",
	    bits ? "quant" : "prune", run->name);
	compress_settings_copy(&job->settings, &bench->compress);
	job->bits = bits;
	job->count = count;
	memcpy(job->value, value, (size_t)count * sizeof(*value));
	return &job->base;
}
