/*
 * Unstructured pruning. All prunable weights are ranked once, by score and
 * then by index; every ratio, of the network or of a layer, is a walk along
 * that one order, because a layer's own order is contained in it.
 */
#include "compress/prune.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "compress/settings.h"

struct ranking {
	int method;
	uint64_t seed;
	uint32_t count;
	uint32_t *order;	/* (count) indices into w, first to go first */
	uint16_t *layer;	/* (count) whose weight it is */
};

static void score_magnitude(const struct network *network, const real *w,
    uint64_t seed, real *score)
{
	(void)seed;
	for (size_t i = 0; i < network->parameters; i++)
		score[i] = real_fabs(w[i]);
}

static void score_random(const struct network *network, const real *w,
    uint64_t seed, real *score)
{
	struct random_key key = {.seed = seed, .stream = RANDOM_COMPRESS};

	(void)w;
	for (size_t i = 0; i < network->parameters; i++)
		score[i] = (real)random_uniform(key, i);
}

/* In the order of PRUNE_METHODS. */
static const struct pruner table[] = {
	{"magnitude", "the smallest weights go first", score_magnitude},
	{"random", "any weights, by the seed: the control", score_random},
};

const struct pruner *pruners(int *count)
{
	*count = sizeof(table) / sizeof(table[0]);
	return table;
}

static int method_of(const struct compress_settings *settings)
{
	return (int)option_value(prune_options, &settings->prune, "method");
}

/* A number that is not negative sorts like its bits. */
static uint64_t sort_key(real score)
{
#ifdef SNT_DOUBLE
	uint64_t bits;
#else
	uint32_t bits;
#endif
	memcpy(&bits, &score, sizeof(bits));
	return bits;
}

/* One pass of a radix sort by the byte at `shift`; stable. */
static void sort_byte(const real *score, const uint32_t *from, uint32_t *to,
    uint32_t count, int shift)
{
	uint32_t place[257] = {0};

	for (uint32_t i = 0; i < count; i++)
		place[(sort_key(score[from[i]]) >> shift & 255) + 1]++;
	for (int byte = 0; byte < 256; byte++)
		place[byte + 1] += place[byte];
	for (uint32_t i = 0; i < count; i++)
		to[place[sort_key(score[from[i]]) >> shift & 255]++] = from[i];
}

/* By score; being stable, equal scores stay in order of index. */
static void sort_order(const real *score, uint32_t *order, uint32_t count)
{
	uint32_t *other = xmalloc(count * sizeof(*other));

	for (int shift = 0; shift < 8 * (int)sizeof(real); shift += 16) {
		sort_byte(score, order, other, count, shift);
		sort_byte(score, other, order, count, shift + 8);
	}
	free(other);
}

static uint32_t list_prunable(const struct network *network, uint32_t *order)
{
	uint32_t count = 0;

	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];

		if (!segment_compressible(segment))
			continue;
		for (size_t i = 0; i < segment->count; i++)
			order[count++] = (uint32_t)(segment->offset + i);
	}
	return count;
}

/* Which layer each entry of the order belongs to. */
static uint16_t *label_order(const struct network *network,
    const uint32_t *order, uint32_t count)
{
	uint16_t *owner = xmalloc(network->parameters * sizeof(*owner));
	uint16_t *layer = xmalloc(count * sizeof(*layer));

	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];

		for (size_t i = 0; i < segment->count; i++)
			owner[segment->offset + i] = (uint16_t)segment->layer;
	}
	for (uint32_t i = 0; i < count; i++)
		layer[i] = owner[order[i]];
	free(owner);
	return layer;
}

struct ranking *ranking_new(const struct network *network, const real *w,
    const struct compress_settings *settings)
{
	struct ranking *ranking = xcalloc(1, sizeof(*ranking));
	real *score = reals_new(network->parameters);

	ranking->method = method_of(settings);
	ranking->seed = settings->seed;
	ranking->order = xmalloc(network->parameters * sizeof(uint32_t));
	ranking->count = list_prunable(network, ranking->order);
	table[ranking->method].score(network, w, settings->seed, score);
	sort_order(score, ranking->order, ranking->count);
	ranking->layer = label_order(network, ranking->order, ranking->count);
	reals_free(score);
	return ranking;
}

void ranking_free(struct ranking *ranking)
{
	if (!ranking)
		return;
	free(ranking->order);
	free(ranking->layer);
	free(ranking);
}

bool ranking_fits(const struct ranking *ranking,
    const struct compress_settings *settings)
{
	return ranking->method == method_of(settings) &&
	    ranking->seed == settings->seed;
}

/* Scopes are numbered by layer; scope 0 is all layers that have none. */
struct scopes {
	int *of;		/* [layer] */
	size_t *left;		/* [scope] weights that are still to go */
};

static double scope_ratio(const struct compress_settings *settings, int layer)
{
	double own = settings_layer_ratio(settings, layer);

	return isnan(own) ? option_value(prune_options, &settings->prune,
	    "ratio") : own;
}

static struct scopes scopes_new(const struct network *network,
    const struct compress_settings *settings)
{
	size_t count = (size_t)network->layers + 1;
	struct scopes scopes = {xcalloc(count, sizeof(int)),
		xcalloc(count, sizeof(size_t))};
	bool global = (int)option_value(prune_options, &settings->prune,
	    "scope") == SCOPE_GLOBAL;

	for (int id = 1; id <= network->layers; id++) {
		if (!global || !isnan(settings_layer_ratio(settings, id)))
			scopes.of[id] = id;
	}
	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];

		if (segment_compressible(segment))
			scopes.left[scopes.of[segment->layer]] +=
			    segment->count;
	}
	for (int id = 0; id <= network->layers; id++)
		scopes.left[id] = (size_t)floor(scope_ratio(settings, id) *
		    (double)scopes.left[id] + 0.5);
	return scopes;
}

void prune_weights(const struct network *network,
    const struct compress_settings *settings, const struct ranking *ranking,
    real *w)
{
	struct scopes scopes = scopes_new(network, settings);
	size_t left = 0;

	for (int id = 0; id <= network->layers; id++)
		left += scopes.left[id];
	for (uint32_t i = 0; left > 0; i++) {
		size_t *scope = &scopes.left[scopes.of[ranking->layer[i]]];

		if (*scope == 0)
			continue;
		w[ranking->order[i]] = 0;
		--*scope;
		left--;
	}
	free(scopes.of);
	free(scopes.left);
}
