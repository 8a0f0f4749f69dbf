#include "compress/bias.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/operation.h"

/* mean (c) of a layer's output over samples and places */
static void output_means(struct walk *walk, const struct rounding_scene *scene,
    int id, double *mean)
{
	struct shape out = scene->network->layer[id].out;
	size_t channels = (size_t)out.c, rows = 0;
	int n;

	memset(mean, 0, channels * sizeof(*mean));
	walk_until(walk, id);
	walk_rewind(walk);
	while ((n = walk_next(walk, scene->images->dataset, scene->count)) >
	    0) {
		const real *y = walk_output(walk, id);
		size_t now = (size_t)n * (size_t)(out.h * out.w);

		for (size_t i = 0; i < now * channels; i++)
			mean[i % channels] += (double)y[i];
		rows += now;
	}
	for (size_t c = 0; c < channels; c++)
		mean[c] /= (double)rows;
}

/* The bias of a dense or convolution layer, or NULL. */
static const struct segment *bias_of(const struct network *network, int id)
{
	const struct layer *layer = &network->layer[id];
	const struct segment *last = network->segment + layer->segment +
	    layer->segments - 1;

	if (layer->segments != 2 || last->role != ROLE_BIAS ||
	    last->count != (size_t)layer->out.c)
		return NULL;
	return last;
}

void correct_biases(const struct rounding_scene *scene, const real *buffers,
    const real *reference, real *w)
{
	const struct network *network = scene->network;
	struct walk *before = walk_new(network, reference, buffers,
	    scene->images->pool);

	for (int id = 1; id <= network->layers; id++) {
		const struct segment *bias = bias_of(network, id);
		size_t channels = bias ? bias->count : 0;
		double *wanted = xcalloc(2 * channels + 1, sizeof(*wanted));
		double *is = wanted + channels;

		if (bias) {
			output_means(before, scene, id, wanted);
			output_means(scene->walk, scene, id, is);
		}
		for (size_t c = 0; c < channels; c++)
			w[bias->offset + c] += (real)(wanted[c] - is[c]);
		if (bias)
			walk_update(scene->walk, id);
		free(wanted);
	}
	walk_free(before);
}
