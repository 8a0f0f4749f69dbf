#include "compress/quantise.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compress/bias.h"
#include "compress/calibrate.h"
#include "compress/rounding.h"
#include "compress/settings.h"
#include "net/operation.h"

static struct quantised *quantised_new(const struct network *network)
{
	struct quantised *quantised = xcalloc(1, sizeof(*quantised));

	quantised->segments = network->segments;
	quantised->segment = xcalloc((size_t)network->segments,
	    sizeof(struct coded));
	return quantised;
}

void quantised_free(struct quantised *quantised)
{
	if (!quantised)
		return;
	for (int k = 0; k < quantised->segments; k++)
		coded_release(&quantised->segment[k]);
	free(quantised->segment);
	free(quantised);
}

static int setting(const struct compress_settings *settings, const char *name)
{
	return (int)option_value(quant_options, &settings->quant, name);
}

static int segment_bits(const struct segment *segment,
    const struct compress_settings *settings, const int *original)
{
	int own = settings_layer_bits(settings, original[segment->layer]);

	if (!segment_compressible(segment))
		return BITS_FLOAT;
	return own ? own : setting(settings, "bits");
}

/* Attention's projections are not fed straight by a layer. */
static bool has_inputs(const struct layer *layer)
{
	return strcmp(layer->operation->name, "dense") == 0 ||
	    strcmp(layer->operation->name, "conv") == 0;
}

static void quantise_segment(const struct rounding_scene *scene, int how,
    struct coded *coded, real *w)
{
	coded_fit(coded, w);
	rounding_encode(has_inputs(&scene->network->layer[scene->layer]) ?
	    how : 0, scene, coded, w);
	coded_decode(coded, w);
	if (scene->walk)
		walk_update(scene->walk, scene->layer);
}

struct quantised *quantise_weights(const struct network *network,
    const int *original, const struct compress_settings *settings,
    const struct calibration *images, const real *buffers,
    const real *reference, real *w, struct error *error)
{
	struct quantised *quantised;
	int how = setting(settings, "rounding");
	bool correct = setting(settings, "bias_correction") != 0;
	struct rounding_scene scene = {.network = network, .images = images,
		.count = (uint32_t)setting(settings, "calib_n")};

	if (rounding_needs_images(how) || correct) {
		if (calibration_check(images, error))
			return NULL;
		scene.walk = walk_new(network, w, buffers, images->pool);
	}
	quantised = quantised_new(network);
	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];
		int bits = segment_bits(segment, settings, original);

		if (bits == BITS_FLOAT)
			continue;
		scene.layer = segment->layer;
		coded_allocate(&quantised->segment[k], segment, bits,
		    setting(settings, "scheme"), setting(settings, "per"),
		    setting(settings, "group"));
		quantise_segment(&scene, how, &quantised->segment[k],
		    w + segment->offset);
	}
	if (correct)
		correct_biases(&scene, buffers, reference, w);
	if (scene.walk)
		walk_free(scene.walk);
	return quantised;
}

double quantised_bits(const struct network *network,
    const struct quantised *quantised)
{
	double bits = 0, weights = 0;

	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];
		int own = quantised ? quantised->segment[k].bits : 0;

		if (!segment_compressible(segment))
			continue;
		weights += (double)segment->count;
		bits += (double)segment->count * (own ? own : BITS_FLOAT);
	}
	return weights > 0 ? bits / weights : BITS_FLOAT;
}
