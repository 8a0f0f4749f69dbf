#include "compress/integer_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compress/integer_plan.h"
#include "net/operation.h"

/* Samples that one thread takes through the whole network. */
enum { UNIT = 8 };

/* The memory of one thread. */
struct worker {
	void **output;		/* [id] (UNIT, shape), codes or reals */
	real *memory;
	real *scratch;
};

struct integer_run {
	const struct network *network;
	struct integer_step *steps;
	struct pool *pool;
	struct worker *worker;
	int workers;
	/* Now: */
	int n;
	const real *x;
	real *logits;
};

static size_t output_reals(const struct integer_step *step, struct shape shape)
{
	size_t numbers = UNIT * shape_size(shape);

	if (step->codes)
		numbers = (numbers + 2 * sizeof(real)) / sizeof(real) + 16;
	return (numbers + 15) / 16 * 16;
}

static void worker_make(const struct integer_run *run, struct worker *worker)
{
	const struct network *network = run->network;
	size_t layers = (size_t)network->layers + 1, total = 0, scratch = 0;
	size_t *offset = xcalloc(layers, sizeof(*offset));

	for (size_t id = 1; id < layers; id++) {
		size_t need = step_scratch(&run->steps[id], UNIT);

		offset[id] = total;
		if (run->steps[id].source == (int)id)
			total += output_reals(&run->steps[id],
			    network->layer[id].out);
		scratch = need > scratch ? need : scratch;
	}
	worker->memory = reals_new(total);
	worker->scratch = reals_new(scratch / sizeof(real) + 16);
	worker->output = xcalloc(layers, sizeof(*worker->output));
	for (size_t id = 1; id < layers; id++)
		worker->output[id] = worker->memory +
		    offset[run->steps[id].source];
	free(offset);
}

struct integer_run *integer_run_new(const struct integer_form *form,
    const real *buffers, struct pool *pool)
{
	struct integer_run *run = xcalloc(1, sizeof(*run));

	run->network = form->network;
	run->pool = pool;
	run->steps = steps_new(form, buffers);
	run->workers = pool_threads(pool);
	run->worker = xcalloc((size_t)run->workers, sizeof(*run->worker));
	for (int i = 0; i < run->workers; i++)
		worker_make(run, &run->worker[i]);
	return run;
}

void integer_run_free(struct integer_run *run)
{
	if (!run)
		return;
	for (int i = 0; i < run->workers; i++) {
		free(run->worker[i].output);
		reals_free(run->worker[i].memory);
		reals_free(run->worker[i].scratch);
	}
	free(run->worker);
	steps_free(run->steps, run->network->layers);
	free(run);
}

static const void *input_of(const struct integer_run *run,
    const struct worker *worker, size_t first, int id)
{
	if (run->steps[id].source == 0)
		return run->x + first * shape_size(run->network->input);
	return worker->output[id];
}

static void compute(void *argument, int unit, int index)
{
	struct integer_run *run = argument;
	const struct network *network = run->network;
	struct worker *worker = &run->worker[index];
	size_t first = (size_t)unit * UNIT;
	size_t classes = (size_t)network->classes;
	int n = run->n - (int)first < UNIT ? run->n - (int)first : UNIT;

	for (int id = 1; id <= network->layers; id++) {
		const struct integer_step *step = &run->steps[id];
		const void *in[INPUTS_MAX] = {NULL};

		for (int i = 0; step->run && i < INPUTS_MAX; i++) {
			int from = step->layer->from[i];

			if (from >= 0)
				in[i] = input_of(run, worker, first, from);
		}
		if (step->run)
			step->run(step, in, worker->output[id], n,
			    worker->scratch);
	}
	memcpy(run->logits + first * classes,
	    worker->output[network->layers],
	    (size_t)n * classes * sizeof(real));
}

void integer_run_forward(struct integer_run *run, int n, const real *x,
    real *logits)
{
	run->n = n;
	run->x = x;
	run->logits = logits;
	pool_run(run->pool, (n + UNIT - 1) / UNIT, compute, run);
}
