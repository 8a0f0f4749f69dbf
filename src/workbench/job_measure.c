/* Jobs that only look: evaluation of a split, and sharpness. */
#include "workbench/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "workbench/curve.h"
#include "workbench/known.h"
#include "workbench/probes.h"
#include "workbench/run.h"

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
	struct event *event = event_new("eval");

	event_text(event, "run", run->name);
	event_number(event, "step", (double)job->step);
	event_text(event, "split", split_names[job->split]);
	event_number(event, "loss", evaluation->loss);
	event_number(event, "accuracy", evaluation_accuracy(evaluation));
	event_number(event, "n", evaluation->done);
	known_take(run, event);
	if (job->quiet)
		event_free(event);
	else
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
	job->w = reals_dup(learner_weights(learner), learner->network->parameters);
	job->buffers = reals_dup(learner->buffers, learner->network->buffers);
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
	int layer;		/* measured just now; 0: all as one */
	int layers;		/* of the network */
	/* For the layers after the first; training may go on: */
	struct measure_request request;
	real *w, *buffers;
	struct measure_theta theta;	/* of a transformed run */
	real *factors;
	uint8_t *mask;
	bool in_theta;		/* measured there just now */
	long step;
	bool live;
};

static enum curve_name curve_of(const struct sharpness_job *job)
{
	return curve_of_measure(job->probe.kind->name, job->in_theta);
}

static void add_lists(struct event *event, const struct measure_list *list)
{
	for (int i = 0; i < MEASURE_LISTS && list[i].name; i++) {
		if (list[i].rows > 1)
			event_grid(event, list[i].name, list[i].rows,
			    list[i].columns, list[i].value);
		else
			event_numbers(event, list[i].name, list[i].columns,
			    list[i].value);
	}
}

/* A landscape's lines and planes differ by what stands in its options. */
static void add_dimensions(struct event *event, const struct probe *probe)
{
	if (option_find(probe->kind->options, "dim") >= 0)
		event_number(event, "dim", option_value(probe->kind->options,
			&probe->options, "dim"));
}

static void tell_sharpness(struct bench *bench, const struct sharpness_job *job,
    const struct measure_result *result)
{
	struct event *event = event_new("sharpness");

	event_text(event, "run", job->base.run->name);
	event_number(event, "step", (double)job->step);
	event_text(event, "kind", job->probe.kind->name);
	if (job->layer)
		event_number(event, "layer", job->layer);
	else
		event_null(event, "layer");
	event_text(event, "space", job->in_theta ? "theta" : "w");
	event_number(event, "value", result->value);
	event_number(event, "error", result->error);
	event_number(event, "rho", result->rho);
	event_number(event, "n", result->n);
	event_number(event, "gradients", result->gradients);
	event_number(event, "products", result->products);
	event_number(event, "seconds", result->seconds);
	event_bool(event, "converged", result->converged);
	event_bool(event, "live", job->live);
	if (result->note)
		event_text(event, "note", result->note);
	add_dimensions(event, &job->probe);
	add_lists(event, result->list);
	known_take(job->base.run, event);
	if (job->live && probe_within_budget(bench, &job->probe))
		bench_emit_quietly(bench, event);
	else
		bench_emit(bench, event);
}

static struct reading *reading_at(const struct sharpness_job *job,
    enum curve_name curve)
{
	struct run *run = job->base.run;

	return job->layer == 0 ? &run->reading[curve] :
	    &layer_curves_at(&run->layers, curve, job->layer)->reading;
}

/* A failing live probe tells its reason where its value would stand. */
static int fail_live(const struct sharpness_job *job, struct bench *bench,
    const struct error *error)
{
	enum curve_name curve = curve_of(job);

	if (curve != CURVES) {
		struct reading *reading = reading_at(job, curve);

		*reading = (struct reading){.failed = true, .value = NAN,
			.error = NAN, .step = job->step};
		text_copy(reading->text, sizeof(reading->text), error->text);
	}
	bench_note(bench, "probe %s: %s", job->probe.kind->name, error->text);
	return 1;
}

/* The next layer with anything to measure; 0: there is none. */
static int layer_after(const struct sharpness_job *job, int layer)
{
	const struct network *network = job->base.run->learner->network;

	while (++layer <= network->layers) {
		if (measure_reaches(job->probe.kind, network, layer))
			return layer;
	}
	return 0;
}

static void begin_measure(struct sharpness_job *job)
{
	measure_free(job->measure);
	job->request.layer = job->layer;
	job->request.theta = job->in_theta ? &job->theta : NULL;
	/* Layers in turn would take the few places for start vectors, which
	 * are of w. */
	job->request.warm = job->probe.kind->warm && !job->in_theta &&
	    job->probe.layer != LAYER_EACH ? run_warm_vector(job->base.run,
	    job->probe.kind, job->layer) : NULL;
	job->measure = measure_new(&job->request);
}

