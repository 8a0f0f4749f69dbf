/*
 * Edits. Each takes a copy, rearranges kinds, options and `from`, and derives
 * the rest anew; so a refused edit has changed nothing.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/network_private.h"
#include "net/operation.h"

static const char edited[] = " (edited)";

static void mark_edited(struct network *network)
{
	size_t length = strlen(network->name);

	if (strcmp(network->name, "custom") == 0 ||
	    text_ends(network->name, edited))
		return;
	if (length + strlen(edited) < sizeof(network->name))
		text_copy(network->name + length,
		    sizeof(network->name) - length, edited);
}

static int unknown_kind(const char *word, struct error *error)
{
	struct buffer known = {0};
	int count;
	const struct operation *const *table = operations(&count);

	for (int i = 0; i < count; i++)
		buffer_printf(&known, "%s%s", i ? ", " : "", table[i]->name);
	error_set(error, "%s: no such layer (there are: %s)", word,
	    known.text);
	buffer_free(&known);
	return -1;
}

int layer_parse(struct layer *layer, int words, const char *const *word,
    struct error *error)
{
	*layer = (struct layer) {.from = {-1, -1}};
	if (words < 1)
		return error_set(error, "a layer's kind is missing");
	layer->operation = operation_find(word[0]);
	if (!layer->operation)
		return unknown_kind(word[0], error);
	options_default(layer->operation->options, &layer->options);
	if (options_parse(layer->operation->options, words - 1, word + 1,
	    &layer->options, error) ||
	    options_complete(layer->operation->options, &layer->options,
	    error))
		return error_prefix(error, "%s", layer->operation->name);
	return 0;
}

static int check_id(const struct network *network, int id,
    struct error *error)
{
	if (network->layers == 0)
		return error_set(error, "the network has no layers");
	if (id < 1 || id > network->layers)
		return error_set(error, "no layer %d (there are 1 to %d)", id,
		    network->layers);
	return 0;
}

static int check_position(const struct network *network, int position,
    struct error *error)
{
	if (position < 1 || position > network->layers + 1)
		return error_set(error, "no position %d (there are 1 to %d)",
		    position, network->layers + 1);
	return 0;
}

/* References to `first` and later ids move along. */
static void renumber(struct network *network, int first, int shift)
{
	for (int id = 1; id <= network->layers; id++)
		for (int i = 0; i < INPUTS_MAX; i++)
			if (network->layer[id].from[i] >= first)
				network->layer[id].from[i] += shift;
}

/* Whoever took the output of `old` takes that of `new`. */
static void redirect(struct network *network, int old, int new)
{
	for (int id = 1; id <= network->layers; id++)
		for (int i = 0; i < INPUTS_MAX; i++)
			if (id != new && network->layer[id].from[i] == old)
				network->layer[id].from[i] = new;
}

/* Put a layer, whose `from` is in the old numbers, at `position`; the network
 * has room for it. It takes over the consumers of its main input if that is
 * the layer just before: then it stands in the chain, else it begins a
 * branch. */
static void place(struct network *network, int position,
    const struct layer *layer)
{
	struct layer *at = &network->layer[position];

	renumber(network, position, 1);
	memmove(at + 1, at, (size_t)(network->layers + 1 - position) *
	    sizeof(*at));
	network->layers++;
	*at = *layer;
	if (layer->from[0] == position - 1)
		redirect(network, position - 1, position);
}

/* Take a layer out; whoever took its output takes its main input. */
static struct layer take(struct network *network, int id)
{
	struct layer *at = &network->layer[id], layer = *at;

	memmove(at, at + 1, (size_t)(network->layers - id) * sizeof(*at));
	network->layers--;
	redirect(network, id, layer.from[0]);
	renumber(network, id + 1, -1);
	return layer;
}

struct network *network_insert(const struct network *network, int position,
    const int *from, int words, const char *const *word, struct error *error)
{
	struct network *copy;
	struct layer layer;

	if (check_position(network, position, error) ||
	    layer_parse(&layer, words, word, error))
		return NULL;
	layer.from[0] = position - 1;
	if (from)
		memcpy(layer.from, from, sizeof(layer.from));
	copy = network_copy_with(network, 1);
	place(copy, position, &layer);
	mark_edited(copy);
	return network_checked(copy, error);
}

struct network *network_remove(const struct network *network, int id,
    struct error *error)
{
	struct network *copy;

	if (check_id(network, id, error))
		return NULL;
	copy = network_copy(network);
	take(copy, id);
	mark_edited(copy);
	return network_checked(copy, error);
}

struct network *network_move(const struct network *network, int id,
    int position, struct error *error)
{
	struct network *copy;
	struct layer layer;

	if (check_id(network, id, error) || check_id(network, position, error))
		return NULL;
	copy = network_copy_with(network, 1);
	layer = take(copy, id);
	layer.from[0] = position - 1;
	place(copy, position, &layer);
	mark_edited(copy);
	return network_checked(copy, error);
}

struct network *network_set(const struct network *network, int id, int words,
    const char *const *word, struct error *error)
{
	struct network *copy;
	struct layer *layer;
	char name[48];

	if (check_id(network, id, error))
		return NULL;
	copy = network_copy(network);
	layer = &copy->layer[id];
	if (options_parse(layer->operation->options, words, word,
	    &layer->options, error)) {
		layer_describe(layer, name, sizeof(name));
		error_prefix(error, "layer %d (%s)", id, name);
		network_free(copy);
		return NULL;
	}
	mark_edited(copy);
	return network_checked(copy, error);
}

struct network *network_append(const struct network *network,
    const char *kind, const int *from, const struct option_values *options,
    struct error *error)
{
	struct network *copy;
	struct layer layer = {.from = {network->layers, -1}};

	layer.operation = operation_find(kind);
	if (!layer.operation) {
		unknown_kind(kind, error);
		return NULL;
	}
	layer.options = *options;
	if (from)
		memcpy(layer.from, from, sizeof(layer.from));
	copy = network_copy_with(network, 1);
	copy->layer[++copy->layers] = layer;
	return network_checked(copy, error);
}

/* An unedited backbone, made for another input and number of classes; NULL
 * if it is none. *failed: it is one, and cannot be. */
static struct network *remake(const struct network *network,
    struct shape input, int classes, bool *failed, struct error *error)
{
	enum { WORDS = 4 };
	const char *word[WORDS];
	char *name = xstrdup(network->name), *save = NULL;
	struct network *again, *result = NULL;
	int words = 0;

	for (char *p = strtok_r(name, " ", &save); p && words < WORDS;
	    p = strtok_r(NULL, " ", &save))
		word[words++] = p;
	again = network_named(words, word, network->input, network->classes,
	    NULL);
	*failed = false;
	if (again && network_equal(again, network)) {
		result = network_named(words, word, input, classes, error);
		*failed = !result;
	}
	network_free(again);
	free(name);
	return result;
}

static int last_dense(const struct network *network)
{
	int id = network->layers;

	while (id > 0 && network->layer[id].operation !=
	    operation_find("dense"))
		id--;
	return id;
}

struct network *network_adapt(const struct network *network,
    struct shape input, int classes, struct error *error)
{
	bool failed;
	struct network *copy = remake(network, input, classes, &failed, error);
	int id = last_dense(network);

	if (copy || failed)
		return copy;
	copy = network_copy(network);
	copy->input = input;
	if (id > 0 && classes != copy->classes)
		copy->layer[id].options.value[option_find(
		    copy->layer[id].operation->options, "out")] = classes;
	copy->classes = classes;
	return network_checked(copy, error);
}
