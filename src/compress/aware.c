#include "compress/aware.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compress/activations.h"
#include "compress/equalise.h"
#include "compress/fold.h"
#include "compress/quantise.h"
#include "compress/settings.h"

struct aware {
	struct network *network, *folded;
	struct compress_settings settings;
	int *original;		/* [id of folded] id of network */
	bool moves;		/* f is not 1 everywhere */
	real *ones;		/* of network: w, but all weights 1 */
	real *factor, *w;	/* of folded */
	real *buffers;
};

static void set(struct compress_settings *settings, const char *name,
    double value)
{
	settings->quant.value[option_find(quant_options, name)] = value;
}

struct aware *aware_new(const struct network *network,
    const struct compress_settings *settings)
{
	struct aware *aware = xcalloc(1, sizeof(*aware));
	real *w = reals_new(network->parameters);
	real *buffers = reals_new(network->buffers);

	aware->network = network_copy(network);
	compress_settings_copy(&aware->settings, settings);
	set(&aware->settings, "rounding", 0);
	set(&aware->settings, "bias_correction", 0);
	set(&aware->settings, "bn", 0);
	aware->folded = fold_batch_norm(network, w, buffers, &aware->w,
	    &aware->buffers);
	aware->original = fold_map(network);
	aware->moves = settings_equalise(settings) ||
	    aware->folded->layers != network->layers;
	aware->ones = reals_new(network->parameters);
	aware->factor = reals_new(aware->folded->parameters);
	reals_free(w);
	reals_free(buffers);
	return aware;
}

void aware_free(struct aware *aware)
{
	if (!aware)
		return;
	network_free(aware->network);
	network_free(aware->folded);
	compress_settings_free(&aware->settings);
	free(aware->original);
	reals_free(aware->ones);
	reals_free(aware->factor);
	reals_free(aware->w);
	reals_free(aware->buffers);
	free(aware);
}

/* The factors f: what becomes of weights that are all 1. */
static void find_factors(struct aware *aware, const real *w,
    const real *buffers)
{
	const struct network *network = aware->network;

	memcpy(aware->ones, w, network->parameters * sizeof(real));
	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];

		for (size_t i = 0; segment_compressible(segment) &&
		    i < segment->count; i++)
			aware->ones[segment->offset + i] = 1;
	}
	fold_again(network, aware->ones, buffers, aware->folded,
	    aware->factor, aware->buffers);
	fold_again(network, w, buffers, aware->folded, aware->w,
	    aware->buffers);
	if (settings_equalise(&aware->settings))
		equalise_layers(aware->folded, aware->w, aware->factor);
}

/* Folding leaves the order of the weights as it is. A channel that batch norm
 * multiplies by nothing is left alone. */
static void take_back(const struct aware *aware, real *rounded)
{
	const struct network *network = aware->network;
	const struct segment *from = aware->folded->segment;

	for (int k = 0; k < network->segments; k++) {
		const struct segment *to = &network->segment[k];

		if (!segment_compressible(to))
			continue;
		while (!segment_compressible(from))
			from++;
		for (size_t i = 0; i < to->count; i++) {
			real f = aware->factor[from->offset + i];

			if (f != 0)
				rounded[to->offset + i] =
				    aware->w[from->offset + i] / f;
		}
		from++;
	}
}

void aware_round(struct aware *aware, const real *w, const real *buffers,
    real *rounded)
{
	struct error error;
	real *at = aware->moves ? aware->w : rounded;
	struct quantised *quantised;

	memcpy(rounded, w, aware->network->parameters * sizeof(real));
	if (aware->moves)
		find_factors(aware, w, buffers);
	quantised = quantise_weights(aware->folded, aware->original,
	    &aware->settings, NULL, aware->buffers, NULL, at, &error);
	if (!quantised)
		die("rounding to nearest: %s", error.text);
	quantised_free(quantised);
	if (aware->moves)
		take_back(aware, rounded);
}

struct network *aware_network(struct aware *aware, const real *w,
    const real *buffers, const struct calibration *images,
    struct error *error)
{
	struct network *network;
	real *rounded;

	if (settings_act(&aware->settings) == 0)
		return network_copy(aware->network);
	rounded = reals_new(aware->network->parameters);
	aware_round(aware, w, buffers, rounded);
	network = quantise_activations(aware->network, rounded, buffers,
	    &aware->settings, images, error);
	reals_free(rounded);
	return network;
}
