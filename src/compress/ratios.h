/* A pruning ratio for each layer, from what each costs alone. */
#ifndef SNT_COMPRESS_RATIOS_H
#define SNT_COMPRESS_RATIOS_H

/* damage [layer * points + k]: the loss that the layer alone brings at
 * ratio[k], ascending; weights [layer]. */
struct ratio_costs {
	int layers, points;
	const double *ratio, *damage, *weights;
};

/* chosen [layer] so that all together prune the share `target` of the
 * weights: always the step that costs least for the weights it prunes (the
 * convex hull of each layer, Shoham and Gersho 1988), the last one in part.
 * The share reached: less than `target` when the largest ratios do not do. */
double ratios_allocate(const struct ratio_costs *costs, double target,
    double *chosen);

#endif
