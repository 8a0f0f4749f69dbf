/*
 * The order of work of one kind of pass: calls of operations, grouped into
 * phases. All units of a phase may run at the same time, and the next phase
 * begins when they are done. In a phase of shards each unit takes its samples
 * through all the phase's calls, one after the other, while they are in
 * cache.
 */
#ifndef SNT_NET_ENGINE_PROGRAM_H
#define SNT_NET_ENGINE_PROGRAM_H

#include "net/engine_plan.h"

enum call_kind {
	CALL_FORWARD_STATISTICS,
	CALL_FORWARD_JOIN,
	CALL_FORWARD,
	CALL_LOSS,
	CALL_LOSS_GRADIENT,
	CALL_BACKWARD_STATISTICS,
	CALL_BACKWARD_JOIN,
	CALL_BACKWARD,
	CALL_WEIGHT_GRADIENT,
	CALL_ADD,		/* spare gradients to those they belong to */
	CALL_TANGENT_FORWARD,
	CALL_TANGENT_LOSS,
	CALL_TANGENT_BACKWARD,
	CALL_TANGENT_WEIGHT_GRADIENT,
	CALL_TANGENT_ADD
};

enum spread { SPREAD_SHARDS, SPREAD_PARTS, SPREAD_ONCE };

struct call {
	enum call_kind kind;
	int layer;
};

struct phase {
	enum spread spread;
	int first, count;	/* calls */
	double cost;		/* a sample, in multiply-adds, roughly */
};

struct program {
	struct call *call;
	struct phase *phase;
	size_t calls, call_capacity, phases, phase_capacity;
};

/* What a program is made of. */
enum program_part {
	PROGRAM_TRAINING = 1,	/* with batch statistics */
	PROGRAM_BACKWARD = 2,
	PROGRAM_WEIGHTS = 4,	/* gradients of parameters, not only of y */
	PROGRAM_TANGENT = 8,	/* the tangent passes instead, or */
	PROGRAM_BOTH = 16	/* beside the others, layer by layer */
};

void program_make(struct program *program, const struct engine_plan *plan,
    unsigned parts);
void program_free(struct program *program);

#endif
