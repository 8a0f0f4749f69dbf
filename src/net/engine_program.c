#include "net/engine_program.h"

#include <stdlib.h>

#include "base/memory.h"

struct compiler {
	struct program *program;
	const struct engine_plan *plan;
	unsigned parts;
	const struct layer *layer;	/* whose calls are being added */
};

static enum spread spread_of(const struct compiler *c, enum call_kind kind)
{
	switch (kind) {
	case CALL_FORWARD_JOIN:
	case CALL_BACKWARD_JOIN:
		return SPREAD_ONCE;
	case CALL_WEIGHT_GRADIENT:
	case CALL_TANGENT_WEIGHT_GRADIENT:
		return SPREAD_PARTS;
	case CALL_FORWARD:
	case CALL_BACKWARD:
	case CALL_TANGENT_FORWARD:
	case CALL_TANGENT_BACKWARD:
		return c->layer->operation->parts ? SPREAD_PARTS :
		    SPREAD_SHARDS;
	default:
		return SPREAD_SHARDS;
	}
}

static double cost_of(const struct compiler *c, enum spread spread)
{
	return spread == SPREAD_ONCE ? 0 : c->layer->macs / 16 +
	    (double)c->plan->node[c->layer->id].size +
	    (double)shape_size(c->layer->in[0]);
}

/* A layer's two products of its backward pass do not wait for each other; but
 * a tangent may read the whole y. */
static bool joins(const struct compiler *c, enum spread spread)
{
	const struct program *program = c->program;
	const struct call *last;

	if (program->phases == 0 ||
	    program->phase[program->phases - 1].spread != spread)
		return false;
	last = &program->call[program->calls - 1];
	return spread == SPREAD_SHARDS || (spread == SPREAD_PARTS &&
	    last->layer == c->layer->id && last->kind != CALL_FORWARD);
}

static void add(struct compiler *c, enum call_kind kind)
{
	struct program *program = c->program;
	enum spread spread = spread_of(c, kind);

	if (!joins(c, spread)) {
		array_grow(&program->phase, program->phases,
		    &program->phase_capacity, sizeof(*program->phase));
		program->phase[program->phases++] = (struct phase) {
			.spread = spread,
			.first = (int)program->calls,
		};
	}
	array_grow(&program->call, program->calls, &program->call_capacity,
	    sizeof(*program->call));
	program->call[program->calls++] = (struct call) {kind, c->layer->id};
	program->phase[program->phases - 1].count++;
	program->phase[program->phases - 1].cost += cost_of(c, spread);
}

static bool statistics(const struct compiler *c)
{
	return (c->parts & PROGRAM_TRAINING) &&
	    (c->layer->operation->flags & OPERATION_BATCH_STATISTICS);
}

static void forward(struct compiler *c)
{
	const struct node *node = &c->plan->node[c->layer->id];

	if (node->same || node->taken)
		return;
	if (statistics(c)) {
		add(c, CALL_FORWARD_STATISTICS);
		add(c, CALL_FORWARD_JOIN);
	}
	add(c, CALL_FORWARD);
}

static bool wants_input_gradient(const struct compiler *c)
{
	return engine_plan_wants(c->plan, c->layer->id, 0) ||
	    engine_plan_wants(c->plan, c->layer->id, 1);
}

static bool adds(const struct compiler *c)
{
	const bool *adds = c->plan->node[c->layer->id].adds;

	return (adds[0] && engine_plan_wants(c->plan, c->layer->id, 0)) ||
	    (adds[1] && engine_plan_wants(c->plan, c->layer->id, 1));
}

/* Parameters whose gradient the backward pass itself computes, by shards. */
static bool backward_computes_weights(const struct compiler *c)
{
	return (c->parts & PROGRAM_WEIGHTS) && c->layer->parameters > 0 &&
	    !c->layer->operation->weight_gradient;
}

/*
 * When training, the input of a layer is computed once more where it is one
 * pass from what stays anyway: a batch norm, whose own backward pass reads
 * its input. So what lies between is needed within a phase only, forward and
 * backward, and never goes through the main memory.
 */
