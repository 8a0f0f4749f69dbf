#include "net/engine_plan.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

/* A shard's largest activation should stay in a core's second-level cache
 * together with what is computed from it. */
enum { SHARD_NUMBERS = 1 << 17, SAMPLES_LEAST = 4, SAMPLES_MOST = 64 };
/* Small batches are cut as well, for several threads. */
enum { SHARDS_LEAST = 4 };

static const struct layer *layer_at(const struct engine_plan *plan, int id)
{
	return &plan->network->layer[id];
}

static bool has(const struct layer *layer, unsigned flag)
{
	return layer->operation && (layer->operation->flags & flag);
}

static void note_consumer(struct engine_plan *plan, const struct layer *layer)
{
	for (int i = 0; i < layer->operation->inputs; i++) {
		struct node *from = &plan->node[layer->from[i]];

		from->consumers++;
		from->last_consumer = layer->id;
		if (layer->operation->parts)
			from->whole = true;
		if (from->learns)
			plan->node[layer->id].learns = true;
	}
}

static void plan_node(struct engine_plan *plan, int id)
{
	const struct layer *layer = layer_at(plan, id);
	const struct operation *operation = layer->operation;
	struct node *node = &plan->node[id];

	node->size = shape_size(layer->out);
	node->root = id;
	if (!operation)
		return;
	node->learns = layer->parameters > 0;
	node->whole = operation->parts != NULL;
	node->same = operation->identity && operation->identity(layer);
	note_consumer(plan, layer);
}

/* Whether nobody but its one consumer needs the values of a node any more. */
static bool spendable(const struct engine_plan *plan, int id)
{
	const struct node *node = &plan->node[id];

	if (id == 0 || node->consumers > 1 ||
	    has(layer_at(plan, id), OPERATION_READS_Y))
		return false;
	return !node->same || spendable(plan, layer_at(plan, id)->from[0]);
}

static void plan_root(struct engine_plan *plan, int id)
{
	const struct layer *layer = layer_at(plan, id);
	struct node *node = &plan->node[id], *from;

	if (id == 0)
		return;
	from = &plan->node[layer->from[0]];
	if (node->same || (has(layer, OPERATION_IN_PLACE) &&
	    from->size == node->size && spendable(plan, layer->from[0])))
		node->root = from->root;
	node->gradient_same = node->same && from->consumers == 1;
	node->gradient_in_place = from->consumers == 1 &&
	    has(layer, OPERATION_IN_PLACE) && from->size == node->size;
}

/* All memory that one y lies in is contiguous if any of them needs it so. */
static void share_whole(struct engine_plan *plan)
{
	for (int id = 0; id <= plan->network->layers; id++)
		if (plan->node[id].whole)
			plan->node[plan->node[id].root].whole = true;
	for (int id = 0; id <= plan->network->layers; id++)
		plan->node[id].whole = plan->node[plan->node[id].root].whole;
}

/* Backward goes from the last layer to the first, and through the inputs of
 * a layer in order: the first to come writes, the others add. */
static void plan_additions(struct engine_plan *plan)
{
	int layers = plan->network->layers;
	bool *written = xcalloc((size_t)layers + 1, sizeof(*written));

	for (int id = layers; id > 0; id--) {
		const struct layer *layer = layer_at(plan, id);

		for (int i = 0; i < layer->operation->inputs; i++) {
			plan->node[id].adds[i] = written[layer->from[i]];
			written[layer->from[i]] = true;
		}
	}
	free(written);
}

/* The layer behind a relu that may take it along with the one before, or 0. */
static int masker_of(const struct engine_plan *plan, const struct layer *relu)
{
	const struct node *node = &plan->node[relu->id];
	const struct layer *next = layer_at(plan, node->last_consumer);

	return node->consumers == 1 && has(next, OPERATION_SHARES_RELU) &&
	    has(layer_at(plan, relu->from[0]), OPERATION_SHARES_RELU) ?
	    next->id : 0;
}

/* The layer before a relu or behind it that may take it along, or 0. */
static int taker_of(const struct engine_plan *plan, const struct layer *relu)
{
	const struct node *node = &plan->node[relu->id];
	const struct layer *next = layer_at(plan, node->last_consumer);

	if (masker_of(plan, relu) ||
	    has(layer_at(plan, relu->from[0]), OPERATION_RECTIFIES))
		return relu->from[0];
	return node->consumers == 1 && next->operation->takes_relu &&
	    next->operation->takes_relu(next) ? next->id : 0;
}

/* A relu whose y lies where its input does, and whose dx where its dy. */
static void plan_relu(struct engine_plan *plan, int id)
{
	const struct layer *layer = layer_at(plan, id);
	struct node *node = &plan->node[id];
	struct node *from = &plan->node[layer->from[0]];
	int taker;

	if (!has(layer, OPERATION_IS_RELU) || node->root != from->root ||
	    !node->gradient_in_place || node->whole != from->whole)
		return;
	taker = taker_of(plan, layer);
	node->taken = taker > 0;
	if (taker > 0)
		plan->node[taker].rectified = true;
	if (taker > 0 && masker_of(plan, layer))
		plan->node[masker_of(plan, layer)].masks = true;
}

static int samples_of_shard(const struct engine_plan *plan)
{
	size_t largest = 1, samples;

	for (int id = 1; id <= plan->network->layers; id++)
		if (plan->node[id].size > largest && !plan->node[id].whole)
			largest = plan->node[id].size;
	samples = SHARD_NUMBERS / largest;
	return samples < SAMPLES_LEAST ? SAMPLES_LEAST :
	    samples > SAMPLES_MOST ? SAMPLES_MOST : (int)samples;
}

void engine_plan_make(struct engine_plan *plan, const struct network *network)
{
	size_t nodes = (size_t)network->layers + 1;
	int random = 0;

	*plan = (struct engine_plan) {.network = network};
	plan->node = xcalloc(nodes, sizeof(*plan->node));
	for (int id = 0; id <= network->layers; id++)
		plan_node(plan, id);
	for (int id = 1; id <= network->layers; id++)
		if (has(layer_at(plan, id), OPERATION_RANDOM))
			plan->node[id].random = ++random;
	for (int id = 0; id < network->layers; id++)
		if (plan->node[id].consumers == 0)
			die("engine: nobody takes the output of layer %d", id);
	for (int id = 0; id <= network->layers; id++)
		plan_root(plan, id);
	share_whole(plan);
	for (int id = 1; id <= network->layers; id++)
		plan_relu(plan, id);
	plan_additions(plan);
	plan->samples = samples_of_shard(plan);
}

void engine_plan_free(struct engine_plan *plan)
{
	free(plan->node);
	plan->node = NULL;
}

int engine_plan_shards(const struct engine_plan *plan, int n)
{
	int shards = (n + plan->samples - 1) / plan->samples;

	if (shards < SHARDS_LEAST)
		return n < SHARDS_LEAST ? n : SHARDS_LEAST;
	return shards > SHARDS_MAX ? SHARDS_MAX : shards;
}

int engine_plan_shard_most(const struct engine_plan *plan, int capacity)
{
	int most = (capacity + SHARDS_MAX - 1) / SHARDS_MAX;

	return most > plan->samples ? most : plan->samples;
}

int engine_plan_first(int n, int shards, int shard)
{
	return (int)((long)n * shard / shards);
}

bool engine_plan_wants(const struct engine_plan *plan, int id, int i)
{
	const struct layer *layer = layer_at(plan, id);

	return i < layer->operation->inputs &&
	    plan->node[layer->from[i]].learns;
}
