/* What memory an engine has, and what it would need. */
#include "net/engine_private.h"

static size_t bytes_if(const real *array, size_t count)
{
	return array ? count * sizeof(real) : 0;
}

/* Of the memory of outputs, what gradients lie in. */
static size_t gradients_count(const struct engine *engine)
{
	size_t most = 0;

	for (int i = 0; i < PROGRAMS; i++)
		if (engine->layouts[i].gradients.count > most)
			most = engine->layouts[i].gradients.count;
	return most;
}

void engine_memory(const struct engine *engine, struct engine_memory *memory)
{
	size_t input = engine->plan.node[0].size * (size_t)engine->capacity;
	size_t gradients = gradients_count(engine);

	*memory = (struct engine_memory) {
		.activations = bytes_if(engine->input, input) +
		    (engine->outputs.count - gradients) *
		    sizeof(real) + bytes_if(engine->saved,
		    engine->saved_each * (size_t)engine->capacity),
		.gradients = gradients * sizeof(real) +
		    bytes_if(engine->spares, engine->spares_count) +
		    bytes_if(engine->sums, engine->sums_count),
		.tangents = engine->of_product.count * sizeof(real) +
		    hold_bytes(&engine->hold) +
		    bytes_if(engine->saved_tangent, engine->saved_each *
		    (size_t)engine->tangent_capacity),
		.packed = bytes_if(engine->packed, engine->packed_count) +
		    bytes_if(engine->packed_tangent, engine->packed_count) +
		    bytes_if(engine->panels, engine->panels_count),
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
    const size_t *local, int n)
{
	struct layout layout = {0};
	size_t count;

	layout_plan(&layout, &engine->plan, use, local, n);
	count = layout.count;
	layout_free(&layout);
	return count * sizeof(real);
}

void engine_memory_of_gradient(const struct engine *engine, int n,
    struct engine_memory *memory)
{
	size_t threads = engine->pool ? (size_t)pool_threads(engine->pool) : 1;
	const struct locals *locals = &engine->locals[RUN_GRADIENT_TRAINING];

	*memory = (struct engine_memory) {
		.activations = (engine->plan.node[0].size + engine->saved_each) *
		    (size_t)engine->capacity * sizeof(real) +
		    layout_bytes(engine, LAYOUT_KEPT, locals->output, n),
		.gradients = layout_bytes(engine, LAYOUT_GRADIENTS,
		    locals->gradient, n) +
		    (engine_place_spares(engine, n, NULL) +
		    engine->sums_count) * sizeof(real),
		.packed = engine->packed_count * sizeof(real),
		.workspace = (engine->scratch_each * threads +
		    engine->statistics_count + engine->joined_count) *
		    sizeof(real),
	};
}
