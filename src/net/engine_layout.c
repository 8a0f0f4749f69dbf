#include "net/engine_layout.h"

#include <stdlib.h>

#include "base/memory.h"

/* Memory of one vector at a time; widest: of those that lie in it. */
struct slot {
	size_t pitch;
	bool free;
};

struct slots {
	struct slot *slot;
	size_t count, capacity;
	int *of;		/* slot of each node; -1: none */
	const size_t *local;	/* by node: NOT_LOCAL, or it needs none */
};

static const size_t alignment = 16;

static int slot_new(struct slots *slots, size_t size)
{
	array_grow(&slots->slot, slots->count, &slots->capacity,
	    sizeof(*slots->slot));
	slots->slot[slots->count] = (struct slot) {.pitch = size};
	return (int)slots->count++;
}

/* The free slot that fits best; of those too small, the widest grows. */
static int slot_reuse(struct slots *slots, size_t size)
{
	int best = -1;

	for (size_t i = 0; i < slots->count; i++) {
		size_t pitch = slots->slot[i].pitch;
		size_t now = best < 0 ? 0 : slots->slot[best].pitch;

		if (!slots->slot[i].free)
			continue;
		if (best < 0 || (now < size ? pitch > now :
		    pitch >= size && pitch < now))
			best = (int)i;
	}
	if (best < 0)
		return slot_new(slots, size);
	slots->slot[best].free = false;
	if (slots->slot[best].pitch < size)
		slots->slot[best].pitch = size;
	return best;
}

static int slot_for(struct slots *slots, const struct node *node,
    bool recycled)
{
	return recycled && !node->whole ? slot_reuse(slots, node->size) :
	    slot_new(slots, node->size);
}

static bool is_local(const struct slots *slots, int id)
{
	return slots->local && slots->local[id] != NOT_LOCAL;
}

static void slot_release(struct slots *slots, const struct node *node, int id)
{
	if (!node->whole && slots->of[id] >= 0)
		slots->slot[slots->of[id]].free = true;
}

/* The last layer that reads what lies in each root's memory. */
static int *last_readers(const struct engine_plan *plan)
{
	int layers = plan->network->layers;
	int *last = xcalloc((size_t)layers + 1, sizeof(*last));

	for (int id = 0; id <= layers; id++) {
		int root = plan->node[id].root;
		int reader = id == layers ? layers + 1 :
		    plan->node[id].last_consumer;

		if (last[root] < reader)
			last[root] = reader;
	}
	return last;
}

/* The last output has memory of its own: logits lie one after the other. */
static void place_outputs(struct slots *slots, const struct engine_plan *plan,
    bool recycled, bool all)
{
	int layers = plan->network->layers, *last = last_readers(plan);

	for (int id = 1; id <= layers; id++) {
		const struct node *node = &plan->node[id];

		slots->of[id] = slots->of[node->root];
		if (slots->of[id] < 0 && node->root != 0 &&
		    !is_local(slots, id) && (all || node->learns))
			slots->of[id] = slot_for(slots, node,
			    recycled && node->root != plan->node[layers].root);
		for (int done = 1; recycled && done < id; done++)
			if (plan->node[done].root == done && last[done] == id)
				slot_release(slots, &plan->node[done], done);
	}
	free(last);
}

/* Whether dx[0] is to lie where dy lies. */
static bool takes_place(const struct engine_plan *plan, int id, bool recycled)
{
	const struct node *node = &plan->node[id];
	const struct node *from =
	    &plan->node[plan->network->layer[id].from[0]];

	return node->gradient_same || node->taken || (recycled &&
	    node->gradient_in_place && node->whole == from->whole);
}

/* From the last layer to the first. A gradient is complete when its layer's
 * turn comes, and done with when that is over, unless dx[0] took its place. */
static void place_gradients(struct slots *slots,
    const struct engine_plan *plan, bool recycled)
{
	int layers = plan->network->layers;

	slots->of[layers] = slot_for(slots, &plan->node[layers], recycled);
	for (int id = layers; id > 0; id--) {
		const struct node *node = &plan->node[id];
		const int *from = plan->network->layer[id].from;
		bool moved = false;

		for (int i = 0; i < INPUTS_MAX && node->learns; i++) {
			if (!engine_plan_wants(plan, id, i) ||
			    slots->of[from[i]] >= 0 ||
			    is_local(slots, from[i]))
				continue;
			if (i == 0 && slots->of[id] >= 0 &&
			    takes_place(plan, id, recycled)) {
				moved = true;
				slots->of[from[i]] = slots->of[id];
			} else {
				slots->of[from[i]] = slot_for(slots,
				    &plan->node[from[i]], recycled);
			}
		}
		if (recycled && node->learns && !moved)
			slot_release(slots, node, id);
	}
}

static void find_places(struct layout *layout, const struct slots *slots,
    int nodes)
{
	size_t *offset = xcalloc(slots->count + 1, sizeof(*offset));

	layout->count = 0;
	for (size_t i = 0; i < slots->count; i++) {
		offset[i] = layout->count;
		layout->count += (slots->slot[i].pitch *
		    (size_t)layout->capacity + alignment - 1) / alignment *
		    alignment;
	}
	layout->place = xcalloc((size_t)nodes, sizeof(*layout->place));
	layout->offset = xcalloc((size_t)nodes, sizeof(*layout->offset));
	for (int id = 0; id < nodes; id++) {
		int slot = slots->of[id];

		if (is_local(slots, id))
			layout->place[id].local = slots->local[id];
		layout->offset[id] = slot < 0 ? NO_PLACE : offset[slot];
		if (slot >= 0)
			layout->place[id].pitch = slots->slot[slot].pitch;
	}
	free(offset);
}

bool layout_plan(struct layout *layout, const struct engine_plan *plan,
    enum layout_use use, const size_t *local, int capacity)
{
	int nodes = plan->network->layers + 1;
	struct slots slots = {.local = local};

	if (layout->capacity >= capacity)
		return false;
	layout_free(layout);
	layout->capacity = capacity;
	slots.of = xcalloc((size_t)nodes, sizeof(*slots.of));
	for (int id = 0; id < nodes; id++)
		slots.of[id] = -1;
	if (use == LAYOUT_GRADIENTS || use == LAYOUT_GRADIENTS_KEPT)
		place_gradients(&slots, plan, use == LAYOUT_GRADIENTS);
	else
		place_outputs(&slots, plan, use == LAYOUT_PASSING,
		    use != LAYOUT_TANGENTS);
	find_places(layout, &slots, nodes);
	free(slots.of);
	free(slots.slot);
	return true;
}

void layout_put(struct layout *layout, const struct engine_plan *plan,
    real *memory)
{
	for (int id = 0; layout->place && id <= plan->network->layers; id++)
		if (layout->offset[id] != NO_PLACE)
			layout->place[id].base = memory + layout->offset[id];
}

void layout_free(struct layout *layout)
{
	free(layout->place);
	free(layout->offset);
	*layout = (struct layout) {0};
}
