/* What is asked of a compression: kept, copied, compared. */
#include "compress/settings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compress/prune.h"
#include "compress/quantise.h"
#include "net/operation.h"

void settings_prune_nothing(struct compress_settings *settings)
{
	options_default(prune_options, &settings->prune);
	settings->prune.value[AMOUNT] = 0;
}

void settings_quant_nothing(struct compress_settings *settings)
{
	options_default(quant_options, &settings->quant);
	settings->quant.value[AMOUNT] = BITS_FLOAT;
}

void settings_grow(struct compress_settings *settings, int layers)
{
	size_t count = (size_t)layers + 1;

	if (settings->layer_ratio && layers <= settings->layers)
		return;
	settings->layer_ratio = xreallocarray(settings->layer_ratio, count,
	    sizeof(double));
	settings->layer_bits = xreallocarray(settings->layer_bits, count,
	    sizeof(int));
	for (int id = settings->layers ? settings->layers + 1 : 0;
	    id <= layers; id++) {
		settings->layer_ratio[id] = NAN;
		settings->layer_bits[id] = 0;
	}
	settings->layers = layers;
}

void compress_settings_reset(struct compress_settings *settings, int layers)
{
	uint64_t seed = settings->seed;

	compress_settings_free(settings);
	settings->seed = seed;
	settings_prune_nothing(settings);
	settings_quant_nothing(settings);
	settings_grow(settings, layers);
}

void compress_settings_free(struct compress_settings *settings)
{
	free(settings->layer_ratio);
	free(settings->layer_bits);
	*settings = (struct compress_settings){0};
}

void compress_settings_copy(struct compress_settings *to,
    const struct compress_settings *from)
{
	struct compress_settings copy = *from;
	size_t count = (size_t)from->layers + 1;

	copy.layer_ratio = NULL;
	copy.layer_bits = NULL;
	copy.layers = 0;
	if (from->layer_ratio) {
		settings_grow(&copy, from->layers);
		memcpy(copy.layer_ratio, from->layer_ratio,
		    count * sizeof(double));
		memcpy(copy.layer_bits, from->layer_bits, count * sizeof(int));
	}
	compress_settings_free(to);
	*to = copy;
}

double settings_layer_ratio(const struct compress_settings *settings, int id)
{
	if (!settings->layer_ratio || id > settings->layers)
		return NAN;
	return settings->layer_ratio[id];
}

int settings_layer_bits(const struct compress_settings *settings, int id)
{
	if (!settings->layer_bits || id > settings->layers)
		return 0;
	return settings->layer_bits[id];
}

int settings_act(const struct compress_settings *settings)
{
	return settings->quantised ? (int)option_value(quant_options,
	    &settings->quant, "act") : 0;
}

bool settings_equalise(const struct compress_settings *settings)
{
	return settings->quantised && option_value(quant_options,
	    &settings->quant, "equalise") != 0;
}

bool settings_restate_pruned(const struct compress_settings *settings)
{
	return settings->pruned && option_value(prune_options,
	    &settings->prune, "bn") != 0;
}

bool settings_restate_quantised(const struct compress_settings *settings)
{
	return settings->quantised && option_value(quant_options,
	    &settings->quant, "bn") != 0;
}

bool compress_restates(const struct compress_settings *settings)
{
	return settings_restate_pruned(settings) ||
	    settings_restate_quantised(settings);
}

static bool same_number(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static bool same_values(const struct option *table,
    const struct option_values *a, const struct option_values *b)
{
	for (int i = 0; i < option_count(table); i++) {
		if (!same_number(a->value[i], b->value[i]))
			return false;
	}
	return true;
}

static bool same_layers(const struct compress_settings *a,
    const struct compress_settings *b)
{
	int layers = a->layers > b->layers ? a->layers : b->layers;

	for (int id = 0; id <= layers; id++) {
		if (!same_number(settings_layer_ratio(a, id),
			settings_layer_ratio(b, id)) ||
		    settings_layer_bits(a, id) != settings_layer_bits(b, id))
			return false;
	}
	return true;
}

bool compress_settings_equal(const struct compress_settings *a,
    const struct compress_settings *b)
{
	if (a->pruned != b->pruned || a->quantised != b->quantised)
		return false;
	if (a->pruned && (a->seed != b->seed ||
	    !same_values(prune_options, &a->prune, &b->prune)))
		return false;
	if (a->quantised && !same_values(quant_options, &a->quant, &b->quant))
		return false;
	return same_layers(a, b);
}

bool compress_differs_only(const struct compress_settings *a,
    const struct compress_settings *b, bool bits, double *at)
{
	struct compress_settings moved = *a;

	if (bits && !a->quantised)
		return false;
	*at = bits ? a->quant.value[AMOUNT] : a->prune.value[AMOUNT];
	if (bits) {
		moved.quant.value[AMOUNT] = b->quant.value[AMOUNT];
		moved.quantised = b->quantised;
	} else {
		/* Nothing pruned is a ratio of 0 by any method. */
		if (!a->pruned)
			moved.prune = b->prune;
		moved.prune.value[AMOUNT] = b->prune.value[AMOUNT];
		moved.pruned = b->pruned;
	}
	return compress_settings_equal(&moved, b);
}

void compress_set_ratio(struct compress_settings *settings, double ratio)
{
	if (ratio != pattern_ratio(&settings->prune))
		settings->prune.value[option_find(prune_options, "pattern")] =
		    0;
	settings->prune.value[AMOUNT] = ratio;
	settings->pruned = ratio > 0;
	for (int id = 0; id <= settings->layers; id++)
		settings->pruned |= !isnan(settings_layer_ratio(settings, id));
}

void compress_set_bits(struct compress_settings *settings, int bits)
{
	settings->quant.value[AMOUNT] = bits;
	settings->quantised = bits != BITS_FLOAT;
	for (int id = 0; id <= settings->layers; id++)
		settings->quantised |= settings_layer_bits(settings, id) != 0;
}

void compress_set_layer_ratio(struct compress_settings *settings, int id,
    double ratio)
{
	settings_grow(settings, id);
	settings->layer_ratio[id] = ratio;
	settings->pruned |= !isnan(ratio);
}

void compress_set_layer_bits(struct compress_settings *settings, int id,
    int bits)
{
	settings_grow(settings, id);
	settings->layer_bits[id] = bits;
	compress_set_bits(settings, (int)settings->quant.value[AMOUNT]);
}

void compress_set_act(struct compress_settings *settings, int bits)
{
	settings->quant.value[option_find(quant_options, "act")] = bits;
}

bool layer_compressible(const struct network *network, int id)
{
	const struct layer *layer = &network->layer[id];

	for (int i = 0; i < layer->segments; i++) {
		if (segment_compressible(
			&network->segment[layer->segment + i]))
			return true;
	}
	return false;
}

int check_layer(const struct network *network, int id, struct error *error)
{
	if (id < 1 || id > network->layers)
		return error_set(error, "layer %d: there are layers 1 to %d",
		    id, network->layers);
	if (!layer_compressible(network, id))
		return error_set(error, "layer %d (%s) has no weights to "
		    "prune or quantise", id,
		    network->layer[id].operation->name);
	return 0;
}
