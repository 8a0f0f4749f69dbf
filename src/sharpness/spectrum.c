/*
 * The density of the Hessian's eigenvalues by stochastic Lanczos quadrature
 * (Ghorbani, Krishnan & Xiao 2019; Ubaru, Chen & Saad 2017): for a random v,
 * the Ritz values of m Lanczos steps from v, weighted with the squared first
 * components of their eigenvectors, are the nodes of a Gauss quadrature of
 * the spectral density seen by v; the mean over draws is that of all.
 */
#include "sharpness/ask.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/vector.h"
#include "sharpness/lanczos.h"

enum probe_vector { PROBE_SIGNS, PROBE_NORMAL };

const struct option spectrum_options[] = {
	{"draws", OPTION_INTEGER, 4, 1, 1000, NULL, "random vectors", true},
	{"steps", OPTION_INTEGER, 30, 2, 300, NULL,
	    "Lanczos steps from each, as far as memory allows", false},
	{"probes", OPTION_CHOICE, PROBE_SIGNS, 0, 0, "signs|normal",
	    "random vectors of +1 and -1, or normal ones", false},
	{"points", OPTION_INTEGER, 64, 8, 1000, NULL,
	    "places at which the smoothed density is given", false},
	{0}
};

/* The width of the Gaussians that nodes are smoothed with, as a share of the
 * distance between the outermost eigenvalues. */
static const double smoothing = 0.01;

struct spectrum {
	struct lanczos *lanczos;
	int draws, steps, draw;
	int nodes;
	double *node, *weight;	/* (draws * steps) */
	double residual;	/* of the largest value seen, relative */
};

static enum ask ask_next(struct measure *measure)
{
	const struct spectrum *spectrum = measure->state;

	memcpy(measure->direction, lanczos_direction(spectrum->lanczos),
	    measure->n * sizeof(real));
	return ASK_PRODUCT;
}

static enum ask start_draw(struct measure *measure)
{
	struct spectrum *spectrum = measure->state;
	real *start = reals_new(measure->n);

	if (measure_option(measure, "probes") == PROBE_NORMAL)
		measure_normals(measure, spectrum->draw, start);
	else
		measure_signs(measure, spectrum->draw, start);
	lanczos_free(spectrum->lanczos);
	spectrum->lanczos = lanczos_new(measure->n, spectrum->steps, start);
	reals_free(start);
	return ask_next(measure);
}

static enum ask spectrum_begin(struct measure *measure)
{
	struct spectrum *spectrum = measure->state;
	int steps = (int)measure_option(measure, "steps");
	size_t most;

	spectrum->draws = (int)measure_option(measure, "draws");
	spectrum->steps = measure_basis(measure, steps);
	if (spectrum->steps > steps)
		spectrum->steps = steps;
	if (spectrum->steps < steps)
		text_format(measure->note, MEASURE_NOTE, "%d steps fit into "
		    "memory", spectrum->steps);
	most = (size_t)(spectrum->draws * spectrum->steps);
	spectrum->node = xcalloc(most, sizeof(double));
	spectrum->weight = xcalloc(most, sizeof(double));
	measure->expected = (double)most;
	measure->result.value = -INFINITY;
	return start_draw(measure);
}

/* The quadrature of this draw, its mass one of `draws`. */
static void keep_nodes(struct measure *measure)
{
	struct spectrum *spectrum = measure->state;
	int size = lanczos_size(spectrum->lanczos);
	double *node = spectrum->node + spectrum->nodes;
	double *weight = spectrum->weight + spectrum->nodes;
	double *residual = xcalloc((size_t)size, sizeof(double));

	lanczos_ritz(spectrum->lanczos, node, residual, weight);
	for (int k = 0; k < size; k++)
		weight[k] /= spectrum->draws;
	if (node[0] > measure->result.value) {
		measure->result.value = node[0];
		measure->result.error = residual[0] > 0 ?
		    residual[0] / fabs(node[0]) : 0;
	}
	spectrum->nodes += size;
	free(residual);
}

static double smallest(const struct spectrum *spectrum)
{
	double least = INFINITY;

	for (int i = 0; i < spectrum->nodes; i++)
		least = fmin(least, spectrum->node[i]);
	return least;
}

static double density_at(const struct spectrum *spectrum, double x,
    double width)
{
	const double root = sqrt(8 * atan(1));	/* of 2 pi */
	double sum = 0;

	for (int i = 0; i < spectrum->nodes; i++) {
		double z = (x - spectrum->node[i]) / width;

		sum += spectrum->weight[i] * exp(-z * z / 2);
	}
	return sum / (root * width);
}

static void list_density(struct measure *measure)
{
	const struct spectrum *spectrum = measure->state;
	int points = (int)measure_option(measure, "points");
	double *at = measure_list(measure, "at", 1, points);
	double *density = measure_list(measure, "density", 1, points);
	double low = smallest(spectrum), high = measure->result.value;
	double width = high > low ? smoothing * (high - low) :
	    smoothing * fmax(fabs(high), 1);

	low -= 3 * width;
	high += 3 * width;
	for (int i = 0; i < points; i++) {
		at[i] = low + (high - low) * i / (points - 1);
		density[i] = density_at(spectrum, at[i], width);
	}
}

static enum ask finish(struct measure *measure)
{
	const struct spectrum *spectrum = measure->state;
	size_t size = (size_t)spectrum->nodes * sizeof(double);

	memcpy(measure_list(measure, "values", 1, spectrum->nodes),
	    spectrum->node, size);
	memcpy(measure_list(measure, "weights", 1, spectrum->nodes),
	    spectrum->weight, size);
	list_density(measure);
	return ASK_DONE;
}

static enum ask spectrum_answer(struct measure *measure)
{
	struct spectrum *spectrum = measure->state;

	if (lanczos_take(spectrum->lanczos, measure->answer))
		return ask_next(measure);
	keep_nodes(measure);
	return ++spectrum->draw < spectrum->draws ? start_draw(measure) :
	    finish(measure);
}

static void spectrum_end(struct measure *measure)
{
	struct spectrum *spectrum = measure->state;

	lanczos_free(spectrum->lanczos);
	free(spectrum->node);
	free(spectrum->weight);
}

const struct measure_method spectrum_method = {
	.state = sizeof(struct spectrum),
	.begin = spectrum_begin,
	.answer = spectrum_answer,
	.end = spectrum_end,
};
