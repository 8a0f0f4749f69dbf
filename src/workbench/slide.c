#include "workbench/slide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "compress/fold.h"
#include "compress/settings.h"
#include "net/evaluation.h"
#include "session/network_json.h"
#include "workbench/integer_time.h"
#include "workbench/run.h"

enum { POSITIONS_MAX = 256, TIMED_BATCH = 256, TIMINGS_MAX = 64 };

struct slide_cache {
	int references;			/* the run, and slides under way */
	long version;			/* of the weights */
	struct ranking *ranking;
	struct engine *engine;		/* of the network without batch norm */
	struct engine *spare;		/* of another, when no slide has it */
	real *gradient;			/* at the uncompressed point */
	bool equalised;			/* that is one of equalised layers */
	double loss;			/* there, on the probe set */
	struct slide_result *result;
	size_t results, capacity;
};

enum stage { STAGE_MAKE, STAGE_TEST, STAGE_GRADIENT, STAGE_PRODUCT,
	STAGE_MEASURED, STAGE_INTEGERS, STAGE_DONE };

struct slide {
	struct bench *bench;
	struct slide_cache *cache;
	const struct learner *learner;
	real *w, *buffers;	/* the learner's when it began, until made */
	struct engine *engine, *whole;	/* of the networks so called */
	struct engine *own;	/* `engine`, when nobody else may use it */
	struct calibration images;
	struct compressing *making;
	struct compressed compressed;
	struct integer_form form;	/* no network: there is none */
	struct slide_result result;
	struct evaluation evaluation;
	enum stage stage;
	bool begun;		/* the stage's evaluation */
	real *damage;		/* d = compressed(w) - w */
	real *product;		/* H d */
	real *gradient;		/* while it is being computed */
	double timing[TIMINGS_MAX];
	int timings;
};

struct slide_cache *slide_cache_new(void)
{
	struct slide_cache *cache = xcalloc(1, sizeof(*cache));

	cache->references = 1;
	return cache;
}

static void release_result(struct slide_result *result)
{
	compress_settings_free(&result->settings);
	free(result->layer_zeros);
}

static void copy_result(struct slide_result *to,
    const struct slide_result *from, const struct compress_settings *settings)
{
	size_t size = ((size_t)from->layers + 1) * sizeof(float);

	*to = *from;
	to->settings = (struct compress_settings){0};
	compress_settings_copy(&to->settings, settings);
	to->layer_zeros = xcalloc(1, size);
	if (from->layer_zeros)
		memcpy(to->layer_zeros, from->layer_zeros, size);
}

void slide_cache_free(struct slide_cache *cache)
{
	if (!cache || --cache->references > 0)
		return;
	ranking_free(cache->ranking);
	engine_free(cache->engine);
	engine_free(cache->spare);
	reals_free(cache->gradient);
	for (size_t i = 0; i < cache->results; i++)
		release_result(&cache->result[i]);
	free(cache->result);
	free(cache);
}

/* An engine is handed on. */
void slide_cache_forget(struct run *run)
{
	struct slide_cache *old = run->slides;

	run->slides = slide_cache_new();
	run->slides->version = run->version;
	if (old->references == 1) {
		run->slides->engine = old->engine;
		run->slides->spare = old->spare;
		old->engine = old->spare = NULL;
	}
	slide_cache_free(old);
}

/* The cache for the run's present weights. */
static struct slide_cache *fresh_cache(struct run *run)
{
	if (run->slides->version != run->version)
		slide_cache_forget(run);
	return run->slides;
}

int slide_cache_count(const struct slide_cache *cache)
{
	return (int)cache->results;
}

const struct slide_result *slide_cache_at(const struct slide_cache *cache,
    int index)
{
	return &cache->result[index];
}

const struct slide_result *slide_cache_find(const struct slide_cache *cache,
    const struct compress_settings *settings)
{
	for (size_t i = 0; i < cache->results; i++) {
		if (compress_settings_equal(&cache->result[i].settings,
			settings))
			return &cache->result[i];
	}
	return NULL;
}

void slide_note_noise(struct run *run,
    const struct compress_settings *settings, double noise)
{
	struct slide_cache *cache = run->slides;

	for (size_t i = 0; cache->version == run->version &&
	    i < cache->results; i++) {
		if (compress_settings_equal(&cache->result[i].settings,
			settings))
			cache->result[i].predicted_noise = noise;
	}
}

