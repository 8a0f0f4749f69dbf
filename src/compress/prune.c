#include "compress/prune.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compress/ranking.h"
#include "compress/settings.h"

/* In the order of PRUNE_PATTERNS: N of M stay. */
static const struct pattern {
	uint32_t keep, of;
} patterns[] = {{0, 0}, {1, 4}, {2, 4}, {4, 8}, {8, 16}};

static struct pattern pattern_of(const struct option_values *prune)
{
	return patterns[(int)option_value(prune_options, prune, "pattern")];
}

double pattern_ratio(const struct option_values *prune)
{
	struct pattern pattern = pattern_of(prune);

	return pattern.of ? 1 - (double)pattern.keep / pattern.of : NAN;
}

/* Scopes are numbered by layer; scope 0 is all layers that have none of
 * their own, and a layer with a pattern is in no scope. */
enum { NO_SCOPE = -1 };

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

static int scope_of(const struct compress_settings *settings, int layer)
{
	bool global = (int)option_value(prune_options, &settings->prune,
	    "scope") == SCOPE_GLOBAL;

	if (scope_ratio(settings, layer) == pattern_ratio(&settings->prune))
		return NO_SCOPE;
	return global && isnan(settings_layer_ratio(settings, layer)) ? 0 :
	    layer;
}

static struct scopes scopes_new(const struct network *network,
    const struct compress_settings *settings)
{
	size_t count = (size_t)network->layers + 1;
	struct scopes scopes = {xcalloc(count, sizeof(int)),
		xcalloc(count, sizeof(size_t))};

	for (int id = 1; id <= network->layers; id++)
		scopes.of[id] = scope_of(settings, id);
	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];

		if (segment_compressible(segment) &&
		    scopes.of[segment->layer] != NO_SCOPE)
			scopes.left[scopes.of[segment->layer]] +=
			    segment->count;
	}
	for (int id = 0; id <= network->layers; id++)
		scopes.left[id] = (size_t)floor(scope_ratio(settings, id) *
		    (double)scopes.left[id] + 0.5);
	return scopes;
}

static void scopes_free(struct scopes *scopes)
{
	free(scopes->of);
	free(scopes->left);
}

static void choose_by_ratio(const struct ranking *ranking,
    struct scopes *scopes, const struct network *network, uint8_t *gone)
{
	size_t left = 0;

	for (int id = 0; id <= network->layers; id++)
		left += scopes->left[id];
	for (uint32_t i = 0; left > 0; i++) {
		int scope = scopes->of[ranking->layer[i]];

		if (scope == NO_SCOPE || scopes->left[scope] == 0)
			continue;
		gone[ranking->order[i]] = 1;
		scopes->left[scope]--;
		left--;
	}
}

/* rank (count): places in the order. The first `drop` of them go. */
static void choose_first(const uint32_t *rank, uint32_t count, uint32_t drop,
    uint8_t *gone)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t before = 0;

		for (uint32_t j = 0; j < count; j++)
			before += rank[j] < rank[i];
		gone[i] = before < drop;
	}
}

static void choose_in_row(struct pattern pattern, const uint32_t *rank,
    size_t columns, uint8_t *gone)
{
	for (size_t at = 0; at < columns; at += pattern.of) {
		size_t left = columns - at;
		uint32_t count = left < pattern.of ? (uint32_t)left :
		    pattern.of;

		choose_first(rank + at, count, count > pattern.keep ?
		    count - pattern.keep : 0, gone + at);
	}
}

static uint32_t *ranks_new(const struct network *network,
    const struct ranking *ranking)
{
	uint32_t *rank = xcalloc(network->parameters, sizeof(*rank));

	for (uint32_t i = 0; i < ranking->count; i++)
		rank[ranking->order[i]] = i;
	return rank;
}

static void choose_by_pattern(const struct network *network,
    const struct compress_settings *settings, const struct ranking *ranking,
    const struct scopes *scopes, uint8_t *gone)
{
	struct pattern pattern = pattern_of(&settings->prune);
	uint32_t *rank = pattern.of ? ranks_new(network, ranking) : NULL;

	for (int k = 0; rank && k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];
		size_t rows = (size_t)segment->dimension[0];
		size_t columns = segment->count / rows;

		if (!segment_compressible(segment) ||
		    scopes->of[segment->layer] != NO_SCOPE)
			continue;
		for (size_t row = 0; row < rows; row++) {
			size_t at = segment->offset + row * columns;

			choose_in_row(pattern, rank + at, columns, gone + at);
		}
	}
	free(rank);
}

static void take_out(const struct network *network,
    const struct ranking *ranking, const uint8_t *gone, struct pool *pool,
    real *w)
{
	if (!ranking->surgeon) {
		for (size_t i = 0; i < network->parameters; i++)
			w[i] = gone[i] ? 0 : w[i];
		return;
	}
	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];

		if (segment_compressible(segment))
			surgeon_prune(&ranking->surgeon[k],
			    gone + segment->offset, segment->dimension[0],
			    w + segment->offset, pool);
	}
}

void prune_weights(const struct network *network,
    const struct compress_settings *settings, const struct ranking *ranking,
    struct pool *pool, real *w)
{
	struct scopes scopes = scopes_new(network, settings);
	uint8_t *gone = xcalloc(network->parameters + 1, 1);

	choose_by_ratio(ranking, &scopes, network, gone);
	choose_by_pattern(network, settings, ranking, &scopes, gone);
	take_out(network, ranking, gone, pool, w);
	free(gone);
	scopes_free(&scopes);
}
