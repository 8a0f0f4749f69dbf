/* Jobs that only look: evaluation of a split, and sharpness. */
#include "workbench/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "workbench/run.h"

static const char *const split_names[SPLITS] = {"train", "validation", "test"};

struct evaluate_job {
	struct job base;
	struct evaluation evaluation;
	enum split_name split;
	long step;
	real *w, *buffers;	/* copies: training may go on */
	bool quiet;		/* the curve only, no event */
};

static void finish_evaluation(struct evaluate_job *job, struct bench *bench)
{
	const struct evaluation *evaluation = &job->evaluation;
	struct run *run = job->base.run;
	double accuracy = evaluation->done ?
	    (double)evaluation->correct / evaluation->done : NAN;
	struct event *event;
	char text[32];

	if (job->split == SPLIT_TEST) {
		text_format(text, sizeof(text), "%u images",
		    evaluation->done);
		run_reading(run, CURVE_TEST_LOSS, evaluation->loss, NAN, text);
		run_reading(run, CURVE_TEST_ACCURACY, accuracy, NAN, text);
	}
	if (job->quiet)
		return;
	event = event_new("eval");
	event_text(event, "run", run->name);
	event_number(event, "step", (double)job->step);
	event_text(event, "split", split_names[job->split]);
	event_number(event, "loss", evaluation->loss);
	event_number(event, "accuracy", accuracy);
	event_number(event, "n", evaluation->done);
	bench_emit(bench, event);
}

static int evaluate_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct evaluate_job *job = (struct evaluate_job *)base;
	double until = clock_now() + QUANTUM;
	bool done;

	if (job->evaluation.count == 0)
		return error_set(error, "%s has no %s samples",
		    bench->dataset->name, split_names[job->split]);
	do {
		done = evaluation_advance(&job->evaluation, 0);
	} while (!done && clock_now() < until);
	base->progress = (double)job->evaluation.done / job->evaluation.count;
	if (done)
		finish_evaluation(job, bench);
	return done;
}

static void evaluate_free(struct job *base)
{
	struct evaluate_job *job = (struct evaluate_job *)base;

	reals_free(job->w);
	reals_free(job->buffers);
	free(job);
}

static real *copied(const real *values, size_t n)
{
	real *copy = reals_new(n);

	if (n)
		memcpy(copy, values, n * sizeof(real));
	return copy;
}

struct job *job_evaluate(struct bench *bench, struct run *run,
    enum split_name split, bool quiet)
{
	const struct learner *learner = run->learner;
	struct evaluate_job *job = xcalloc(1, sizeof(*job));

	job->base = (struct job){.kind = JOB_EVALUATE,
		.priority = PRIORITY_ASKED, .advance = evaluate_advance,
		.free = evaluate_free, .run = run};
	text_format(job->base.text, sizeof(job->base.text), "eval %s of %s",
	    split_names[split], run->name);
	job->quiet = quiet;
	job->split = split;
	job->step = learner->step;
	job->w = copied(learner_weights(learner), learner->network->parameters);
	job->buffers = copied(learner->buffers, learner->network->buffers);
	job->evaluation = (struct evaluation){.kind = EVALUATE_LOSS,
		.engine = learner->engine, .dataset = bench->dataset,
		.split = split, .w = job->w, .buffers = job->buffers};
	evaluation_begin(&job->evaluation);
	return &job->base;
}

struct sharpness_job {
	struct job base;
	struct probe probe;
	struct measure *measure;
	long step;
	bool live;
};

static enum curve_name curve_of(const struct measure_kind *kind)
{
	static const struct { const char *name; enum curve_name curve; } map[] = {
		{"lambda", CURVE_LAMBDA}, {"sam", CURVE_SAM}};

	for (size_t i = 0; i < sizeof(map) / sizeof(*map); i++) {
		if (strcmp(kind->name, map[i].name) == 0)
			return map[i].curve;
	}
	return CURVES;
}

