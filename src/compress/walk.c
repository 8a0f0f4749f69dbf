#include "compress/walk.h"

#include <stdlib.h>

#include "base/memory.h"
#include "net/operation.h"

/* Samples of one unit of the pool's work. */
enum { UNIT = 4 };

struct walk {
	const struct network *network;
	const real *w, *buffers;
	struct pool *pool;
	real **output;		/* [id] (samples, shape) */
	real **packed;		/* [id] */
	real *saved;		/* of one layer after the other */
	real *scratch;		/* (units, scratch_each) */
	size_t scratch_each;
	int32_t labels[WALK_SAMPLES];
	uint32_t next;
	int n;			/* samples now */
	int layer;		/* being computed */
	int last;
};

static size_t most(size_t a, size_t b)
{
	return a > b ? a : b;
}

static void pack(struct walk *walk, const struct layer *layer)
{
	const struct operation *operation = layer->operation;

	if (!operation->packed)
		return;
	if (!walk->packed[layer->id])
		walk->packed[layer->id] = reals_new(operation->packed(layer));
	operation->pack(layer, walk->w + layer->parameter,
	    walk->packed[layer->id]);
}

struct walk *walk_new(const struct network *network, const real *w,
    const real *buffers, struct pool *pool)
{
	struct walk *walk = xcalloc(1, sizeof(*walk));
	size_t layers = (size_t)network->layers + 1, saved = 0;

	walk->network = network;
	walk->w = w;
	walk->buffers = buffers;
	walk->pool = pool;
	walk->last = network->layers;
	walk->output = xcalloc(layers, sizeof(*walk->output));
	walk->packed = xcalloc(layers, sizeof(*walk->packed));
	walk->output[0] = reals_new(WALK_SAMPLES *
	    shape_size(network->input));
	for (int id = 1; id <= network->layers; id++) {
		const struct layer *layer = &network->layer[id];
		const struct operation *operation = layer->operation;

		walk->output[id] = reals_new(WALK_SAMPLES *
		    shape_size(layer->out));
		if (operation->saved)
			saved = most(saved, operation->saved(layer));
		if (operation->scratch)
			walk->scratch_each = most(walk->scratch_each,
			    operation->scratch(layer, UNIT));
		pack(walk, layer);
	}
	walk->saved = reals_new(WALK_SAMPLES * saved);
	walk->scratch = reals_new(WALK_SAMPLES / UNIT * walk->scratch_each);
	return walk;
}

void walk_free(struct walk *walk)
{
	for (int id = 0; id <= walk->network->layers; id++) {
		reals_free(walk->output[id]);
		reals_free(walk->packed[id]);
	}
	free(walk->output);
	free(walk->packed);
	reals_free(walk->saved);
	reals_free(walk->scratch);
	free(walk);
}

static void compute(void *argument, int unit, int worker)
{
	struct walk *walk = argument;
	const struct layer *layer = &walk->network->layer[walk->layer];
	const struct operation *operation = layer->operation;
	size_t first = (size_t)unit * UNIT;
	int left = walk->n - (int)first;
	struct pass p = {.layer = layer, .n = left < UNIT ? left : UNIT,
		.first = (int)first, .parts = 1, .shard = unit,
		.w = walk->w + layer->parameter,
		.packed = walk->packed[layer->id],
		.buffers = walk->buffers + layer->buffer,
		.y = walk->output[layer->id] + first * shape_size(layer->out),
		.scratch = walk->scratch + (size_t)unit * walk->scratch_each};

	(void)worker;
	if (operation->saved)
		p.saved = walk->saved + first * operation->saved(layer);
	for (int i = 0; i < operation->inputs; i++)
		p.x[i] = walk->output[layer->from[i]] +
		    first * shape_size(layer->in[i]);
	operation->forward(&p);
}

int walk_next(struct walk *walk, const struct dataset *dataset, uint32_t count)
{
	uint32_t all = dataset->split[SPLIT_TRAIN].count;
	uint32_t end = count < all ? count : all;

	walk->n = walk->next >= end ? 0 : end - walk->next < WALK_SAMPLES ?
	    (int)(end - walk->next) : WALK_SAMPLES;
	if (walk->n == 0)
		return 0;
	split_gather(dataset, SPLIT_TRAIN, walk->next, walk->n, NULL,
	    walk->output[0], walk->labels);
	walk->next += (uint32_t)walk->n;
	for (walk->layer = 1; walk->layer <= walk->last; walk->layer++)
		pool_run(walk->pool, (walk->n + UNIT - 1) / UNIT, compute,
		    walk);
	return walk->n;
}

void walk_until(struct walk *walk, int last)
{
	walk->last = last;
}

void walk_update(struct walk *walk, int id)
{
	pack(walk, &walk->network->layer[id]);
}

void walk_rewind(struct walk *walk)
{
	walk->next = 0;
}

const real *walk_output(const struct walk *walk, int id)
{
	return walk->output[id];
}
