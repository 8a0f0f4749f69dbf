#include "compress/sparse_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "compress/plain_step.h"
#include "compress/sparse_layer.h"
#include "net/kernels.h"
#include "net/operation.h"

/* Samples of a unit: many make long vectors, few fit into the cache. */
enum { UNIT_LEAST = 16, UNIT_MOST = 64, UNIT_REALS = 1 << 18 };

struct sparse_run;

struct step {
	void (*run)(const struct sparse_run *run, int id,
	    const real *const *in, real *out, real *scratch);
	struct sparse_layer *sparse;
	struct plain_step other;
};

/* The memory of one thread. */
struct worker {
	real **output;		/* [id] (c, h, w, unit) */
	real *memory, *scratch;
};

struct sparse_run {
	const struct network *network;
	struct step *step;	/* [id] */
	struct pool *pool;
	struct worker *worker;
	int workers, unit;
	/* Now: */
	int n;
	const real *x;
	real *logits;
};

/* (n, places, c), the first `n` of them, to (c, places, unit), rest zero. */
static void samples_inwards(struct shape shape, int n, int unit,
    const real *from, real *to)
{
	size_t places = (size_t)(shape.h * shape.w), c = (size_t)shape.c;

	if (n < unit)
		memset(to, 0, c * places * (size_t)unit * sizeof(real));
	for (size_t i = 0; i < (size_t)n; i++)
		for (size_t p = 0; p < places; p++)
			for (size_t k = 0; k < c; k++)
				to[(k * places + p) * (size_t)unit + i] =
				    from[(i * places + p) * c + k];
}

static void samples_outwards(struct shape shape, int n, int unit,
    const real *from, real *to)
{
	size_t places = (size_t)(shape.h * shape.w), c = (size_t)shape.c;

	for (size_t i = 0; i < (size_t)n; i++)
		for (size_t p = 0; p < places; p++)
			for (size_t k = 0; k < c; k++)
				to[(i * places + p) * c + k] =
				    from[(k * places + p) * (size_t)unit + i];
}

static size_t numbers(const struct sparse_run *run, struct shape shape)
{
	return (size_t)run->unit * shape_size(shape);
}

static void run_sparse(const struct sparse_run *run, int id,
    const real *const *in, real *out, real *scratch)
{
	sparse_layer_run(run->step[id].sparse, run->unit, in[0], out, scratch);
}

static void run_relu(const struct sparse_run *run, int id,
    const real *const *in, real *out, real *scratch)
{
	(void)scratch;
	kernels()->relu(numbers(run, run->network->layer[id].out), in[0], out);
}

static void run_add(const struct sparse_run *run, int id,
    const real *const *in, real *out, real *scratch)
{
	size_t count = numbers(run, run->network->layer[id].out);

	(void)scratch;
	memcpy(out, in[0], count * sizeof(real));
	kernels()->add(count, in[1], out);
}

/* Features in the order (c, h, w) are what there is. */
static void run_flatten(const struct sparse_run *run, int id,
    const real *const *in, real *out, real *scratch)
{
	(void)scratch;
	memcpy(out, in[0], numbers(run, run->network->layer[id].out) *
	    sizeof(real));
}

/* Each channel is an image whose channels are the samples. */
static void run_maxpool(const struct sparse_run *run, int id,
    const real *const *in, real *out, real *scratch)
{
	const struct layer *layer = &run->network->layer[id];
	struct shape from = layer->in[0], to = layer->out;
	int k = layer_integer(layer, "k");
	int stride = layer_integer(layer, "stride");
	struct pooling p = {.channels = run->unit, .in_rows = from.h,
		.in_columns = from.w, .rows = to.h, .columns = to.w, .k = k,
		.stride = stride ? stride : k,
		.pad = layer_integer(layer, "pad")};

	for (size_t c = 0; c < (size_t)from.c; c++)
		kernels()->pool(&p, in[0] + c * (size_t)(from.h * from.w *
			run->unit), out + c * (size_t)(to.h * to.w *
			run->unit), (uint8_t *)scratch);
}

static void run_other(const struct sparse_run *run, int id,
    const real *const *in, real *out, real *scratch)
{
	const struct layer *layer = &run->network->layer[id];
	const void *x[INPUTS_MAX] = {NULL};
	real *at = scratch;

	for (int i = 0; i < layer->operation->inputs; i++) {
		samples_outwards(layer->in[i], run->unit, run->unit, in[i],
		    at);
		x[i] = at;
		at += numbers(run, layer->in[i]);
	}
	plain_step_run(&run->step[id].other, x, at, run->unit,
	    at + numbers(run, layer->out));
	samples_inwards(layer->out, run->unit, run->unit, at, out);
}

