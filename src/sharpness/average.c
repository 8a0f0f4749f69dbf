/* E L(w + rho T z) - L(w), z standard normal, T = diag(|w|): about
 * rho^2/2 tr(T^2 H) where the loss is quadratic. The draws depend on the seed
 * alone, so two networks of one shape are compared on the same ones. */
#include "sharpness/ask.h"

const struct option average_options[] = {
	{"rho", OPTION_REAL, 0.05, 0, 1e6, NULL,
	    "size of the noise, relative to each weight", true},
	{"draws", OPTION_INTEGER, 32, 2, 100000, NULL, "random perturbations",
	    false},
	{0}
};

struct average {
	double loss;	/* at w */
	int draws;
	struct mean rise;
};

static enum ask ask_next(struct measure *measure)
{
	const struct average *average = measure->state;
	double rho = measure->result.rho;

	measure_normals(measure, average->rise.count, measure->point);
	for (size_t i = 0; i < measure->n; i++) {
		double w = (double)measure->w[i];

		measure->point[i] =
		    (real)(w + rho * w * (double)measure->point[i]);
	}
	return ASK_LOSS;
}

static enum ask average_begin(struct measure *measure)
{
	struct average *average = measure->state;

	average->draws = (int)measure_option(measure, "draws");
	measure->expected = average->draws + 1;
	measure->result.rho = measure_option(measure, "rho");
	return ASK_LOSS;
}

static enum ask average_answer(struct measure *measure)
{
	struct average *average = measure->state;

	if (measure->asked == 1)
		average->loss = measure->loss;
	else
		mean_add(&average->rise, measure->loss - average->loss);
	if (average->rise.count < average->draws)
		return ask_next(measure);
	measure->result.value = average->rise.mean;
	measure->result.error = mean_error(&average->rise);
	return ASK_DONE;
}

const struct measure_method average_method = {
	.state = sizeof(struct average),
	.begin = average_begin,
	.answer = average_answer,
};
