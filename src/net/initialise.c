#include <string.h>

#include "base/random.h"
#include "net/operation.h"

/* The last layer with parameters: it gives the logits. */
static int last_layer(const struct network *network)
{
	int id = network->layers;

	while (id > 0 && network->layer[id].parameters == 0)
		id--;
	return id;
}

void network_initialise(const struct network *network, uint64_t seed,
    real *w, real *buffers)
{
	int last = last_layer(network);

	memset(w, 0, network->parameters * sizeof(*w));
	if (network->buffers)
		memset(buffers, 0, network->buffers * sizeof(*buffers));
	for (int id = 1; id <= network->layers; id++) {
		const struct layer *layer = &network->layer[id];
		struct random_key key = {
			.seed = seed,
			.stream = RANDOM_WEIGHTS,
			.step = (uint64_t)layer->segment,
		};

		if (layer->parameters == 0 || !layer->operation->initialise)
			continue;
		layer->operation->initialise(layer, id == last, key,
		    w + layer->parameter, network->buffers ?
		    buffers + layer->buffer : NULL);
	}
}