static void remember(struct slide_cache *cache,
    const struct slide_result *result)
{
	struct slide_result *copy;

	if (cache->results == POSITIONS_MAX) {
		release_result(&cache->result[0]);
		memmove(cache->result, cache->result + 1,
		    --cache->results * sizeof(*cache->result));
	}
	array_grow(&cache->result, cache->results, &cache->capacity,
	    sizeof(*cache->result));
	copy = &cache->result[cache->results++];
	copy_result(copy, result, &result->settings);
}

/* Rank once per weight version and method; every ratio is a cut of it. */
static struct ranking *ranking_of(struct slide *slide, struct error *error)
{
	struct slide_cache *cache = slide->cache;
	const struct learner *learner = slide->learner;
	const struct calibration images = {learner->dataset, learner->pool};

	if (cache->ranking &&
	    ranking_fits(cache->ranking, &slide->result.settings))
		return cache->ranking;
	ranking_free(cache->ranking);
	cache->ranking = ranking_new(learner->network, slide->w,
	    slide->buffers, &slide->result.settings, &images, error);
	return cache->ranking;
}

/* The learner's own engine, or the one kept for such a network. */
static struct engine *whole_engine(struct slide_cache *cache,
    const struct learner *learner, const struct network *network)
{
	if (network_equal(network, learner->network))
		return learner->engine;
	/* Of the run's network before it was edited: no slide is left. */
	if (cache->engine &&
	    !network_equal(engine_network(cache->engine), network)) {
		engine_free(cache->engine);
		cache->engine = NULL;
	}
	if (!cache->engine)
		cache->engine = engine_new(network, TIMED_BATCH,
		    learner->pool);
	return cache->engine;
}

/* An engine for this slide alone: other positions have other networks. */
static struct engine *take_engine(struct slide_cache *cache,
    const struct learner *learner, const struct network *network)
{
	struct engine *spare = cache->spare;

	cache->spare = NULL;
	if (spare && network_equal(engine_network(spare), network))
		return spare;
	engine_free(spare);
	return engine_new(network, TIMED_BATCH, learner->pool);
}

/* In whole numbers where that is possible, for the bits of the integer path;
 * else in rounded ones. */
static const struct network *shipped_network(const struct slide *slide)
{
	return slide->form.network ? slide->form.network :
	    slide->compressed.network;
}

static const real *shipped_weights(const struct slide *slide)
{
	return slide->form.network ? slide->form.w : slide->compressed.w;
}

/* Of what is shipped, and of the uncompressed one, where damage is
 * predicted. */
static void find_engines(struct slide *slide)
{
	const struct compressed *compressed = &slide->compressed;

	slide->whole = whole_engine(slide->cache, slide->learner,
	    compressed->whole);
	slide->engine = slide->whole;
	if (network_equal(compressed->network, compressed->whole))
		return;
	slide->own = take_engine(slide->cache, slide->learner,
	    shipped_network(slide));
	slide->engine = slide->own;
}

static double weights_left(const struct network *network, int id,
    const real *w)
{
	double left = 0;

	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];

		for (size_t i = 0; segment->layer == id &&
		    segment_compressible(segment) && i < segment->count; i++)
			left += !w || w[segment->offset + i] != 0;
	}
	return left;
}

static void count_zeros(struct slide *slide)
{
	const struct network *network = slide->learner->network;
	const struct compressed *compressed = &slide->compressed;
	struct slide_result *result = &slide->result;
	int *original = fold_map(network);

	free(result->layer_zeros);
	result->layers = network->layers;
	result->layer_zeros = xcalloc((size_t)network->layers + 1,
	    sizeof(float));
	for (int id = 1; id <= compressed->whole->layers; id++) {
		double all = weights_left(compressed->whole, id, NULL);

		if (all > 0)
			result->layer_zeros[original[id]] = (float)(1 -
			    weights_left(compressed->plain, id,
				compressed->w) / all);
	}
	free(original);
}

static void describe_compressed(struct slide *slide)
{
	struct slide_result *result = &slide->result;
	const struct compressed *compressed = &slide->compressed;
	char *text = network_to_json(compressed->network);

	result->zeros = (double)compressed->zeros;
	result->prunable = (double)compressed->prunable;
	result->nominal_bits = compressed->nominal_bits;
	result->bytes = (double)packed_size(compressed, &result->settings,
	    text);
	result->float_bytes = 4.0 * (double)compressed->whole->parameters;
	free(text);
	count_zeros(slide);
}

/* In the whole network's places: what was taken out has become zero. */
static void fill_damage(struct slide *slide)
{
	const struct compressed *compressed = &slide->compressed;
	size_t n = compressed->plain->parameters;

	slide->damage = reals_new(compressed->whole->parameters);
	if (!compressed->map) {
		for (size_t i = 0; i < n; i++)
			slide->damage[i] = compressed->w[i] -
			    compressed->reference[i];
		return;
	}
	for (size_t i = 0; i < compressed->whole->parameters; i++)
		slide->damage[i] = -compressed->whole_w[i];
	for (size_t i = 0; i < n; i++)
		slide->damage[compressed->map[i]] += compressed->w[i];
}

