#include "net/evaluation.h"

static uint32_t resolve(const struct evaluation *e)
{
	uint32_t all = e->dataset->split[e->split].count;

	return e->count == 0 || e->count > all ? all : e->count;
}

static void zero(real *values, size_t count)
{
	for (size_t i = 0; values && i < count; i++)
		values[i] = 0;
}

void evaluation_begin(struct evaluation *evaluation)
{
	size_t parameters = engine_network(evaluation->engine)->parameters;

	evaluation->count = resolve(evaluation);
	evaluation->done = 0;
	evaluation->loss = evaluation->loss_sum = 0;
	evaluation->correct = 0;
	if (evaluation->kind != EVALUATE_LOSS)
		zero(evaluation->gradient, parameters);
	if (evaluation->kind == EVALUATE_PRODUCT)
		zero(evaluation->product, parameters);
}

/* Whether the engine still holds this very batch from an earlier product. */
static bool held(const struct evaluation *e, int n)
{
	return e->kind == EVALUATE_PRODUCT && e->held && *e->held != 0 &&
	    *e->held == engine_held(e->engine) && (uint32_t)n == e->count;
}

static void load(struct evaluation *e, int n)
{
	engine_set_weights(e->engine, e->w);
	engine_set_buffers(e->engine, e->buffers);
	split_gather(e->dataset, e->split, NULL, e->done, n,
	    engine_input(e->engine), engine_labels(e->engine));
}

static void compute(struct evaluation *e, int n, struct engine_result *result)
{
	struct engine_request request = {.mode = ENGINE_INFERENCE, .n = n};
	double scale = 1.0 / (double)e->count;

	switch (e->kind) {
	case EVALUATE_LOSS:
		engine_forward(e->engine, &request, result);
		break;
	case EVALUATE_GRADIENT:
		engine_gradient(e->engine, &request, NULL, scale, e->gradient,
		    result);
		break;
	case EVALUATE_PRODUCT:
		engine_product(e->engine, n, e->direction, scale, e->product,
		    e->gradient, result);
		if (e->held)
			*e->held = engine_held(e->engine);
		break;
	}
}

static void keep_logits(const struct evaluation *e, int n)
{
	size_t classes = (size_t)engine_network(e->engine)->classes;
	const real *logits = engine_logits(e->engine);
	real *to = e->logits + (size_t)e->done * classes;

	for (size_t i = 0; i < (size_t)n * classes; i++)
		to[i] = logits[i];
}

bool evaluation_advance(struct evaluation *evaluation, int samples)
{
	int capacity = engine_capacity(evaluation->engine);
	uint32_t left = evaluation->count - evaluation->done;
	int n = samples < 1 || samples > capacity ? capacity : samples;
	struct engine_result result;

	if (left == 0)
		return true;
	if ((uint32_t)n > left)
		n = (int)left;
	if (!held(evaluation, n))
		load(evaluation, n);
	compute(evaluation, n, &result);
	if (evaluation->logits)
		keep_logits(evaluation, n);
	evaluation->done += (uint32_t)n;
	evaluation->loss_sum += result.loss;
	evaluation->correct += (uint32_t)result.correct;
	evaluation->loss = evaluation->loss_sum / (double)evaluation->done;
	return evaluation->done == evaluation->count;
}

void evaluation_run(struct evaluation *evaluation)
{
	evaluation_begin(evaluation);
	while (!evaluation_advance(evaluation, 0))
		;
}
