#include "workbench/comparison.h"

#include <math.h>
#include <stdlib.h>

#include "workbench/statistics.h"

bool comparison_has(const struct comparison *comparison,
    enum position position)
{
	bool pruned = !isnan(comparison->ratio);
	bool quantised = comparison->bits > 0;

	switch (position) {
	case POSITION_PRUNED:
		return pruned;
	case POSITION_QUANTISED:
		return quantised;
	case POSITION_BOTH:
		return pruned && quantised;
	default:
		return true;
	}
}

void comparison_free(struct comparison *comparison)
{
	for (int i = 0; i < comparison->runs; i++) {
		for (int k = 0; k < POSITIONS; k++)
			free(comparison->run[i].correct[k]);
	}
	*comparison = (struct comparison){0};
}

/* Of a sum that grows with the steps, `high` is what it was at a point's own
 * step; between two points it is taken to grow evenly. */
static double place_between(struct point from, struct point to, double x,
    bool by_step)
{
	double x0 = (double)from.x, x1 = (double)to.x;
	double y0 = (double)from.high, y1 = (double)to.high;

	if (by_step)
		return x1 > x0 ? y0 + (y1 - y0) * (x - x0) / (x1 - x0) : y1;
	return y1 > y0 ? x0 + (x1 - x0) * (x - y0) / (y1 - y0) : x1;
}

/* From steps to cost (by_step) or back, within what was recorded. */
static double look_up(const struct series *series, double x, bool by_step)
{
	struct point before = {0};
	int size = series_size(series);

	for (int i = 0; i < size; i++) {
		struct point point = series->point[i];

		if ((by_step ? (double)point.x : (double)point.high) >= x)
			return place_between(before, point, x, by_step);
		before = point;
	}
	return by_step ? (double)before.high : (double)before.x;
}

static const struct series *cost_of(const struct run *run,
    enum compare_axis axis)
{
	return &run->curve[axis == COMPARE_SECONDS ? CURVE_SECONDS :
	    CURVE_GRADIENTS];
}

double comparison_cost(const struct run *run, enum compare_axis axis,
    long step)
{
	return axis == COMPARE_STEPS ? (double)step :
	    look_up(cost_of(run, axis), (double)step, true);
}

double comparison_spent(const struct run *run, enum compare_axis axis)
{
	return comparison_cost(run, axis, run->learner->step);
}

long comparison_step(const struct run *run, enum compare_axis axis,
    double amount)
{
	const double rounding = 1e-6;	/* of single precision, and below */
	double step;

	if (axis == COMPARE_STEPS)
		return (long)amount;
	if (amount >= comparison_spent(run, axis))
		return run->learner->step;
	step = floor(look_up(cost_of(run, axis), amount, false) *
	    (1 + rounding));
	return step < (double)run->learner->step ? (long)step :
	    run->learner->step;
}

struct comparison_pair comparison_pair(const struct comparison *comparison,
    int run, enum position position)
{
	const uint8_t *first = comparison->run[0].correct[position];
	const uint8_t *mine = comparison->run[run].correct[position];
	struct comparison_pair pair = {0};
	long n = (long)comparison->n;

	for (long i = 0; i < n; i++) {
		pair.won += mine[i] && !first[i];
		pair.lost += first[i] && !mine[i];
	}
	pair.difference = (double)(pair.won - pair.lost) / (double)n;
	paired_interval(pair.won, pair.lost, n, &pair.low, &pair.high);
	pair.p = mcnemar(pair.won, pair.lost);
	return pair;
}
