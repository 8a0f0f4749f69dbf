#include "compress/ratios.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

/* A layer's way from one of its points to a later one. */
struct way {
	int layer, to;
	double slope;		/* damage for each weight pruned */
};

/* Point -1 is a ratio of 0, which costs nothing. */
static double ratio_at(const struct ratio_costs *costs, int point)
{
	return point < 0 ? 0 : costs->ratio[point];
}

static double damage_at(const struct ratio_costs *costs, int layer, int point)
{
	return point < 0 ? 0 : costs->damage[layer * costs->points + point];
}

static struct way cheapest(const struct ratio_costs *costs, const int *at)
{
	struct way best = {-1, 0, HUGE_VAL};

	for (int layer = 0; layer < costs->layers; layer++) {
		for (int to = at[layer] + 1; to < costs->points; to++) {
			double slope = (damage_at(costs, layer, to) -
			    damage_at(costs, layer, at[layer])) /
			    (costs->weights[layer] * (ratio_at(costs, to) -
			    ratio_at(costs, at[layer])));

			if (slope < best.slope)
				best = (struct way){layer, to, slope};
		}
	}
	return best;
}

double ratios_allocate(const struct ratio_costs *costs, double target,
    double *chosen)
{
	int *at = xcalloc((size_t)costs->layers + 1, sizeof(*at));
	double all = 0, left;

	for (int layer = 0; layer < costs->layers; layer++) {
		at[layer] = -1;
		chosen[layer] = 0;
		all += costs->weights[layer];
	}
	left = target * all;
	while (left > 0) {
		struct way way = cheapest(costs, at);
		double more;

		if (way.layer < 0)
			break;
		more = costs->weights[way.layer] *
		    (ratio_at(costs, way.to) - chosen[way.layer]);
		if (more > left)
			more = left;
		chosen[way.layer] += more / costs->weights[way.layer];
		at[way.layer] = way.to;
		left -= more;
	}
	free(at);
	return all > 0 ? target - left / all : 0;
}
