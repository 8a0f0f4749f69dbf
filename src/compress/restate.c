#include "compress/restate.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compress/fold.h"
#include "compress/quantise.h"
#include "compress/settings.h"
#include "net/engine.h"
#include "net/operation.h"

enum { BATCH = 128 };

static struct network *without_dropout(const struct network *network)
{
	struct network *copy = network_copy(network);

	for (int id = 1; id <= copy->layers; id++) {
		struct layer *layer = &copy->layer[id];
		int p;

		if (strcmp(layer->operation->name, "dropout") != 0)
			continue;
		p = option_find(layer->operation->options, "p");
		layer->options.value[p] = 0;
	}
	return copy;
}

static void add_batch(struct engine *engine, const struct calibration *images,
    uint32_t first, int n, real *batch, double *sum)
{
	size_t count = engine_network(engine)->buffers;
	struct engine_request request = {.mode = ENGINE_TRAINING, .n = n,
		.running = batch, .momentum = 1};
	struct engine_result result;

	split_gather(images->dataset, SPLIT_TRAIN, first, n, NULL,
	    engine_input(engine), engine_labels(engine));
	engine_forward(engine, &request, &result);
	for (size_t i = 0; i < count; i++)
		sum[i] += (double)batch[i];
}

/* Batches of one size; a rest too small for a variance is left out. */
static void estimate(struct engine *engine, const struct calibration *images,
    uint32_t count, real *buffers)
{
	size_t size = engine_network(engine)->buffers;
	double *sum = xcalloc(size + 1, sizeof(*sum));
	real *batch = reals_new(size);
	uint32_t step = count < BATCH ? count : BATCH, batches = 0;

	for (uint32_t at = 0; at + step <= count; at += step, batches++)
		add_batch(engine, images, at, (int)step, batch, sum);
	for (size_t i = 0; i < size; i++)
		buffers[i] = (real)(sum[i] / batches);
	reals_free(batch);
	free(sum);
}

int restate_buffers(const struct network *network, const real *w,
    const struct calibration *images, uint32_t count, real *buffers,
    struct error *error)
{
	uint32_t all = images ? images->dataset->split[SPLIT_TRAIN].count : 0;
	struct network *steady;
	struct engine *engine;

	if (network->buffers == 0)
		return 0;
	if (all < 2 || count < 2)
		return error_set(error, "bn=reestimate needs at least two "
		    "training images");
	steady = without_dropout(network);
	engine = engine_new(steady, BATCH, images->pool);
	engine_set_weights(engine, w);
	engine_set_buffers(engine, buffers);
	estimate(engine, images, count < all ? count : all, buffers);
	engine_free(engine);
	network_free(steady);
	return 0;
}

/* Rows of a weight matrix, each by a number of its own. */
static void divide_rows(const struct segment *segment, const double *factor,
    const real *from, real *to)
{
	size_t rows = (size_t)segment->dimension[0];
	size_t size = segment->count / rows;

	for (size_t i = 0; i < segment->count; i++) {
		double f = factor ? factor[i / size] : 1;

		to[i] = f != 0 ? (real)((double)from[i] / f) : 0;
	}
}

/* w of the network with the rounded weights in it, batch norm taken out of
 * them again. A layer has its segments in the same order when folded. */
static void unfold(const struct pruned *before, const int *original,
    const struct compressed *out, real *rounded)
{
	const struct network *network = before->network;

	memcpy(rounded, before->w, network->parameters * sizeof(*rounded));
	for (int k = 0; k < out->plain->segments; k++) {
		const struct segment *segment = &out->plain->segment[k];
		int id = original[segment->layer];
		int nth = k - out->plain->layer[segment->layer].segment;
		int was = network->layer[id].segment + nth;
		double *factor;

		if (!segment_compressible(segment))
			continue;
		factor = fold_factors(network, before->w, before->buffers, id);
		divide_rows(segment, factor, out->w + segment->offset,
		    rounded + network->segment[was].offset);
		free(factor);
	}
}

/* The levels of each channel, times what its factor has become. */
static void scale_levels(struct coded *coded, size_t rows,
    const double *before, const double *after)
{
	size_t in_row = (size_t)coded->groups / rows;
	size_t book = coded->book ? (size_t)1 << coded->bits : 0;

	for (size_t g = 0; g < (size_t)coded->groups; g++) {
		size_t o = g / in_row;
		double moved = before[o] != 0 ? after[o] / before[o] : 1;

		coded->scale[g] = (real)((double)coded->scale[g] * moved);
		for (size_t i = g * book; i < (g + 1) * book; i++)
			coded->book[i] = (real)((double)coded->book[i] *
			    moved);
	}
}

/* The weights of one segment by their codes, whatever folding has made of
 * them. */
static void restate_segment(const struct pruned *before, const real *buffers,
    int id, const struct segment *segment, struct coded *coded, real *w)
{
	double *was = fold_factors(before->network, before->w,
	    before->buffers, id);
	double *is = fold_factors(before->network, before->w, buffers, id);

	if (was)
		scale_levels(coded, (size_t)segment->dimension[0], was, is);
	coded_decode(coded, w + segment->offset);
	free(was);
	free(is);
}

static void fold_restated(const struct pruned *before, const int *original,
    const real *rounded, const real *buffers, struct compressed *out)
{
	fold_again(before->network, rounded, buffers, out->plain, out->w,
	    out->buffers);
	for (int k = 0; k < out->plain->segments; k++) {
		const struct segment *segment = &out->plain->segment[k];
		struct coded *coded = &out->quantised->segment[k];

		if (coded->bits)
			restate_segment(before, buffers,
			    original[segment->layer], segment, coded, out->w);
	}
}

int restate_quantised(const struct pruned *before, const int *original,
    const struct compress_settings *settings,
    const struct calibration *images, struct compressed *out,
    struct error *error)
{
	const struct network *network = before->network;
	real *rounded = reals_new(network->parameters);
	real *buffers = reals_new(network->buffers);
	int status;

	if (network->buffers)
		memcpy(buffers, before->buffers,
		    network->buffers * sizeof(*buffers));
	unfold(before, original, out, rounded);
	status = restate_buffers(network, rounded, images,
	    (uint32_t)option_value(quant_options, &settings->quant, "calib_n"),
	    buffers, error);
	if (status == 0 && network->buffers)
		fold_restated(before, original, rounded, buffers, out);
	reals_free(rounded);
	reals_free(buffers);
	return status;
}
