#include "compress/pruners.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "compress/order.h"
#include "compress/structure.h"
#include "net/kernels.h"

static void score_magnitude(const struct scoring *scoring, real *score)
{
	for (size_t i = 0; i < scoring->network->parameters; i++)
		score[i] = real_fabs(scoring->w[i]);
}

static void score_random(const struct scoring *scoring, real *score)
{
	struct random_key key = {.seed = scoring->seed,
		.stream = RANDOM_COMPRESS};

	for (size_t i = 0; i < scoring->network->parameters; i++)
		score[i] = (real)random_uniform(key, i);
}

/* score of weight i of a segment (rows, columns) = f(w, what is known of its
 * input) */
static void score_segment(const struct segment *segment, const real *w,
    int groups, int columns, const double *of_input,
    double (*f)(double w, double input), real *score)
{
	size_t rows = (size_t)segment->dimension[0];
	size_t width = (size_t)columns;

	for (size_t row = 0; row < rows; row++) {
		size_t group = row / (rows / (size_t)groups);

		for (size_t i = 0; i < width; i++)
			score[row * width + i] = (real)f(
			    (double)w[row * width + i],
			    of_input[group * width + i]);
	}
}

/* |w| |x|_2 (Sun et al. 2024, Wanda, arXiv 2306.11695) */
static double weight_times_norm(double w, double square)
{
	return fabs(w) * sqrt(square);
}

/* Published for weights of one layer. Those of several are compared by their
 * shares of what the layer puts out, were its inputs independent: else all of
 * a layer with small inputs would go first. */
static void divide_by_length(size_t n, real *score)
{
	double length = sqrt(kernels()->dot(n, score, score));

	for (size_t i = 0; i < n && length > 0; i++)
		score[i] = (real)((double)score[i] / length);
}

static void score_wanda(const struct scoring *scoring, real *score)
{
	for (int k = 0; k < scoring->network->segments; k++) {
		const struct segment *segment = &scoring->network->segment[k];
		const struct moment *moment = &scoring->moments->segment[k];

		if (!moment->columns)
			continue;
		score_segment(segment, scoring->w + segment->offset,
		    moment->groups, moment->columns, moment->square,
		    weight_times_norm, score + segment->offset);
		divide_by_length(segment->count, score + segment->offset);
	}
}

static double saliency(double w, double curvature)
{
	return w * w * curvature / 2;
}

/* From 6 to 50 all gave the same accuracies, within their noise. */
#define LATE 16

/* w^2 / (2 (H^-1)_jj), the least increase of the layer's squared error
 * without the weight (Hassibi and Stork 1993, Optimal Brain Surgeon). That is
 * with the help of all the others; for the last of a layer to go there is
 * none, and they cost w^2 H_jj / 2. Both as shares of what the layer puts out,
 * or layers could not be compared. */
static void score_surgeon(const struct segment *segment, const real *w,
    const struct surgeon *s, real *score)
{
	uint32_t count = (uint32_t)segment->count;
	real *alone = reals_new(count);
	uint32_t *order = xmalloc(count * sizeof(*order));
	double energy = surgeon_energy(s, segment->dimension[0], w);

	score_segment(segment, w, s->groups, s->columns, s->curvature,
	    saliency, score);
	score_segment(segment, w, s->groups, s->columns, s->alone, saliency,
	    alone);
	for (uint32_t i = 0; i < count; i++)
		order[i] = i;
	order_by_score(score, order, count);
	for (uint32_t k = 0; k < count && energy > 0; k++) {
		double late = pow((double)k / count, LATE);
		real *its = &score[order[k]];

		*its = (real)(((1 - late) * (double)*its + late *
		    (double)alone[order[k]]) / energy);
	}
	reals_free(alone);
	free(order);
}

static void score_obs(const struct scoring *scoring, real *score)
{
	for (int k = 0; k < scoring->network->segments; k++) {
		const struct segment *segment = &scoring->network->segment[k];
		const struct surgeon *surgeon = &scoring->surgeon[k];

		if (surgeon->columns)
			score_surgeon(segment, scoring->w + segment->offset,
			    surgeon, score + segment->offset);
	}
}

/* In the order of PRUNE_METHODS. */
static const struct pruner table[] = {
	{"magnitude", "the smallest weights go first", NEEDS_NOTHING, 0,
	    score_magnitude},
	{"random", "any weights, by the seed: the control", NEEDS_NOTHING, 0,
	    score_random},
	{"wanda", "the smallest products of weight and norm of its input, as "
	    "shares of what the layer puts out",
	    NEEDS_SQUARES, 0, score_wanda},
	{"obs", "those whose loss costs the layer's output least, the others "
	    "making up for it", NEEDS_PRODUCTS, 0, score_obs},
	{"neurons", "neurons of dense layers with the smallest weights, taken "
	    "out", NEEDS_NOTHING, UNIT_NEURON, NULL},
	{"channels", "channels of convolutions with the smallest weights, "
	    "taken out", NEEDS_NOTHING, UNIT_CHANNEL, NULL},
	{"units", "neurons and channels", NEEDS_NOTHING,
	    UNIT_NEURON | UNIT_CHANNEL, NULL},
};

const struct pruner *pruners(int *count)
{
	*count = sizeof(table) / sizeof(table[0]);
	return table;
}

const struct pruner *pruner_of(const struct compress_settings *settings)
{
	return &table[(int)option_value(prune_options, &settings->prune,
	    "method")];
}
