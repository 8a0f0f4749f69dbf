#include <stdlib.h>

#include "base/memory.h"
#include "net/engine_private.h"

static size_t aligned(size_t count)
{
	return (count + 15) / 16 * 16;
}

/* Give out `count` numbers of an array that is being planned. */
static size_t reserve(size_t *total, size_t count)
{
	size_t offset = *total;

	*total += aligned(count);
	return offset;
}

static size_t size_of(size_t (*size)(const struct layer *),
    const struct layer *layer)
{
	return size ? size(layer) : 0;
}

static void plan_layer(struct engine *engine, const struct layer *layer,
    size_t shards)
{
	const struct operation *operation = layer->operation;
	struct offsets *o = &engine->offsets[layer->id];

	o->packed = reserve(&engine->packed_count,
	    size_of(operation->packed, layer));
	o->saved_each = size_of(operation->saved, layer);
	o->saved = reserve(&engine->saved_each, o->saved_each);
	o->statistics_each = size_of(operation->statistics, layer);
	o->statistics = reserve(&engine->statistics_count,
	    o->statistics_each * shards);
	o->joined = reserve(&engine->joined_count,
	    size_of(operation->joined, layer));
	if (layer->parameters > 0 && !operation->weight_gradient)
		o->gradients = operation->gradient ?
		    operation->gradient(layer) : layer->parameters;
	o->gradient = reserve(&engine->shard_gradients, o->gradients);
}

static void plan_scratch(struct engine *engine)
{
	int most = engine_plan_shard_most(&engine->plan, engine->capacity);

	for (int id = 1; id <= engine->network->layers; id++) {
		const struct layer *layer = &engine->network->layer[id];
		const struct operation *operation = layer->operation;
		size_t count = !operation->scratch ? 0 :
		    operation->scratch(layer, operation->parts ||
		    operation->weight_gradient ? engine->capacity : most);

		if (aligned(count) > engine->scratch_each)
			engine->scratch_each = aligned(count);
	}
}

/* Where each layer saves, in an array for `capacity` samples. */
static real *make_saved(struct engine *engine, int capacity,
    struct place **place)
{
	size_t layers = (size_t)engine->network->layers;
	real *saved = reals_new(engine->saved_each * (size_t)capacity);

	free(*place);
	*place = xcalloc(layers + 1, sizeof(**place));
	for (size_t id = 1; id <= layers; id++)
		(*place)[id] = (struct place) {
			saved + engine->offsets[id].saved * (size_t)capacity,
			engine->offsets[id].saved_each
		};
	return saved;
}

void engine_memory_plan(struct engine *engine)
{
	size_t shards = (size_t)engine_plan_shards(&engine->plan,
	    engine->capacity);
	size_t layers = (size_t)engine->network->layers;

	engine->offsets = xcalloc(layers + 1, sizeof(*engine->offsets));
	engine->spare = xcalloc(layers + 1, sizeof(*engine->spare));
	for (int id = 1; id <= engine->network->layers; id++)
		plan_layer(engine, &engine->network->layer[id], shards);
	engine->sums_count = engine->shard_gradients * shards;
	plan_scratch(engine);
	engine->packed = reals_new(engine->packed_count);
	engine->saved = make_saved(engine, engine->capacity,
	    &engine->saved_place);
	engine->statistics = reals_new(engine->statistics_count);
	engine->joined = reals_new(engine->joined_count);
}

/* The widest vector that goes to the shards' spare place of input i. */
static size_t spare_pitch(const struct engine *engine, int i)
{
	size_t pitch = 0;

	for (int id = 1; id <= engine->network->layers; id++) {
		const struct layer *layer = &engine->network->layer[id];

		if (engine->plan.node[id].adds[i] && !layer->operation->parts &&
		    shape_size(layer->in[i]) > pitch)
			pitch = shape_size(layer->in[i]);
	}
	return pitch;
}

/* Places of all layers for input i of `capacity` samples, from `offset` of the
 * spares on; where those are still NULL only the size is counted. Layers that
 * see the whole batch have one of their own, the others share one. */
