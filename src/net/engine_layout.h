/*
 * Memory for one number vector of every node: outputs, their gradients, their
 * tangents. Vectors whose values are needed only until their last reader has
 * run can share memory ("recycled"): then a shard's work stays in cache.
 *
 * Sample `first` of node `id` lies at base + first * pitch, and the samples
 * behind it follow at the node's own size. So shards of different layers may
 * use the same memory at the same time without touching each other's; where
 * an operation sees the whole batch, pitch is the size.
 */
#ifndef SNT_NET_ENGINE_LAYOUT_H
#define SNT_NET_ENGINE_LAYOUT_H

#include "net/engine_locals.h"

struct place {
	real *base;		/* NULL: none */
	size_t pitch;
	size_t local;		/* where in the memory of the thread at work,
				 * see engine_locals.h; 0: not there */
};

#define NO_PLACE ((size_t)-1)

struct layout {
	struct place *place;	/* by id; NULL: not planned yet */
	size_t *offset;		/* by id: of its base in the memory, or
				 * NO_PLACE */
	size_t count;		/* numbers it needs */
	int capacity;		/* samples */
};

enum layout_use {
	LAYOUT_KEPT,		/* all outputs stay until the backward pass */
	LAYOUT_PASSING,		/* outputs of a forward pass alone */
	LAYOUT_TANGENTS,	/* R{outputs}, as KEPT, of nodes that learn */
	LAYOUT_GRADIENTS,	/* gradients, recycled */
	LAYOUT_GRADIENTS_KEPT	/* all stay until the tangent passes */
};

/* For `capacity` samples at least. Whether it was planned anew, because it was
 * for fewer: then it has no memory yet. The input has no place of its own, nor
 * have vectors that are local (NULL: none is). */
bool layout_plan(struct layout *layout, const struct engine_plan *plan,
    enum layout_use use, const size_t *local, int capacity);
/* Its memory, of `count` numbers at least, is the caller's. */
void layout_put(struct layout *layout, const struct engine_plan *plan,
    real *memory);
void layout_free(struct layout *layout);

static inline real *place_at(const struct place *place, int first)
{
	return place->base ? place->base + (size_t)first * place->pitch : NULL;
}

#endif
