/* The methods of pruning: which weights matter least. */
#ifndef SNT_COMPRESS_PRUNERS_H
#define SNT_COMPRESS_PRUNERS_H

#include "compress/surgeon.h"

/* The names of the table in pruners.c, as choices of an option. */
#define PRUNE_METHODS "magnitude|random|wanda|obs|neurons|channels|units"

/* What a score may depend on. */
struct scoring {
	const struct network *network;
	const real *w;
	uint64_t seed;
	const struct moments *moments;	/* NULL: not asked for */
	const struct surgeon *surgeon;	/* [segment] */
};

enum calibration_needs { NEEDS_NOTHING, NEEDS_SQUARES, NEEDS_PRODUCTS };

struct pruner {
	const char *name;	/* "magnitude", "random" */
	const char *help;
	enum calibration_needs needs;
	unsigned units;		/* of enum unit_kind, to take out; else 0: */
	/* score (parameters), at least 0, larger stays; only prunable ones
	 * are read. */
	void (*score)(const struct scoring *scoring, real *score);
};
const struct pruner *pruners(int *count);
const struct pruner *pruner_of(const struct compress_settings *settings);

#endif
