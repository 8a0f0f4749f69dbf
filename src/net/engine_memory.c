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
	o->panels = reserve(&engine->panels_count,
	    size_of(operation->panels, layer));
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

	engine->scratch_each = aligned(1);	/* 0 is no local place */
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

/* Spare gradients of shards are added at once, so they are local. */
static void plan_local_spares(struct engine *engine)
{
	size_t most = (size_t)engine_plan_shard_most(&engine->plan,
	    engine->capacity);

	for (int i = 0; i < INPUTS_MAX; i++) {
		size_t at = reserve(&engine->scratch_each,
		    spare_pitch(engine, i) * most);

		for (int id = 1; id <= engine->network->layers; id++)
			if (engine->plan.node[id].adds[i] &&
			    !engine->network->layer[id].operation->parts)
				engine->spare[id][i].local = at;
	}
}

/* What programs keep in the memory of threads. */
static void plan_locals(struct engine *engine)
{
	int most = engine_plan_shard_most(&engine->plan, engine->capacity);
	size_t start = engine->scratch_each;

	for (int i = RUN_FORWARD; i <= RUN_GRADIENT_TRAINING; i++) {
		locals_plan(&engine->locals[i], &engine->plan,
		    &engine->program[i], most, start);
		if (start + engine->locals[i].count > engine->scratch_each)
			engine->scratch_each = start +
			    engine->locals[i].count;
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
			engine->offsets[id].saved_each, 0
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
	plan_local_spares(engine);
	plan_locals(engine);
	engine->packed = reals_new(engine->packed_count);
	engine->saved = make_saved(engine, engine->capacity,
	    &engine->saved_place);
	engine->statistics = reals_new(engine->statistics_count);
	engine->joined = reals_new(engine->joined_count);
}

size_t engine_place_spares(const struct engine *engine, int capacity,
    real *spares)
{
	size_t count = 0;

	for (int id = 1; id <= engine->network->layers; id++) {
		const struct layer *layer = &engine->network->layer[id];

		for (int i = 0; i < INPUTS_MAX &&
		    layer->operation->parts; i++) {
			size_t size = shape_size(layer->in[i]), at;

			if (!engine->plan.node[id].adds[i])
				continue;
			at = reserve(&count, size * (size_t)capacity);
			if (spares)
				engine->spare[id][i] = (struct place) {
					spares + at, size, 0
				};
		}
	}
	return count;
}

static void make_spares(struct engine *engine, int capacity)
{
	reals_free(engine->spares);
	engine->spares_capacity = capacity;
	engine->spares_count = engine_place_spares(engine, capacity, NULL);
	engine->spares = reals_new(engine->spares_count);
	engine_place_spares(engine, capacity, engine->spares);
}

/* Grown when it must be, and empty then. */
static void block_need(struct block *block, size_t count)
{
	if (block->count >= count)
		return;
	reals_free(block->memory);
	*block = (struct block) {reals_new(count), count};
}

static size_t layouts_count(const struct layouts *layouts)
{
	return layouts->outputs.count + layouts->gradients.count;
}

static void place_layouts(struct engine *engine)
{
	for (int i = 0; i < PROGRAMS; i++)
		block_need(&engine->outputs,
		    layouts_count(&engine->layouts[i]));
	for (int i = 0; i < PROGRAMS; i++) {
		struct layouts *layouts = &engine->layouts[i];
		real *memory = engine->outputs.memory;

		layout_put(&layouts->outputs, &engine->plan, memory);
		layout_put(&layouts->gradients, &engine->plan,
		    memory + layouts->outputs.count);
	}
}

void engine_need_outputs(struct engine *engine, int program, int n)
{
	if (layout_plan(&engine->layouts[program].outputs, &engine->plan,
		LAYOUT_PASSING, engine->locals[program].output, n))
		place_layouts(engine);
}

/* Where a program's outputs may be local. */
static const size_t *kept_locals(const struct engine *engine, int program)
{
	return program == RUN_GRADIENT ? NULL :
	    engine->locals[program].output;
}

void engine_need_gradients(struct engine *engine, int program, int n)
{
	struct layouts *layouts = &engine->layouts[program];

	if (layout_plan(&layouts->outputs, &engine->plan, LAYOUT_KEPT,
		kept_locals(engine, program), n)) {
		layout_plan(&layouts->gradients, &engine->plan,
		    LAYOUT_GRADIENTS, engine->locals[program].gradient, n);
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
	struct layout *layout[] = {&engine->tangents, &engine->gradients_kept,
		&engine->tangent_gradients};
	size_t count = 0;

	for (size_t i = 0; i < 3; i++)
		count += layout[i]->count;
	block_need(&engine->of_product, count);
	count = 0;
	for (size_t i = 0; i < 3; i++) {
		layout_put(layout[i], &engine->plan,
		    engine->of_product.memory + count);
		count += layout[i]->count;
	}
}

void engine_need_tangents(struct engine *engine, int n)
{
	engine_need_gradients(engine, RUN_GRADIENT, n);
	if (layout_plan(&engine->tangents, &engine->plan, LAYOUT_TANGENTS,
		NULL, n)) {
		layout_plan(&engine->gradients_kept, &engine->plan,
		    LAYOUT_GRADIENTS_KEPT, NULL, n);
		layout_plan(&engine->tangent_gradients, &engine->plan,
		    LAYOUT_GRADIENTS, NULL, n);
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

void engine_need_panels(struct engine *engine)
{
	if (!engine->panels)
		engine->panels = reals_new(engine->panels_count);
}

void engine_memory_free(struct engine *engine)
{
	struct layout *layout[] = {
		&engine->tangents, &engine->gradients_kept,
		&engine->tangent_gradients
	};
	real *array[] = {
		engine->outputs.memory, engine->of_product.memory,
		engine->input, engine->losses, engine->packed,
		engine->packed_tangent, engine->panels, engine->saved,
		engine->saved_tangent, engine->statistics, engine->joined,
		engine->spares, engine->sums, engine->scratch
	};

	for (size_t i = 0; i < sizeof(layout) / sizeof(*layout); i++)
		layout_free(layout[i]);
	for (size_t i = 0; i < sizeof(array) / sizeof(*array); i++)
		reals_free(array[i]);
	for (int i = 0; i < PROGRAMS; i++) {
		layout_free(&engine->layouts[i].outputs);
		layout_free(&engine->layouts[i].gradients);
		locals_free(&engine->locals[i]);
	}
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
