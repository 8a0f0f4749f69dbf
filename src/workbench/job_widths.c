/*
 * Layers one at a time at several widths: what each costs, for a table
 * (sensitivity), for a choice of widths (budget), or for several such choices
 * (pareto). Two phases: measure each layer alone, then do what was asked.
 */
#include "workbench/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "compress/settings.h"
#include "compress/widths.h"
#include "net/evaluation.h"
#include "workbench/command_table.h"
#include "workbench/run.h"
#include "workbench/slide.h"

enum { BATCH = 256 };

struct layer_costs {
	int id;
	double weights;
	double accuracy[BITS_MOST + 1], damage[BITS_MOST + 1];
};

struct widths_job {
	struct job base;
	struct widths_plan plan;
	struct compress_settings settings;	/* manner, and the base */
	int act;		/* layers alone are measured without */
	real *w;		/* of the run when the job began */
	real *buffers;
	struct engine *engine;
	struct evaluation evaluation;
	struct calibration images;
	struct compressing *making;
	struct compressed compressed;
	bool begun;
	long step;		/* at which they are */
	double loss;		/* at the base, nothing quantised */
	struct layer_costs *layer;
	int layers, at, bits;	/* being measured; bits 0: the base */
	int next;		/* budget of the plan */
	struct slide *slide;
	double *point;		/* (budgets, 4): bits, bytes, accuracy, ms */
};

static double weights_of(const struct network *network, int id)
{
	double weights = 0;

	for (int k = 0; k < network->segments; k++) {
		if (network->segment[k].layer == id &&
		    segment_compressible(&network->segment[k]))
			weights += (double)network->segment[k].count;
	}
	return weights;
}

static void list_layers(struct widths_job *job, const struct network *network)
{
	job->layer = xcalloc((size_t)network->layers + 1,
	    sizeof(*job->layer));
	for (int id = 1; id <= network->layers; id++) {
		if (layer_compressible(network, id))
			job->layer[job->layers++] = (struct layer_costs){
				.id = id,
				.weights = weights_of(network, id)};
	}
}

/* Only the layer that is measured, at its bits. */
static void set_alone(struct widths_job *job)
{
	compress_set_bits(&job->settings, BITS_FLOAT);
	for (int l = 0; l < job->layers; l++)
		compress_set_layer_bits(&job->settings, job->layer[l].id,
		    job->bits && l == job->at ? job->bits : 0);
}

/* 1: the position is there, 0: not yet, -1: failed. */
static int make(struct widths_job *job, struct error *error)
{
	int status;

	if (!job->making) {
		set_alone(job);
		job->making = compressing_begin(job->base.run->learner->network,
		    job->w, job->buffers, &job->settings, NULL, &job->images,
		    error);
		return job->making ? 0 : -1;
	}
	status = compressing_advance(job->making, &job->compressed, error);
	if (status != 0) {
		compressing_end(job->making);
		job->making = NULL;
	}
	return status;
}

static int begin(struct widths_job *job, const struct bench *bench,
    struct error *error)
{
	const struct learner *learner = job->base.run->learner;
	bool probe = job->plan.budgets > 0;
	int status = make(job, error);

	if (status <= 0)
		return status;
	if (!job->engine)
		job->engine = engine_new(job->compressed.network, BATCH,
		    learner->pool);
	job->evaluation = (struct evaluation){.kind = EVALUATE_LOSS,
		.engine = job->engine, .dataset = learner->dataset,
		.split = probe ? bench->set.probe_split : SPLIT_TEST,
		.count = (uint32_t)(probe ? bench->set.probe_n :
		    job->plan.samples),
		.w = job->compressed.w, .buffers = job->compressed.buffers};
	evaluation_begin(&job->evaluation);
	job->begun = true;
	return 0;
}

