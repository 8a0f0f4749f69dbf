#include "net/engine_locals.h"

#include <stdlib.h>

#include "base/memory.h"

enum { NEVER = -1 };

/* From the first to the last call of a phase that touches a vector. */
struct stay {
	int vector, first, last;
};

/* What is known of one kind of vector, by the node that stands for those that
 * lie in one place. */
struct survey {
	const struct engine_plan *plan;
	const struct program *program;
	bool gradients;
	bool *lasting;		/* it has to outlive a phase of shards */
	int *stay;		/* by node: the one of this phase, or NEVER */
	struct stay *stays;
	size_t count, capacity;
	const struct phase *phase;
	int call;
};

/* The node whose dy this one's is. */
static int gradient_root(const struct engine_plan *plan, int id)
{
	const struct network *network = plan->network;
	int reader = plan->node[id].consumers == 1 ?
	    plan->node[id].last_consumer : 0;

	if (reader && (plan->node[reader].gradient_same ||
	    plan->node[reader].taken) &&
	    network->layer[reader].from[0] == id)
		return gradient_root(plan, reader);
	return id;
}

static int root_of(const struct survey *s, int id)
{
	return s->gradients ? gradient_root(s->plan, id) :
	    s->plan->node[id].root;
}

/* A call reads the vector, or writes all of it. What is read has to have been
 * written in the same phase. */
static void touch(struct survey *s, int id, bool writes)
{
	int root = root_of(s, id), *at = &s->stay[root];

	if (s->phase->spread != SPREAD_SHARDS || (*at == NEVER && !writes))
		s->lasting[root] = true;
	if (*at == NEVER) {
		*at = (int)s->count;
		array_grow(&s->stays, s->count, &s->capacity,
		    sizeof(*s->stays));
		s->stays[s->count++] = (struct stay) {root, s->call, s->call};
	}
	s->stays[*at].last = s->call;
}

static bool forgets(const struct layer *layer)
{
	return layer->operation->flags &
	    (OPERATION_IN_PLACE | OPERATION_FORGETS_X);
}

static void read_inputs(struct survey *s, const struct layer *layer)
{
	for (int i = 0; i < layer->operation->inputs; i++)
		touch(s, layer->from[i], false);
}

static void touch_outputs(struct survey *s, const struct call *call)
{
	const struct layer *layer = &s->plan->network->layer[call->layer];

	switch (call->kind) {
	case CALL_FORWARD:
		read_inputs(s, layer);
		touch(s, layer->id, true);
		break;
	case CALL_FORWARD_STATISTICS:
		read_inputs(s, layer);
		break;
	case CALL_LOSS:
	case CALL_LOSS_GRADIENT:
		touch(s, layer->id, false);
		break;
	case CALL_BACKWARD_STATISTICS:
	case CALL_BACKWARD:
	case CALL_WEIGHT_GRADIENT:
		if (!forgets(layer))
			read_inputs(s, layer);
		if (layer->operation->flags & OPERATION_READS_Y)
			touch(s, layer->id, false);
		break;
	default:
		break;
	}
}

/* dx of the inputs, those it is added to or those it is written to. */
static void touch_inputs(struct survey *s, const struct layer *layer,
    bool adds)
{
	for (int i = 0; i < layer->operation->inputs; i++) {
		if (engine_plan_wants(s->plan, layer->id, i) &&
		    s->plan->node[layer->id].adds[i] == adds)
			touch(s, layer->from[i], !adds);
	}
}

static void touch_gradients(struct survey *s, const struct call *call)
{
	const struct layer *layer = &s->plan->network->layer[call->layer];

	switch (call->kind) {
	case CALL_LOSS_GRADIENT:
		touch(s, layer->id, true);
		break;
	case CALL_BACKWARD:
		touch(s, layer->id, false);
		touch_inputs(s, layer, false);
		break;
	case CALL_BACKWARD_STATISTICS:
	case CALL_WEIGHT_GRADIENT:
		touch(s, layer->id, false);
		break;
	case CALL_ADD:
		touch_inputs(s, layer, true);
		break;
	default:
		break;
	}
}

static void survey_phase(struct survey *s)
{
	for (int id = 0; id <= s->plan->network->layers; id++)
		s->stay[id] = NEVER;
	for (int i = 0; i < s->phase->count; i++) {
		s->call = s->phase->first + i;
		(s->gradients ? touch_gradients : touch_outputs)(s,
		    &s->program->call[s->call]);
	}
}

