#include "workbench/slide_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "compress/settings.h"
#include "workbench/run.h"

static void nothing_known(struct slide *slide)
{
	slide->result.split = slide->bench->set.compress_split;
	slide->result.step = slide->learner->step;
	slide->result.predicted = slide->result.measured = NAN;
	slide->result.predicted_noise = NAN;
	slide->result.ms = slide->result.ms_int8 = NAN;
	slide->result.ms_sparse = NAN;
}

struct slide *slide_new(struct bench *bench, struct run *run,
    const struct compress_settings *settings)
{
	struct slide *slide = xcalloc(1, sizeof(*slide));
	struct slide_cache *cache = slide_cache_fresh(run);
	const struct slide_result *known = slide_cache_find(cache, settings);
	const struct learner *learner = run->learner;

	slide->bench = bench;
	slide->cache = cache;
	slide->learner = learner;
	slide->images = (struct calibration){learner->dataset, learner->pool};
	cache->references++;
	slide_result_copy(&slide->result, known ? known : &slide->result,
	    settings);
	if (known && known->complete) {
		slide->stage = STAGE_DONE;
		return slide;
	}
	if (!known)
		nothing_known(slide);
	slide->w = reals_dup(learner_weights(learner),
	    learner->network->parameters);
	slide->buffers = reals_dup(learner->buffers,
	    learner->network->buffers);
	return slide;
}

void slide_free(struct slide *slide)
{
	if (!slide)
		return;
	if (slide->result.exact && !slide->result.complete)
		slide_cache_remember(slide->cache, &slide->result);
	slide_give_engine_back(slide);
	slide_times_end(slide);
	compressing_end(slide->making);
	compressed_free(&slide->compressed);
	integer_form_free(&slide->form);
	slide_result_release(&slide->result);
	reals_free(slide->w);
	reals_free(slide->buffers);
	reals_free(slide->damage);
	reals_free(slide->product);
	reals_free(slide->gradient);
	slide_cache_free(slide->cache);
	free(slide);
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

/* Samples of a gradient or a product: a position that is asked for meanwhile
 * waits until they are done. */
enum { DAMAGE_BATCH = 32 };

/* Run the stage's evaluation a chunk further; true when it is complete. */
static bool evaluate(struct slide *slide)
{
	int batch = slide->stage == STAGE_TEST ? TIMED_BATCH : DAMAGE_BATCH;

	if (!slide->begun)
		evaluation_begin(&slide->evaluation);
	slide->begun = true;
	if (!evaluation_advance(&slide->evaluation, batch))
		return false;
	slide->begun = false;
	return true;
}

static int advance_test(struct slide *slide, struct error *error)
{
	struct slide_result *result = &slide->result;
	uint32_t before = slide->begun ? slide->evaluation.done : 0;
	double started = clock_now();

	if (result->exact)
		return 1;	/* known from a slide that had to end there */
	if (!slide->begun)
		begin(slide, EVALUATE_LOSS, slide_weights(slide), true);
	result->exact = evaluate(slide);
	if (slide->evaluation.done > before)
		slide_note_time(slide, clock_now() - started,
		    slide->evaluation.done - before);
	result->of = slide->evaluation.count;
	result->n = slide->evaluation.done;
	if (result->n == 0)
		return error_set(error, "the data set has no %s",
		    result->split == SPLIT_TEST ? "test images" :
		    "validation split: `data ... validation=0.1` sets one "
		    "aside");
	result->loss = slide->evaluation.loss;
	result->accuracy = evaluation_accuracy(&slide->evaluation);
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
		begin(slide, EVALUATE_LOSS, slide_weights(slide), false);
	if (!evaluate(slide))
		return 0;
	slide->result.measured = slide->evaluation.loss -
	    slide->cache->loss;
	return 1;
}

int slide_advance(struct slide *slide, struct error *error)
{
	static int (*const stages[])(struct slide *, struct error *) = {
		slide_make, advance_test, advance_gradient, advance_product,
		advance_measured, slide_time_integers, slide_time_sparse};
	int status;

	if (slide->stage == STAGE_DONE)
		return 1;
	status = stages[slide->stage](slide, error);
	if (status <= 0)
		return status;
	if (slide->stage++ == STAGE_TEST && !slide->bench->set.compress_damage)
		slide->stage = STAGE_DONE;
	if (slide->stage < STAGE_DONE)
		return 0;
	slide->result.complete = true;
	slide_cache_remember(slide->cache, &slide->result);
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
