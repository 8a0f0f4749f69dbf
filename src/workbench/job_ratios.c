/*
 * Layers pruned one at a time at several ratios: what each costs, for a table
 * (sensitivity) and, with a target, for ratios that together reach it.
 */
#include "workbench/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "compress/pruned.h"
#include "compress/ratios.h"
#include "compress/settings.h"
#include "net/evaluation.h"
#include "workbench/run.h"
#include "workbench/slide.h"

enum { BATCH = 256 };

static const double ratios[] = {0.25, 0.5, 0.75, 0.9, 0.95, 0.98};
enum { RATIOS = sizeof(ratios) / sizeof(*ratios) };

struct ratios_job {
	struct job base;
	struct ratios_plan plan;
	struct compress_settings settings;
	real *w, *buffers;	/* of the run when the job began */
	struct ranking *ranking;
	struct compressed compressed;
	struct engine *engine;
	struct evaluation evaluation;
	bool begun;
	long step;		/* at which they are */
	double loss;		/* at a ratio of 0 */
	int *id;		/* (layers) */
	double *weights;	/* (layers) */
	double *accuracy, *damage;	/* (layers, RATIOS) */
	int layers, at, ratio;	/* being measured; ratio -1: the base */
	struct slide *slide;	/* of the ratios for the target */
};

static void list_layers(struct ratios_job *job, const struct network *network)
{
	size_t most = (size_t)network->layers + 1;

	job->id = xcalloc(most, sizeof(int));
	job->weights = xcalloc(most, sizeof(double));
	job->accuracy = xcalloc(most * RATIOS, sizeof(double));
	job->damage = xcalloc(most * RATIOS, sizeof(double));
	for (int id = 1; id <= network->layers; id++) {
		if (!layer_compressible(network, id))
			continue;
		job->id[job->layers] = id;
		for (int k = 0; k < network->segments; k++) {
			const struct segment *segment = &network->segment[k];

			if (segment->layer == id &&
			    segment_compressible(segment))
				job->weights[job->layers] +=
				    (double)segment->count;
		}
		job->layers++;
	}
}

/* Only the layer that is measured is pruned, or none. */
static void set_alone(struct ratios_job *job)
{
	for (int l = 0; l < job->layers; l++)
		compress_set_layer_ratio(&job->settings, job->id[l],
		    job->ratio >= 0 && l == job->at ? ratios[job->ratio] :
		    NAN);
	compress_set_ratio(&job->settings, 0);
}

static void take_engine(struct ratios_job *job, struct pool *pool)
{
	const struct network *network = job->compressed.network;

	if (job->engine && network_equal(engine_network(job->engine), network))
		return;
	engine_free(job->engine);
	job->engine = engine_new(network, BATCH, pool);
}

static void skip_layer(struct ratios_job *job)
{
	for (int k = 0; k < RATIOS; k++) {
		job->damage[job->at * RATIOS + k] = HUGE_VAL;
		job->accuracy[job->at * RATIOS + k] = NAN;
	}
	job->at++;
	job->ratio = 0;
}

/* 1: the position is there, 0: the ranking needs more time, or there is no
 * such position, -1: failed. */
static int prepare(struct ratios_job *job, struct error *error)
{
	const struct learner *learner = job->base.run->learner;
	const struct calibration images = {learner->dataset, learner->pool};
	int status = job->ranking ? ranking_advance(job->ranking, error) : 1;

	if (status <= 0)
		return status;
	set_alone(job);
	if (compress_make(learner->network, job->w, job->buffers,
		&job->settings, job->ranking, &images, &job->compressed,
		error) == 0)
		return 1;
	if (!prunes_structure(&job->settings))
		return -1;
	skip_layer(job);
	return 0;
}

static int begin(struct ratios_job *job, struct error *error)
{
	const struct learner *learner = job->base.run->learner;
	int status = prepare(job, error);

	if (status <= 0)
		return status;
	take_engine(job, learner->pool);
	job->evaluation = (struct evaluation){.kind = EVALUATE_LOSS,
		.engine = job->engine, .dataset = learner->dataset,
		.split = SPLIT_TEST, .count = (uint32_t)job->plan.samples,
		.w = job->compressed.w, .buffers = job->compressed.buffers};
	evaluation_begin(&job->evaluation);
	job->begun = true;
	return 0;
}

static void emit_layer(struct ratios_job *job, struct bench *bench)
{
	struct event *event = event_new("sensitivity");

	event_text(event, "run", job->base.run->name);
	event_number(event, "step", (double)job->step);
	event_text(event, "kind", "prune");
	event_number(event, "layer", job->id[job->at]);
	event_number(event, "weights", job->weights[job->at]);
	event_numbers(event, "prune", RATIOS, ratios);
	event_numbers(event, "accuracy", RATIOS,
	    job->accuracy + job->at * RATIOS);
	event_numbers(event, "damage", RATIOS, job->damage + job->at * RATIOS);
	event_number(event, "n", job->evaluation.count);
	run_sensitivity(job->base.run, false, job->step, job->id[job->at],
	    RATIOS, ratios, job->accuracy + job->at * RATIOS);
	bench_emit(bench, event);
}