static void place_spares(const struct engine *engine, int i, size_t capacity,
    real *spares, size_t *offset)
{
	size_t pitch = spare_pitch(engine, i);
	size_t shared = reserve(offset, pitch * capacity);

	for (int id = 1; id <= engine->network->layers; id++) {
		const struct layer *layer = &engine->network->layer[id];
		size_t size = shape_size(layer->in[i]), at = shared;

		if (!engine->plan.node[id].adds[i])
			continue;
		if (layer->operation->parts)
			at = reserve(offset, size * capacity);
		else
			size = pitch;
		if (spares)
			engine->spare[id][i] = (struct place) {
				spares + at, size
			};
	}
}

static size_t all_spares(const struct engine *engine, int capacity,
    real *spares)
{
	size_t count = 0;

	for (int i = 0; i < INPUTS_MAX; i++)
		place_spares(engine, i, (size_t)capacity, spares, &count);
	return count;
}

static void make_spares(struct engine *engine, int capacity)
{
	reals_free(engine->spares);
	engine->spares_capacity = capacity;
	engine->spares_count = all_spares(engine, capacity, NULL);
	engine->spares = reals_new(engine->spares_count);
	all_spares(engine, capacity, engine->spares);
}

/* Grown when it must be, and empty then. */
static void block_need(struct block *block, size_t count)
{
	if (block->count >= count)
		return;
	reals_free(block->memory);
	*block = (struct block) {reals_new(count), count};
}

static void place_layouts(struct engine *engine)
{
	size_t count = engine->kept.count + engine->gradients.count;
	real *memory;

	block_need(&engine->outputs, count > engine->passing.count ? count :
	    engine->passing.count);
	memory = engine->outputs.memory;
	layout_put(&engine->passing, &engine->plan, memory);
	layout_put(&engine->kept, &engine->plan, memory);
	layout_put(&engine->gradients, &engine->plan,
	    memory + engine->kept.count);
}

void engine_need_outputs(struct engine *engine)
{
	if (layout_plan(&engine->passing, &engine->plan, LAYOUT_PASSING,
		engine->capacity))
		place_layouts(engine);
}

void engine_need_gradients(struct engine *engine, int n)
{
	if (layout_plan(&engine->kept, &engine->plan, LAYOUT_KEPT, n)) {
		layout_plan(&engine->gradients, &engine->plan,
		    LAYOUT_GRADIENTS, n);
		place_layouts(engine);
	}
	if (n > engine->spares_capacity)
		make_spares(engine, n);
	if (!engine->sums)
		engine->sums = reals_new(engine->sums_count);
}

/* What a product needs whatever its batch. */
static void make_product(struct engine *engine)
{
	size_t nodes = (size_t)engine->network->layers + 1;

	engine->packed_tangent = reals_new(engine->packed_count);
	engine->spared = xcalloc(engine->program[RUN_PRODUCT].calls,
	    sizeof(*engine->spared));
	engine->product_y = xcalloc(nodes, sizeof(struct place));
	engine->product_dy = xcalloc(nodes, sizeof(struct place));
	engine->product_saved = xcalloc(nodes, sizeof(struct place));
}

static void place_tangents(struct engine *engine)
{
	block_need(&engine->of_product, engine->tangents.count +
	    engine->gradients_kept.count);
	layout_put(&engine->tangents, &engine->plan,
	    engine->of_product.memory);
	layout_put(&engine->gradients_kept, &engine->plan,
	    engine->of_product.memory + engine->tangents.count);
}

void engine_need_tangents(struct engine *engine, int n)
{
	engine_need_gradients(engine, n);
	if (layout_plan(&engine->tangents, &engine->plan, LAYOUT_TANGENTS,
		n)) {
		layout_plan(&engine->gradients_kept, &engine->plan,
		    LAYOUT_GRADIENTS_KEPT, n);
		place_tangents(engine);
	}
	if (!engine->packed_tangent)
		make_product(engine);
	if (n <= engine->tangent_capacity)
		return;
	reals_free(engine->saved_tangent);
	engine->tangent_capacity = n;
	engine->saved_tangent = make_saved(engine, n,
	    &engine->saved_tangent_place);
}

