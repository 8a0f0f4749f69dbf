/*
 * A ladder of networks, each a part of what is set: as the run is, at 32 bits
 * but pruned and folded, weights alone, activations alone, all of it, and
 * then layer by layer; and the ranges that explain what is found. The words
 * are made in diagnosis.c.
 */
#include "workbench/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "compress/calibrate.h"
#include "compress/fold.h"
#include "compress/quantise.h"
#include "compress/settings.h"
#include "net/evaluation.h"
#include "net/operation.h"
#include "workbench/diagnosis.h"
#include "workbench/run.h"

enum { CHUNK = 128, CALIBRATED_BITS = 8 };

struct diagnose_job {
	struct job base;
	struct compress_settings settings, part;
	struct diagnosed how;
	int samples;
	real *w, *buffers;		/* the run's when the job began */
	long step;
	struct calibration images;
	struct ranking *ranking;
	struct compressing *making;
	struct compressed compressed;
	struct network *kept;		/* one input of it alone is rounded */
	struct engine *engine;
	struct evaluation evaluation;
	bool made, begun;
	int *original;			/* ids of the run by folded ones */
	double *reach;			/* [id] of the folded network */
	struct rung *rung;
	int *place;			/* by rung: the folded layer's id, or
					 * that of the quantise layer kept */
	int rungs, at;
};

static const struct network *network_of(const struct diagnose_job *job)
{
	return job->base.run->learner->network;
}

static int quant_choice(const struct compress_settings *settings,
    const char *name)
{
	return (int)option_value(quant_options, &settings->quant, name);
}

static void add_rung(struct diagnose_job *job, enum rung_name name,
    int place, int layer)
{
	struct rung *rung = &job->rung[job->rungs];

	job->place[job->rungs++] = place;
	*rung = (struct rung){.name = name, .layer = layer};
	if (layer)
		layer_describe(&network_of(job)->layer[layer], rung->kind,
		    sizeof(rung->kind));
}

/* Layers whose weights are quantised. */
static void add_layers(struct diagnose_job *job)
{
	const struct network *network = network_of(job);

	for (int id = 1; id <= network->layers; id++) {
		if (layer_compressible(network, id))
			add_rung(job, RUNG_LAYER_WEIGHTS, id, id);
	}
}

static bool is_quantise(const struct layer *layer)
{
	return layer->operation &&
	    strcmp(layer->operation->name, "quantise") == 0;
}

/* Each quantise layer of the whole, by the first layer that reads it. The
 * others stand in the order of the folded network. */
static void add_inputs(struct diagnose_job *job)
{
	const struct network *network = job->compressed.network;
	int before = 0;

	for (int id = 1; id <= network->layers; id++) {
		int reader = id + 1;

		if (!is_quantise(&network->layer[id]))
			continue;
		while (network->layer[reader].from[0] != id)
			reader++;
		before++;
		add_rung(job, RUNG_LAYER_INPUT, id,
		    job->original[reader - before]);
		job->rung[job->rungs - 1].reach = job->reach[
		    job->compressed.plain->layer[reader - before].from[0]];
	}
}

/* Ranges from the least to the most number over those of nearly all. */
static int find_reach(struct diagnose_job *job, struct error *error)
{
	const struct compressed *c = &job->compressed;
	size_t count = (size_t)c->plain->layers + 1;
	bool *wanted = xcalloc(count, sizeof(*wanted));
	struct levels *whole = xcalloc(count, sizeof(*whole));
	struct levels *most = xcalloc(count, sizeof(*most));
	uint32_t images = (uint32_t)quant_choice(&job->settings, "calib_n");
	const int minmax = 0, percentile = 1;	/* of CALIBRATORS */
	int status;

	for (int id = 1; id <= c->plain->layers; id++) {
		if (layer_compressible(c->plain, id))
			wanted[c->plain->layer[id].from[0]] = true;
	}
	status = calibrate(c->plain, c->w, c->buffers, &job->images, images,
	    wanted, minmax, CALIBRATED_BITS, whole, error) ||
	    calibrate(c->plain, c->w, c->buffers, &job->images, images,
	    wanted, percentile, CALIBRATED_BITS, most, error) ? -1 : 0;
	job->reach = xcalloc(count, sizeof(*job->reach));
	for (size_t id = 0; id < count; id++)
		job->reach[id] = status == 0 && wanted[id] &&
		    most[id].scale > 0 ? (double)(whole[id].scale /
		    most[id].scale) : 1;
	free(wanted);
	free(whole);
	free(most);
	return status;
}

