#include "net/evaluation.h"

#include <math.h>

static double outputs_of(const struct network *network)
{
	double numbers = 0;

	for (int id = 1; id <= network->layers; id++)
		numbers += (double)shape_size(network->layer[id].out);
	return numbers;
}

int evaluation_chunk(const struct network *network)
{
	const double work = 64e6;	/* multiply-adds of a forward pass */
	const double room = 2e6;	/* outputs, which caches should hold */
	double outputs = outputs_of(network);
	int size = 128;

	while (size > 4 && (network->macs * size > work ||
	    outputs * size > room))
		size /= 2;
	return size;
}

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
	evaluation->ticket = engine_ticket(evaluation->engine);
	if (evaluation->kind == EVALUATE_PRODUCT && evaluation->held &&
	    *evaluation->held == 0 && evaluation->count > 0)
		*evaluation->held = engine_hold(evaluation->engine,
		    evaluation->count);
}

static void load(struct evaluation *e, int n)
{
	engine_set_weights_once(e->engine, e->w, e->ticket);
	engine_set_buffers(e->engine, e->buffers);
	split_gather(e->dataset, e->split, e->done, n, engine_pool(e->engine),
	    engine_input(e->engine), engine_labels(e->engine));
}

static void compute_product(struct evaluation *e, int n,
    struct engine_result *result)
{
	struct product_request request = {
		.n = n,
		.direction = e->direction,
		.ticket = e->ticket,
		.scale = 1.0 / (double)e->count,
		.product = e->product,
		.gradient = e->gradient,
		.set = e->held ? *e->held : 0,
		.first = e->done,
	};

	engine_product(e->engine, &request, result);
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
		compute_product(e, n, result);
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

double evaluation_accuracy(const struct evaluation *evaluation)
{
	return evaluation->done ? (double)evaluation->correct /
	    evaluation->done : NAN;
}

void evaluation_run(struct evaluation *evaluation)
{
	evaluation_begin(evaluation);
	while (!evaluation_advance(evaluation, 0))
		;
}
