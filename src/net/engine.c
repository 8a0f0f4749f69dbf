#include "net/engine.h"

#include <stdlib.h>
#include <string.h>

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
	[RUN_TANGENT] = PROGRAM_TANGENT | PROGRAM_WEIGHTS,
	[RUN_PRODUCT] = PROGRAM_BOTH | PROGRAM_BACKWARD | PROGRAM_WEIGHTS,
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
	return engine->input;
}

int32_t *engine_labels(struct engine *engine)
{
	return engine->labels;
}

void engine_set_weights(struct engine *engine, const real *w)
{
	engine->w = w;
	engine->weights_ticket = engine->panels_ticket = 0;
	engine_pack(engine, w, engine->packed);
}

void engine_set_buffers(struct engine *engine, const real *buffers)
{
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

uint64_t engine_ticket(struct engine *engine)
{
	return ++engine->tickets;
}

void engine_set_weights_once(struct engine *engine, const real *w,
    uint64_t ticket)
{
	if (engine->weights_ticket == ticket && engine->w == w)
		return;
	engine_set_weights(engine, w);
	engine_need_panels(engine);
	engine->weights_ticket = ticket;
}

/* Nodes whose y is the input itself lie where the caller put it. */
static void place_input(struct engine *engine, struct layout *layout)
{
	const struct node *node = engine->plan.node;

	for (int id = 0; id <= engine->network->layers; id++)
		if (node[id].root == 0)
			layout->place[id] = (struct place) {
				engine->input, node[0].size, 0
			};
}

/* Outputs lie where those of the program `lies` do. */
static struct run begin(struct engine *engine, int program, int lies,
    const struct engine_request *request)
{
	struct layout *outputs = &engine->layouts[lies].outputs;
	int layers = engine->network->layers;

	if (request->n < 1 || request->n > engine->capacity)
		die("engine: %d samples of %d", request->n, engine->capacity);
	if (!engine->w || (engine->network->buffers && !engine->buffers &&
	    request->mode == ENGINE_INFERENCE))
		die("engine: no parameters or running statistics");
	place_input(engine, outputs);
	engine->logits = outputs->place[layers].base;
	return (struct run) {
		.engine = engine,
		.program = &engine->program[program],
		.request = request,
		.y = outputs->place,
		.saved = engine->saved_place,
	};
}

void engine_forward(struct engine *engine, const struct engine_request *request,
    struct engine_result *result)
{
	int program = request->mode == ENGINE_TRAINING ?
	    RUN_FORWARD_TRAINING : RUN_FORWARD;
	struct run run;

	engine_need_outputs(engine, program, engine->capacity);
	run = begin(engine, program, program, request);
	engine_run(&run, result);
	engine->panels_ticket = engine->weights_ticket;
}

void engine_gradient(struct engine *engine,
    const struct engine_request *request, const real *weight, double scale,
    real *gradient, struct engine_result *result)
{
	int program = request->mode == ENGINE_TRAINING ?
	    RUN_GRADIENT_TRAINING : RUN_GRADIENT;
	struct run run;

	engine_need_gradients(engine, program, request->n);
	run = begin(engine, program, program, request);
	run.dy = engine->layouts[program].gradients.place;
	run.weight = weight;
	run.gradient = gradient;
	run.scale = (real)scale;
	engine_run(&run, result);
	engine->panels_ticket = engine->weights_ticket;
	engine_collect(&run);
}

uint64_t engine_hold(struct engine *engine, uint32_t samples)
{
	size_t layers = (size_t)engine->network->layers;
	size_t *saved = xcalloc(layers + 1, sizeof(*saved));

	engine_need_tangents(engine, 1);
	for (size_t id = 1; id <= layers; id++)
		saved[id] = engine->offsets[id].saved_each;
	hold_make(&engine->hold, &engine->plan, saved,
	    engine->gradients_kept.place, samples);
	free(saved);
	engine->hold.set = engine_ticket(engine);
	return engine->hold.set;
}

static bool uses_hold(const struct engine *engine,
    const struct product_request *request)
{
	return request->set != 0 && request->set == engine->hold.set;
}

/* Where the numbers of a product lie: with what is held in its own places. */
static void place_product(struct engine *engine,
    const struct product_request *request)
{
	size_t bytes = ((size_t)engine->network->layers + 1) *
	    sizeof(struct place);

	memcpy(engine->product_y, engine->layouts[RUN_GRADIENT].outputs.place,
	    bytes);
	memcpy(engine->product_dy, engine->gradients_kept.place, bytes);
	memcpy(engine->product_saved, engine->saved_place, bytes);
	if (uses_hold(engine, request))
		hold_place(&engine->hold, &engine->plan, request->first,
		    request->n, engine->product_y, engine->product_dy,
		    engine->product_saved);
}

static const bool *spared_calls(struct engine *engine,
    const struct product_request *request)
{
	const struct program *program = &engine->program[RUN_PRODUCT];

	if (!uses_hold(engine, request) ||
	    !hold_has(&engine->hold, request->first, request->n))
		return NULL;
	for (size_t i = 0; i < program->calls; i++)
		engine->spared[i] = hold_spares(&engine->hold,
		    &program->call[i]);
	return engine->spared;
}

static void set_direction(struct engine *engine,
    const struct product_request *request)
{
	if (request->ticket && request->ticket == engine->direction_ticket)
		return;
	engine_pack(engine, request->direction, engine->packed_tangent);
	engine->direction_ticket = request->ticket;
}

static struct run begin_product(struct engine *engine, int program,
    const struct product_request *request,
    const struct engine_request *batch, real *sum)
{
	struct run run = begin(engine, program, RUN_GRADIENT, batch);

	run.y = engine->product_y;
	run.dy = engine->product_dy;
	run.saved = engine->product_saved;
	run.gradient = sum;
	run.scale = (real)request->scale;
	engine->logits = run.y[engine->network->layers].base;
	return run;
}

/* The base passes too, unless they were just run for a gradient. */
static void run_product(struct engine *engine,
    const struct product_request *request,
    const struct engine_request *batch, struct engine_result *result)
{
	struct run run = begin_product(engine, request->gradient ?
	    RUN_TANGENT : RUN_PRODUCT, request, batch, request->product);

	run.ty = engine->tangents.place;
	run.tdy = engine->tangent_gradients.place;
	run.direction = request->direction;
	run.spared = request->gradient ? NULL :
	    spared_calls(engine, request);
	engine_run(&run, request->gradient ? NULL : result);
	engine_collect(&run);
}

void engine_product(struct engine *engine,
    const struct product_request *request, struct engine_result *result)
{
	struct engine_request batch = {
		.mode = ENGINE_INFERENCE, .n = request->n
	};

	engine_need_tangents(engine, request->n);
	place_input(engine, &engine->layouts[RUN_GRADIENT].outputs);
	place_product(engine, request);
	set_direction(engine, request);
	if (request->gradient) {
		struct run run = begin_product(engine, RUN_GRADIENT, request,
		    &batch, request->gradient);

		engine_run(&run, result);
		engine_collect(&run);
	}
	run_product(engine, request, &batch, result);
	if (uses_hold(engine, request))
		hold_filled(&engine->hold, request->first, request->n);
}
