#include "transform/transform.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/operation.h"
#include "transform/noise.h"
#include "transform/transform_private.h"

static const struct transform_kind kinds[] = {
	{"none", "the weights themselves are trained", NULL},
	{"expand", "every weight matrix is trained as a product of factors, "
	    "W = B A, started from a balanced singular value decomposition",
	    expand_options},
	{"wn", "weight normalisation: each output channel is a length times a "
	    "direction, g v / |v|, from the same function", rows_options},
	{"ws", "weight standardisation with a gain: each output channel is "
	    "g (v - mean v) / |v - mean v| + the mean of the start, from the "
	    "same function", centred_options},
	{"sn", "spectral normalisation: each weight matrix is divided by its "
	    "largest singular value (one step of power iteration a training "
	    "step) and multiplied by that of the start, so the function is "
	    "kept and the layer's gain bounded", spectral_options},
	{"jitter", "the weights themselves, in a network that is noisy while "
	    "it trains", jitter_options},
};

/* In the order of kinds. */
static const struct piece_functions *const functions[] = {
	NULL, &expand_functions, &weight_norm_functions,
	&standardise_functions, &spectral_functions, &jitter_functions};

const struct transform_kind *transform_kinds(int *count)
{
	*count = sizeof(kinds) / sizeof(*kinds);
	return kinds;
}

const struct transform_kind *transform_find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	}
	return NULL;
}

/* NULL for a kind that transforms nothing. */
static const struct piece_functions *functions_of(const struct transform *t)
{
	return functions[t->kind - kinds];
}

static bool is_matrix(const struct segment *segment)
{
	return segment->role == ROLE_WEIGHT && segment->dimensions >= 2;
}

/* Whether `layers=` names the segment's layer. */
static bool is_wanted(const struct transform *transform,
    const struct segment *segment)
{
	const struct layer *layer = &transform->network->layer[segment->layer];
	const struct option *table = transform->kind->options;
	const struct option_values *values = &transform->options;

	return option_set_word(table, values, "layers", "all") ||
	    option_set_word(table, values, "layers",
		layer->operation->name) ||
	    option_set_number(values, segment->layer);
}

static void plan_piece(struct transform *transform, struct piece *piece)
{
	const struct segment *segment = piece->segment;
	const struct piece_functions *f = functions_of(transform);
	struct segment copy = *segment;

	piece->offset = transform->size;
	piece->count = segment->count;
	if (f && is_matrix(segment) && is_wanted(transform, segment)) {
		piece->rows = segment->dimension[0];
		piece->columns = (int)(segment->count /
		    (size_t)piece->rows);
		piece->functions = f;
		piece->transformed = f->plan(transform, piece);
	}
	if (!piece->transformed) {
		copy.offset = piece->offset;
		array_grow(&transform->segment, transform->segments,
		    &transform->capacity, sizeof(copy));
		transform->segment[transform->segments++] = copy;
	}
	transform->size += piece->count;
}

void transform_add_segment(struct transform *transform,
    const struct piece *piece, const char *suffix, size_t offset, int rows,
    int columns)
{
	struct segment segment = {.layer = piece->segment->layer,
		.role = ROLE_WEIGHT, .dimensions = 2,
		.dimension = {rows, columns},
		.offset = piece->offset + offset,
		.count = (size_t)rows * (size_t)(columns ? columns : 1)};

	if (columns == 0)
		segment.dimensions = 1;
	text_format(segment.name, sizeof(segment.name), "%.24s.%s",
	    piece->segment->name, suffix);
	array_grow(&transform->segment, transform->segments,
	    &transform->capacity, sizeof(segment));
	transform->segment[transform->segments++] = segment;
}

static void plan_work(struct transform *transform)
{
	size_t most = 0;

	for (int i = 0; i < transform->pieces; i++) {
		const struct piece *piece = &transform->piece[i];
		size_t need = piece->transformed && piece->functions->work ?
		    piece->functions->work(piece) : 0;

		if (need > most)
			most = need;
	}
	transform->work = reals_new(most);
}

/* Pieces point into one vector. */
static void plan_states(struct transform *transform)
{
	size_t at = 0;

	for (int i = 0; i < transform->pieces; i++)
		transform->states += transform->piece[i].states;
	transform->state = reals_new(transform->states);
	for (int i = 0; i < transform->pieces; i++) {
		transform->piece[i].state = transform->state + at;
		at += transform->piece[i].states;
	}
}

static bool has_matrix(const struct network *network, int layer)
{
	for (int i = 0; i < network->segments; i++) {
		if (network->segment[i].layer == layer &&
		    is_matrix(&network->segment[i]))
			return true;
	}
	return false;
}

