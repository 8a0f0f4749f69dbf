/*
 * The bridge from sharpness to compression, layer by layer: what the
 * quadratic model says that a compression costs, g.d + d.Hd/2 with d =
 * compressed(w) - w, beside what it does cost; and what rounding costs when
 * it is seen as noise: a weight of step s is off by a uniform error of
 * variance s^2/12, so the loss is expected to rise by the sum over channels c
 * of (s_c^2/24) tr(H_cc), whatever the weights are rounded to. A single
 * rounding is off from that by g.d first of all, of deviation |s g|/sqrt(12).
 *
 * All on the probe set, weights alone (activations stay floats); a layer is
 * compressed alone, the others as they were.
 */
#include "workbench/damage_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "base/vector.h"
#include "compress/quantise.h"
#include "workbench/run.h"

enum { CHUNK = 64 };

static const struct network *network_of(const struct damage_job *job)
{
	return job->compressed.plain;
}

/* Its part of the flat vector; the whole of it for layer 0. */
static size_t window(const struct damage_job *job, int id, size_t *first)
{
	const struct network *network = network_of(job);

	*first = id ? network->layer[id].parameter : 0;
	return id ? network->layer[id].parameters : network->parameters;
}

/* The step of each weight's scale; 0: it is not rounded. Books have none. */
static void fill_steps(struct damage_job *job)
{
	const struct quantised *quantised = job->compressed.quantised;
	const struct network *network = network_of(job);

	for (int k = 0; quantised && k < network->segments; k++) {
		const struct coded *coded = &quantised->segment[k];
		real *steps = job->steps + network->segment[k].offset;

		for (size_t i = 0; coded->bits && i < coded->count; i++)
			steps[i] = coded->scale[coded_group(coded, i)];
	}
}

bool damage_is_noise(const struct damage_job *job)
{
	const struct option_values *quant = &job->settings.quant;

	return job->draws > 0 && job->settings.quantised &&
	    !job->settings.pruned && !scheme_has_book((int)option_value(
	    quant_options, quant, "scheme"));
}

static void begin(struct damage_job *job)
{
	const struct compressed *compressed = &job->compressed;
	size_t n = network_of(job)->parameters;

	job->engine = engine_new(network_of(job), CHUNK, job->pool);
	job->gradient = reals_new(n);
	job->damage = reals_new(n);
	job->direction = reals_new(n);
	job->product = reals_new(n);
	job->point = reals_new(n);
	job->steps = reals_new(n);
	for (size_t i = 0; i < n; i++)
		job->damage[i] = compressed->w[i] - compressed->reference[i];
	fill_steps(job);
	job->result = xcalloc((size_t)network_of(job)->layers + 1,
	    sizeof(*job->result));
}

static int advance_make(struct damage_job *job, struct error *error)
{
	const struct network *network = job->base.run->learner->network;
	const struct calibration images = {job->dataset, job->pool};
	int status = 1;

	if (job->settings.pruned && !job->ranking) {
		job->ranking = ranking_new(network, job->w, job->buffers,
		    &job->settings, &images, error);
		return job->ranking ? 0 : -1;
	}
	if (job->ranking)
		status = ranking_advance(job->ranking, error);
	if (status <= 0)
		return status;
	if (compress_make(network, job->w, job->buffers, &job->settings,
		job->ranking, &images, &job->compressed, error))
		return -1;
	job->made = true;
	if (job->compressed.map)
		return error_set(error, "what was taken out has no place in "
		    "the network that is left: layers cannot be told apart");
	begin(job);
	return 1;
}

/* One chunk of an evaluation; true when it is complete. */
static bool evaluate(struct damage_job *job, enum evaluation_kind kind,
    const real *w)
{
	bool product = kind == EVALUATE_PRODUCT;

	if (!job->begun) {
		job->evaluation = (struct evaluation){.kind = kind,
			.engine = job->engine, .dataset = job->dataset,
			.split = job->split, .count = job->count, .w = w,
			.buffers = job->compressed.buffers,
			.direction = product ? job->direction : NULL,
			.product = product ? job->product : NULL,
			.gradient = kind == EVALUATE_GRADIENT ?
			    job->gradient : NULL};
		evaluation_begin(&job->evaluation);
		job->begun = true;
	}
	if (!evaluation_advance(&job->evaluation, CHUNK))
		return false;
	job->begun = false;
	return true;
}

static void fill_spreads(struct damage_job *job)
{
	for (int id = 0; id <= network_of(job)->layers; id++) {
		size_t first, n = window(job, id, &first);
		double square = 0;

		for (size_t i = first; i < first + n; i++)
			square += pow((double)job->gradient[i] *
			    (double)job->steps[i], 2);
		job->result[id].spread = sqrt(square / 12);
	}
}

static int advance_gradient(struct damage_job *job, struct error *error)
{
	if (!evaluate(job, EVALUATE_GRADIENT, job->compressed.reference))
		return 0;
	job->loss = job->evaluation.loss;
	if (!isfinite(job->loss))
		return error_set(error, "the loss is not a number");
	fill_spreads(job);
	return 1;
}

/* Of random signs z: s z . H (s z) has the mean of the sum of s_i^2 H_ii
 * (Hutchinson 1990), layer by layer too. */
