/* The trace of the Hessian by Hutchinson's estimator (1990): v'Hv of random
 * signs v. A fixed number of draws: a rule that stops when running means
 * agree stops by luck. */
#include "sharpness/ask.h"

#include "base/vector.h"

const struct option trace_options[] = {
	{"draws", OPTION_INTEGER, 100, 2, 100000, NULL, "random sign vectors",
	    true},
	{0}
};

struct trace {
	int draws;
	struct mean estimate;
};

static enum ask ask_next(struct measure *measure)
{
	const struct trace *trace = measure->state;

	measure_signs(measure, trace->estimate.count, measure->direction);
	return ASK_PRODUCT;
}

static enum ask trace_begin(struct measure *measure)
{
	struct trace *trace = measure->state;

	trace->draws = (int)measure_option(measure, "draws");
	measure->expected = trace->draws;
	return ask_next(measure);
}

static enum ask trace_answer(struct measure *measure)
{
	struct trace *trace = measure->state;

	mean_add(&trace->estimate, vector_dot(measure->direction,
		measure->answer, measure->n));
	if (trace->estimate.count < trace->draws)
		return ask_next(measure);
	measure->result.value = trace->estimate.mean;
	measure->result.error = mean_error(&trace->estimate);
	return ASK_DONE;
}

const struct measure_method trace_method = {
	.state = sizeof(struct trace),
	.begin = trace_begin,
	.answer = trace_answer,
};
