#include "net/batchnorm.h"
#include "net/engine_private.h"
#include "net/kernels.h"
#include "net/loss.h"

/* Phases that are over sooner than another thread would have begun. */
static const double tiny = 1 << 16;

/* Streams are small numbers: above them the place among the layers that draw,
 * so that two of them draw different masks, and the same whatever layers
 * without randomness stand between. */
static struct random_key random_key(const struct run *run, int layer)
{
	const struct engine_request *request = run->request;
	uint32_t place = (uint32_t)run->engine->plan.node[layer].random;

	return (struct random_key) {
		.seed = request->seed,
		.stream = RANDOM_DROPOUT | place << 8,
		.step = request->step,
	};
}

/* The numbers of the call's samples; a thread's own begin at its scratch. */
static real *numbers(const struct place *place, const struct pass *p)
{
	return place->local ? p->scratch + place->local :
	    place_at(place, p->first);
}

static real *value(const struct place *place, int id, const struct pass *p)
{
	return place ? numbers(&place[id], p) : NULL;
}

/* Where the gradient with respect to input i goes. */
static real *destination(const struct run *run, const struct place *gradient,
    const struct pass *p, int i)
{
	const struct engine *engine = run->engine;
	int id = p->layer->id;

	if (!gradient || !engine_plan_wants(&engine->plan, id, i))
		return NULL;
	return numbers(engine->plan.node[id].adds[i] ?
	    &engine->spare[id][i] : &gradient[p->layer->from[i]], p);
}

static void fill_tangents(const struct run *run, struct pass *p)
{
	const struct engine *engine = run->engine;
	const struct layer *layer = p->layer;
	const struct offsets *o = &engine->offsets[layer->id];

	for (int i = 0; i < layer->operation->inputs; i++) {
		p->tx[i] = value(run->ty, layer->from[i], p);
		p->tdx[i] = destination(run, run->tdy, p, i);
	}
	p->ty = value(run->ty, layer->id, p);
	p->tdy = value(run->tdy, layer->id, p);
	p->tw = run->direction + layer->parameter;
	p->tpacked = engine->packed_tangent + o->packed;
	p->tsaved = place_at(&engine->saved_tangent_place[layer->id],
	    p->first);
	p->tdw = p->dw;
	p->dw = NULL;
}

/* Where the layer's gradient goes: of a whole batch to its place, else to the
 * shard's sums. */
static real *sums_of(const struct run *run, const struct layer *layer,
    int shard)
{
	const struct engine *engine = run->engine;

	if (!run->gradient)
		return NULL;
	if (layer->operation->weight_gradient)
		return run->gradient + layer->parameter;
	return engine->sums + engine->offsets[layer->id].gradient +
	    (size_t)shard * engine->shard_gradients;
}

/* Everything of the samples p->first .. p->first + p->n - 1. */
static void fill(const struct run *run, enum call_kind kind, struct pass *p)
{
	const struct engine *engine = run->engine;
	const struct layer *layer = p->layer;
	const struct offsets *o = &engine->offsets[layer->id];
	bool tangents = kind >= CALL_TANGENT_FORWARD;

	for (int i = 0; i < layer->operation->inputs; i++) {
		p->x[i] = value(run->y, layer->from[i], p);
		p->dx[i] = destination(run, tangents ? NULL : run->dy, p, i);
	}
	p->y = value(run->y, layer->id, p);
	p->dy = value(run->dy, layer->id, p);
	p->w = engine->w + layer->parameter;
	p->packed = engine->packed + o->packed;
	if (engine->weights_ticket && engine->panels)
		p->panels = engine->panels + o->panels;
	p->panels_fit = engine->panels_ticket == engine->weights_ticket;
	p->buffers = engine->buffers ? engine->buffers + layer->buffer : NULL;
	p->dw = tangents || !run->tdy ? sums_of(run, layer, p->shard) : NULL;
	p->scale = run->scale;
	p->adds = !run->request->first;
	p->saved = place_at(&run->saved[layer->id], p->first);
	p->statistics = engine->statistics + o->statistics +
	    (size_t)p->shard * o->statistics_each;
	p->joined = engine->joined + o->joined;
	if (tangents)
		fill_tangents(run, p);
}

static void loss(const struct run *run, const struct pass *p)
{
	struct engine *engine = run->engine;

	engine->correct[p->shard] = loss_forward(p->n,
	    engine->network->classes, p->y, engine->labels + p->first,
	    engine->losses + p->first);
}

