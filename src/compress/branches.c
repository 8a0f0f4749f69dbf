/* The network with branches; merge.c makes one convolution of them again. */
#include "compress/branches.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/operation.h"

/* The network being built, and where the old layers' outputs are in it. */
struct growth {
	const struct network *old;
	struct network *network;
	int *place;
	bool quantisable;
};

static bool is_kind(const struct layer *layer, const char *kind)
{
	return layer->operation == operation_find(kind);
}

static bool can_branch(const struct layer *layer)
{
	int k;

	if (!layer->operation || !is_kind(layer, "conv"))
		return false;
	k = layer_integer(layer, "k");
	return k > 1 && k % 2 == 1 && layer_integer(layer, "pad") == k / 2;
}

/* The batch norm that alone reads what the layer gives, or 0. */
static int norm_of(const struct network *network, int id)
{
	int reader = network_only_reader(network, id);

	return reader && is_kind(&network->layer[reader], "batchnorm") ?
	    reader : 0;
}

/* Its id. */
static int append(struct growth *growth, const char *kind, int first,
    int second, const struct option_values *options)
{
	const int from[INPUTS_MAX] = {first, second};
	struct option_values initial;
	struct network *longer;
	struct error error;

	options_default(operation_find(kind)->options, &initial);
	longer = network_append(growth->network, kind, from,
	    options ? options : &initial, &error);
	if (!longer)
		die("branches: %s", error.text);
	network_free(growth->network);
	growth->network = longer;
	return longer->layers;
}

static void set(const struct layer *layer, const char *name, double value,
    struct option_values *options)
{
	int i = option_find(layer->operation->options, name);

	options->value[i] = value;
	options->given[i] = true;
}

static int with_norm(struct growth *growth, int id, bool wanted)
{
	return wanted ? append(growth, "batchnorm", id, -1, NULL) : id;
}

/* The sum's id. */
static int append_block(struct growth *growth, const struct layer *layer)
{
	struct option_values options = layer->options;
	bool each = !growth->quantisable;
	int input = growth->place[layer->from[0]], sum, branch;

	set(layer, "bias", 0, &options);
	sum = append(growth, "conv", input, -1, &options);
	sum = with_norm(growth, sum, true);
	set(layer, "k", 1, &options);
	set(layer, "pad", 0, &options);
	branch = append(growth, "conv", input, -1, &options);
	branch = with_norm(growth, branch, each);
	sum = append(growth, "add", sum, branch, NULL);
	if (layer->in[0].c != layer->out.c ||
	    layer_integer(layer, "stride") != 1)
		return sum;
	branch = with_norm(growth, input, each);
	return append(growth, "add", sum, branch, NULL);
}

static void append_again(struct growth *growth, const struct layer *layer)
{
	int from[INPUTS_MAX];

	for (int i = 0; i < INPUTS_MAX; i++)
		from[i] = layer->from[i] < 0 ? -1 :
		    growth->place[layer->from[i]];
	growth->place[layer->id] = append(growth, layer->operation->name,
	    from[0], from[1], &layer->options);
}

/* In RepVGG nothing normalises the sum; in QARepVGG the old batch norm does,
 * or a new one. */
static void grow(struct growth *growth, int id)
{
	const struct layer *layer = &growth->old->layer[id];
	int norm = norm_of(growth->old, id);
	int before = layer->from[0];

	if (can_branch(layer)) {
		growth->place[id] = append_block(growth, layer);
		if (growth->quantisable && !norm)
			growth->place[id] = with_norm(growth,
			    growth->place[id], true);
	} else if (!growth->quantisable && is_kind(layer, "batchnorm") &&
	    can_branch(&growth->old->layer[before]) &&
	    norm_of(growth->old, before) == id) {
		growth->place[id] = growth->place[before];
	} else {
		append_again(growth, layer);
	}
}

struct network *branches_add(const struct network *network, bool quantisable,
    struct error *error)
{
	struct growth growth = {network, NULL, NULL, quantisable};
	bool any = false;

	for (int id = 1; id <= network->layers; id++)
		any = any || can_branch(&network->layer[id]);
	if (!any) {
		error_set(error, "no convolution larger than 1 x 1 keeps the "
		    "size of its input (k=3 pad=1): there is nothing to "
		    "branch");
		return NULL;
	}
	growth.network = network_new(network->input, network->classes);
	growth.place = xcalloc((size_t)network->layers + 1, sizeof(int));
	for (int id = 1; id <= network->layers; id++)
		grow(&growth, id);
	free(growth.place);
	text_format(growth.network->name, sizeof(growth.network->name),
	    "%.40s (%s)", network->name, quantisable ? "rep-qa" : "rep");
	return growth.network;
}