/* Take the figures and go on to the next position. */
static void conclude(struct ratios_job *job, struct bench *bench)
{
	int place = job->at * RATIOS + job->ratio;

	compressed_free(&job->compressed);
	job->begun = false;
	if (job->ratio < 0) {
		job->loss = job->evaluation.loss;
		job->ratio = 0;
		return;
	}
	job->damage[place] = job->evaluation.loss - job->loss;
	job->accuracy[place] = evaluation_accuracy(&job->evaluation);
	if (++job->ratio < RATIOS)
		return;
	emit_layer(job, bench);
	job->ratio = 0;
	job->at++;
}

/* The sliders of the layers to where they reach the target together. */
static int suggest(struct ratios_job *job, struct bench *bench,
    struct error *error)
{
	struct ratio_costs costs = {job->layers, RATIOS, ratios, job->damage,
		job->weights};
	double *chosen = xcalloc((size_t)job->layers + 1, sizeof(double));
	double reached = ratios_allocate(&costs, job->plan.target, chosen);
	struct buffer lines = {0}, sliders = {0};
	int status;

	compress_set_ratio(&job->settings, 0);
	for (int l = 0; l < job->layers; l++)
		compress_set_layer_ratio(&job->settings, job->id[l],
		    round(1000 * chosen[l]) / 1000);
	free(chosen);
	compress_settings_print(&job->settings, &sliders);
	buffer_printf(&lines, "prune off; %s", sliders.text);
	buffer_free(&sliders);
	bench_note(bench, "pruned alone, these ratios reach %.1f%% with the "
	    "least damage", 100 * reached);
	status = bench_set_sliders(bench, lines.text, error);
	buffer_free(&lines);
	return status;
}

/* Set them, and measure where they are now as a slider's position is. */
static int advance_target(struct ratios_job *job, struct bench *bench,
    struct error *error)
{
	struct run *run = job->base.run;
	int status;

	if (!job->slide) {
		if (suggest(job, bench, error))
			return -1;
		job->slide = slide_new(bench, run, &job->settings);
	}
	status = slide_advance(job->slide, error);
	if (run == bench_run(bench))
		slide_view(slide_result(job->slide), run,
		    &bench->compress_view);
	if (status > 0)
		bench_emit(bench, slide_event(run, slide_result(job->slide)));
	return status;
}

static int step(struct ratios_job *job, struct bench *bench,
    struct error *error)
{
	if (job->at == job->layers)
		return job->plan.target > 0 ?
		    advance_target(job, bench, error) : 1;
	if (!job->begun)
		return begin(job, error);
	if (evaluation_advance(&job->evaluation, 0))
		conclude(job, bench);
	return 0;
}

static int ratios_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct ratios_job *job = (struct ratios_job *)base;
	double until = clock_now() + QUANTUM;
	int status;

	do {
		status = step(job, bench, error);
	} while (status == 0 && clock_now() < until);
	base->progress = (job->at + fmax(job->ratio, 0) / RATIOS) /
	    job->layers;
	return status;
}

static void ratios_free(struct job *base)
{
	struct ratios_job *job = (struct ratios_job *)base;

	slide_free(job->slide);
	if (job->begun)
		compressed_free(&job->compressed);
	engine_free(job->engine);
	ranking_free(job->ranking);
	compress_settings_free(&job->settings);
	reals_free(job->w);
	reals_free(job->buffers);
	free(job->id);
	free(job->weights);
	free(job->accuracy);
	free(job->damage);
	free(job);
}

struct job *job_ratios(struct run *run,
    const struct ratios_plan *plan, const char *text, struct error *error)
{
	const struct learner *learner = run->learner;
	const struct calibration images = {learner->dataset, learner->pool};
	struct ratios_job *job = xcalloc(1, sizeof(*job));

	job->base = (struct job){.kind = JOB_SWEEP,
		.priority = PRIORITY_ASKED, .advance = ratios_advance,
		.free = ratios_free, .run = run};
	text_copy(job->base.text, sizeof(job->base.text), text);
	job->plan = *plan;
	job->ratio = -1;
	job->step = learner->step;
	compress_settings_copy(&job->settings, &plan->settings);
	job->w = reals_dup(learner_weights(run->learner),
	    learner->network->parameters);
	job->buffers = reals_dup(learner->buffers, learner->network->buffers);
	list_layers(job, learner->network);
	job->ranking = ranking_new(learner->network, job->w, job->buffers,
	    &job->settings, &images, error);
	if (job->ranking)
		return &job->base;
	ratios_free(&job->base);
	return NULL;
}
