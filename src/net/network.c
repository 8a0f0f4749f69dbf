#include "net/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/network_private.h"
#include "net/operation.h"

/* Beyond these a network is surely a slip of the finger, and its sizes might
 * not be representable. */
enum { LAYERS_MAX = 1024 };
static const double sample_most = 1 << 24;	/* numbers a layer gives */
static const double parameters_most = 1 << 28;

static void names(const struct network *network, int id, char *out,
    size_t size)
{
	char what[48] = "the input";

	if (id > 0) {
		layer_describe(&network->layer[id], what, sizeof(what));
		text_format(out, size, "layer %d (%s)", id, what);
	} else {
		text_copy(out, size, what);
	}
}

static bool gives_levels(const struct layer *layer)
{
	return layer->operation &&
	    (layer->operation->flags & OPERATION_LEVELS);
}

/* Ids, and inputs from layers before. */
static int derive_inputs(struct network *network, struct layer *layer,
    struct error *error)
{
	for (int i = 0; i < INPUTS_MAX; i++) {
		int from = layer->from[i];
		bool used = i < layer->operation->inputs;

		if (used && from < 0)
			return error_set(error, "takes %d inputs: from=A,B",
			    layer->operation->inputs);
		if (!used && from >= 0)
			return error_set(error, "takes %d input, not %d",
			    layer->operation->inputs, i + 1);
		if (from >= layer->id)
			return error_set(error, "cannot take its input from "
			    "layer %d, which is not before it", from);
		if (used)
			layer->in[i] = network->layer[from].out;
	}
	layer->exact = gives_levels(&network->layer[layer->from[0]]);
	return 0;
}

static int check_features(const struct network *network,
    const struct layer *layer, struct error *error)
{
	struct shape in = layer->in[0];
	char shape[48], from[96];

	if (!(layer->operation->flags & OPERATION_FEATURES) || in.tokens ||
	    (in.h == 1 && in.w == 1))
		return 0;
	shape_print(in, shape, sizeof(shape));
	names(network, layer->from[0], from, sizeof(from));
	return error_set(error, "takes plain features (%zu) but %s gives an "
	    "image of %s: add flatten before it", shape_size(in), from, shape);
}

static int check_size(const struct layer *layer, struct error *error)
{
	double size = (double)layer->out.c * layer->out.h * layer->out.w;
	char shape[48];

	if (size <= sample_most)
		return 0;
	shape_print(layer->out, shape, sizeof(shape));
	return error_set(error, "gives %s, which is too large", shape);
}

static int derive_shape(struct network *network, struct layer *layer,
    struct error *error)
{
	const struct operation *operation = layer->operation;

	if (derive_inputs(network, layer, error) ||
	    options_complete(operation->options, &layer->options, error) ||
	    check_features(network, layer, error) ||
	    operation->shape(layer, error) ||
	    check_size(layer, error))
		return -1;
	layer->macs = operation->macs ? operation->macs(layer) : 0;
	return 0;
}

/* Where the layer's parameters lie. */
static void derive_segments(struct layer *layer, struct segment_list *list)
{
	layer->segment = list->segments;
	layer->buffer_segment = list->buffer_segments;
	layer->parameter = list->parameters;
	layer->buffer = list->buffers;
	list->layer = layer->id;
	if (layer->operation && layer->operation->parameters)
		layer->operation->parameters(layer, list);
	layer->segments = list->segments - layer->segment;
	layer->buffer_segments = list->buffer_segments - layer->buffer_segment;
	layer->parameters = list->parameters - layer->parameter;
	layer->buffers = list->buffers - layer->buffer;
}

static int derive_layer(struct network *network, int id,
    struct segment_list *list, struct error *error)
{
	struct layer *layer = &network->layer[id];
	char name[96];

	layer->id = id;
	if (derive_shape(network, layer, error)) {
		names(network, id, name, sizeof(name));
		return error_prefix(error, "%s", name);
	}
	derive_segments(layer, list);
	if ((double)list->parameters > parameters_most) {
		names(network, id, name, sizeof(name));
		return error_set(error, "%s: more than %.0f parameters", name,
		    parameters_most);
	}
	network->macs += layer->macs;
	return 0;
}

static void take_segments(struct network *network, struct segment_list *list)
{
	free(network->segment);
	free(network->buffer_segment);
	network->segment = list->segment;
	network->buffer_segment = list->buffer_segment;
	network->segments = list->segments;
	network->buffer_segments = list->buffer_segments;
	network->parameters = list->parameters;
	network->buffers = list->buffers;
}

int network_derive(struct network *network, struct error *error)
{
	struct segment_list list = {0};

	if (network->layers > LAYERS_MAX)
		return error_set(error, "a network has at most %d layers",
		    LAYERS_MAX);
	network->macs = 0;
	network->layer[0].out = network->input;
	for (int id = 1; id <= network->layers; id++) {
		if (derive_layer(network, id, &list, error)) {
			free(list.segment);
			free(list.buffer_segment);
			return -1;
		}
	}
	take_segments(network, &list);
	return 0;
}

