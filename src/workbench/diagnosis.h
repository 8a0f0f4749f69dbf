/*
 * From the rungs of a ladder to the culprit: which part of a compression
 * costs what, and why (in the manner of the quantisation debugging of
 * Siddegowda et al. 2022, "Neural network quantization with AIMET").
 */
#ifndef SNT_WORKBENCH_DIAGNOSIS_H
#define SNT_WORKBENCH_DIAGNOSIS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "compress/ranges.h"
#include "workbench/event.h"

enum rung_name {
	RUNG_FLOATS,		/* the run as it is */
	RUNG_SANITY,		/* pruned and folded, 32 bits */
	RUNG_WEIGHTS,		/* all weights, nothing else */
	RUNG_ACTIVATIONS,	/* all activations, nothing else */
	RUNG_ALL,
	RUNG_LAYER_WEIGHTS,	/* of one layer */
	RUNG_LAYER_INPUT	/* of one layer, and who reads the same */
};

struct rung {
	enum rung_name name;
	int layer;		/* of the run; 0: all */
	char kind[32];		/* of the layer: "conv 5x5" */
	double loss, accuracy;
	struct weight_range weights;	/* RUNG_LAYER_WEIGHTS */
	/* RUNG_LAYER_INPUT: the range over that of nearly all. */
	double reach;
};

/* How it is quantised, as far as it explains what is found. */
struct diagnosed {
	int bits, act;
	bool shared_scale;	/* one for channels of different range */
	bool whole_range;	/* activations from the least to the most */
	bool pruned;
};

struct culprit {
	const char *what;	/* "none", "pruning", "weights", "activations",
				 * "together" */
	int layer;		/* 0: no single one */
	const char *why;	/* "outlier channel", "outlier weights",
				 * "outlier inputs", "too few bits", "" */
};

/* rungs: at least the first three, in the order of their names. */
struct culprit diagnosis_find(const struct rung *rung, int rungs,
    const struct diagnosed *how);
/* In words, with what to try. */
void diagnosis_print(const struct rung *rung, int rungs,
    const struct diagnosed *how, struct buffer *out);

/* diagnosis_show.c: the `diagnosis` event of a rung, costs against `base`,
 * and that of the culprit. */
struct event *diagnosis_rung(const struct rung *rung, const struct rung *base,
    uint32_t n);
struct event *diagnosis_event(const struct rung *rung, int rungs,
    const struct diagnosed *how);

#endif
