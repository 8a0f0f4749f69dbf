#include "compress/pruners.h"

#include <math.h>

#include "base/random.h"
#include "compress/structure.h"

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

/* score of weight i of a segment = f(w, what is known of its input) */
static void score_segment(const struct segment *segment, const real *w,
    int groups, int columns, const double *of_input,
    double (*f)(double w, double input), real *score)
{
	size_t rows = (size_t)segment->dimension[0];
	size_t width = (size_t)columns;

	for (size_t row = 0; row < rows; row++) {
		size_t group = row / (rows / (size_t)groups);

		for (size_t i = 0; i < width; i++) {
			size_t at = segment->offset + row * width + i;

			score[at] = (real)f((double)w[at],
			    of_input[group * width + i]);
		}
	}
}

/* |w| |x|_2 (Sun et al. 2024, Wanda, arXiv 2306.11695) */
static double weight_times_norm(double w, double square)
{
	return fabs(w) * sqrt(square);
}

static void score_wanda(const struct scoring *scoring, real *score)
{
	for (int k = 0; k < scoring->network->segments; k++) {
		const struct moment *moment = &scoring->moments->segment[k];

		if (moment->columns)
			score_segment(&scoring->network->segment[k],
			    scoring->w, moment->groups, moment->columns,
			    moment->square, weight_times_norm, score);
	}
}

/* w^2 / (2 (H^-1)_jj), the least increase of the layer's squared error
 * without the weight (Hassibi and Stork 1993, Optimal Brain Surgeon). */
static double saliency(double w, double curvature)
{
	return w * w * curvature / 2;
}

static void score_obs(const struct scoring *scoring, real *score)
{
	for (int k = 0; k < scoring->network->segments; k++) {
		const struct surgeon *surgeon = &scoring->surgeon[k];

		if (surgeon->columns)
			score_segment(&scoring->network->segment[k],
			    scoring->w, surgeon->groups, surgeon->columns,
			    surgeon->curvature, saliency, score);
	}
}

/* In the order of PRUNE_METHODS. */
static const struct pruner table[] = {
	{"magnitude", "the smallest weights go first", NEEDS_NOTHING, 0,
	    score_magnitude},
	{"random", "any weights, by the seed: the control", NEEDS_NOTHING, 0,
	    score_random},
	{"wanda", "the smallest products of weight and norm of its input",
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
