/* Bits for each layer under a budget, from what each costs alone. */
#ifndef SNT_COMPRESS_WIDTHS_H
#define SNT_COMPRESS_WIDTHS_H

#include <stddef.h>

#include "net/levels.h"

/* damage [layer][bits]: the loss that the layer alone brings at so many bits
 * (BITS_LEAST .. BITS_MOST); weights [layer]. */
struct width_costs {
	int layers;
	const double (*damage)[BITS_MOST + 1];
	const double *weights;
};

/* bits [layer] so that their mean over all weights is at most `budget`: from
 * the most bits downwards, always the step that costs least for the bits it
 * saves (the convex hull of each layer, as in Lagrangian allocation: Shoham
 * and Gersho 1988); what the last step saved too much is spent where it helps
 * most. The mean reached. */
double widths_allocate(const struct width_costs *costs, double budget,
    int *bits);

#endif
