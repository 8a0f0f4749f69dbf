/* L(w + rho T^2 g/|T g|) - L(w) with T = diag(|w|): one-step sharpness that
 * does not change when a layer is scaled up and the next one down (Kwon et
 * al. 2021, ASAM). A weight that is zero does not move. */
#include "sharpness/ask.h"

#include "base/text.h"

const struct option adaptive_options[] = {
	{"rho", OPTION_REAL, 0.5, 0, 1e6, NULL, "radius of the adaptive ball",
	    true},
	{0}
};

struct adaptive {
	double loss;	/* at w */
};

static enum ask adaptive_begin(struct measure *measure)
{
	measure->expected = 2;
	measure->result.rho = measure_option(measure, "rho");
	return ASK_GRADIENT;
}

static enum ask take_gradient(struct measure *measure)
{
	struct adaptive *adaptive = measure->state;

	adaptive->loss = measure->loss;
	if (measure_adaptive_step(measure, measure->answer,
		measure->result.rho))
		return ASK_LOSS;
	measure->result.value = 0;
	text_copy(measure->note, MEASURE_NOTE, "the scaled gradient is zero");
	return ASK_DONE;
}

static enum ask adaptive_answer(struct measure *measure)
{
	const struct adaptive *adaptive = measure->state;

	if (measure->ask == ASK_GRADIENT)
		return take_gradient(measure);
	measure->result.value = measure->loss - adaptive->loss;
	return ASK_DONE;
}

const struct measure_method adaptive_method = {
	.state = sizeof(struct adaptive),
	.begin = adaptive_begin,
	.answer = adaptive_answer,
};