static real *copy_reals(const real *from, size_t count)
{
	real *to = reals_new(count);

	if (count)
		memcpy(to, from, count * sizeof(real));
	return to;
}

struct slide *slide_new(struct bench *bench, struct run *run,
    const struct compress_settings *settings)
{
	struct slide *slide = xcalloc(1, sizeof(*slide));
	struct slide_cache *cache = fresh_cache(run);
	const struct slide_result *known = slide_cache_find(cache, settings);
	const struct learner *learner = run->learner;

	slide->bench = bench;
	slide->cache = cache;
	slide->learner = learner;
	slide->images = (struct calibration){learner->dataset, learner->pool};
	cache->references++;
	copy_result(&slide->result, known ? known : &slide->result, settings);
	if (known) {
		slide->stage = STAGE_DONE;
		return slide;
	}
	slide->result.split = bench->set.compress_split;
	slide->result.step = learner->step;
	slide->result.predicted = slide->result.measured = NAN;
	slide->result.predicted_noise = NAN;
	slide->result.ms = slide->result.ms_int8 = NAN;
	slide->w = copy_reals(learner_weights(learner),
	    learner->network->parameters);
	slide->buffers = copy_reals(learner->buffers,
	    learner->network->buffers);
	return slide;
}

static void give_engine_back(struct slide *slide)
{
	if (!slide->own)
		return;
	engine_free(slide->cache->spare);
	slide->cache->spare = slide->own;
}

void slide_free(struct slide *slide)
{
	if (!slide)
		return;
	give_engine_back(slide);
	compressing_end(slide->making);
	compressed_free(&slide->compressed);
	integer_form_free(&slide->form);
	release_result(&slide->result);
	reals_free(slide->w);
	reals_free(slide->buffers);
	reals_free(slide->damage);
	reals_free(slide->product);
	reals_free(slide->gradient);
	slide_cache_free(slide->cache);
	free(slide);
}

/* What the method has to see first, in small steps. */
static int begin_making(struct slide *slide, struct error *error)
{
	const struct compress_settings *settings = &slide->result.settings;
	struct ranking *ranking = NULL;

	if (settings->pruned) {
		int status;

		ranking = ranking_of(slide, error);
		status = ranking ? ranking_advance(ranking, error) : -1;
		if (status <= 0)
			return status;
	}
	slide->making = compressing_begin(slide->learner->network, slide->w,
	    slide->buffers, settings, ranking, &slide->images, error);
	return slide->making ? 0 : -1;
}

/* Then the network, in small steps too. */
static int advance_make(struct slide *slide, struct error *error)
{
	struct error why;
	int status;

	if (!slide->making)
		return begin_making(slide, error);
	status = compressing_advance(slide->making, &slide->compressed, error);
	if (status <= 0)
		return status;
	integer_form_make(&slide->compressed, &slide->form, &why);
	find_engines(slide);
	describe_compressed(slide);
	fill_damage(slide);
	return 1;
}

/* Accuracy is of its own split, damage of the probe set; derivatives are those
 * of the whole network. */
static void begin(struct slide *slide, enum evaluation_kind kind,
    const real *w, bool accuracy)
{
	struct evaluation *evaluation = &slide->evaluation;
	const struct bench *bench = slide->bench;

	*evaluation = (struct evaluation){
		.kind = kind,
		.engine = kind == EVALUATE_LOSS ? slide->engine : slide->whole,
		.dataset = bench->dataset,
		.split = accuracy ? slide->result.split :
		    bench->set.probe_split,
		.count = accuracy ? 0 : (uint32_t)bench->set.probe_n,
		.w = w,
		.buffers = kind == EVALUATE_LOSS ? slide->compressed.buffers :
		    slide->compressed.whole_buffers};
}

