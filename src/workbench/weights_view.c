#include "workbench/weights_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

#define LOOK_SECONDS 0.5

struct weight_looks {
	const struct run *run;	/* only compared */
	int layers;
	double at;
	struct weight_view *view;
};

struct weight_looks *weight_looks_new(void)
{
	return xcalloc(1, sizeof(struct weight_looks));
}

void weight_looks_free(struct weight_looks *looks)
{
	if (!looks)
		return;
	free(looks->view);
	free(looks);
}

static void fill_bins(const real *x, size_t count, struct spread_view *view)
{
	double scale = WEIGHT_BINS / 2 / view->end;

	for (size_t i = 0; i < count; i++) {
		double bin = floor((double)x[i] * scale) + WEIGHT_BINS / 2;

		view->bin[(int)fmin(fmax(bin, 0), WEIGHT_BINS - 1)] += 1;
	}
	for (int i = 0; i < WEIGHT_BINS; i++)
		view->bin[i] /= (float)count;
}

/* Most gradients are far below the largest, so their bins reach to this many
 * times the root of their mean square; those of weights, to the largest. */
static const double reach = 4;

static void fill_spread(const real *x, size_t count, bool tails,
    struct spread_view *view)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++) {
		view->most = fmax(view->most, fabs((double)x[i]));
		sum += (double)x[i] * (double)x[i];
	}
	view->rms = sqrt(sum / (double)count);
	view->end = tails ? fmin(view->most, reach * view->rms) : view->most;
	/* What diverged has no histogram. */
	if (view->end > 0 && isfinite(sum))
		fill_bins(x, count, view);
	else
		view->most = 0;
}

/* Output channels come first in PyTorch's layout, which segments have. */
static void fill_ranges(const real *w, const struct segment *segment,
    struct weight_view *view)
{
	int channels = segment->dimension[0];
	size_t each = segment->count / (size_t)channels;

	view->channels = channels;
	view->ranges = channels < CHANNELS_SEEN ? channels : CHANNELS_SEEN;
	for (size_t i = 0; i < segment->count; i++) {
		size_t channel = i / each;
		float *range = &view->range[channel * (size_t)view->ranges /
		    (size_t)channels];

		*range = fmaxf(*range, fabsf((float)w[i]));
	}
}

static struct weight_view *look(const struct run *run)
{
	const struct network *network = run->learner->network;
	const real *w = learner_weights(run->learner);
	const real *g = run->learner->g_w;
	struct weight_view *views = xcalloc((size_t)network->layers + 1,
	    sizeof(*views));

	for (int i = 0; i < network->segments; i++) {
		const struct segment *segment = &network->segment[i];
		struct weight_view *view = &views[segment->layer - 1];

		if (!segment_compressible(segment) || view->channels ||
		    segment->count == 0)
			continue;
		fill_ranges(w + segment->offset, segment, view);
		fill_spread(w + segment->offset, segment->count, false,
		    &view->weights);
		fill_spread(g + segment->offset, segment->count, true,
		    &view->gradients);
	}
	return views;
}

struct weight_view *weights_look(const struct bench *bench,
    const struct run *run)
{
	struct weight_looks *looks = bench->looks;
	int layers = run->learner->network->layers;
	size_t size = ((size_t)layers + 1) * sizeof(*looks->view);
	struct weight_view *copy;

	if (looks->run != run || looks->layers != layers ||
	    !bench_training(bench, run) ||
	    clock_now() - looks->at > LOOK_SECONDS) {
		free(looks->view);
		*looks = (struct weight_looks){run, layers, clock_now(),
			look(run)};
	}
	copy = xmalloc(size);
	memcpy(copy, looks->view, size);
	return copy;
}