/* What needs no transposition. */
static const struct {
	const char *kind;
	void (*run)(const struct sparse_run *run, int id,
	    const real *const *in, real *out, real *scratch);
} kinds[] = {
	{"dense", run_sparse},
	{"conv", run_sparse},
	{"relu", run_relu},
	{"add", run_add},
	{"flatten", run_flatten},
	{"maxpool", run_maxpool},
};

static struct step step_of(const struct sparse_run *run, int id,
    const real *w, const real *buffers)
{
	const struct layer *layer = &run->network->layer[id];
	struct step step = {.run = run_other};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].kind, layer->operation->name) == 0)
			step.run = kinds[i].run;
	}
	if (step.run == run_sparse)
		step.sparse = sparse_layer_new(layer, w, run->unit);
	else if (step.run == run_other)
		step.other = plain_step_of(layer, w, buffers);
	return step;
}

static size_t scratch_of(const struct sparse_run *run, int id)
{
	const struct step *step = &run->step[id];
	const struct layer *layer = &run->network->layer[id];
	size_t need = numbers(run, layer->out);

	if (step->run == run_sparse)
		return sparse_layer_scratch(step->sparse, run->unit);
	if (step->run != run_other)
		return need;
	for (int i = 0; i < layer->operation->inputs; i++)
		need += numbers(run, layer->in[i]);
	return need + plain_step_scratch(layer, run->unit);
}

static void worker_make(const struct sparse_run *run, struct worker *worker)
{
	const struct network *network = run->network;
	size_t total = 0, scratch = 0;
	real *at;

	for (int id = 0; id <= network->layers; id++) {
		size_t need = id ? scratch_of(run, id) : 0;

		total += numbers(run, network->layer[id].out);
		scratch = need > scratch ? need : scratch;
	}
	at = worker->memory = reals_new(total);
	worker->scratch = reals_new(scratch + 1);
	worker->output = xcalloc((size_t)network->layers + 1, sizeof(at));
	for (int id = 0; id <= network->layers; id++) {
		worker->output[id] = at;
		at += numbers(run, network->layer[id].out);
	}
}

static int choose_unit(const struct network *network)
{
	size_t most = 1;
	int unit = UNIT_MOST;

	for (int id = 0; id <= network->layers; id++) {
		size_t size = shape_size(network->layer[id].out);

		most = size > most ? size : most;
	}
	while (unit > UNIT_LEAST && most * (size_t)unit > UNIT_REALS)
		unit /= 2;
	return unit;
}

struct sparse_run *sparse_run_new(const struct network *network,
    const real *w, const real *buffers, struct pool *pool)
{
	struct sparse_run *run = xcalloc(1, sizeof(*run));

	run->network = network;
	run->pool = pool;
	run->unit = choose_unit(network);
	run->step = xcalloc((size_t)network->layers + 1, sizeof(*run->step));
	for (int id = 1; id <= network->layers; id++)
		run->step[id] = step_of(run, id, w, buffers);
	run->workers = pool_threads(pool);
	run->worker = xcalloc((size_t)run->workers, sizeof(*run->worker));
	for (int i = 0; i < run->workers; i++)
		worker_make(run, &run->worker[i]);
	return run;
}

void sparse_run_free(struct sparse_run *run)
{
	if (!run)
		return;
	for (int i = 0; i < run->workers; i++) {
		free(run->worker[i].output);
		reals_free(run->worker[i].memory);
		reals_free(run->worker[i].scratch);
	}
	for (int id = 1; id <= run->network->layers; id++) {
		sparse_layer_free(run->step[id].sparse);
		plain_step_release(&run->step[id].other);
	}
	free(run->worker);
	free(run->step);
	free(run);
}

int sparse_run_unit(const struct sparse_run *run)
{
	return run->unit;
}

static void compute(void *argument, int unit, int index)
{
	struct sparse_run *run = argument;
	const struct network *network = run->network;
	const struct worker *worker = &run->worker[index];
	size_t first = (size_t)unit * (size_t)run->unit;
	int left = run->n - (int)first;
	int n = left < run->unit ? left : run->unit;
	struct shape end = network->layer[network->layers].out;

	samples_inwards(network->input, n, run->unit, run->x + first *
	    shape_size(network->input), worker->output[0]);
	for (int id = 1; id <= network->layers; id++) {
		const struct layer *layer = &network->layer[id];
		const real *in[INPUTS_MAX] = {NULL};

		for (int i = 0; i < layer->operation->inputs; i++)
			in[i] = worker->output[layer->from[i]];
		run->step[id].run(run, id, in, worker->output[id],
		    worker->scratch);
	}
	samples_outwards(end, n, run->unit, worker->output[network->layers],
	    run->logits + first * (size_t)network->classes);
}

void sparse_run_forward(struct sparse_run *run, int n, const real *x,
    real *logits)
{
	run->n = n;
	run->x = x;
	run->logits = logits;
	pool_run(run->pool, (n + run->unit - 1) / run->unit, compute, run);
}
