#include "compress/structure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "compress/prune.h"
#include "compress/settings.h"
#include "net/operation.h"

/* Operations that treat each channel by itself and give zero for zero. */
static const char *const passing[] = {"relu", "gelu", "tanh", "maxpool",
	"avgpool", "globalavg", "batchnorm", "dropout", "flatten",
	"tokenmean", "quantise"};

static bool is_kind(const struct layer *layer, const char *kind)
{
	return strcmp(layer->operation->name, kind) == 0;
}

static bool is_passing(const struct layer *layer)
{
	for (size_t i = 0; i < sizeof(passing) / sizeof(*passing); i++) {
		if (is_kind(layer, passing[i]))
			return true;
	}
	return false;
}

/* The kind of unit that a layer makes, or 0. */
static unsigned makes_units(const struct layer *layer)
{
	if (is_kind(layer, "dense"))
		return UNIT_NEURON;
	return is_kind(layer, "conv") && layer_integer(layer, "groups") == 1 ?
	    UNIT_CHANNEL : 0;
}

static bool is_depthwise(const struct layer *layer)
{
	return is_kind(layer, "conv") && layer->out.c == layer->in[0].c &&
	    layer_integer(layer, "groups") == layer->in[0].c;
}

/* Set 0 is that of the input and of all that cannot be followed. */
static int find_set(const int *parent, int set)
{
	while (parent[set] != set)
		set = parent[set];
	return set;
}

static void unite(int *parent, int a, int b)
{
	int one = find_set(parent, a), other = find_set(parent, b);

	if (one < other)
		parent[other] = one;
	else
		parent[one] = other;
}

/* What units a layer's output is made of, in terms of its inputs'. */
static void follow(struct structure *s, int *parent,
    const struct layer *layer)
{
	int id = layer->id, a = layer->from[0], b = layer->from[1];

	s->span[id] = 1;
	if (makes_units(layer)) {
		s->set[id] = id;
	} else if (is_passing(layer) || is_depthwise(layer)) {
		s->set[id] = s->set[a];
		s->span[id] = s->span[a] * (is_kind(layer, "flatten") ?
		    layer->in[0].h * layer->in[0].w : 1);
	} else if (is_kind(layer, "add") && s->span[a] == s->span[b]) {
		unite(parent, s->set[a], s->set[b]);
		s->set[id] = s->set[a];
		s->span[id] = s->span[a];
	} else {
		unite(parent, s->set[a], 0);
		if (b >= 0)
			unite(parent, s->set[b], 0);
	}
}

static struct structure *structure_new(const struct network *network)
{
	size_t count = (size_t)network->layers + 1;
	struct structure *s = xcalloc(1, sizeof(*s));
	int *parent = xcalloc(count, sizeof(int));

	s->layers = network->layers;
	s->set = xcalloc(count, sizeof(int));
	s->span = xcalloc(count, sizeof(int));
	s->fixed = xcalloc(count, sizeof(bool));
	s->stays = xcalloc(count, sizeof(*s->stays));
	for (int id = 0; id <= network->layers; id++)
		parent[id] = id;
	s->span[0] = 1;
	for (int id = 1; id <= network->layers; id++)
		follow(s, parent, &network->layer[id]);
	unite(parent, s->set[network->layers], 0);	/* the classes */
	for (int id = 0; id <= network->layers; id++) {
		s->set[id] = find_set(parent, s->set[id]);
		s->fixed[id] = find_set(parent, id) == 0;
	}
	free(parent);
	return s;
}

void structure_free(struct structure *structure)
{
	if (!structure)
		return;
	for (int id = 0; id <= structure->layers; id++)
		free(structure->stays[id]);
	free(structure->set);
	free(structure->span);
	free(structure->fixed);
	free(structure->stays);
	free(structure);
}

struct unit {
	double score;
	int set, index;
};

struct choice {
	const struct network *network;
	const struct compress_settings *settings;
	struct structure *structure;
	unsigned kinds;
	struct unit *unit;
	size_t units, capacity;
	size_t *left;		/* [scope] 0: all; else a set */
	int *there;		/* [set] units not gone */
	size_t *all;		/* [scope] units */
};

