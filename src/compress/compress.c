#include "compress/compress.h"

#include <math.h>
#include <string.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compress/activations.h"
#include "compress/equalise.h"
#include "compress/fold.h"
#include "compress/pruned.h"
#include "compress/quantise.h"
#include "compress/settings.h"

static int check_finite(const struct segment *segment, int count,
    const real *values, struct error *error)
{
	for (int k = 0; k < count; k++) {
		for (size_t i = 0; i < segment[k].count; i++) {
			if (!isfinite(values[segment[k].offset + i]))
				return error_set(error,
				    "%s: entry %zu is not a number",
				    segment[k].name, i);
		}
	}
	return 0;
}

/* The network may have been edited since the settings were made. */
static int check_layers(const struct network *network,
    const struct compress_settings *settings, struct error *error)
{
	for (int id = 1; id <= settings->layers; id++) {
		if (isnan(settings_layer_ratio(settings, id)) &&
		    settings_layer_bits(settings, id) == 0)
			continue;
		if (check_layer(network, id, error))
			return -1;
	}
	return 0;
}

static int check(const struct network *network, const real *w,
    const real *buffers, const struct compress_settings *settings,
    struct error *error)
{
	if (check_layers(network, settings, error) ||
	    check_finite(network->segment, network->segments, w, error))
		return -1;
	return check_finite(network->buffer_segment, network->buffer_segments,
	    buffers, error);
}

static long count_prunable(const struct network *network)
{
	size_t count = 0;

	for (int k = 0; k < network->segments; k++) {
		if (segment_compressible(&network->segment[k]))
			count += network->segment[k].count;
	}
	return (long)count;
}

/* Weights taken out count as zeros. Also makes every zero a positive one,
 * which files can leave out. */
static void count_zeros(struct compressed *compressed)
{
	const struct network *network = compressed->plain;

	compressed->prunable = count_prunable(compressed->whole);
	compressed->zeros = compressed->prunable - count_prunable(network);

	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];
		real *w = compressed->w + segment->offset;

		if (!segment_compressible(segment))
			continue;
		for (size_t i = 0; i < segment->count; i++) {
			if (w[i] != 0)
				continue;
			w[i] = 0;
			compressed->zeros++;
		}
	}
}

/* The network that goes with the weights. */
static int finish(const struct compress_settings *settings,
    const struct calibration *images, struct compressed *out,
    struct error *error)
{
	if (settings_act(settings))
		out->network = quantise_activations(out->plain, out->w,
		    out->buffers, settings, images, error);
	else
		out->network = network_copy(out->plain);
	if (out->network)
		return 0;
	compressed_free(out);
	return -1;
}

/* The whole network, folded, and what of it is left. */
static void fold(const struct network *network, const real *w,
    const real *buffers, const struct pruned *pruned, struct compressed *out)
{
	out->whole = fold_batch_norm(network, w, buffers, &out->whole_w,
	    &out->whole_buffers);
	out->plain = fold_batch_norm(pruned->network, pruned->w,
	    pruned->buffers, &out->w, &out->buffers);
	out->reference = reals_new(out->plain->parameters);
	if (pruned->structure) {
		int *original = fold_map(network);

		out->map = structure_map(pruned->structure, out->whole,
		    original, false);
		free(original);
	}
	for (size_t i = 0; i < out->plain->parameters; i++)
		out->reference[i] = out->whole_w[out->map ? out->map[i] : i];
}

static int quantise(const struct network *network,
    const struct compress_settings *settings,
    const struct calibration *images, struct compressed *out,
    struct error *error)
{
	int *original;

	if (!settings->quantised)
		return 0;
	original = fold_map(network);
	out->quantised = quantise_weights(out->plain, original, settings,
	    images, out->buffers, out->reference, out->w, error);
	free(original);
	return out->quantised ? 0 : -1;
}

int compress_make(const struct network *network, const real *w,
    const real *buffers, const struct compress_settings *settings,
    const struct ranking *ranking, const struct calibration *images,
    struct compressed *out, struct error *error)
{
	struct pruned pruned;

	if (check(network, w, buffers, settings, error))
		return -1;
	*out = (struct compressed){0};
	if (pruned_make(network, w, buffers, settings, ranking, images,
		&pruned, error))
		return -1;
	fold(network, w, buffers, &pruned, out);
	pruned_free(&pruned);
	if (settings_equalise(settings))
		equalise_layers(out->plain, out->reference, out->w);
	if (quantise(network, settings, images, out, error)) {
		compressed_free(out);
		return -1;
	}
	count_zeros(out);
	out->nominal_bits = quantised_bits(out->plain, out->quantised);
	return finish(settings, images, out, error);
}

void compressed_free(struct compressed *compressed)
{
	network_free(compressed->network);
	network_free(compressed->plain);
	network_free(compressed->whole);
	reals_free(compressed->whole_w);
	reals_free(compressed->whole_buffers);
	free(compressed->map);
	reals_free(compressed->w);
	reals_free(compressed->reference);
	reals_free(compressed->buffers);
	quantised_free(compressed->quantised);
	*compressed = (struct compressed){0};
}
