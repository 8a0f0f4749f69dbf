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
#include "compress/restate.h"
#include "compress/settings.h"

int check_finite(const struct segment *segment, int count,
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

struct compressing {
	const struct compress_settings *settings;
	const struct calibration *images;
	struct pruned before;		/* before it is folded */
	struct compressed out;
	int *original;			/* fold_map() */
	struct quantising *quantising;	/* NULL: nothing is quantised */
};

/* After masking and folding. */
static int begin_quantising(struct compressing *work,
    const struct network *network, struct error *error)
{
	struct compressed *out = &work->out;

	if (!work->settings->quantised)
		return 0;
	work->original = fold_map(network);
	work->quantising = quantise_begin(out->plain, work->original,
	    work->settings, work->images, out->buffers, out->reference,
	    out->w, error);
	return work->quantising ? 0 : -1;
}

struct compressing *compressing_begin(const struct network *network,
    const real *w, const real *buffers,
    const struct compress_settings *settings, const struct ranking *ranking,
    const struct calibration *images, struct error *error)
{
	struct compressing *work;
	struct pruned before;

	if (check(network, w, buffers, settings, error) ||
	    pruned_make(network, w, buffers, settings, ranking, images,
		&before, error))
		return NULL;
	work = xcalloc(1, sizeof(*work));
	work->settings = settings;
	work->images = images;
	work->before = before;
	fold(network, w, buffers, &before, &work->out);
	if (settings_equalise(settings))
		equalise_layers(work->out.plain, work->out.reference,
		    work->out.w);
	if (begin_quantising(work, network, error)) {
		compressing_end(work);
		return NULL;
	}
	return work;
}

/* The network that goes with the weights. */
static int finish(struct compressing *work, struct error *error)
{
	struct compressed *out = &work->out;

	count_zeros(out);
	out->nominal_bits = quantised_bits(out->plain, out->quantised);
	if (settings_act(work->settings))
		out->network = quantise_activations(out->plain, out->w,
		    out->buffers, work->settings, work->images, error);
	else
		out->network = network_copy(out->plain);
	return out->network ? 1 : -1;
}

int compressing_advance(struct compressing *work, struct compressed *out,
    struct error *error)
{
	int status;

	if (work->quantising) {
		if (!quantise_advance(work->quantising))
			return 0;
		work->out.quantised = quantise_end(work->quantising);
		work->quantising = NULL;
		return settings_restate_quantised(work->settings) ?
		    restate_quantised(&work->before, work->original,
			work->settings, work->images, &work->out, error) : 0;
	}
	status = finish(work, error);
	if (status > 0) {
		*out = work->out;
		work->out = (struct compressed){0};
	}
	return status;
}

void compressing_end(struct compressing *work)
{
	if (!work)
		return;
	if (work->quantising)
		work->out.quantised = quantise_end(work->quantising);
	compressed_free(&work->out);
	pruned_free(&work->before);
	free(work->original);
	free(work);
}

int compress_make(const struct network *network, const real *w,
    const real *buffers, const struct compress_settings *settings,
    const struct ranking *ranking, const struct calibration *images,
    struct compressed *out, struct error *error)
{
	struct compressing *work = compressing_begin(network, w, buffers,
	    settings, ranking, images, error);
	int status = 0;

	if (!work)
		return -1;
	while (status == 0)
		status = compressing_advance(work, out, error);
	compressing_end(work);
	return status > 0 ? 0 : -1;
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
