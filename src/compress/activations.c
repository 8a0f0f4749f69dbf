#include "compress/activations.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "compress/calibrate.h"
#include "compress/settings.h"
#include "net/operation.h"

static bool is_kind(const struct network *network, int id, const char *kind)
{
	const struct operation *operation = network->layer[id].operation;

	return operation && strcmp(operation->name, kind) == 0;
}

static bool takes_levels(const struct network *network, int id)
{
	return is_kind(network, id, "dense") || is_kind(network, id, "conv");
}

/* [id]: whether a dense or convolution layer reads it and it is not rounded
 * already. */
static bool *find_wanted(const struct network *network)
{
	bool *wanted = xcalloc((size_t)network->layers + 1, sizeof(*wanted));

	for (int id = 1; id <= network->layers; id++) {
		int from = network->layer[id].from[0];

		if (takes_levels(network, id))
			wanted[from] = !is_kind(network, from, "quantise");
	}
	return wanted;
}

static struct network *append(struct network *network, const char *kind,
    const int *from, const struct option_values *options)
{
	struct error error;
	struct network *longer = network_append(network, kind, from, options,
	    &error);

	if (!longer)
		die("quantising activations: %s", error.text);
	network_free(network);
	return longer;
}

static struct network *append_levels(struct network *network, int from,
    int bits, struct levels level)
{
	const struct option *table = operation_find("quantise")->options;
	const int ids[INPUTS_MAX] = {from, -1};
	struct option_values options;

	options_default(table, &options);
	options.value[option_find(table, "bits")] = bits;
	options.value[option_find(table, "scale")] = (double)level.scale;
	options.value[option_find(table, "zero")] = level.zero;
	return append(network, "quantise", ids, &options);
}

/* Layer `id` of the old network; place, rounded [id]: the new ids of the old
 * layers' outputs, and of the same rounded (0: not there yet). */
static struct network *append_old(struct network *network,
    const struct network *old, int id, int *place, int *rounded,
    int bits, const struct levels *level)
{
	const struct layer *layer = &old->layer[id];
	int from[INPUTS_MAX], before = layer->from[0];

	if (takes_levels(old, id) && level[before].top && !rounded[before]) {
		network = append_levels(network, place[before], bits,
		    level[before]);
		rounded[before] = network->layers;
	}
	for (int i = 0; i < INPUTS_MAX; i++)
		from[i] = layer->from[i] < 0 ? -1 : place[layer->from[i]];
	if (takes_levels(old, id) && rounded[before])
		from[0] = rounded[before];
	network = append(network, layer->operation->name, from,
	    &layer->options);
	place[id] = network->layers;
	return network;
}

static struct network *insert_levels(const struct network *old, int bits,
    const struct levels *level)
{
	struct network *network = network_new(old->input, old->classes);
	size_t count = (size_t)old->layers + 1;
	int *place = xcalloc(count, sizeof(int));
	int *rounded = xcalloc(count, sizeof(int));

	for (int id = 1; id <= old->layers; id++)
		network = append_old(network, old, id, place, rounded, bits,
		    level);
	free(place);
	free(rounded);
	text_copy(network->name, sizeof(network->name), old->name);
	return network;
}

static int setting(const struct compress_settings *settings, const char *name)
{
	return (int)option_value(quant_options, &settings->quant, name);
}

struct network *quantise_activations(const struct network *network,
    const real *w, const real *buffers,
    const struct compress_settings *settings,
    const struct calibration *images, struct error *error)
{
	bool *wanted = find_wanted(network);
	struct levels *level = xcalloc((size_t)network->layers + 1,
	    sizeof(*level));
	struct network *rounded = NULL;
	int bits = settings_act(settings);

	if (calibrate(network, w, buffers, images,
		(uint32_t)setting(settings, "calib_n"), wanted,
		setting(settings, "calib"), bits, level, error) == 0)
		rounded = insert_levels(network, bits, level);
	free(wanted);
	free(level);
	return rounded;
}