static void gradient_of_loss(const struct run *run, const struct pass *p)
{
	struct engine *engine = run->engine;

	engine->correct[p->shard] = loss_gradient(p->n,
	    engine->network->classes, p->y, engine->labels + p->first,
	    run->weight ? run->weight + p->first : NULL,
	    engine->losses + p->first,
	    value(run->dy, p->layer->id, p));
}

/* The spare gradients of a layer's inputs, to those they belong to. */
static void add_spares(const struct run *run, const struct pass *p,
    const struct place *gradient)
{
	const struct layer *layer = p->layer;

	for (int i = 0; i < layer->operation->inputs; i++) {
		const real *spare = destination(run, gradient, p, i);

		if (spare && run->engine->plan.node[layer->id].adds[i])
			kernels()->add((size_t)p->n * shape_size(layer->in[i]),
			    spare, value(gradient, layer->from[i], p));
	}
}

static void forward_join(const struct run *run, const struct pass *p)
{
	const struct engine_request *request = run->request;
	real *running = request->running;

	p->layer->operation->forward_join(p, run->shards,
	    running ? running + p->layer->buffer : NULL,
	    request->momentum > 0 ? request->momentum : BATCHNORM_MOMENTUM);
}

static void call(const struct run *run, enum call_kind kind,
    const struct pass *p)
{
	const struct operation *operation = p->layer->operation;

	switch (kind) {
	case CALL_FORWARD_STATISTICS:
		operation->forward_statistics(p);
		break;
	case CALL_FORWARD_JOIN:
		forward_join(run, p);
		break;
	case CALL_FORWARD:
		operation->forward(p);
		break;
	case CALL_LOSS:
		loss(run, p);
		break;
	case CALL_LOSS_GRADIENT:
		gradient_of_loss(run, p);
		break;
	case CALL_BACKWARD_STATISTICS:
		operation->backward_statistics(p);
		break;
	case CALL_BACKWARD_JOIN:
		operation->backward_join(p, run->shards);
		break;
	case CALL_BACKWARD:
		operation->backward(p);
		break;
	case CALL_WEIGHT_GRADIENT:
		operation->weight_gradient(p);
		break;
	case CALL_ADD:
		add_spares(run, p, run->dy);
		break;
	case CALL_TANGENT_FORWARD:
		operation->tangent_forward(p);
		break;
	case CALL_TANGENT_LOSS:
		loss_tangent(p->n, run->engine->network->classes, p->y, p->ty,
		    value(run->tdy, p->layer->id, p));
		break;
	case CALL_TANGENT_BACKWARD:
		operation->tangent_backward(p);
		break;
	case CALL_TANGENT_WEIGHT_GRADIENT:
		operation->tangent_weight_gradient(p);
		break;
	case CALL_TANGENT_ADD:
		add_spares(run, p, run->tdy);
		break;
	}
}

static struct pass pass_of(const struct run *run, int layer, int worker)
{
	const struct engine *engine = run->engine;

	return (struct pass) {
		.layer = &engine->network->layer[layer],
		.n = run->request->n,
		.origin = run->request->origin,
		.parts = 1,
		.training = run->request->mode == ENGINE_TRAINING,
		.scratch = engine->scratch +
		    (size_t)worker * engine->scratch_each,
		.random = random_key(run, layer),
	};
}

static void run_call(const struct run *run, const struct call *c,
    struct pass *p)
{
	p->rectified = run->engine->plan.node[c->layer].rectified;
	p->masks = run->engine->plan.node[c->layer].masks;
	fill(run, c->kind, p);
	call(run, c->kind, p);
}

static bool is_spared(const struct run *run, const struct call *c)
{
	return run->spared && run->spared[c - run->program->call];
}

static void run_shard(const struct run *run, int shard, int worker)
{
	const struct phase *phase = run->phase;
	int n = run->request->n;

	for (int i = 0; i < phase->count; i++) {
		const struct call *c = &run->program->call[phase->first + i];
		struct pass p;

		if (is_spared(run, c))
			continue;
		p = pass_of(run, c->layer, worker);
		p.shard = shard;
		p.first = engine_plan_first(n, run->shards, shard);
		p.n = engine_plan_first(n, run->shards, shard + 1) - p.first;
		run_call(run, c, &p);
	}
}

