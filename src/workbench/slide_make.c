/* From the settings to the network that would be shipped, and what can be
 * said of it without running it. */
#include "workbench/slide_private.h"

#include <stdlib.h>

#include "base/memory.h"
#include "compress/fold.h"
#include "session/network_json.h"
#include "workbench/run.h"

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

static const struct network *shipped_network(const struct slide *slide)
{
	return slide->form.network ? slide->form.network :
	    slide->compressed.network;
}

const real *slide_weights(const struct slide *slide)
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
int slide_make(struct slide *slide, struct error *error)
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

void slide_give_engine_back(struct slide *slide)
{
	if (!slide->own)
		return;
	engine_free(slide->cache->spare);
	slide->cache->spare = slide->own;
}