static void emit_sharpness(struct bench *bench, const struct sharpness_job *job,
    const struct measure_result *result)
{
	struct event *event = event_new("sharpness");

	event_text(event, "run", job->base.run->name);
	event_number(event, "step", (double)job->step);
	event_text(event, "kind", job->probe.kind->name);
	if (job->probe.layer)
		event_number(event, "layer", job->probe.layer);
	else
		event_null(event, "layer");
	event_number(event, "value", result->value);
	event_number(event, "error", result->error);
	event_number(event, "rho", result->rho);
	event_number(event, "n", result->n);
	event_number(event, "gradients", result->gradients);
	event_number(event, "products", result->products);
	event_number(event, "seconds", result->seconds);
	event_bool(event, "converged", result->converged);
	if (result->note)
		event_text(event, "note", result->note);
	bench_emit(bench, event);
}

static void keep_reading(const struct sharpness_job *job,
    const struct measure_result *result)
{
	enum curve_name curve = curve_of(job->probe.kind);
	char text[48];

	if (curve == CURVES || job->probe.layer)
		return;
	if (result->products)
		text_format(text, sizeof(text), "in %d products, %.2g s",
		    result->products, result->seconds);
	else
		text_format(text, sizeof(text), "in %d gradients, %.2g s",
		    result->gradients, result->seconds);
	run_reading(job->base.run, curve, result->value, result->error, text);
	job->base.run->reading[curve].step = job->step;
}

/* A failing live probe tells its reason where its value would stand. */
static int fail_live(const struct sharpness_job *job, struct bench *bench,
    const struct error *error)
{
	enum curve_name curve = curve_of(job->probe.kind);

	if (curve != CURVES) {
		struct reading *reading = &job->base.run->reading[curve];

		*reading = (struct reading){.failed = true, .value = NAN,
			.error = NAN, .step = job->step};
		text_copy(reading->text, sizeof(reading->text), error->text);
	}
	bench_note(bench, "probe %s: %s", job->probe.kind->name, error->text);
	return 1;
}

static int sharpness_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct sharpness_job *job = (struct sharpness_job *)base;
	double until = clock_now() + QUANTUM;
	struct measure_result result;
	int status;

	do {
		status = measure_advance(job->measure, &result, error);
	} while (status == 0 && clock_now() < until);
	base->progress = measure_progress(job->measure);
	if (status > 0) {
		keep_reading(job, &result);
		emit_sharpness(bench, job, &result);
	}
	return status < 0 && job->live ? fail_live(job, bench, error) : status;
}

static void sharpness_free(struct job *base)
{
	struct sharpness_job *job = (struct sharpness_job *)base;

	measure_free(job->measure);
	free(job);
}

struct job *job_sharpness(struct bench *bench, struct run *run,
    const struct probe *probe, enum priority priority)
{
	const struct learner *learner = run->learner;
	struct sharpness_job *job = xcalloc(1, sizeof(*job));
	struct measure_request request = {.kind = probe->kind,
		.options = probe->options, .engine = learner->engine,
		.dataset = bench->dataset, .split = bench->set.probe_split,
		.count = (uint32_t)bench->set.probe_n,
		.w = learner_weights(learner),
		.buffers = learner->buffers, .layer = probe->layer,
		.seed = bench->seed};

	job->base = (struct job){.kind = JOB_SHARPNESS, .priority = priority,
		.advance = sharpness_advance, .free = sharpness_free,
		.run = run};
	text_format(job->base.text, sizeof(job->base.text), "%s of %s",
	    probe->kind->name, run->name);
	job->probe = *probe;
	job->live = priority == PRIORITY_PROBE;
	job->step = learner->step;
	if (probe->kind->warm)
		request.warm = run_warm_vector(run, probe->kind,
		    probe->layer);
	job->measure = measure_new(&request);
	return &job->base;
}
