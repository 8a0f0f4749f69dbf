/* The table of sharpness measures. */
#include "sharpness/ask.h"

#include <string.h>

static const struct measure_kind kinds[] = {
	{"lambda", "largest Hessian eigenvalue",
	    "The largest eigenvalue of the Hessian of the loss, by Lanczos "
	    "iteration on exact Hessian-vector products, with its residual.",
	    lambda_options, true, false, &lambda_method},
	{"trace", "trace of the Hessian",
	    "Hutchinson's estimate from random signs, with its standard error.",
	    trace_options, false, false, &trace_method},
	{"sam", "one-step sharpness",
	    "L(w + rho g/|g|) - L(w): the rise of the loss along the gradient "
	    "(Foret et al. 2020).",
	    sam_options, false, false, &sam_method},
	{"adaptive", "adaptive one-step sharpness",
	    "L(w + rho T^2 g/|T g|) - L(w), T = diag(|w|): the same in a ball "
	    "that scales with the weights (Kwon et al. 2021).",
	    adaptive_options, false, false, &adaptive_method},
	{"average", "average sharpness",
	    "The mean of L(w + rho T z) - L(w) over normal z, T = diag(|w|), "
	    "with its standard error.",
	    average_options, false, false, &average_method},
	{"worst", "worst-case sharpness",
	    "The largest L(w + e) - L(w) that projected ascent finds in the "
	    "ball |e/w| <= rho.",
	    worst_options, false, false, &worst_method},
	{"spectrum", "density of the Hessian's eigenvalues",
	    "How the eigenvalues are spread, by stochastic Lanczos quadrature "
	    "(Ghorbani et al. 2019); the value is the largest one seen, "
	    "densities are drawn on a log scale.",
	    spectrum_options, false, false, &spectrum_method},
	{"landscape", "loss around the weights",
	    "L(w + a d) or L(w + a d + b e) along random directions, "
	    "normalised filter by filter (Li et al. 2018), biases and norms "
	    "left alone; the value is the mean rise of the loss at the edge.",
	    landscape_options, false, true, &landscape_method},
};

const struct measure_kind *measure_kinds(int *count)
{
	*count = sizeof(kinds) / sizeof(kinds[0]);
	return kinds;
}

const struct measure_kind *measure_find(const char *name)
{
	int count;
	const struct measure_kind *kind = measure_kinds(&count);

	for (int i = 0; i < count; i++) {
		if (strcmp(kind[i].name, name) == 0)
			return &kind[i];
	}
	return NULL;
}

bool measure_reaches(const struct measure_kind *kind,
    const struct network *network, int layer)
{
	for (int i = 0; i < network->segments; i++) {
		const struct segment *segment = &network->segment[i];

		if ((layer == 0 || segment->layer == layer) &&
		    (!kind->along_weights || segment_compressible(segment)))
			return true;
	}
	return false;
}