/* The settings of a rung. */
static void set_part(struct diagnose_job *job)
{
	const struct rung *rung = &job->rung[job->at];
	struct compress_settings *part = &job->part;
	bool weights = rung->name == RUNG_WEIGHTS || rung->name == RUNG_ALL;
	bool inputs = rung->name == RUNG_ACTIVATIONS ||
	    rung->name == RUNG_ALL || rung->name == RUNG_LAYER_INPUT;

	compress_settings_copy(part, &job->settings);
	if (!inputs)
		compress_set_act(part, 0);
	if (weights)
		return;
	for (int id = 0; id <= part->layers; id++) {
		int bits = settings_layer_bits(&job->settings, id);

		if (rung->name == RUNG_LAYER_WEIGHTS &&
		    id == job->place[job->at])
			compress_set_layer_bits(part, id, bits ? bits :
			    quant_choice(&job->settings, "bits"));
		else if (bits)
			compress_set_layer_bits(part, id, 0);
	}
	compress_set_bits(part, BITS_FLOAT);
	part->quantised = rung->name != RUNG_SANITY;
}

static int rank(struct diagnose_job *job, struct error *error)
{
	if (!job->settings.pruned)
		return 1;
	if (!job->ranking)
		job->ranking = ranking_new(network_of(job), job->w,
		    job->buffers, &job->settings, &job->images, error);
	return job->ranking ? ranking_advance(job->ranking, error) : -1;
}

/* All quantise layers but one are taken out. */
static int keep_one(struct diagnose_job *job, struct error *error)
{
	int keep = job->place[job->at];

	job->kept = network_copy(job->compressed.network);
	for (int id = job->kept->layers; id > 0; id--) {
		struct network *less;

		if (id == keep || !is_quantise(&job->kept->layer[id]))
			continue;
		less = network_remove(job->kept, id, error);
		if (!less)
			return -1;
		network_free(job->kept);
		job->kept = less;
	}
	return 1;
}

/* 1: the rung's network is there. */
static int make(struct diagnose_job *job, struct error *error)
{
	int status = rank(job, error);

	if (status <= 0)
		return status;
	if (!job->making) {
		set_part(job);
		job->making = compressing_begin(network_of(job), job->w,
		    job->buffers, &job->part, job->ranking, &job->images,
		    error);
		return job->making ? 0 : -1;
	}
	status = compressing_advance(job->making, &job->compressed, error);
	if (status == 0)
		return 0;
	compressing_end(job->making);
	job->making = NULL;
	job->made = status > 0;
	if (status > 0 && job->rung[job->at].name == RUNG_LAYER_INPUT)
		status = keep_one(job, error);
	return status;
}

static void begin(struct diagnose_job *job)
{
	const struct learner *learner = job->base.run->learner;
	bool floats = job->rung[job->at].name == RUNG_FLOATS;
	const struct network *network = floats ? learner->network :
	    job->kept ? job->kept : job->compressed.network;

	if (job->engine && !network_equal(engine_network(job->engine),
		network)) {
		engine_free(job->engine);
		job->engine = NULL;
	}
	if (!job->engine)
		job->engine = engine_new(network, CHUNK, job->images.pool);
	job->evaluation = (struct evaluation){.kind = EVALUATE_LOSS,
		.engine = job->engine, .dataset = job->images.dataset,
		.split = SPLIT_TEST, .count = (uint32_t)job->samples,
		.w = floats ? job->w : job->compressed.w,
		.buffers = floats ? job->buffers : job->compressed.buffers};
	evaluation_begin(&job->evaluation);
	job->begun = true;
}

/* What the rung's network tells besides its accuracy. */
static int look(struct diagnose_job *job, struct error *error)
{
	struct rung *rung = &job->rung[job->at];
	const struct compressed *c = &job->compressed;

	if (rung->name == RUNG_LAYER_WEIGHTS) {
		for (int id = 1; id <= c->plain->layers; id++) {
			if (job->original[id] == rung->layer)
				rung->weights = weight_range_of(c->plain,
				    c->reference, id);
		}
	} else if (rung->name == RUNG_SANITY && job->how.act) {
		return find_reach(job, error);
	} else if (rung->name == RUNG_ALL) {
		add_inputs(job);
	}
	return 0;
}