static int first_layer(const struct sharpness_job *job)
{
	return job->probe.layer == LAYER_EACH ? layer_after(job, 0) :
	    job->probe.layer;
}

/* 0 when another layer or space is to be measured, 1 when all are. */
static int go_on(struct sharpness_job *job)
{
	job->layer = job->probe.layer == LAYER_EACH ?
	    layer_after(job, job->layer) : 0;
	if (job->layer == 0 && (job->in_theta || !job->theta.transform))
		return 1;
	if (job->layer == 0) {
		job->in_theta = true;
		job->layer = first_layer(job);
	}
	begin_measure(job);
	return 0;
}

static double sharpness_progress(const struct sharpness_job *job)
{
	double share = measure_progress(job->measure);

	if (job->probe.layer != LAYER_EACH || job->layer == 0)
		return share;
	return (job->layer - 1 + share) / job->layers;
}

/* What a live probe takes is part of the budget, from the memory it begins
 * with to giving that back. */
static void count_live(struct sharpness_job *job, struct bench *bench,
    double started, bool ended)
{
	if (!job->live)
		return;
	if (ended) {
		measure_free(job->measure);
		job->measure = NULL;
	}
	probe_spent(bench, &job->probe, clock_now() - started);
	if (ended)
		probe_ended(bench, &job->probe);
}

static int measure_on(struct sharpness_job *job, struct bench *bench,
    struct error *error)
{
	double until = clock_now() + QUANTUM;
	struct measure_result result;
	int status;

	do {
		status = measure_advance(job->measure, &result, error);
	} while (status == 0 && clock_now() < until);
	job->base.progress = sharpness_progress(job);
	if (status > 0) {
		tell_sharpness(bench, job, &result);
		return go_on(job);
	}
	return status < 0 && job->live ? fail_live(job, bench, error) : status;
}

static int sharpness_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct sharpness_job *job = (struct sharpness_job *)base;
	double started = clock_now();
	int status = measure_on(job, bench, error);

	count_live(job, bench, started, status != 0);
	return status;
}

static void sharpness_free(struct job *base)
{
	struct sharpness_job *job = (struct sharpness_job *)base;

	measure_free(job->measure);
	reals_free(job->w);
	reals_free(job->buffers);
	transform_free(job->theta.transform);
	reals_free(job->factors);
	free(job->mask);
	free(job);
}

/* As the run is now: it may be trained on. */
static void keep_theta(struct sharpness_job *job,
    const struct learner *learner)
{
	size_t parameters = learner->network->parameters;

	job->factors = reals_dup(learner->theta,
	    transform_size(learner->transform));
	if (learner->mask) {
		job->mask = xmalloc(parameters);
		memcpy(job->mask, learner->mask, parameters);
	}
	job->theta = (struct measure_theta){
		.transform = transform_copy(learner->transform),
		.theta = job->factors, .mask = job->mask,
		.pool = learner->pool};
	job->in_theta = !job->probe.in_w;
}

struct job *job_probe(struct bench *bench, struct run *run,
    const struct probe *probe, enum priority priority)
{
	return probe->kind ? job_sharpness(bench, run, probe, priority) :
	    job_compressed(bench, run, probe, priority);
}

struct job *job_sharpness(struct bench *bench, struct run *run,
    const struct probe *probe, enum priority priority)
{
	const struct learner *learner = run->learner;
	const struct network *network = learner->network;
	struct sharpness_job *job = xcalloc(1, sizeof(*job));
	double started = clock_now();

	job->w = reals_dup(learner_weights(learner), network->parameters);
	job->buffers = reals_dup(learner->buffers, network->buffers);
	job->request = (struct measure_request){.kind = probe->kind,
		.options = probe->options, .engine = learner->engine,
		.dataset = bench->dataset, .split = bench->set.probe_split,
		.count = (uint32_t)bench->set.probe_n, .w = job->w,
		.buffers = job->buffers, .seed = bench->seed};
	job->base = (struct job){.kind = JOB_SHARPNESS, .priority = priority,
		.advance = sharpness_advance, .free = sharpness_free,
		.run = run};
	text_format(job->base.text, sizeof(job->base.text), "%s of %s",
	    probe->kind->name, run->name);
	job->probe = *probe;
	job->live = priority == PRIORITY_PROBE;
	job->step = learner->step;
	job->layers = network->layers;
	if (probe->in_theta && run_transformed(run))
		keep_theta(job, learner);
	job->layer = first_layer(job);
	begin_measure(job);
	count_live(job, bench, started, false);
	return &job->base;
}
