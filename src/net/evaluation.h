/*
 * An evaluation of one set of parameters on the first `count` samples of a
 * split: the mean loss, its gradient, or a Hessian-vector product, in chunks
 * of the engine's capacity, so that it can be interleaved with training,
 * cancelled, and never needs more memory than one chunk.
 *
 * Chunks are added in order, so the result does not depend on who asked or
 * what ran between. Inference mode: running statistics, no dropout.
 */
#ifndef SNT_NET_EVALUATION_H
#define SNT_NET_EVALUATION_H

#include <stdbool.h>

#include "data/dataset.h"
#include "net/engine.h"

enum evaluation_kind { EVALUATE_LOSS, EVALUATE_GRADIENT, EVALUATE_PRODUCT };

struct evaluation {
	/* Set before evaluation_begin(): */
	enum evaluation_kind kind;
	struct engine *engine;
	const struct dataset *dataset;
	enum split_name split;
	uint32_t count;		/* 0: the whole split; more than it has: all */
	const real *w;		/* (parameters), constant until done */
	const real *buffers;
	const real *direction;	/* EVALUATE_PRODUCT */
	real *gradient;		/* (parameters), or of a product NULL */
	real *product;		/* (parameters), of a product */
	real *logits;		/* (count, classes) or NULL */
	/* EVALUATE_PRODUCT, or NULL: kept by a caller who asks for many
	 * products, 0 at first and whenever w, buffers, split or count have
	 * changed: they share what is dear in their base passes. */
	uint64_t *held;
	/* Results; of the samples done so far until then: */
	uint32_t done;		/* samples */
	double loss;		/* mean over `done` */
	uint32_t correct;
	/* Private: */
	double loss_sum;
	uint64_t ticket;	/* of w and the direction */
};

/* Samples a chunk, so that one is some milliseconds of work on numbers that
 * are still in a cache when they are read again; fixed by the network alone, since the order of a sum is part of its result. */
int evaluation_chunk(const struct network *network);
/* Resolve count, zero the sums. */
void evaluation_begin(struct evaluation *evaluation);
/* One chunk of at most `samples` (0: the capacity). True when all is done. */
bool evaluation_advance(struct evaluation *evaluation, int samples);
/* The share of right answers among those done; NAN: none are. */
double evaluation_accuracy(const struct evaluation *evaluation);
/* Begin and run to the end. */
void evaluation_run(struct evaluation *evaluation);

#endif