static int advance_noise(struct damage_job *job, struct error *error)
{
	const struct network *network = network_of(job);
	struct random_key key = {.seed = job->seed, .stream = RANDOM_PROBE,
		.step = (uint64_t)job->result[0].noise.count};

	(void)error;
	if (!damage_is_noise(job))
		return 1;
	if (!job->begun) {
		random_sign(key, 0, network->parameters, job->direction);
		for (size_t i = 0; i < network->parameters; i++)
			job->direction[i] *= job->steps[i];
	}
	if (!evaluate(job, EVALUATE_PRODUCT, job->compressed.reference))
		return 0;
	for (int id = 0; id <= network->layers; id++) {
		size_t first, n = window(job, id, &first);

		mean_add(&job->result[id].noise, vector_dot(job->direction +
			first, job->product + first, n) / 24);
	}
	return job->result[0].noise.count == job->draws;
}

static int advance_product(struct damage_job *job, struct error *error)
{
	size_t n = network_of(job)->parameters, first, size;
	double linear;

	(void)error;
	size = window(job, job->layer, &first);
	if (!job->begun) {
		memset(job->direction, 0, n * sizeof(real));
		memcpy(job->direction + first, job->damage + first,
		    size * sizeof(real));
	}
	if (!evaluate(job, EVALUATE_PRODUCT, job->compressed.reference))
		return 0;
	linear = vector_dot(job->gradient + first, job->damage + first, size);
	job->result[job->layer].predicted = linear + vector_dot(
	    job->damage + first, job->product + first, size) / 2;
	return 1;
}

int damage_layer_after(const struct damage_job *job, int id)
{
	size_t first, n;

	while (++id <= network_of(job)->layers) {
		n = window(job, id, &first);
		if (!vector_zero(job->damage + first, n))
			return id;
	}
	return 0;
}

/* All as one comes first, then layer by layer. */
static int advance_loss(struct damage_job *job, struct error *error)
{
	const struct compressed *compressed = &job->compressed;
	size_t n = network_of(job)->parameters, first, size;

	(void)error;
	size = window(job, job->layer, &first);
	if (!job->begun) {
		memcpy(job->point, compressed->reference, n * sizeof(real));
		memcpy(job->point + first, compressed->w + first,
		    size * sizeof(real));
	}
	if (!evaluate(job, EVALUATE_LOSS, job->point))
		return 0;
	job->result[job->layer].measured = job->evaluation.loss - job->loss;
	job->layer = damage_layer_after(job, job->layer);
	if (job->layer == 0)
		return 1;
	job->stage = STAGE_PRODUCT;
	return 0;
}

static int step(struct damage_job *job, struct error *error)
{
	static int (*const stages[])(struct damage_job *, struct error *) = {
		advance_make, advance_gradient, advance_noise,
		advance_product, advance_loss};
	int status = stages[job->stage](job, error);

	if (status > 0)
		job->stage++;
	return status < 0 ? -1 : job->stage == STAGE_DONE;
}

static double progress(const struct damage_job *job)
{
	double noise = job->draws ? (double)(job->result ?
	    job->result[0].noise.count : 0) / job->draws : 1;

	if (job->stage < STAGE_PRODUCT)
		return 0.5 * noise;
	return 0.5 + 0.5 * job->layer / (network_of(job)->layers + 1);
}

static int damage_advance(struct job *base, struct bench *bench,
    struct error *error)
{
	struct damage_job *job = (struct damage_job *)base;
	double until = clock_now() + QUANTUM;
	int status;

	do {
		status = step(job, error);
	} while (status == 0 && clock_now() < until);
	base->progress = progress(job);
	if (status <= 0)
		return status;
	damage_emit(job, bench);
	if (damage_is_noise(job))
		damage_emit_position(job, bench);
	return status;
}

static void damage_free(struct job *base)
{
	struct damage_job *job = (struct damage_job *)base;

	compress_settings_free(&job->settings);
	if (job->made)
		compressed_free(&job->compressed);
	ranking_free(job->ranking);
	engine_free(job->engine);
	reals_free(job->w);
	reals_free(job->buffers);
	reals_free(job->gradient);
	reals_free(job->damage);
	reals_free(job->direction);
	reals_free(job->product);
	reals_free(job->point);
	reals_free(job->steps);
	free(job->result);
	free(job);
}

struct job *job_damage(struct bench *bench, struct run *run, int draws)
{
	const struct learner *learner = run->learner;
	struct damage_job *job = xcalloc(1, sizeof(*job));

	job->base = (struct job){.kind = JOB_SWEEP,
		.priority = PRIORITY_ASKED, .advance = damage_advance,
		.free = damage_free, .run = run};
	text_format(job->base.text, sizeof(job->base.text),
	    "damage by layer of %s", run->name);
	compress_settings_copy(&job->settings, &bench->compress);
	job->w = reals_dup(learner_weights(learner),
	    learner->network->parameters);
	job->buffers = reals_dup(learner->buffers, learner->network->buffers);
	job->step = learner->step;
	job->draws = draws;
	job->seed = bench->seed;
	job->dataset = bench->dataset;
	job->pool = bench->pool;
	job->split = bench->set.probe_split;
	job->count = (uint32_t)bench->set.probe_n;
	return &job->base;
}
