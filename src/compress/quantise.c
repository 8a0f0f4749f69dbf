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

struct quantising {
	const struct network *network;
	const int *original;
	const struct compress_settings *settings;
	const real *buffers, *reference;
	real *w;
	struct rounding_scene scene;
	struct rounding *rounding;	/* of the segment */
	int segment, how;
	bool correct;
	struct quantised *found;
};

struct quantising *quantise_begin(const struct network *network,
    const int *original, const struct compress_settings *settings,
    const struct calibration *images, const real *buffers,
    const real *reference, real *w, struct error *error)
{
	int how = setting(settings, "rounding");
	bool correct = setting(settings, "bias_correction") != 0;
	bool look = rounding_needs_images(how) || correct;
	struct quantising *work;

	if (look && calibration_check(images, error))
		return NULL;
	work = xcalloc(1, sizeof(*work));
	*work = (struct quantising){.network = network, .original = original,
		.settings = settings, .buffers = buffers,
		.reference = reference, .w = w, .how = how,
		.correct = correct, .found = quantised_new(network),
		.scene = {.network = network, .images = images,
		    .count = (uint32_t)setting(settings, "calib_n")}};
	if (look)
		work->scene.walk = walk_new(network, w, buffers, images->pool);
	return work;
}

static bool begin_segment(struct quantising *work)
{
	const struct segment *segment =
	    &work->network->segment[work->segment];
	struct coded *coded = &work->found->segment[work->segment];
	int bits = segment_bits(segment, work->settings, work->original);
	real *w = work->w + segment->offset;

	if (bits == BITS_FLOAT)
		return false;
	work->scene.layer = segment->layer;
	coded_allocate(coded, segment, bits,
	    setting(work->settings, "scheme"), setting(work->settings, "per"),
	    setting(work->settings, "group"));
	coded_fit(coded, w);
	work->rounding = rounding_begin(
	    has_inputs(&work->network->layer[segment->layer]) ? work->how : 0,
	    &work->scene, coded, w);
	return true;
}

static void end_segment(struct quantising *work)
{
	const struct segment *segment =
	    &work->network->segment[work->segment];

	rounding_free(work->rounding);
	work->rounding = NULL;
	coded_decode(&work->found->segment[work->segment],
	    work->w + segment->offset);
	if (work->scene.walk)
		walk_update(work->scene.walk, segment->layer);
}

bool quantise_advance(struct quantising *work)
{
	if (work->segment == work->network->segments) {
		if (work->correct)
			correct_biases(&work->scene, work->buffers,
			    work->reference, work->w);
		return true;
	}
	if (work->rounding || begin_segment(work)) {
		if (!rounding_advance(work->rounding))
			return false;
		end_segment(work);
	}
	work->segment++;
	return false;
}

struct quantised *quantise_end(struct quantising *work)
{
	struct quantised *found = work->found;

	rounding_free(work->rounding);
	if (work->scene.walk)
		walk_free(work->scene.walk);
	free(work);
	return found;
}

struct quantised *quantise_weights(const struct network *network,
    const int *original, const struct compress_settings *settings,
    const struct calibration *images, const real *buffers,
    const real *reference, real *w, struct error *error)
{
	struct quantising *work = quantise_begin(network, original, settings,
	    images, buffers, reference, w, error);

	if (!work)
		return NULL;
	while (!quantise_advance(work))
		;
	return quantise_end(work);
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