/* The input and the logits are the caller's. */
static void survey_make(struct survey *s, const struct engine_plan *plan,
    const struct program *program, bool gradients)
{
	size_t nodes = (size_t)plan->network->layers + 1;

	*s = (struct survey) {
		.plan = plan, .program = program, .gradients = gradients,
	};
	s->lasting = xcalloc(nodes, sizeof(*s->lasting));
	s->stay = xcalloc(nodes, sizeof(*s->stay));
	s->lasting[root_of(s, 0)] = true;
	s->lasting[root_of(s, plan->network->layers)] = true;
	for (size_t i = 0; i < program->phases; i++) {
		s->phase = &program->phase[i];
		survey_phase(s);
	}
}

static void survey_free(struct survey *s)
{
	free(s->lasting);
	free(s->stay);
	free(s->stays);
}

static bool meet(const struct stay *a, const struct stay *b)
{
	return a->first <= b->last && b->first <= a->last;
}

/* Whether two vectors are there at the same time. */
static bool coincide(const struct survey *s, int a, int b)
{
	for (size_t i = 0; i < s->count; i++) {
		for (size_t j = 0; s->stays[i].vector == a && j < s->count;
		    j++) {
			if (s->stays[j].vector == b &&
			    meet(&s->stays[i], &s->stays[j]))
				return true;
		}
	}
	return false;
}

static size_t aligned(size_t count)
{
	return (count + 15) / 16 * 16;
}

/* The first place where a vector meets none of those that have one. */
static size_t first_fit(const struct survey *s, const size_t *offset,
    const size_t *size, int vector, size_t start)
{
	size_t at = start;
	bool moved = true;

	while (moved) {
		moved = false;
		for (int id = 0; id <= s->plan->network->layers; id++) {
			if (offset[id] == NOT_LOCAL || id == vector ||
			    at >= offset[id] + size[id] ||
			    offset[id] >= at + size[vector] ||
			    !coincide(s, id, vector))
				continue;
			at = offset[id] + size[id];
			moved = true;
		}
	}
	return at;
}

/* Where the vectors of each root lie, and behind which the memory is free. */
static size_t place_roots(const struct survey *s, int samples, size_t start,
    size_t *offset)
{
	size_t nodes = (size_t)s->plan->network->layers + 1, end = start;
	size_t *size = xcalloc(nodes, sizeof(*size));

	for (size_t id = 0; id < nodes; id++) {
		int root = root_of(s, (int)id);
		size_t count = aligned((size_t)samples *
		    s->plan->node[id].size);

		offset[id] = NOT_LOCAL;
		size[root] = count > size[root] ? count : size[root];
	}
	for (size_t i = 0; i < s->count; i++) {
		int root = s->stays[i].vector;

		if (s->lasting[root] || offset[root] != NOT_LOCAL)
			continue;
		offset[root] = first_fit(s, offset, size, root, start);
		if (offset[root] + size[root] > end)
			end = offset[root] + size[root];
	}
	free(size);
	return end;
}

/* Offsets by node, of all that a program touches; returns the end. */
static size_t plan_kind(const struct engine_plan *plan,
    const struct program *program, bool gradients, int samples, size_t start,
    size_t **offset)
{
	size_t nodes = (size_t)plan->network->layers + 1, end;
	size_t *of_root = xcalloc(nodes, sizeof(*of_root));
	struct survey survey;

	*offset = xcalloc(nodes, sizeof(**offset));
	survey_make(&survey, plan, program, gradients);
	end = place_roots(&survey, samples, start, of_root);
	for (size_t id = 0; id < nodes; id++)
		(*offset)[id] = of_root[root_of(&survey, (int)id)];
	survey_free(&survey);
	free(of_root);
	return end;
}

void locals_plan(struct locals *locals, const struct engine_plan *plan,
    const struct program *program, int samples, size_t start)
{
	size_t end = plan_kind(plan, program, false, samples, start,
	    &locals->output);

	locals->count = plan_kind(plan, program, true, samples, end,
	    &locals->gradient) - start;
}

void locals_free(struct locals *locals)
{
	free(locals->output);
	free(locals->gradient);
	*locals = (struct locals) {0};
}
