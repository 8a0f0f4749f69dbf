#include "net/engine.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "net/engine_private.h"
#include "net/gemm.h"

static const unsigned program_parts[PROGRAMS] = {
	[RUN_FORWARD] = 0,
	[RUN_FORWARD_TRAINING] = PROGRAM_TRAINING,
	[RUN_GRADIENT] = PROGRAM_BACKWARD | PROGRAM_WEIGHTS,
	[RUN_GRADIENT_TRAINING] = PROGRAM_TRAINING | PROGRAM_BACKWARD |
	    PROGRAM_WEIGHTS,
	[RUN_BASE] = PROGRAM_BACKWARD,
	[RUN_TANGENT] = PROGRAM_TANGENT | PROGRAM_WEIGHTS,
};

struct engine *engine_new(const struct network *network, int capacity,
    struct pool *pool)
{
	struct engine *engine = xcalloc(1, sizeof(*engine));

	if (network->layers == 0 || capacity < 1)
		die("engine: %d layers, %d samples", network->layers, capacity);
	gemm_prepare();
	engine->network = network_copy(network);
	engine->capacity = capacity;
	engine->pool = pool;
	engine_plan_make(&engine->plan, engine->network);
	for (int i = 0; i < PROGRAMS; i++)
		program_make(&engine->program[i], &engine->plan,
		    program_parts[i]);
	engine->input = reals_new(shape_size(network->input) *
	    (size_t)capacity);
	engine->losses = reals_new((size_t)capacity);
	engine->labels = xcalloc((size_t)capacity, sizeof(*engine->labels));
	engine_memory_plan(engine);
	engine_pieces(engine);
	return engine;
}

void engine_free(struct engine *engine)
{
	if (!engine)
		return;
	engine_memory_free(engine);
	for (int i = 0; i < PROGRAMS; i++)
		program_free(&engine->program[i]);
	engine_plan_free(&engine->plan);
	free(engine->piece);
	free(engine->labels);
	network_free(engine->network);
	free(engine);
}

const struct network *engine_network(const struct engine *engine)
{
	return engine->network;
}

int engine_capacity(const struct engine *engine)
{
	return engine->capacity;
}

struct pool *engine_pool(const struct engine *engine)
{
	return engine->pool;
}

real *engine_input(struct engine *engine)
{
	engine->held = 0;
	return engine->input;
}

int32_t *engine_labels(struct engine *engine)
{
	engine->held = 0;
	return engine->labels;
}

void engine_set_weights(struct engine *engine, const real *w)
{
	engine->held = 0;
	engine->w = w;
	engine_pack(engine, w, engine->packed);
}

void engine_set_buffers(struct engine *engine, const real *buffers)
{
	engine->held = 0;
	engine->buffers = buffers;
}

const real *engine_logits(const struct engine *engine)
{
	return engine->logits;
}

const real *engine_losses(const struct engine *engine)
{
	return engine->losses;
}

uint64_t engine_held(const struct engine *engine)
{
	return engine->held;
}

/* Nodes whose y is the input itself lie where the caller put it. */
static void place_input(struct engine *engine, struct layout *layout)
{
	const struct node *node = engine->plan.node;

	for (int id = 0; id <= engine->network->layers; id++)
		if (node[id].root == 0)
			layout->place[id] = (struct place) {
				engine->input, node[0].size
			};
}

static struct run begin(struct engine *engine, int program,
    struct layout *outputs, const struct engine_request *request)
{
	int layers = engine->network->layers;

	if (request->n < 1 || request->n > engine->capacity)
		die("engine: %d samples of %d", request->n, engine->capacity);
	if (!engine->w || (engine->network->buffers && !engine->buffers &&
	    request->mode == ENGINE_INFERENCE))
		die("engine: no parameters or running statistics");
	place_input(engine, outputs);
	engine->held = 0;
	engine->logits = outputs->place[layers].base;
	return (struct run) {
		.engine = engine,
		.program = &engine->program[program],
		.request = request,
		.y = outputs->place,
	};
}

void engine_forward(struct engine *engine, const struct engine_request *request,
    struct engine_result *result)
{
	struct run run;

	layout_make(&engine->passing, &engine->plan, LAYOUT_PASSING,
	    engine->capacity);
	run = begin(engine, request->mode == ENGINE_TRAINING ?
	    RUN_FORWARD_TRAINING : RUN_FORWARD, &engine->passing, request);
	engine_run(&run, result);
}

void engine_gradient(struct engine *engine,
    const struct engine_request *request, const real *weight, double scale,
    real *gradient, struct engine_result *result)
{
	struct run run;

	engine_need_gradients(engine);
	run = begin(engine, request->mode == ENGINE_TRAINING ?
	    RUN_GRADIENT_TRAINING : RUN_GRADIENT, &engine->kept, request);
	run.dy = engine->gradients.place;
	run.weight = weight;
	run.gradient = gradient;
	run.scale = (real)scale;
	engine_run(&run, result);
	engine_collect(&run);
}

/* Outputs and gradients at w, to stay. */
static void run_base(struct engine *engine,
    const struct engine_request *request, double scale, real *gradient)
{
	struct run run = begin(engine, gradient ? RUN_GRADIENT : RUN_BASE,
	    &engine->kept, request);

	run.dy = engine->gradients_kept.place;
	run.gradient = gradient;
	run.scale = (real)scale;
	engine_run(&run, &engine->held_result);
	if (gradient)
		engine_collect(&run);
	engine->held = ++engine->last_held;
}

void engine_product(struct engine *engine, int n, const real *direction,
    double scale, real *product, real *gradient, struct engine_result *result)
{
	struct engine_request request = {.mode = ENGINE_INFERENCE, .n = n};
	struct run run;
	uint64_t held;

	engine_need_tangents(engine);
	if (!engine->held || engine->held_result.n != n || gradient)
		run_base(engine, &request, scale, gradient);
	held = engine->held;
	run = begin(engine, RUN_TANGENT, &engine->kept, &request);
	run.dy = engine->gradients_kept.place;
	run.ty = engine->tangents.place;
	run.tdy = engine->gradients.place;
	run.direction = direction;
	run.gradient = product;
	run.scale = (real)scale;
	engine_pack(engine, direction, engine->packed_tangent);
	engine_run(&run, NULL);
	engine_collect(&run);
	engine->held = held;
	if (result)
		*result = engine->held_result;
}