/* `layers=` must name layers that there are, and have weights. */
static int check_layers(const struct transform *transform,
    struct error *error)
{
	const struct network *network = transform->network;
	bool any = !functions_of(transform) ||
	    option_set_word(transform->kind->options, &transform->options,
		"layers", "all");

	for (int id = 1; id <= SET_MOST; id++) {
		if (!option_set_number(&transform->options, id))
			continue;
		if (id > network->layers)
			return error_set(error, "layers=%d: the network has "
			    "%d layers", id, network->layers);
		if (!has_matrix(network, id))
			return error_set(error, "layers=%d: %s has no weight "
			    "matrix", id, network->layer[id].operation->name);
	}
	for (int i = 0; i < transform->pieces; i++)
		any = any || transform->piece[i].transformed;
	return any ? 0 : error_set(error, "layers: the network has none of "
	    "that kind");
}

struct transform *transform_new(const struct transform_kind *kind,
    const struct option_values *options, const struct network *network,
    uint64_t seed, struct error *error)
{
	struct transform *transform;

	if (options_complete(kind->options, options, error))
		return NULL;
	transform = xcalloc(1, sizeof(*transform));
	transform->kind = kind;
	transform->options = *options;
	transform->network = network_copy(network);
	transform->seed = seed;
	transform->pieces = network->segments;
	transform->piece = xcalloc((size_t)network->segments + 1,
	    sizeof(*transform->piece));
	for (int i = 0; i < network->segments; i++) {
		transform->piece[i].segment = &transform->network->segment[i];
		transform->piece[i].index = i;
		plan_piece(transform, &transform->piece[i]);
	}
	plan_work(transform);
	plan_states(transform);
	if (check_layers(transform, error)) {
		transform_free(transform);
		return NULL;
	}
	return transform;
}

struct transform *transform_copy(const struct transform *transform)
{
	struct transform *copy = transform_new(transform->kind,
	    &transform->options, transform->network, transform->seed, NULL);

	if (transform->states)
		memcpy(copy->state, transform->state, transform->states *
		    sizeof(real));
	return copy;
}

void transform_park(struct transform *transform)
{
	reals_free(transform->work);
	transform->work = NULL;
}

void transform_free(struct transform *transform)
{
	if (!transform)
		return;
	network_free(transform->network);
	free(transform->piece);
	free(transform->segment);
	reals_free(transform->work);
	reals_free(transform->state);
	free(transform);
}

const struct transform_kind *transform_kind_of(const struct transform *t)
{
	return t->kind;
}

const struct option_values *transform_options(const struct transform *t)
{
	return &t->options;
}

size_t transform_size(const struct transform *transform)
{
	return transform->size;
}

int transform_segments(const struct transform *transform,
    const struct segment **segments)
{
	*segments = transform->segment;
	return (int)transform->segments;
}

bool transform_covers(const struct transform *transform, int layer)
{
	for (int i = 0; i < transform->pieces; i++) {
		const struct piece *piece = &transform->piece[i];

		if (piece->segment->layer == layer && piece->transformed)
			return true;
	}
	return false;
}

int transform_factors(const struct transform *transform, int layer,
    const struct segment **factor)
{
	const struct layer *of = &transform->network->layer[layer];
	const struct piece *piece = &transform->piece[of->segment];
	size_t i = 0, first;

	if (of->segments == 0 || !piece->product)
		return 0;
	while (transform->segment[i].offset < piece->offset)
		i++;
	*factor = &transform->segment[i];
	for (first = i; i < transform->segments &&
	    transform->segment[i].offset < piece->offset + piece->count; i++)
		;
	return (int)(i - first);
}

int transform_start(struct transform *transform, const real *w, bool fresh,
    real *theta, struct error *error)
{
	for (int i = 0; i < transform->pieces; i++) {
		const struct piece *piece = &transform->piece[i];
		const real *from = w + piece->segment->offset;

		if (!piece->transformed)
			memcpy(theta + piece->offset, from,
			    piece->count * sizeof(real));
		else if (piece->functions->start(piece, transform->seed, from,
			fresh, theta + piece->offset, error))
			return error_prefix(error, "%s",
			    piece->segment->name);
	}
	return 0;
}

real *transform_state(struct transform *transform, size_t *n)
{
	*n = transform->states;
	return transform->state;
}

void transform_advance(struct transform *transform, const real *theta)
{
	for (int i = 0; transform->states && i < transform->pieces; i++) {
		const struct piece *piece = &transform->piece[i];

		if (piece->transformed && piece->functions->advance)
			piece->functions->advance(piece,
			    theta + piece->offset, transform->work);
	}
}