static void emit_layer(struct widths_job *job, struct bench *bench,
    const struct layer_costs *layer)
{
	struct event *event = event_new("sensitivity");
	double bits[BITS_MOST], accuracy[BITS_MOST], damage[BITS_MOST];
	int count = 0;

	for (int b = job->plan.most; b >= job->plan.least; b--) {
		bits[count] = b;
		accuracy[count] = layer->accuracy[b];
		damage[count++] = layer->damage[b];
	}
	event_text(event, "run", job->base.run->name);
	event_number(event, "step", (double)job->step);
	event_text(event, "kind", "quant");
	event_number(event, "layer", layer->id);
	event_number(event, "weights", layer->weights);
	event_numbers(event, "bits", count, bits);
	event_numbers(event, "accuracy", count, accuracy);
	event_numbers(event, "damage", count, damage);
	event_number(event, "n", job->evaluation.count);
	run_sensitivity(job->base.run, true, job->step, layer->id, count,
	    bits, accuracy);
	bench_emit(bench, event);
}

/* Take the figures and go on to the next position; true after the last. */
static bool conclude(struct widths_job *job, struct bench *bench)
{
	struct layer_costs *layer = &job->layer[job->at];

	compressed_free(&job->compressed);
	job->begun = false;
	if (job->bits == 0) {
		job->loss = job->evaluation.loss;
		job->bits = job->plan.most;
		return false;
	}
	layer->damage[job->bits] = job->evaluation.loss - job->loss;
	layer->accuracy[job->bits] = evaluation_accuracy(&job->evaluation);
	if (--job->bits >= job->plan.least)
		return false;
	job->bits = job->plan.most;
	emit_layer(job, bench, layer);
	return ++job->at == job->layers;
}

static void allocate(struct widths_job *job, double budget, int *bits)
{
	double (*damage)[BITS_MOST + 1] = xcalloc((size_t)job->layers,
	    sizeof(*damage));
	double *weights = xcalloc((size_t)job->layers, sizeof(*weights));
	struct width_costs costs = {job->layers,
		(const double (*)[BITS_MOST + 1])damage, weights};

	for (int l = 0; l < job->layers; l++) {
		memcpy(damage[l], job->layer[l].damage, sizeof(damage[l]));
		weights[l] = job->layer[l].weights;
	}
	widths_allocate(&costs, budget, bits);
	free(damage);
	free(weights);
}

static void set_widths(struct widths_job *job, double budget)
{
	int *bits = xcalloc((size_t)job->layers, sizeof(*bits));

	allocate(job, budget, bits);
	compress_set_act(&job->settings, job->act);
	compress_set_bits(&job->settings, BITS_MOST);
	for (int l = 0; l < job->layers; l++)
		compress_set_layer_bits(&job->settings, job->layer[l].id,
		    bits[l]);
	free(bits);
}

static int apply(struct widths_job *job, struct bench *bench,
    struct error *error)
{
	struct buffer lines = {0};
	int status;

	set_widths(job, job->plan.budget[0]);
	compress_settings_print(&job->settings, &lines);
	status = bench_set_sliders(bench, lines.text, error);
	buffer_free(&lines);
	return status;
}

/* On the front: none is smaller and as good, or better and as small. */
static bool is_best(const struct widths_job *job, int i)
{
	const double *p = &job->point[4 * i];

	for (int k = 0; k < job->plan.budgets; k++) {
		const double *q = &job->point[4 * k];

		if ((q[1] < p[1] && q[2] >= p[2]) ||
		    (q[1] <= p[1] && q[2] > p[2]))
			return false;
	}
	return true;
}

static void emit_front(struct widths_job *job, struct bench *bench)
{
	static const char *const keys[] = {"bits", "bytes", "accuracy", "ms"};
	struct event *event = event_new("pareto");
	int count = job->plan.budgets;
	double column[WIDTH_BUDGETS];

	event_text(event, "run", job->base.run->name);
	event_number(event, "step", (double)job->base.run->learner->step);
	event_text(event, "kind", "quant");
	for (int k = 0; k < 4; k++) {
		for (int i = 0; i < count; i++)
			column[i] = job->point[4 * i + k];
		event_numbers(event, keys[k], count, column);
	}
	for (int i = 0; i < count; i++)
		column[i] = is_best(job, i);
	event_numbers(event, "front", count, column);
	bench_emit(bench, event);
}

