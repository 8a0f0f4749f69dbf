/* The memory that training takes, by purpose. */
#ifndef SNT_TRAIN_LEARNER_MEMORY_H
#define SNT_TRAIN_LEARNER_MEMORY_H

#include "train/learner.h"

/* Bytes, planned: what the present settings use from the first step on. */
struct learner_memory {
	size_t weights;		/* w, theta, running statistics, packed ones */
	size_t optimizer;	/* its state and work */
	size_t activations;	/* the batch and every layer's output */
	size_t gradients;	/* of activations and of weights */
	size_t workspace;
};

void learner_memory(const struct learner *learner,
    struct learner_memory *memory);
size_t learner_memory_sum(const struct learner_memory *memory);

#endif