static bool is_candidate(const struct choice *choice, int set)
{
	const struct network *network = choice->network;

	if (choice->structure->fixed[set])
		return false;
	for (int id = 1; id <= network->layers; id++) {
		unsigned kind = makes_units(&network->layer[id]);

		if (kind && choice->structure->set[id] == set &&
		    !(kind & choice->kinds))
			return false;
	}
	return true;
}

/* The ratio of the first layer of the set with one of its own; NAN: none. */
static double own_ratio(const struct choice *choice, int set)
{
	for (int id = 1; id <= choice->network->layers; id++) {
		double ratio = settings_layer_ratio(choice->settings, id);

		if (choice->structure->set[id] == set && !isnan(ratio))
			return ratio;
	}
	return NAN;
}

static double ratio_of(const struct choice *choice, int set)
{
	double own = own_ratio(choice, set);

	return isnan(own) ? choice->settings->prune.value[AMOUNT] : own;
}

static int scope_of(const struct choice *choice, int set)
{
	bool global = (int)option_value(prune_options,
	    &choice->settings->prune, "scope") == SCOPE_GLOBAL;

	return global && isnan(own_ratio(choice, set)) ? 0 : set;
}

/* Add each unit's squared weights in one layer that makes them. */
static void add_squares(const struct network *network, int id, const real *w,
    double *sum, double *count)
{
	const struct segment *segment =
	    &network->segment[network->layer[id].segment];
	size_t rows = (size_t)segment->dimension[0];
	size_t columns = segment->count / rows;

	for (size_t row = 0; row < rows; row++) {
		const real *from = w + segment->offset + row * columns;

		for (size_t i = 0; i < columns; i++)
			sum[row] += (double)from[i] * (double)from[i];
		count[row] += (double)columns;
	}
}

static void add_units(struct choice *choice, int set, const real *w)
{
	const struct network *network = choice->network;
	size_t units = (size_t)network->layer[set].out.c;
	double *sum = xcalloc(2 * units, sizeof(double));

	for (int id = 1; id <= network->layers; id++) {
		if (choice->structure->set[id] == set &&
		    makes_units(&network->layer[id]))
			add_squares(network, id, w, sum, sum + units);
	}
	for (size_t i = 0; i < units; i++) {
		array_grow(&choice->unit, choice->units, &choice->capacity,
		    sizeof(*choice->unit));
		choice->unit[choice->units++] = (struct unit){
			sqrt(sum[i] / sum[units + i]), set, (int)i};
	}
	choice->there[set] = (int)units;
	choice->all[scope_of(choice, set)] += units;
	choice->structure->stays[set] = xmalloc(units * sizeof(bool));
	memset(choice->structure->stays[set], true, units * sizeof(bool));
	free(sum);
}

static int by_score(const void *a, const void *b)
{
	const struct unit *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? -1 : 1;
	return x->set != y->set ? x->set - y->set : x->index - y->index;
}

static void take_out(struct choice *choice)
{
	for (size_t i = 0; i < choice->units; i++) {
		const struct unit *unit = &choice->unit[i];
		size_t *left = &choice->left[scope_of(choice, unit->set)];

		if (*left == 0 || choice->there[unit->set] == 1)
			continue;
		choice->structure->stays[unit->set][unit->index] = false;
		choice->there[unit->set]--;
		--*left;
	}
}

/* A layer that was named must have units to give. */
static int check_named(const struct choice *choice, struct error *error)
{
	for (int id = 1; id <= choice->network->layers; id++) {
		double ratio = settings_layer_ratio(choice->settings, id);
		int set = choice->structure->set[id];

		if (!(ratio > 0) || (makes_units(&choice->network->layer[id]) &&
		    choice->structure->stays[set]))
			continue;
		return error_set(error, "layer %d (%s): none of its outputs "
		    "can be taken out by this method", id,
		    choice->network->layer[id].operation->name);
	}
	if (choice->units == 0)
		return error_set(error, "this network has nothing that this "
		    "method could take out");
	return 0;
}