/* The number of threads may change between passes. */
void engine_need_scratch(struct engine *engine)
{
	int threads = engine->pool ? pool_threads(engine->pool) : 1;

	if (engine->scratch && threads <= engine->scratch_threads)
		return;
	reals_free(engine->scratch);
	engine->scratch_threads = threads;
	engine->scratch_count = engine->scratch_each * (size_t)threads;
	engine->scratch = reals_new(engine->scratch_count);
}

void engine_memory_free(struct engine *engine)
{
	struct layout *layout[] = {
		&engine->kept, &engine->passing, &engine->tangents,
		&engine->gradients, &engine->gradients_kept
	};
	real *array[] = {
		engine->outputs.memory, engine->of_product.memory,
		engine->input, engine->losses, engine->packed,
		engine->packed_tangent, engine->saved, engine->saved_tangent,
		engine->statistics, engine->joined, engine->spares,
		engine->sums, engine->scratch
	};

	for (size_t i = 0; i < sizeof(layout) / sizeof(*layout); i++)
		layout_free(layout[i]);
	for (size_t i = 0; i < sizeof(array) / sizeof(*array); i++)
		reals_free(array[i]);
	hold_free(&engine->hold);
	free(engine->saved_place);
	free(engine->saved_tangent_place);
	free(engine->spared);
	free(engine->product_y);
	free(engine->product_dy);
	free(engine->product_saved);
	free(engine->offsets);
	free(engine->spare);
}

static size_t bytes_if(const real *array, size_t count)
{
	return array ? count * sizeof(real) : 0;
}

void engine_memory(const struct engine *engine, struct engine_memory *memory)
{
	size_t input = engine->plan.node[0].size * (size_t)engine->capacity;

	*memory = (struct engine_memory) {
		.activations = bytes_if(engine->input, input) +
		    (engine->outputs.count - engine->gradients.count) *
		    sizeof(real) + bytes_if(engine->saved,
		    engine->saved_each * (size_t)engine->capacity),
		.gradients = engine->gradients.count * sizeof(real) +
		    bytes_if(engine->spares, engine->spares_count) +
		    bytes_if(engine->sums, engine->sums_count),
		.tangents = engine->of_product.count * sizeof(real) +
		    hold_bytes(&engine->hold) +
		    bytes_if(engine->saved_tangent, engine->saved_each *
		    (size_t)engine->tangent_capacity),
		.packed = bytes_if(engine->packed, engine->packed_count) +
		    bytes_if(engine->packed_tangent, engine->packed_count),
		.workspace = bytes_if(engine->scratch, engine->scratch_count) +
		    bytes_if(engine->statistics, engine->statistics_count) +
		    bytes_if(engine->joined, engine->joined_count),
	};
}

size_t engine_bytes(const struct engine *engine)
{
	struct engine_memory m;

	engine_memory(engine, &m);
	return m.activations + m.gradients + m.tangents + m.packed +
	    m.workspace;
}

/* Of one use, had its layout been planned. */
static size_t layout_bytes(const struct engine *engine, enum layout_use use,
    int n)
{
	struct layout layout = {0};
	size_t count;

	layout_plan(&layout, &engine->plan, use, n);
	count = layout.count;
	layout_free(&layout);
	return count * sizeof(real);
}

void engine_memory_of_gradient(const struct engine *engine, int n,
    struct engine_memory *memory)
{
	size_t threads = engine->pool ? (size_t)pool_threads(engine->pool) : 1;

	*memory = (struct engine_memory) {
		.activations = (engine->plan.node[0].size + engine->saved_each) *
		    (size_t)engine->capacity * sizeof(real) +
		    layout_bytes(engine, LAYOUT_KEPT, n),
		.gradients = layout_bytes(engine, LAYOUT_GRADIENTS, n) +
		    (all_spares(engine, n, NULL) + engine->sums_count) *
		    sizeof(real),
		.packed = engine->packed_count * sizeof(real),
		.workspace = (engine->scratch_each * threads +
		    engine->statistics_count + engine->joined_count) *
		    sizeof(real),
	};
}
