/*
 * Runs at an equal amount of training. Those that went further are taken
 * back, out of sight: a copy of the nearest kept state trains up to the step
 * where the run had spent as much, which gives the bits it had there.
 */
#include "workbench/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/vector.h"
#include "compress/settings.h"
#include "net/evaluation.h"
#include "workbench/comparison.h"
#include "workbench/run.h"
#include "workbench/timeline.h"

enum { BATCH = 256 };

struct compare_job {
	struct job base;
	struct comparison comparison;
	struct learner *parked[RUNS_MAX];	/* at rest, until in turn */
	struct option_values prune, quant;	/* method and so on */
	uint64_t seed;
	int at;				/* the run in turn */
	struct learner *learner;	/* of it, on its way or there */
	enum position position;
	/* Of the position being measured: */
	struct compress_settings settings;
	struct ranking *ranking;
	struct compressed compressed;
	bool made, begun;
	struct engine *engine;		/* not that of the learner, or NULL */
	struct evaluation evaluation;
	real *logits;			/* (n, classes) */
};

static void wake(struct compare_job *job)
{
	job->learner = learner_copy(job->parked[job->at]);
	learner_free(job->parked[job->at]);
	job->parked[job->at] = NULL;
}

static void describe_arrival(struct compare_job *job)
{
	struct compared *run = &job->comparison.run[job->at];
	const struct learner *learner = job->learner;

	run->epoch = learner_epoch(learner);
	run->gradients = learner->gradients;
	run->length = vector_norm(learner_weights(learner),
	    learner->network->parameters);
	job->position = POSITION_PLAIN;
}

/* 1 when the learner stands where the run is compared. */
static int travel(struct compare_job *job)
{
	struct learner_report report;

	if (job->learner->step < job->comparison.run[job->at].step)
		learner_step(job->learner, &report);
	if (job->learner->step < job->comparison.run[job->at].step)
		return 0;
	describe_arrival(job);
	return 1;
}

static void set_sliders(struct compare_job *job)
{
	const struct comparison *comparison = &job->comparison;
	bool pruned = job->position == POSITION_PRUNED ||
	    job->position == POSITION_BOTH;
	bool quantised = job->position == POSITION_QUANTISED ||
	    job->position == POSITION_BOTH;

	compress_settings_reset(&job->settings,
	    job->learner->network->layers);
	job->settings.seed = job->seed;
	job->settings.prune = job->prune;
	job->settings.quant = job->quant;
	compress_set_ratio(&job->settings, pruned ? comparison->ratio : 0);
	if (!quantised)
		settings_quant_nothing(&job->settings);
	compress_set_bits(&job->settings, quantised ? comparison->bits : 32);
}

/* 1: the compressed network is there. */
static int make(struct compare_job *job, struct error *error)
{
	const struct learner *learner = job->learner;
	const struct calibration images = {learner->dataset, learner->pool};
	const real *w = learner_weights(learner);
	int status = 1;

	if (!job->ranking) {
		set_sliders(job);
		if (job->settings.pruned) {
			job->ranking = ranking_new(learner->network, w,
			    learner->buffers, &job->settings, &images, error);
			return job->ranking ? 0 : -1;
		}
	} else {
		status = ranking_advance(job->ranking, error);
	}
	if (status <= 0)
		return status;
	if (compress_make(learner->network, w, learner->buffers,
		&job->settings, job->ranking, &images, &job->compressed,
		error))
		return -1;
	job->made = true;
	job->engine = engine_new(job->compressed.network, BATCH,
	    learner->pool);
	return 0;
}

static void begin_evaluation(struct compare_job *job)
{
	const struct learner *learner = job->learner;
	const struct network *network = learner->network;
	uint32_t n = learner->dataset->split[SPLIT_TEST].count;

	job->logits = reals_new((size_t)n * (size_t)network->classes);
	job->evaluation = (struct evaluation){.kind = EVALUATE_LOSS,
		.engine = job->engine ? job->engine : learner->engine,
		.dataset = learner->dataset, .split = SPLIT_TEST,
		.w = job->made ? job->compressed.w : learner_weights(learner),
		.buffers = job->made ? job->compressed.buffers :
		    learner->buffers, .logits = job->logits};
	evaluation_begin(&job->evaluation);
	job->begun = true;
}

static void leave_position(struct compare_job *job)
{
	if (job->made)
		compressed_free(&job->compressed);
	engine_free(job->engine);
	ranking_free(job->ranking);
	reals_free(job->logits);
	job->engine = NULL;
	job->ranking = NULL;
	job->logits = NULL;
	job->made = job->begun = false;
}

/* The first of equal logits counts, as it does in the loss. */
static bool is_right(const real *logits, int classes, int32_t label)
{
	int best = 0;

	for (int c = 1; c < classes; c++) {
		if (logits[c] > logits[best])
			best = c;
	}
	return best == label;
}

static void keep_answer(struct compare_job *job)
{
	struct compared *run = &job->comparison.run[job->at];
	const struct evaluation *evaluation = &job->evaluation;
	const int32_t *label = evaluation->dataset->split[SPLIT_TEST].labels;
	int classes = job->learner->network->classes;
	uint8_t *correct = xcalloc(evaluation->count, 1);

	for (uint32_t i = 0; i < evaluation->count; i++)
		correct[i] = is_right(job->logits + (size_t)i *
		    (size_t)classes, classes, label[i]);
	free(run->correct[job->position]);
	run->correct[job->position] = correct;
	run->loss[job->position] = evaluation->loss;
	run->accuracy[job->position] = evaluation_accuracy(evaluation);
	leave_position(job);
}

