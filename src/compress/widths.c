#include "compress/widths.h"

#include <math.h>
#include <stdbool.h>

struct step {
	int layer, bits;
	double price;		/* damage for a bit saved */
};

/* The cheapest step down of any layer; layer -1: there is none. */
static struct step cheapest(const struct width_costs *costs, const int *bits)
{
	struct step best = {-1, 0, HUGE_VAL};

	for (int l = 0; l < costs->layers; l++) {
		for (int b = BITS_LEAST; b < bits[l]; b++) {
			double more = costs->damage[l][b] -
			    costs->damage[l][bits[l]];
			double price = more / (costs->weights[l] *
			    (bits[l] - b));

			if (price < best.price)
				best = (struct step){l, b, price};
		}
	}
	return best;
}

static double mean_bits(const struct width_costs *costs, const int *bits)
{
	double sum = 0, weights = 0;

	for (int l = 0; l < costs->layers; l++) {
		sum += costs->weights[l] * bits[l];
		weights += costs->weights[l];
	}
	return weights > 0 ? sum / weights : 0;
}

/* What is left of the budget, to the layer that gains most by it; false when
 * nobody can use it. */
static bool spend(const struct width_costs *costs, double budget, int *bits)
{
	struct step best = {-1, 0, 0};

	for (int l = 0; l < costs->layers; l++) {
		int before = bits[l];

		for (int b = before + 1; b <= BITS_MOST; b++) {
			double gain = costs->damage[l][before] -
			    costs->damage[l][b];

			bits[l] = b;
			if (gain > best.price &&
			    mean_bits(costs, bits) <= budget)
				best = (struct step){l, b, gain};
		}
		bits[l] = before;
	}
	if (best.layer >= 0)
		bits[best.layer] = best.bits;
	return best.layer >= 0;
}

double widths_allocate(const struct width_costs *costs, double budget,
    int *bits)
{
	for (int l = 0; l < costs->layers; l++)
		bits[l] = BITS_MOST;
	while (mean_bits(costs, bits) > budget) {
		struct step step = cheapest(costs, bits);

		if (step.layer < 0)
			break;
		bits[step.layer] = step.bits;
	}
	while (spend(costs, budget, bits))
		;
	return mean_bits(costs, bits);
}
