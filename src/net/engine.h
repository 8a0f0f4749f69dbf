/*
 * The engine: memory and order of work for one network on batches of up to
 * `capacity` samples. All memory is planned and allocated here, once; no
 * pass allocates. An engine belongs to one thread (the compute thread) and
 * spreads its work over the pool.
 *
 * Bits depend on the network, the batch and the numbers alone, never on the
 * number of threads or on the capacity.
 */
#ifndef SNT_NET_ENGINE_H
#define SNT_NET_ENGINE_H

#include <stdint.h>

#include "base/pool.h"
#include "net/network.h"

struct engine;

struct engine_result {
	double loss;	/* sum over the samples of the cross-entropy */
	long correct;	/* samples whose largest logit (lowest index on ties)
			 * is their label */
	int n;
};

/* The network is copied. The memory for gradients and for tangents is
 * allocated at the first call that needs it. */
struct engine *engine_new(const struct network *network, int capacity,
    struct pool *pool);
void engine_free(struct engine *engine);
const struct network *engine_network(const struct engine *engine);
int engine_capacity(const struct engine *engine);
struct pool *engine_pool(const struct engine *engine);
/* Bytes held, and by what. */
struct engine_memory {
	size_t activations;	/* the input and what operations save too */
	size_t gradients;	/* of activations, and partial sums of those
				 * of the parameters */
	size_t tangents;
	size_t packed;
	size_t workspace;
};

void engine_memory(const struct engine *engine, struct engine_memory *memory);
size_t engine_bytes(const struct engine *engine);	/* the sum */
/* What gradients of n samples use, whether it is held already or not. */
void engine_memory_of_gradient(const struct engine *engine, int n,
    struct engine_memory *memory);

/* Where the caller puts a batch: (capacity, in) and (capacity). To be asked
 * for anew before each change of the batch. */
real *engine_input(struct engine *engine);
int32_t *engine_labels(struct engine *engine);

/* New parameters: pack them. Must be called whenever *w changed, before the
 * next pass; w is kept by reference until then. */
void engine_set_weights(struct engine *engine, const real *w);
/* Running statistics, kept by reference; NULL for networks without. */
void engine_set_buffers(struct engine *engine, const real *buffers);

enum engine_mode {
	ENGINE_INFERENCE,	/* running statistics, no dropout */
	ENGINE_TRAINING		/* batch statistics, dropout */
};

struct engine_request {
	enum engine_mode mode;
	int n;			/* samples, at most the capacity */
	uint64_t seed;		/* of dropout, used when training */
	uint64_t step;
	int origin;		/* of these n in the batch, when that is cut */
	real *running;		/* training: running statistics to update, or
				 * NULL (the second pass of SAM) */
	double momentum;	/* how far, of the way to the batch's; 0:
				 * BATCHNORM_MOMENTUM */
	bool first;		/* its gradient is written, not added to */
};

/* Logits (n, classes) and losses (n) stay valid until the next pass. */
void engine_forward(struct engine *engine, const struct engine_request *request,
    struct engine_result *result);
const real *engine_logits(const struct engine *engine);
const real *engine_losses(const struct engine *engine);

/* gradient (parameters) += scale * sum over samples of the gradient of the
 * loss, or = when the request is the first. (scale = 1 / batch for the mean.)
 * `weight`: per-sample factors (n), or NULL for 1. */
void engine_gradient(struct engine *engine,
    const struct engine_request *request, const real *weight, double scale,
    real *gradient, struct engine_result *result);

struct product_request {
	int n;			/* samples, at most the capacity */
	const real *direction;
	uint64_t ticket;	/* of this direction, see below; 0: none */
	double scale;
	real *product;
	real *gradient;		/* NULL: not wanted */
	uint64_t set;		/* of engine_hold(), or 0 */
	uint32_t first;		/* of the batch's samples in that set */
};

/* Exact Hessian-vector product by the R-operator (Pearlmutter 1994), in
 * inference mode: product += scale * sum over samples of H v; gradient, when
 * wanted, likewise. Bits do not depend on set and ticket. */
void engine_product(struct engine *engine,
    const struct product_request *request, struct engine_result *result);

/* Many products at the same weights, of a set of that many samples: what is
 * dear in their base passes is computed once and kept, within a fixed amount
 * of memory. The set's number, never 0 nor given twice; the caller asks anew
 * when weights, buffers or samples change. One set at a time: a product of
 * one that is gone computes all again. */
uint64_t engine_hold(struct engine *engine, uint32_t samples);

/* A number, never 0 nor given twice, for weights or a direction that do not
 * change: they are packed once as long as nobody sets others. */
uint64_t engine_ticket(struct engine *engine);
void engine_set_weights_once(struct engine *engine, const real *w,
    uint64_t ticket);

#endif
