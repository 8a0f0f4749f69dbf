#include "net/engine_hold.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Reading a number from main memory takes as long as so many multiply-adds;
 * the 9 of a depthwise convolution are worth it. */
static const double worth = 8;
/* Bytes kept at most. */
static const double budget = 256 << 20;

struct choice {
	struct hold *hold;
	const struct engine_plan *plan;
	const size_t *saved;
	const struct place *gradients;
	double bytes;		/* chosen so far, of all samples */
};

struct candidate {
	int node;
	bool gradient;
	size_t numbers;		/* 0: cannot be held, or is */
	double work;		/* multiply-adds spared */
};

static size_t aligned(size_t count)
{
	return (count + 15) / 16 * 16;
}

/* An output, and all that lie in its memory. */
static struct candidate output_candidate(const struct choice *c, int root)
{
	const struct engine_plan *plan = c->plan;
	struct candidate result = {root, false, 0, 0};

	if (root == 0 || plan->node[root].root != root ||
	    c->hold->y[root] != NOT_HELD)
		return result;
	result.numbers = aligned(plan->node[root].size);
	for (int id = root; id <= plan->network->layers; id++) {
		if (plan->node[id].root != root)
			continue;
		result.numbers += aligned(c->saved[id]);
		result.work += plan->network->layer[id].macs;
	}
	return result;
}

/* The layer whose backward pass alone writes the gradient of a node, and
 * nothing else; 0: none. */
static int writer_of(const struct engine_plan *plan, int id)
{
	int reader = network_only_reader(plan->network, id);

	if (reader == 0 || id == 0 || !plan->node[id].learns ||
	    plan->node[reader].gradient_same ||
	    plan->network->layer[reader].operation->inputs > 1)
		return 0;
	return reader;
}

/* What a backward pass saves for the tangents goes with the layer's output,
 * so that has to be held as well. */
static struct candidate gradient_candidate(const struct choice *c, int id)
{
	const struct engine_plan *plan = c->plan;
	struct candidate result = {id, true, 0, 0};
	int writer = writer_of(plan, id);

	if (writer == 0 || c->hold->backward[writer] || (c->saved[writer] &&
	    c->hold->y[plan->node[writer].root] == NOT_HELD))
		return result;
	result.numbers = aligned(plan->node[id].size);
	result.work = plan->network->layer[writer].macs;
	return result;
}

static bool fits(const struct choice *c, const struct candidate *candidate)
{
	double bytes = (double)candidate->numbers * sizeof(real) *
	    (double)c->hold->samples;

	return candidate->numbers > 0 && candidate->work >=
	    worth * (double)candidate->numbers && c->bytes + bytes <= budget;
}

static void prefer(const struct choice *c, struct candidate *best,
    struct candidate other)
{
	if (fits(c, &other) && (best->numbers == 0 || other.work *
	    (double)best->numbers > best->work * (double)other.numbers))
		*best = other;
}

static size_t take(struct choice *c, size_t numbers)
{
	size_t offset = c->hold->numbers;

	c->hold->numbers += aligned(numbers);
	c->bytes += (double)aligned(numbers) * sizeof(real) *
	    (double)c->hold->samples;
	return offset;
}

static void hold_output(struct choice *c, int root)
{
	const struct engine_plan *plan = c->plan;
	size_t offset = take(c, plan->node[root].size);

	for (int id = root; id <= plan->network->layers; id++) {
		if (plan->node[id].root != root)
			continue;
		c->hold->y[id] = offset;
		if (c->saved[id])
			c->hold->saved[id] = take(c, c->saved[id]);
	}
}

/* Gradients that lie in one place do so here too. */
static void hold_gradient(struct choice *c, int id)
{
	const struct engine_plan *plan = c->plan;
	size_t offset = take(c, plan->node[id].size);

	for (int other = 0; other <= plan->network->layers; other++)
		if (c->gradients[other].base == c->gradients[id].base)
			c->hold->dy[other] = offset;
	c->hold->backward[writer_of(plan, id)] = true;
}

/* The dearest of those that fit, as long as there are any. */
static bool choose_one(struct choice *c)
{
	struct candidate best = {0};

	for (int id = 1; id <= c->plan->network->layers; id++) {
		prefer(c, &best, output_candidate(c, id));
		prefer(c, &best, gradient_candidate(c, id));
	}
	if (best.numbers == 0)
		return false;
	if (best.gradient)
		hold_gradient(c, best.node);
	else
		hold_output(c, best.node);
	return true;
}

static size_t *none_held(size_t nodes)
{
	size_t *offset = xcalloc(nodes, sizeof(*offset));

	for (size_t i = 0; i < nodes; i++)
		offset[i] = NOT_HELD;
	return offset;
}

void hold_make(struct hold *hold, const struct engine_plan *plan,
    const size_t *saved, const struct place *gradients, uint32_t samples)
{
	size_t nodes = (size_t)plan->network->layers + 1;
	struct choice choice = {hold, plan, saved, gradients, 0};

	if (hold->samples == samples) {
		memset(hold->filled, 0, samples * sizeof(*hold->filled));
		return;
	}
	hold_free(hold);
	hold->samples = samples;
	hold->y = none_held(nodes);
	hold->dy = none_held(nodes);
	hold->saved = none_held(nodes);
	hold->backward = xcalloc(nodes, sizeof(*hold->backward));
	hold->filled = xcalloc(samples, sizeof(*hold->filled));
	while (choose_one(&choice))
		;
	hold->memory = reals_new(hold->numbers * samples);
}

void hold_free(struct hold *hold)
{
	free(hold->y);
	free(hold->dy);
	free(hold->saved);
	free(hold->backward);
	free(hold->filled);
	reals_free(hold->memory);
	*hold = (struct hold) {0};
}

size_t hold_bytes(const struct hold *hold)
{
	return hold->numbers * hold->samples * sizeof(real);
}

bool hold_has(const struct hold *hold, uint32_t first, int n)
{
	return hold->filled[first] == n;
}

void hold_filled(struct hold *hold, uint32_t first, int n)
{
	hold->filled[first] = n;
}

bool hold_spares(const struct hold *hold, const struct call *call)
{
	return (call->kind == CALL_FORWARD &&
	    hold->y[call->layer] != NOT_HELD) ||
	    (call->kind == CALL_BACKWARD && hold->backward[call->layer]);
}

static struct place place_in(const struct hold *hold, size_t offset,
    uint32_t first, int n, size_t size)
{
	return (struct place) {
		hold->memory + first * hold->numbers + offset * (size_t)n,
		size, 0
	};
}

void hold_place(const struct hold *hold, const struct engine_plan *plan,
    uint32_t first, int n, struct place *y, struct place *dy,
    struct place *saved)
{
	for (int id = 0; id <= plan->network->layers; id++) {
		size_t size = plan->node[id].size;

		if (hold->y[id] != NOT_HELD)
			y[id] = place_in(hold, hold->y[id], first, n, size);
		if (hold->dy[id] != NOT_HELD)
			dy[id] = place_in(hold, hold->dy[id], first, n, size);
		if (hold->saved[id] != NOT_HELD)
			saved[id] = place_in(hold, hold->saved[id], first, n,
			    saved[id].pitch);
	}
}