struct network *network_checked(struct network *network, struct error *error)
{
	if (network_derive(network, error) == 0)
		return network;
	network_free(network);
	return NULL;
}

struct network *network_new(struct shape input, int classes)
{
	struct network *network = xcalloc(1, sizeof(*network));

	network->input = input;
	network->classes = classes;
	network->layer = xcalloc(1, sizeof(*network->layer));
	network->layer[0].out = input;
	for (int i = 0; i < INPUTS_MAX; i++)
		network->layer[0].from[i] = -1;
	text_copy(network->name, sizeof(network->name), "custom");
	return network;
}

static void *copy_array(const void *array, size_t count, size_t extra,
    size_t size)
{
	void *copy = xcalloc(count + extra, size);

	if (count)
		memcpy(copy, array, count * size);
	return copy;
}

struct network *network_copy_with(const struct network *network, int extra)
{
	struct network *copy = copy_array(network, 1, 0, sizeof(*network));

	copy->layer = copy_array(network->layer, (size_t)network->layers + 1,
	    (size_t)extra, sizeof(*copy->layer));
	copy->segment = copy_array(network->segment,
	    (size_t)network->segments, 0, sizeof(*copy->segment));
	copy->buffer_segment = copy_array(network->buffer_segment,
	    (size_t)network->buffer_segments, 0,
	    sizeof(*copy->buffer_segment));
	return copy;
}

struct network *network_copy(const struct network *network)
{
	return network_copy_with(network, 0);
}

void network_free(struct network *network)
{
	if (!network)
		return;
	free(network->layer);
	free(network->segment);
	free(network->buffer_segment);
	free(network);
}

static bool layer_used(const struct network *network, int id)
{
	for (int i = id + 1; i <= network->layers; i++)
		for (int j = 0; j < INPUTS_MAX; j++)
			if (network->layer[i].from[j] == id)
				return true;
	return id == network->layers;
}

int network_check_output(const struct network *network, struct error *error)
{
	struct shape out = network->layer[network->layers].out;
	char shape[48], name[96];

	for (int id = 0; id <= network->layers; id++) {
		if (layer_used(network, id))
			continue;
		names(network, id, name, sizeof(name));
		return error_set(error, "%s: no later layer takes its output",
		    name);
	}
	if (network->parameters == 0)
		return error_set(error, "the network has no parameters: add "
		    "layers (net mlp 300-100, net add dense %d)",
		    network->classes);
	if (!out.tokens && out.h == 1 && out.w == 1 &&
	    out.c == network->classes)
		return 0;
	shape_print(out, shape, sizeof(shape));
	names(network, network->layers, name, sizeof(name));
	return error_set(error, "%s gives %s, but the data have %d classes: "
	    "end with dense %d", name, shape, network->classes,
	    network->classes);
}

void layer_describe(const struct layer *layer, char *out, size_t size)
{
	if (!layer->operation)
		text_copy(out, size, "input");
	else if (layer->operation->describe)
		layer->operation->describe(layer, out, size);
	else
		text_copy(out, size, layer->operation->name);
}

bool segment_compressible(const struct segment *segment)
{
	return segment->role == ROLE_WEIGHT;
}

bool network_has(const struct network *network, const char *kind)
{
	const struct operation *operation = operation_find(kind);

	for (int id = 1; operation && id <= network->layers; id++)
		if (network->layer[id].operation == operation)
			return true;
	return false;
}

static bool shape_equal(struct shape a, struct shape b)
{
	return a.c == b.c && a.h == b.h && a.w == b.w && a.tokens == b.tokens;
}

static bool layer_equal(const struct layer *a, const struct layer *b)
{
	if (a->operation != b->operation || !shape_equal(a->out, b->out) ||
	    memcmp(a->from, b->from, sizeof(a->from)) != 0)
		return false;
	for (int i = 0; i < option_count(a->operation->options); i++)
		if (a->options.value[i] != b->options.value[i])
			return false;
	return true;
}

bool network_equal(const struct network *a, const struct network *b)
{
	if (a->layers != b->layers || a->classes != b->classes ||
	    !shape_equal(a->input, b->input))
		return false;
	for (int id = 1; id <= a->layers; id++)
		if (!layer_equal(&a->layer[id], &b->layer[id]))
			return false;
	return true;
}

int network_only_reader(const struct network *network, int id)
{
	int reader = 0, readers = 0;

	for (int k = 1; k <= network->layers; k++) {
		for (int i = 0; i < INPUTS_MAX; i++) {
			if (network->layer[k].from[i] != id)
				continue;
			reader = k;
			readers++;
		}
	}
	return readers == 1 ? reader : 0;
}
