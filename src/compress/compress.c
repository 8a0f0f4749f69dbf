#include "compress/compress.h"

#include <math.h>
#include <string.h>
#include <stdlib.h>

#include "base/memory.h"
#include "compress/activations.h"
#include "compress/equalise.h"
#include "compress/fold.h"
#include "compress/prune.h"
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

/* A complete ranking, all at once. */
static struct ranking *rank(const struct network *network, const real *w,
    const real *buffers, const struct compress_settings *settings,
    const struct calibration *images, struct error *error)
{
	struct ranking *ranking = ranking_new(network, w, buffers, settings,
	    images, error);
	int status = ranking ? 0 : -1;

	while (status == 0)
		status = ranking_advance(ranking, error);
	if (status > 0)
		return ranking;
	ranking_free(ranking);
	return NULL;
}

/* New weights with what the settings prune set to zero, or NULL. */
static real *pruned_copy(const struct network *network, const real *w,
    const real *buffers, const struct compress_settings *settings,
    const struct ranking *ranking, const struct calibration *images,
    struct error *error)
{
	struct ranking *own = NULL;
	real *copy;

	if (settings->pruned && !ranking) {
		ranking = own = rank(network, w, buffers, settings, images,
		    error);
		if (!own)
			return NULL;
	}
	copy = reals_new(network->parameters);
	if (network->parameters)
		memcpy(copy, w, network->parameters * sizeof(real));
	if (settings->pruned)
		prune_weights(network, settings, ranking, images ?
		    images->pool : NULL, copy);
	ranking_free(own);
	return copy;
}

/* Also makes every zero a positive one, which files can leave out. */
static void count_zeros(struct compressed *compressed)
{
	const struct network *network = compressed->plain;

	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];
		real *w = compressed->w + segment->offset;

		if (!segment_compressible(segment))
			continue;
		compressed->prunable += (long)segment->count;
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

int compress_make(const struct network *network, const real *w,
    const real *buffers, const struct compress_settings *settings,
    const struct ranking *ranking, const struct calibration *images,
    struct compressed *out, struct error *error)
{
	real *masked;

	if (check(network, w, buffers, settings, error))
		return -1;
	*out = (struct compressed){0};
	masked = pruned_copy(network, w, buffers, settings, ranking, images,
	    error);
	if (!masked)
		return -1;
	out->plain = fold_batch_norm(network, masked, buffers, &out->w,
	    &out->buffers);
	out->reference = reals_new(out->plain->parameters);
	fold_again(network, w, buffers, out->plain, out->reference,
	    out->buffers);
	reals_free(masked);
	if (settings_equalise(settings))
		equalise_layers(out->plain, out->reference, out->w);
	if (settings->quantised) {
		int *original = fold_map(network);

		out->quantised = quantise_weights(out->plain, original,
		    settings, images, out->buffers, out->reference, out->w,
		    error);
		free(original);
		if (!out->quantised) {
			compressed_free(out);
			return -1;
		}
	}
	count_zeros(out);
	out->nominal_bits = quantised_bits(out->plain, out->quantised);
	return finish(settings, images, out, error);
}

void compressed_free(struct compressed *compressed)
{
	network_free(compressed->network);
	network_free(compressed->plain);
	reals_free(compressed->w);
	reals_free(compressed->reference);
	reals_free(compressed->buffers);
	quantised_free(compressed->quantised);
	*compressed = (struct compressed){0};
}
