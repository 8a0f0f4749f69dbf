/*
 * The gradient of parameters that is summed by shards: the sums are added in
 * shard order, element by element, so it does not matter who adds which.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/engine_private.h"
#include "net/kernels.h"

enum { PIECE = 1 << 15 };

static void add_piece(struct engine *engine, size_t *capacity,
    struct piece piece)
{
	array_grow(&engine->piece, (size_t)engine->pieces, capacity,
	    sizeof(*engine->piece));
	engine->piece[engine->pieces++] = piece;
}

/* A layer whose sums have an order of their own is collected at once. */
void engine_pieces(struct engine *engine)
{
	size_t capacity = 0;

	for (int id = 1; id <= engine->network->layers; id++) {
		const struct operation *operation =
		    engine->network->layer[id].operation;
		size_t count = engine->offsets[id].gradients;
		size_t most = operation->collect ? count : PIECE;

		for (size_t first = 0; first < count; first += most)
			add_piece(engine, &capacity, (struct piece) {
			    id, first, count - first < most ? count - first :
			    most});
	}
}

static void collect_piece(void *argument, int unit, int worker)
{
	const struct run *run = argument;
	const struct engine *engine = run->engine;
	const struct piece *piece = &engine->piece[unit];
	const struct layer *layer = &engine->network->layer[piece->layer];
	const struct offsets *o = &engine->offsets[piece->layer];
	real *sum = engine->sums + o->gradient + piece->first;
	real *gradient = run->gradient + layer->parameter + piece->first;

	(void)worker;
	for (int shard = 1; shard < run->shards; shard++)
		kernels()->add(piece->count, sum + (size_t)shard *
		    engine->shard_gradients, sum);
	if (run->request->first)
		memset(gradient, 0, (layer->operation->collect ?
		    layer->parameters : piece->count) * sizeof(real));
	if (layer->operation->collect)
		layer->operation->collect(layer, sum, run->scale, gradient);
	else
		kernels()->add_scaled(piece->count, run->scale, sum, gradient);
}

void engine_collect(const struct run *run)
{
	pool_run(run->engine->pool, run->engine->pieces, collect_piece,
	    (void *)run);
}
