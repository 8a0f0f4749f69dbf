/*
 * Structured pruning: neurons of dense layers and channels of convolutions,
 * really taken out. What follows shrinks with them: batch norm, depthwise
 * convolutions, the inputs of the layers behind. A residual sum ties the
 * channels of both its sides: they go together, as one unit.
 *
 * Not taken out: the classes, and what layer norm, positions, attention or a
 * grouped convolution reads, whose other outputs would change. Since every
 * operation in between gives zero for zero, the smaller network computes what
 * the whole one does with the unit's weights, bias and norm set to zero.
 */
#ifndef SNT_COMPRESS_STRUCTURE_H
#define SNT_COMPRESS_STRUCTURE_H

#include <stdbool.h>

#include "compress/compress.h"

enum unit_kind { UNIT_NEURON = 1, UNIT_CHANNEL = 2 };

struct structure {
	int layers;
	int *set;	/* [id] whose units the layer's output is made of:
			 * the id of the first layer that makes them */
	int *span;	/* [id] features of the output a unit stands for */
	bool *fixed;	/* [set] cannot be taken out */
	bool **stays;	/* [set] (units), NULL: all */
};

/* Choose the units with the smallest root mean square of weights: of m units
 * in a scope floor(r m + 1/2), ties by index, but the last one of a layer
 * stays. `kinds`: of enum unit_kind. */
struct structure *structure_choose(const struct network *network,
    const real *w, const struct compress_settings *settings, unsigned kinds,
    struct error *error);
void structure_free(struct structure *structure);

/* The smaller network. */
struct network *structure_shrink(const struct structure *structure,
    const struct network *network);
/* For each parameter (or running statistic) of the smaller network its place
 * in the whole one; free(). original [id]: the ids that the structure knows
 * the layers of `network` by (fold_map()), or NULL for the same. */
size_t *structure_map(const struct structure *structure,
    const struct network *network, const int *original, bool buffers);

#endif
