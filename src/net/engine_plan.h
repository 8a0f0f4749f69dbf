/*
 * What an engine knows about its network before any memory is given out: who
 * takes whose output, what may lie in whose place, how a batch is cut.
 * Indexed by layer id; 0 is the input.
 */
#ifndef SNT_NET_ENGINE_PLAN_H
#define SNT_NET_ENGINE_PLAN_H

#include "net/operation.h"

enum { SHARDS_MAX = 64 };

struct node {
	size_t size;		/* numbers a sample */
	int consumers, last_consumer;
	bool learns;		/* it or a layer before it has parameters */
	bool whole;		/* its own or a consumer's passes see the
				 * whole batch */
	bool same;		/* identity: y is x */
	int random;		/* 1, 2, ... of those that draw numbers */
	int root;		/* whose y this one's lies in */
	bool gradient_in_place;	/* dx[0] may lie where dy lies */
	bool gradient_same;	/* dx[0] is dy */
	bool rectified;		/* a relu beside it is taken along, */
	bool masks;		/* or the backward half of it, */
	bool taken;		/* or is this one */
	/* dx[i] is not the first contribution to the gradient of the input:
	 * it goes to a spare place and is added. */
	bool adds[INPUTS_MAX];
};

struct engine_plan {
	const struct network *network;
	struct node *node;
	int samples;		/* a shard */
};

void engine_plan_make(struct engine_plan *plan,
    const struct network *network);
void engine_plan_free(struct engine_plan *plan);

/* The cut depends on network and batch alone. */
int engine_plan_shards(const struct engine_plan *plan, int n);
int engine_plan_shard_most(const struct engine_plan *plan, int capacity);
/* First sample of a shard; of shard == shards: n. */
int engine_plan_first(int n, int shards, int shard);

/* Whether the gradient of the loss with respect to input i is computed. */
bool engine_plan_wants(const struct engine_plan *plan, int id, int i);

#endif
