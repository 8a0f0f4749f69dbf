/* L(w + rho g/|g|) - L(w): the inner maximum of sharpness-aware minimisation
 * to first order (Foret et al. 2020, equation 2). */
#include "sharpness/ask.h"

#include "base/memory.h"
#include "base/text.h"
#include "base/vector.h"

const struct option sam_options[] = {
	{"rho", OPTION_REAL, 0.05, 0, 1e6, NULL, "radius of the ball", true},
	{0}
};

struct sam {
	double loss;	/* at w */
};

static enum ask sam_begin(struct measure *measure)
{
	measure->expected = 2;
	measure->result.rho = measure_option(measure, "rho");
	return ASK_GRADIENT;
}

static enum ask take_gradient(struct measure *measure)
{
	struct sam *sam = measure->state;
	double length = vector_norm(measure->answer, measure->n);

	sam->loss = measure->loss;
	if (!(length > 0)) {
		measure->result.value = 0;
		text_copy(measure->note, MEASURE_NOTE, "the gradient is zero");
		return ASK_DONE;
	}
	vector_add(measure->point, measure->result.rho / length,
	    measure->answer, measure->n);
	return ASK_LOSS;
}

static enum ask sam_answer(struct measure *measure)
{
	const struct sam *sam = measure->state;

	if (measure->ask == ASK_GRADIENT)
		return take_gradient(measure);
	measure->result.value = measure->loss - sam->loss;
	return ASK_DONE;
}

const struct measure_method sam_method = {
	.state = sizeof(struct sam),
	.begin = sam_begin,
	.answer = sam_answer,
};