/* One budget after the other, each measured as a slider's position is. */
static int advance_front(struct widths_job *job, struct bench *bench,
    struct error *error)
{
	const struct slide_result *result;
	double *point = &job->point[4 * job->next];
	int status;

	if (!job->slide) {
		set_widths(job, job->plan.budget[job->next]);
		job->slide = slide_new(bench, job->base.run, &job->settings);
	}
	status = slide_advance(job->slide, error);
	if (status <= 0)
		return status;
	result = slide_result(job->slide);
	point[0] = result->nominal_bits;
	point[1] = result->bytes;
	point[2] = result->accuracy;
	point[3] = result->ms;
	if (job->plan.budgets == 1 && job->base.run == bench_run(bench))
		slide_view(result, job->base.run, &bench->compress_view);
	bench_emit(bench, slide_event(job->base.run, result));
	slide_free(job->slide);
	job->slide = NULL;
	if (++job->next < job->plan.budgets)
		return 0;
	if (job->plan.budgets > 1)
		emit_front(job, bench);
	return 1;
}

static double progress_of(const struct widths_job *job)
{
	double widths = job->plan.most - job->plan.least + 1;
	double measured = (job->at * widths + job->plan.most - job->bits) /
	    (job->layers * widths);

	if (job->plan.budgets == 0)
		return measured;
	return (measured + (double)job->next / job->plan.budgets) / 2;
}

static int step(struct widths_job *job, struct bench *bench,
    struct error *error)
{
	if (job->at == job->layers)
		return advance_front(job, bench, error);
	if (!job->begun)
		return begin(job, bench, error);
	if (!evaluation_advance(&job->evaluation, 0) || !conclude(job, bench))
		return 0;
	if (job->plan.budgets == 1)
		return apply(job, bench, error);	/* then measure it */
	return job->plan.budgets == 0;
}

static int widths_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct widths_job *job = (struct widths_job *)base;
	double until = clock_now() + QUANTUM;
	int status;

	do {
		status = step(job, bench, error);
	} while (status == 0 && clock_now() < until);
	base->progress = progress_of(job);
	return status;
}

static void widths_free(struct job *base)
{
	struct widths_job *job = (struct widths_job *)base;

	slide_free(job->slide);
	compressing_end(job->making);
	if (job->begun)
		compressed_free(&job->compressed);
	engine_free(job->engine);
	compress_settings_free(&job->settings);
	reals_free(job->w);
	reals_free(job->buffers);
	free(job->layer);
	free(job->point);
	free(job);
}

struct job *job_widths(struct bench *bench, struct run *run,
    const struct widths_plan *plan, const char *text)
{
	const struct learner *learner = run->learner;
	struct widths_job *job = xcalloc(1, sizeof(*job));

	job->base = (struct job){.kind = JOB_SWEEP,
		.priority = PRIORITY_ASKED, .advance = widths_advance,
		.free = widths_free, .run = run};
	text_copy(job->base.text, sizeof(job->base.text), text);
	job->plan = *plan;
	job->images = (struct calibration){learner->dataset, learner->pool};
	compress_settings_copy(&job->settings, &bench->compress);
	job->act = settings_act(&job->settings);
	compress_set_act(&job->settings, 0);
	job->step = run->learner->step;
	job->w = reals_dup(learner_weights(run->learner),
	    learner->network->parameters);
	job->buffers = reals_dup(learner->buffers, learner->network->buffers);
	list_layers(job, learner->network);
	job->point = xcalloc(4 * WIDTH_BUDGETS, sizeof(double));
	return &job->base;
}
