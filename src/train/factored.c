#include "train/factored.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "net/operation.h"

/* Where one layer of the plain network is in the factored one, and its
 * parameters in theta. */
struct part {
	int layer;		/* the last one, whose output is the same */
	bool split;
	size_t parameter;	/* in the factored network */
	size_t theta, count;
};

struct factored {
	struct transform *transform;
	struct network *network;
	struct engine *engine;
	struct pool *pool;
	struct part *part;	/* by layer of the plain network */
	int parts;
	/* Theta is the factored network's flat vector as it stands; then w
	 * and g are not needed. */
	bool same;
	real *w, *g;
};

/* A number that is stored and read again costs as much as so many
 * multiply-adds. */
static const double stored = 16;

/* Multiply-adds of composing, from the left, which is a third of composing
 * and pulling back; and those of applying the factors beyond W's own. */
static bool split_pays(const struct layer *layer,
    const struct segment *factor, int factors, int batch)
{
	double rows = (double)batch * layer->in[0].h * layer->in[0].w;
	double columns = factor[0].dimension[1];
	double whole = (double)layer->out.c * columns;
	double composing = stored * whole, applying = -rows * whole;

	for (int i = 0; i < factors; i++) {
		applying += rows * (double)factor[i].count;
		if (i > 0)
			composing += (double)factor[i].count * columns;
	}
	return applying < composing;
}

static bool splits(const struct transform *transform,
    const struct layer *layer, int batch)
{
	const struct segment *factor;
	int factors = transform_factors(transform, layer->id, &factor);

	return factors > 1 && layer->operation == operation_find("dense") &&
	    split_pays(layer, factor, factors, batch);
}

static void append(struct factored *factored,
    const struct operation *operation, const int *from,
    const struct option_values *options)
{
	struct network *old = factored->network;

	factored->network = network_append(old, operation->name, from,
	    options, NULL);
	if (!factored->network)
		die("factored network: %s", operation->name);
	network_free(old);
}

/* All factors but the last, as dense layers without bias. */
static void append_factors(struct factored *factored,
    const struct layer *layer, int from[INPUTS_MAX])
{
	const struct option *table = layer->operation->options;
	const struct segment *factor;
	int factors = transform_factors(factored->transform, layer->id,
	    &factor);
	struct option_values values;

	for (int i = 0; i < factors - 1; i++) {
		int out = option_find(table, "out");

		options_default(table, &values);
		values.value[out] = factor[i].dimension[0];
		values.given[out] = true;
		values.value[option_find(table, "bias")] = 0;
		append(factored, layer->operation, from, &values);
		from[0] = factored->network->layers;
	}
}

static void append_layer(struct factored *factored,
    const struct layer *layer)
{
	struct part *part = &factored->part[layer->id];
	int from[INPUTS_MAX];
	int first = factored->network->layers + 1;

	for (int i = 0; i < INPUTS_MAX; i++)
		from[i] = layer->from[i] < 0 ? -1 :
		    factored->part[layer->from[i]].layer;
	if (part->split)
		append_factors(factored, layer, from);
	append(factored, layer->operation, from, &layer->options);
	part->layer = factored->network->layers;
	part->parameter = factored->network->layer[first].parameter;
}

/* All segments of a layer lie together in theta. */
static void place_in_theta(struct factored *factored)
{
	const struct segment *segment;
	int segments = transform_segments(factored->transform, &segment);

	for (int i = 0; i < segments; i++) {
		struct part *part = &factored->part[segment[i].layer];

		if (part->count == 0)
			part->theta = segment[i].offset;
		part->count += segment[i].count;
	}
}

/* Whether a layer's parameters are in theta what they are in the network. */
static bool is_same(const struct factored *factored, int id)
{
	const struct part *part = &factored->part[id];

	return part->count == 0 || (part->parameter == part->theta &&
	    (part->split || !transform_covers(factored->transform, id)));
}

static void build(struct factored *factored, const struct network *network)
{
	factored->network = network_new(network->input, network->classes);
	factored->same = true;
	for (int id = 1; id <= network->layers; id++) {
		append_layer(factored, &network->layer[id]);
		factored->same = factored->same && is_same(factored, id);
	}
}

struct factored *factored_new(struct transform *transform,
    const struct network *network, int batch, int capacity, struct pool *pool)
{
	struct factored *factored = xcalloc(1, sizeof(*factored));
	bool any = false;

	factored->transform = transform;
	factored->pool = pool;
	factored->parts = network->layers + 1;
	factored->part = xcalloc((size_t)factored->parts,
	    sizeof(*factored->part));
	for (int id = 1; id <= network->layers; id++) {
		factored->part[id].split = splits(transform,
		    &network->layer[id], batch);
		any = any || factored->part[id].split;
	}
	if (!any) {
		factored_free(factored);
		return NULL;
	}
	place_in_theta(factored);
	build(factored, network);
	factored->engine = engine_new(factored->network, capacity, pool);
	if (!factored->same) {
		factored->w = reals_new(factored->network->parameters);
		factored->g = reals_new(factored->network->parameters);
	}
	return factored;
}

void factored_free(struct factored *factored)
{
	if (!factored)
		return;
	engine_free(factored->engine);
	network_free(factored->network);
	reals_free(factored->w);
	reals_free(factored->g);
	free(factored->part);
	free(factored);
}

struct engine *factored_engine(const struct factored *factored)
{
	return factored->engine;
}

const real *factored_weights(struct factored *factored, const real *theta)
{
	if (factored->same)
		return theta;
	for (int id = 1; id < factored->parts; id++) {
		const struct part *part = &factored->part[id];
		real *w = factored->w + part->parameter;

		if (part->split)
			memcpy(w, theta + part->theta,
			    part->count * sizeof(real));
		else
			transform_compose_layer(factored->transform, id,
			    theta, w, factored->pool);
	}
	return factored->w;
}

real *factored_gradient(struct factored *factored, real *g_theta)
{
	return factored->same ? g_theta : factored->g;
}

void factored_pull_back(struct factored *factored, const real *theta,
    real *g_theta)
{
	if (factored->same)
		return;
	for (int id = 1; id < factored->parts; id++) {
		const struct part *part = &factored->part[id];
		const real *g = factored->g + part->parameter;

		if (part->split)
			memcpy(g_theta + part->theta, g,
			    part->count * sizeof(real));
		else
			transform_pull_back_layer(factored->transform, id,
			    theta, g, g_theta, factored->pool);
	}
}
