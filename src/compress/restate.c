#include "compress/restate.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/batchnorm.h"
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

/* From nothing, one update leaves `momentum` times those of the batch. */
static void add_batch(struct engine *engine, const struct calibration *images,
    uint32_t first, int n, real *batch, double *sum)
{
	size_t count = engine_network(engine)->buffers;
	struct engine_request request = {.mode = ENGINE_TRAINING, .n = n,
		.running = batch};
	struct engine_result result;

	memset(batch, 0, count * sizeof(*batch));
	split_gather(images->dataset, SPLIT_TRAIN, first, n, NULL,
	    engine_input(engine), engine_labels(engine));
	engine_forward(engine, &request, &result);
	for (size_t i = 0; i < count; i++)
		sum[i] += (double)batch[i] / BATCHNORM_MOMENTUM;
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