static void choose(struct choice *choice, const real *w)
{
	const struct network *network = choice->network;

	for (int id = 1; id <= network->layers; id++) {
		if (makes_units(&network->layer[id]) &&
		    choice->structure->set[id] == id && is_candidate(choice, id))
			add_units(choice, id, w);
	}
	if (choice->units)
		qsort(choice->unit, choice->units, sizeof(*choice->unit),
		    by_score);
	for (int id = 0; id <= network->layers; id++) {
		double ratio = id ? ratio_of(choice, id) :
		    choice->settings->prune.value[AMOUNT];

		choice->left[id] = (size_t)floor(ratio *
		    (double)choice->all[id] + 0.5);
	}
	take_out(choice);
}

struct structure *structure_choose(const struct network *network,
    const real *w, const struct compress_settings *settings, unsigned kinds,
    struct error *error)
{
	size_t count = (size_t)network->layers + 1;
	struct choice choice = {.network = network, .settings = settings,
		.structure = structure_new(network), .kinds = kinds,
		.left = xcalloc(count, sizeof(size_t)),
		.there = xcalloc(count, sizeof(int)),
		.all = xcalloc(count, sizeof(size_t))};

	choose(&choice, w);
	if (check_named(&choice, error)) {
		structure_free(choice.structure);
		choice.structure = NULL;
	}
	free(choice.unit);
	free(choice.left);
	free(choice.there);
	free(choice.all);
	return choice.structure;
}

static bool feature_stays(const struct structure *s, int id, size_t feature)
{
	const bool *stays = s->stays[s->set[id]];

	return !stays || stays[feature / (size_t)s->span[id]];
}

static int features_left(const struct structure *s,
    const struct layer *layer)
{
	int left = 0;

	for (int i = 0; i < layer->out.c; i++)
		left += feature_stays(s, layer->id, (size_t)i);
	return left;
}

/* The options of a layer with fewer outputs. */
static struct option_values shrink_options(const struct structure *s,
    const struct layer *layer)
{
	const struct option *table = layer->operation->options;
	struct option_values options = layer->options;

	if (!makes_units(layer) && !is_depthwise(layer))
		return options;
	options.value[option_find(table, "out")] = features_left(s, layer);
	if (!makes_units(layer))
		options.value[option_find(table, "groups")] =
		    features_left(s, layer);
	return options;
}

struct network *structure_shrink(const struct structure *structure,
    const struct network *network)
{
	struct network *smaller = network_new(network->input,
	    network->classes);

	for (int id = 1; id <= network->layers; id++) {
		const struct layer *layer = &network->layer[id];
		struct option_values options = shrink_options(structure,
		    layer);
		struct error error;
		struct network *longer = network_append(smaller,
		    layer->operation->name, layer->from, &options, &error);

		if (!longer)
			die("taking units out: %s", error.text);
		network_free(smaller);
		smaller = longer;
	}
	text_copy(smaller->name, sizeof(smaller->name), network->name);
	return smaller;
}

/* Which entries of a segment stay: output o, input i of its layer. */
static void map_segment(const struct structure *s,
    const struct network *network, const int *original,
    const struct segment *segment, size_t *map, size_t *count)
{
	const struct layer *layer = &network->layer[segment->layer];
	int id = original ? original[layer->id] : layer->id;
	int from = original ? original[layer->from[0]] : layer->from[0];
	bool sliced = makes_units(layer) || is_depthwise(layer) ||
	    is_kind(layer, "batchnorm");
	bool inputs = makes_units(layer) && segment->dimensions > 1;
	size_t rows = (size_t)segment->dimension[0];
	size_t columns = inputs ? (size_t)segment->dimension[1] : 1;
	size_t each = segment->count / rows / columns;

	for (size_t i = 0; i < segment->count; i++) {
		size_t column = i / each % columns, row = i / each / columns;

		if ((sliced && !feature_stays(s, id, row)) ||
		    (inputs && !feature_stays(s, from, column)))
			continue;
		map[(*count)++] = segment->offset + i;
	}
}

size_t *structure_map(const struct structure *structure,
    const struct network *network, const int *original, bool buffers)
{
	size_t *map = xcalloc((buffers ? network->buffers :
	    network->parameters) + 1, sizeof(*map));
	size_t count = 0;

	for (int k = 0; k < (buffers ? network->buffer_segments :
	    network->segments); k++)
		map_segment(structure, network, original, buffers ?
		    &network->buffer_segment[k] : &network->segment[k], map,
		    &count);
	return map;
}