static void drop_network(struct diagnose_job *job)
{
	if (job->made)
		compressed_free(&job->compressed);
	network_free(job->kept);
	job->kept = NULL;
	job->made = job->begun = false;
}

static void tell(const struct diagnose_job *job, struct bench *bench,
    struct event *event)
{
	event_text(event, "run", job->base.run->name);
	event_number(event, "step", (double)job->step);
	bench_emit(bench, event);
}

static int step(struct diagnose_job *job, struct bench *bench,
    struct error *error)
{
	struct rung *rung = &job->rung[job->at];
	int status;

	if (!job->begun) {
		status = rung->name == RUNG_FLOATS ? 1 : make(job, error);
		if (status > 0 && rung->name != RUNG_FLOATS)
			status = look(job, error) ? -1 : 1;
		if (status > 0)
			begin(job);
		return status < 0 ? -1 : 0;
	}
	if (!evaluation_advance(&job->evaluation, CHUNK))
		return 0;
	rung->loss = job->evaluation.loss;
	rung->accuracy = evaluation_accuracy(&job->evaluation);
	tell(job, bench, diagnosis_rung(rung, &job->rung[rung->name >
		RUNG_SANITY], job->evaluation.count));
	drop_network(job);
	return ++job->at == job->rungs;
}

static int diagnose_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct diagnose_job *job = (struct diagnose_job *)base;
	double until = clock_now() + QUANTUM;
	int status;

	do {
		status = step(job, bench, error);
	} while (status == 0 && clock_now() < until);
	base->progress = (double)job->at / job->rungs;
	if (status > 0)
		tell(job, bench, diagnosis_event(job->rung, job->rungs,
			&job->how));
	return status;
}

static void diagnose_free(struct job *base)
{
	struct diagnose_job *job = (struct diagnose_job *)base;

	drop_network(job);
	compressing_end(job->making);
	ranking_free(job->ranking);
	engine_free(job->engine);
	compress_settings_free(&job->settings);
	compress_settings_free(&job->part);
	reals_free(job->w);
	reals_free(job->buffers);
	free(job->original);
	free(job->reach);
	free(job->rung);
	free(job->place);
	free(job);
}

static struct diagnosed how_of(const struct compress_settings *settings)
{
	return (struct diagnosed){.bits = quant_choice(settings, "bits"),
		.act = settings_act(settings),
		.shared_scale = quant_choice(settings, "per") == PER_TENSOR,
		.whole_range = quant_choice(settings, "calib") == 0,
		.pruned = settings->pruned};
}

struct job *job_diagnose(struct bench *bench, struct run *run, int samples)
{
	const struct learner *learner = run->learner;
	struct diagnose_job *job = xcalloc(1, sizeof(*job));
	size_t most = 2 * (size_t)learner->network->layers + 8;

	job->base = (struct job){.kind = JOB_SWEEP,
		.priority = PRIORITY_ASKED, .advance = diagnose_advance,
		.free = diagnose_free, .run = run};
	text_format(job->base.text, sizeof(job->base.text), "diagnose %s",
	    run->name);
	compress_settings_copy(&job->settings, &bench->compress);
	job->how = how_of(&job->settings);
	job->samples = samples;
	job->w = reals_dup(learner_weights(learner),
	    learner->network->parameters);
	job->buffers = reals_dup(learner->buffers,
	    learner->network->buffers);
	job->step = learner->step;
	job->images = (struct calibration){learner->dataset, learner->pool};
	job->original = fold_map(learner->network);
	job->rung = xcalloc(most, sizeof(*job->rung));
	job->place = xcalloc(most, sizeof(*job->place));
	add_rung(job, RUNG_FLOATS, 0, 0);
	add_rung(job, RUNG_SANITY, 0, 0);
	add_rung(job, RUNG_WEIGHTS, 0, 0);
	if (job->how.act) {
		add_rung(job, RUNG_ACTIVATIONS, 0, 0);
		add_rung(job, RUNG_ALL, 0, 0);
	}
	add_layers(job);
	return &job->base;
}