/* 1: all positions of the run in turn are done. */
static int measure(struct compare_job *job, struct error *error)
{
	if (!comparison_has(&job->comparison, job->position)) {
		job->position++;
	} else if (job->position != POSITION_PLAIN && !job->made) {
		return make(job, error);
	} else if (!job->begun) {
		begin_evaluation(job);
	} else if (evaluation_advance(&job->evaluation, BATCH)) {
		keep_answer(job);
		job->position++;
	}
	return job->position == POSITIONS;
}

static int step(struct compare_job *job, struct error *error)
{
	int status;

	if (!job->learner) {
		wake(job);
		job->position = POSITIONS;
		return 0;
	}
	if (job->position == POSITIONS) {
		travel(job);
		return 0;
	}
	status = measure(job, error);
	if (status <= 0)
		return status;
	learner_free(job->learner);
	job->learner = NULL;
	return ++job->at == job->comparison.runs;
}

static double progress(const struct compare_job *job)
{
	double share = job->learner && job->position < POSITIONS ?
	    0.5 + 0.5 * job->position / POSITIONS : 0;

	return (job->at + share) / job->comparison.runs;
}

static int compare_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct compare_job *job = (struct compare_job *)base;
	double until = clock_now() + QUANTUM;
	int status;

	do {
		status = step(job, error);
	} while (status == 0 && clock_now() < until);
	base->progress = progress(job);
	if (status > 0)
		comparison_emit(&job->comparison, bench);
	return status;
}

static void compare_free(struct job *base)
{
	struct compare_job *job = (struct compare_job *)base;

	leave_position(job);
	compress_settings_free(&job->settings);
	for (int i = 0; i < job->comparison.runs; i++)
		learner_free(job->parked[i]);
	learner_free(job->learner);
	comparison_free(&job->comparison);
	free(job);
}

/* The state to start from, at rest. */
static struct learner *park(const struct run *run, long step,
    struct error *error)
{
	struct learner *found, *parked;
	bool hollow;

	if (step == run->learner->step)
		return learner_park(run->learner, false);
	found = timeline_nearest(run->timeline, step, &hollow, error);
	if (!found)
		return NULL;
	parked = hollow ? NULL : learner_park(found, false);
	learner_free(found);
	if (hollow)
		error_set(error, "run %s: the weights of step %ld are not at "
		    "hand since the session was opened: `run use %s; goto %ld; "
		    "goto %ld` makes them again", run->name, step, run->name,
		    step, run->learner->step);
	return parked;
}

static double value_up_to(const struct series *series, long step)
{
	double value = NAN;

	for (int i = 0; i < series_size(series) &&
	    (double)series->point[i].x <= (double)step; i++)
		value = (double)series->point[i].y;
	return value;
}

static void take_measures(const struct run *run, struct compared *out)
{
	int count;
	const struct measure_kind *kind = measure_kinds(&count);

	for (int i = 0; i < COMPARED_MEASURES; i++) {
		const struct measured_value *value = i < count ?
		    measured_at(&run->measured, &kind[i], out->step) : NULL;

		out->measure[i] = value ? value->value : NAN;
		out->error[i] = value ? value->error : NAN;
		out->measured[i] = value ? value->step : -1;
	}
}

static int enter(struct compare_job *job, const struct run *run,
    struct error *error)
{
	struct comparison *comparison = &job->comparison;
	struct compared *out = &comparison->run[comparison->runs];

	text_copy(out->name, sizeof(out->name), run->name);
	run_arm(run, out->arm, sizeof(out->arm));
	out->step = comparison_step(run, comparison->axis,
	    comparison->amount);
	out->seconds = comparison_cost(run, COMPARE_SECONDS, out->step);
	out->train_loss = value_up_to(&run->curve[CURVE_LOSS], out->step);
	take_measures(run, out);
	job->parked[comparison->runs] = park(run, out->step, error);
	if (!job->parked[comparison->runs])
		return -1;
	comparison->runs++;
	return 0;
}

struct job *job_compare(struct bench *bench, const struct compare_plan *plan,
    struct error *error)
{
	struct compare_job *job = xcalloc(1, sizeof(*job));

	job->base = (struct job){.kind = JOB_EVALUATE,
		.priority = PRIORITY_ASKED, .advance = compare_advance,
		.free = compare_free, .run = plan->run[0]};
	text_copy(job->base.text, sizeof(job->base.text), "compare");
	job->prune = bench->compress.prune;
	job->quant = bench->compress.quant;
	job->seed = bench->compress.seed;
	job->comparison.axis = plan->axis;
	job->comparison.ratio = plan->ratio;
	job->comparison.bits = plan->bits;
	job->comparison.n = bench->dataset->split[SPLIT_TEST].count;
	job->comparison.amount = INFINITY;
	for (int i = 0; i < plan->runs; i++)
		job->comparison.amount = fmin(job->comparison.amount,
		    comparison_spent(plan->run[i], plan->axis));
	for (int i = 0; i < plan->runs; i++) {
		if (enter(job, plan->run[i], error)) {
			compare_free(&job->base);
			return NULL;
		}
	}
	return &job->base;
}
