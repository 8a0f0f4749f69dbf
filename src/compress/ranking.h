/*
 * All prunable weights, ranked once by what a method thinks of them and then
 * by index; every ratio, of the network or of a layer, is a walk along that
 * one order, because a layer's own order is contained in it.
 */
#ifndef SNT_COMPRESS_RANKING_H
#define SNT_COMPRESS_RANKING_H

#include "compress/surgeon.h"

struct ranking {
	int method;
	uint64_t seed;
	uint32_t calibrated;	/* training images asked for; 0: none */
	uint32_t count;
	uint32_t *order;	/* (count) indices into w, first to go first */
	uint16_t *layer;	/* (count) whose weight it is */
	struct moments_work *work;	/* NULL: the order is there */
	struct network *network;	/* until then, */
	real *w;			/* copies */
	int segments;
	struct surgeon *surgeon;	/* [segment], of `obs`, or NULL */
};

#endif
