/*
 * What Hessian-vector products of one set of samples need not compute again:
 * numbers of the base passes that are dear to compute and cheap to keep. How
 * many fit is bounded, so a large set keeps the dearest of them only.
 *
 * A value is a node's output (with what its layer saves for later passes), or
 * the gradient of one. Of the samples first .. first + n - 1, a chunk, they
 * lie one value after another from first * numbers on.
 */
#ifndef SNT_NET_ENGINE_HOLD_H
#define SNT_NET_ENGINE_HOLD_H

#include "net/engine_layout.h"
#include "net/engine_program.h"

#define NOT_HELD ((size_t)-1)

struct hold {
	uint64_t set;		/* 0: none */
	uint32_t samples;
	size_t numbers;		/* of one sample */
	real *memory;
	/* By node: where its numbers begin, or NOT_HELD. */
	size_t *y, *dy, *saved;
	bool *backward;		/* by layer: whose dx[0] is held */
	/* Samples of the chunk that begins here, when it is there; else 0. */
	int *filled;
};

/* Choose what to keep of each of `samples` samples; saved: by layer, what it
 * saves of a sample; gradients: places of LAYOUT_GRADIENTS_KEPT. */
void hold_make(struct hold *hold, const struct engine_plan *plan,
    const size_t *saved, const struct place *gradients, uint32_t samples);
void hold_free(struct hold *hold);
size_t hold_bytes(const struct hold *hold);

bool hold_has(const struct hold *hold, uint32_t first, int n);
void hold_filled(struct hold *hold, uint32_t first, int n);
/* Whether a call computes nothing but what is held. */
bool hold_spares(const struct hold *hold, const struct call *call);
/* Let the places by node of a chunk's values be in here. */
void hold_place(const struct hold *hold, const struct engine_plan *plan,
    uint32_t first, int n, struct place *y, struct place *dy,
    struct place *saved);

#endif