static const struct layer *computed_again(const struct compiler *c)
{
	const struct layer *layer = c->layer, *norm;
	const struct node *node = c->plan->node;
	int from = layer->from[0];

	if (!(c->parts & PROGRAM_TRAINING) || layer->operation->parts ||
	    (layer->operation->flags & OPERATION_IN_PLACE) ||
	    (layer->operation->flags & OPERATION_FORGETS_X) ||
	    statistics(c) || node[from].consumers != 1)
		return NULL;
	if (node[from].taken)
		from = c->plan->network->layer[from].from[0];
	norm = &c->plan->network->layer[from];
	return from > 0 && node[from].consumers == 1 && !node[from].whole &&
	    (norm->operation->flags & OPERATION_BATCH_STATISTICS) ?
	    norm : NULL;
}

static void add_again(struct compiler *c)
{
	const struct layer *layer = c->layer;

	c->layer = computed_again(c);
	if (c->layer)
		add(c, CALL_FORWARD);
	c->layer = layer;
}

static void backward(struct compiler *c)
{
	const struct node *node = &c->plan->node[c->layer->id];

	if (node->gradient_same || node->taken)
		return;
	if (statistics(c)) {
		add(c, CALL_BACKWARD_STATISTICS);
		add(c, CALL_BACKWARD_JOIN);
	}
	if (wants_input_gradient(c) || backward_computes_weights(c)) {
		add_again(c);
		add(c, CALL_BACKWARD);
	}
	if (c->layer->operation->weight_gradient &&
	    (c->parts & PROGRAM_WEIGHTS))
		add(c, CALL_WEIGHT_GRADIENT);
	if (adds(c))
		add(c, CALL_ADD);
}

static void tangent_forward(struct compiler *c)
{
	const struct node *node = &c->plan->node[c->layer->id];

	if (!node->same && !node->taken)
		add(c, CALL_TANGENT_FORWARD);
}

static void tangent_backward(struct compiler *c)
{
	const struct node *node = &c->plan->node[c->layer->id];

	if (node->gradient_same || node->taken)
		return;
	if (wants_input_gradient(c) || backward_computes_weights(c))
		add(c, CALL_TANGENT_BACKWARD);
	if (c->layer->operation->tangent_weight_gradient)
		add(c, CALL_TANGENT_WEIGHT_GRADIENT);
	if (adds(c))
		add(c, CALL_TANGENT_ADD);
}

/* While a layer's numbers are in cache. */
static void forward_both(struct compiler *c)
{
	forward(c);
	if (c->plan->node[c->layer->id].learns)
		tangent_forward(c);
}

static void backward_both(struct compiler *c)
{
	unsigned parts = c->parts;

	c->parts &= ~(unsigned)PROGRAM_WEIGHTS;
	backward(c);
	c->parts = parts;
	tangent_backward(c);
}

static void each_up(struct compiler *c, bool all,
    void (*one)(struct compiler *c))
{
	const struct network *network = c->plan->network;

	for (int id = 1; id <= network->layers; id++) {
		c->layer = &network->layer[id];
		if (all || c->plan->node[id].learns)
			one(c);
	}
}

static void each_down(struct compiler *c, void (*one)(struct compiler *c))
{
	const struct network *network = c->plan->network;

	for (int id = network->layers; id > 0; id--) {
		c->layer = &network->layer[id];
		if (c->plan->node[id].learns)
			one(c);
	}
}

void program_make(struct program *program, const struct engine_plan *plan,
    unsigned parts)
{
	struct compiler c = {program, plan, parts, NULL};

	*program = (struct program) {0};
	if (parts & PROGRAM_TANGENT) {
		each_up(&c, false, tangent_forward);
		add(&c, CALL_TANGENT_LOSS);
		each_down(&c, tangent_backward);
		return;
	}
	if (parts & PROGRAM_BOTH) {
		each_up(&c, true, forward_both);
		add(&c, CALL_LOSS_GRADIENT);
		add(&c, CALL_TANGENT_LOSS);
		each_down(&c, backward_both);
		return;
	}
	each_up(&c, true, forward);
	add(&c, parts & PROGRAM_BACKWARD ? CALL_LOSS_GRADIENT : CALL_LOSS);
	if (parts & PROGRAM_BACKWARD)
		each_down(&c, backward);
}

void program_free(struct program *program)
{
	free(program->call);
	free(program->phase);
	*program = (struct program) {0};
}