static int parts_of(const struct run *run, const struct call *c)
{
	const struct layer *layer = &run->engine->network->layer[c->layer];
	const struct operation *operation = layer->operation;
	bool weights = c->kind == CALL_WEIGHT_GRADIENT ||
	    c->kind == CALL_TANGENT_WEIGHT_GRADIENT;
	int (*parts)(const struct layer *, int) = weights ?
	    operation->gradient_parts : operation->parts;

	return is_spared(run, c) ? 0 :
	    parts ? parts(layer, run->request->n) : 1;
}

/*
 * The units of a phase of parts are those of its calls, each spread evenly
 * over the phase: so one thread has the same columns in all phases of a
 * layer. Returns the call that a unit is of.
 */
static int part_of(const struct run *run, int unit, int *part, int *parts)
{
	int calls = run->phase->count, taken[CALLS_OF_PARTS] = {0}, last = 0;
	const struct call *call = &run->program->call[run->phase->first];

	*part = *parts = 0;
	for (int u = 0; u <= unit; u++) {
		*parts = 0;
		for (int i = 0; i < calls; i++) {
			int all = parts_of(run, &call[i]);

			if (taken[i] == all || (*parts > 0 &&
			    (2 * taken[i] + 1) * *parts >=
			    (2 * taken[last] + 1) * all))
				continue;
			last = i;
			*parts = all;
		}
		*part = taken[last]++;
	}
	return last;
}

static void run_part(const struct run *run, int unit, int worker)
{
	int part, parts, i = part_of(run, unit, &part, &parts);
	const struct call *c = &run->program->call[run->phase->first + i];
	struct pass p = pass_of(run, c->layer, worker);

	p.part = part;
	p.parts = parts;
	run_call(run, c, &p);
}

static void run_unit(void *argument, int unit, int worker)
{
	const struct run *run = argument;

	if (run->phase->spread == SPREAD_SHARDS)
		run_shard(run, unit, worker);
	else
		run_part(run, unit, worker);
}

static int units_of(const struct run *run)
{
	const struct phase *phase = run->phase;
	int units = 0;

	if (phase->spread == SPREAD_SHARDS)
		return run->shards;
	for (int i = 0; i < phase->count; i++)
		units += phase->spread == SPREAD_ONCE ? 1 :
		    parts_of(run, &run->program->call[phase->first + i]);
	return units;
}

/* Every other phase goes from the last shard to the first, which finds what
 * the phase before it left in the caches. */
static bool is_turned(const struct run *run)
{
	return run->phase->spread == SPREAD_SHARDS &&
	    ((run->phase - run->program->phase) & 2);
}

static void run_phase(struct run *run)
{
	struct pool *pool = run->phase->cost * run->request->n >= tiny ?
	    run->engine->pool : NULL;
	int units = units_of(run);

	if (is_turned(run))
		pool_run_turned(pool, units, run_unit, run);
	else
		pool_run(pool, units, run_unit, run);
}

static void sum_losses(const struct run *run, struct engine_result *result)
{
	const struct engine *engine = run->engine;

	*result = (struct engine_result) {.n = run->request->n};
	for (int i = 0; i < result->n; i++)
		result->loss += (double)engine->losses[i];
	for (int i = 0; i < run->shards; i++)
		result->correct += engine->correct[i];
}

void engine_run(struct run *run, struct engine_result *result)
{
	engine_need_scratch(run->engine);
	run->shards = engine_plan_shards(&run->engine->plan, run->request->n);
	for (size_t i = 0; i < run->program->phases; i++) {
		run->phase = &run->program->phase[i];
		run_phase(run);
	}
	if (result)
		sum_losses(run, result);
}

struct packing {
	const struct engine *engine;
	const real *w;
	real *packed;
};

static void pack_layer(void *argument, int unit, int worker)
{
	const struct packing *packing = argument;
	const struct layer *layer =
	    &packing->engine->network->layer[unit + 1];

	(void)worker;
	if (layer->operation->pack)
		layer->operation->pack(layer, packing->w + layer->parameter,
		    packing->packed + packing->engine->offsets[layer->id].packed);
}

void engine_pack(struct engine *engine, const real *w, real *packed)
{
	struct packing packing = {engine, w, packed};

	if (engine->packed_count > 0)
		pool_run(engine->pool, engine->network->layers, pack_layer,
		    &packing);
}
