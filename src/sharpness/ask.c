/* What the methods of measuring share: options, draws, lists, means. */
#include "sharpness/ask.h"

#include <math.h>

#include "base/memory.h"

double measure_option(const struct measure *measure, const char *name)
{
	return option_value(measure->request.kind->options,
	    &measure->request.options, name);
}

struct random_key measure_key(const struct measure *measure, int draw)
{
	return (struct random_key){.seed = measure->request.seed,
		.stream = RANDOM_PROBE, .step = (uint64_t)draw};
}

void measure_signs(const struct measure *measure, int draw, real *out)
{
	random_sign(measure_key(measure, draw), measure->first, measure->n,
	    out);
}

void measure_normals(const struct measure *measure, int draw, real *out)
{
	random_normal(measure_key(measure, draw), measure->first, measure->n,
	    out);
}

bool measure_adaptive_step(struct measure *measure, const real *gradient,
    double rho)
{
	const real *w = measure->w;
	double squares = 0, factor;

	for (size_t i = 0; i < measure->n; i++) {
		double scaled = (double)w[i] * (double)gradient[i];

		squares += scaled * scaled;
	}
	if (!(squares > 0))
		return false;
	factor = rho / sqrt(squares);
	for (size_t i = 0; i < measure->n; i++)
		measure->point[i] = (real)((double)w[i] + factor *
		    (double)w[i] * (double)w[i] * (double)gradient[i]);
	return true;
}

double *measure_list(struct measure *measure, const char *name, int rows,
    int columns)
{
	int at = 0;

	while (measure->list[at].name)
		at++;
	measure->list[at] = (struct measure_list){name, rows, columns,
		xcalloc((size_t)(rows * columns), sizeof(double))};
	return measure->list[at].value;
}

int measure_basis(const struct measure *measure, int most)
{
	const double bytes = 256e6;
	const int least = 8;
	double fit = bytes / ((double)measure->n * sizeof(real));

	if (fit >= most)
		return most;
	return fit > least ? (int)fit : least;
}

void mean_add(struct mean *mean, double value)
{
	double step = value - mean->mean;

	mean->mean += step / ++mean->count;
	mean->squares += step * (value - mean->mean);
}

double mean_error(const struct mean *mean)
{
	if (mean->count < 2)
		return NAN;
	return sqrt(mean->squares / (mean->count - 1) / mean->count);
}