/* Run the stage's evaluation a chunk further; true when it is complete. */
static bool evaluate(struct slide *slide)
{
	if (!slide->begun)
		evaluation_begin(&slide->evaluation);
	slide->begun = true;
	if (!evaluation_advance(&slide->evaluation, TIMED_BATCH))
		return false;
	slide->begun = false;
	return true;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void note_time(struct slide *slide, double seconds, uint32_t samples)
{
	if (samples == 0 || slide->timings == TIMINGS_MAX)
		return;
	slide->timing[slide->timings++] = 1e3 * seconds * TIMED_BATCH /
	    samples;
	qsort(slide->timing, (size_t)slide->timings, sizeof(double),
	    compare_doubles);
	slide->result.ms = slide->timing[slide->timings / 2];
}

static int advance_test(struct slide *slide, struct error *error)
{
	struct slide_result *result = &slide->result;
	uint32_t before = slide->begun ? slide->evaluation.done : 0;
	double started = clock_now();

	if (!slide->begun)
		begin(slide, EVALUATE_LOSS, shipped_weights(slide), true);
	result->exact = evaluate(slide);
	note_time(slide, clock_now() - started,
	    slide->evaluation.done - before);
	result->of = slide->evaluation.count;
	result->n = slide->evaluation.done;
	if (result->n == 0)
		return error_set(error, "the data set has no %s",
		    result->split == SPLIT_TEST ? "test images" :
		    "validation split: `data ... validation=0.1` sets one "
		    "aside");
	result->loss = slide->evaluation.loss;
	result->accuracy = (double)slide->evaluation.correct / result->n;
	wilson_interval(slide->evaluation.correct, result->n, &result->low,
	    &result->high);
	return result->exact;
}

/* The whole network's weights, where damage begins. */
static const real *uncompressed(const struct slide *slide)
{
	const struct compressed *compressed = &slide->compressed;

	return compressed->map ? compressed->whole_w : compressed->reference;
}

/* The slide's own until it is complete, as another may be at work too. */
static int advance_gradient(struct slide *slide, struct error *error)
{
	struct slide_cache *cache = slide->cache;
	bool equalised = settings_equalise(&slide->result.settings) &&
	    !slide->compressed.map;

	(void)error;
	if (!slide->begun) {
		if (cache->gradient && cache->equalised == equalised)
			return 1;
		begin(slide, EVALUATE_GRADIENT, uncompressed(slide), false);
		slide->evaluation.gradient = slide->gradient = reals_new(
		    slide->compressed.whole->parameters);
	}
	if (!evaluate(slide))
		return 0;
	reals_free(cache->gradient);
	cache->gradient = slide->gradient;
	slide->gradient = NULL;
	cache->equalised = equalised;
	cache->loss = slide->evaluation.loss;
	return 1;
}

static double inner(const real *a, const real *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)a[i] * (double)b[i];
	return sum;
}

static int advance_product(struct slide *slide, struct error *error)
{
	size_t n = slide->compressed.whole->parameters;

	(void)error;
	if (!slide->begun) {
		/* Of equalised weights nobody knows where in the whole
		 * network they would lie. */
		if (slide->compressed.map &&
		    settings_equalise(&slide->result.settings))
			return 1;
		begin(slide, EVALUATE_PRODUCT, uncompressed(slide), false);
		slide->product = reals_new(n);
		slide->evaluation.direction = slide->damage;
		slide->evaluation.product = slide->product;
	}
	if (!evaluate(slide))
		return 0;
	slide->result.predicted =
	    inner(slide->cache->gradient, slide->damage, n) +
	    inner(slide->damage, slide->product, n) / 2;
	return 1;
}

static int advance_measured(struct slide *slide, struct error *error)
{
	(void)error;
	if (!slide->begun)
		begin(slide, EVALUATE_LOSS, shipped_weights(slide), false);
	if (!evaluate(slide))
		return 0;
	slide->result.measured = slide->evaluation.loss -
	    slide->cache->loss;
	return 1;
}

static int advance_integers(struct slide *slide, struct error *error)
{
	const struct bench *bench = slide->bench;

	(void)error;
	if (slide->form.network)
		slide->result.ms_int8 = integer_milliseconds(&slide->form,
		    slide->compressed.buffers, bench->dataset, bench->pool,
		    TIMED_BATCH);
	return 1;
}

int slide_advance(struct slide *slide, struct error *error)
{
	static int (*const stages[])(struct slide *, struct error *) = {
		advance_make, advance_test, advance_gradient, advance_product,
		advance_measured, advance_integers};
	int status;

	if (slide->stage == STAGE_DONE)
		return 1;
	status = stages[slide->stage](slide, error);
	if (status <= 0)
		return status;
	if (++slide->stage < STAGE_DONE)
		return 0;
	slide->result.complete = true;
	remember(slide->cache, &slide->result);
	return 1;
}

const struct slide_result *slide_result(const struct slide *slide)
{
	return &slide->result;
}

double slide_progress(const struct slide *slide)
{
	if (slide->stage > STAGE_TEST)
		return 0.5 + (slide->stage - STAGE_TEST) * 0.1;
	return slide->result.of ? 0.5 * slide->result.n / slide->result.of : 0;
}
