/* Shared by engine.c, engine_memory.c, engine_run.c and engine_collect.c. */
#ifndef SNT_NET_ENGINE_PRIVATE_H
#define SNT_NET_ENGINE_PRIVATE_H

#include "net/engine.h"
#include "net/engine_hold.h"
#include "net/engine_layout.h"
#include "net/engine_program.h"

enum {
	RUN_FORWARD,
	RUN_FORWARD_TRAINING,
	RUN_GRADIENT,
	RUN_GRADIENT_TRAINING,
	RUN_TANGENT,		/* after a gradient, which was asked for too */
	RUN_PRODUCT,		/* base passes and tangents */
	PROGRAMS
};

/* Where a layer's numbers begin in the arrays of the engine. */
struct offsets {
	size_t packed, panels;
	size_t saved;		/* of one sample: where, */
	size_t saved_each;	/* and how many */
	size_t statistics, statistics_each;	/* a shard */
	size_t joined;
	size_t gradient, gradients;	/* in one shard's sums */
};

/* What one thread collects of the parameters' gradient at once. */
struct piece {
	int layer;
	size_t first, count;
};

struct block {
	real *memory;
	size_t count;
};

struct engine {
	struct network *network;
	int capacity;
	struct pool *pool;
	struct engine_plan plan;
	struct program program[PROGRAMS];

	real *input;		/* (capacity, in) */
	int32_t *labels;	/* (capacity) */
	real *losses;		/* (capacity) */
	int correct[SHARDS_MAX];
	const real *logits;

	const real *w, *buffers;	/* the caller's */
	struct offsets *offsets;	/* by layer */
	struct locals locals[PROGRAMS];
	/* All use the same memory, each when its program runs. Products find
	 * the outputs of RUN_GRADIENT, so none of those is local. */
	struct layouts {
		struct layout outputs, gradients;
	} layouts[PROGRAMS];
	struct block outputs;
	struct layout gradients_kept, tangents, tangent_gradients;
	struct block of_product;
	struct place (*spare)[INPUTS_MAX];	/* by layer: where dx goes that
						 * is then added */
	real *packed, *packed_tangent, *panels, *saved, *saved_tangent;
	struct place *saved_place, *saved_tangent_place;	/* by layer */
	real *statistics, *joined, *spares, *sums, *scratch;
	size_t packed_count, panels_count, statistics_count, joined_count;
	size_t saved_each;		/* of one sample, all layers */
	int spares_capacity, tangent_capacity;
	size_t spares_count, sums_count, scratch_count;
	size_t shard_gradients;		/* of one shard */
	size_t scratch_each;		/* of one thread, with locals */
	int scratch_threads;
	struct piece *piece;
	int pieces;

	uint64_t tickets;		/* given out */
	uint64_t weights_ticket, direction_ticket;
	uint64_t panels_ticket;		/* of the weights at `panels` */
	struct hold hold;
	bool *spared;			/* calls of a product */
	/* By node, of the product under way. */
	struct place *product_y, *product_dy, *product_saved;
};

/* engine_memory.c: each is made at its first use, for n samples at least;
 * what a program forward, or one with a backward pass, needs. */
void engine_memory_plan(struct engine *engine);
void engine_need_outputs(struct engine *engine, int program, int n);
void engine_need_gradients(struct engine *engine, int program, int n);
void engine_need_tangents(struct engine *engine, int n);
void engine_need_scratch(struct engine *engine);
void engine_need_panels(struct engine *engine);
/* Layers that see the whole batch have spare places of their own; where the
 * memory is still NULL only the size is counted. */
size_t engine_place_spares(const struct engine *engine, int capacity,
    real *spares);
void engine_memory_free(struct engine *engine);

/* Base and tangent passes of one layer, at most. */
enum { CALLS_OF_PARTS = 4 };

/* engine_run.c: one pass through a program. */
struct run {
	struct engine *engine;
	const struct program *program;
	const struct engine_request *request;
	const real *weight;		/* of each sample, or NULL */
	const real *direction;		/* of a product */
	/* By node; NULL: not in this pass. */
	const struct place *y, *dy, *ty, *tdy;
	const struct place *saved;	/* by layer */
	const bool *spared;		/* by call: not to be run; or NULL */
	real *gradient;			/* of the parameters, to add to, or
					 * NULL */
	real scale;			/* of what is added */
	int shards;
	const struct phase *phase;	/* under way */
};

void engine_run(struct run *run, struct engine_result *result);
/* Pack the parameters w of all layers. */
void engine_pack(struct engine *engine, const real *w, real *packed);

/* engine_collect.c: the gradient += scale * the shards' sums. */
void engine_pieces(struct engine *engine);
void engine_collect(const struct run *run);

#endif
