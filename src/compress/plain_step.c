#include "compress/plain_step.h"

#include "base/memory.h"
#include "net/operation.h"

struct plain_step plain_step_of(const struct layer *layer, const real *w,
    const real *buffers)
{
	const struct operation *operation = layer->operation;
	struct plain_step step = {.layer = layer, .w = w + layer->parameter,
		.buffers = buffers + layer->buffer};

	if (operation->packed) {
		step.packed = reals_new(operation->packed(layer));
		operation->pack(layer, step.w, step.packed);
	}
	return step;
}

void plain_step_release(struct plain_step *step)
{
	reals_free(step->packed);
}

static size_t own_scratch(const struct layer *layer, int n)
{
	return layer->operation->scratch ?
	    layer->operation->scratch(layer, n) : 0;
}

size_t plain_step_scratch(const struct layer *layer, int n)
{
	size_t saved = layer->operation->saved ?
	    layer->operation->saved(layer) : 0;

	return own_scratch(layer, n) + (size_t)n * saved;
}

void plain_step_run(const struct plain_step *step, const void *const *x,
    void *y, int n, void *scratch)
{
	const struct operation *operation = step->layer->operation;
	struct pass p = {.layer = step->layer, .n = n, .parts = 1,
		.w = step->w, .packed = step->packed,
		.buffers = step->buffers, .y = y, .scratch = scratch};

	if (operation->saved)
		p.saved = p.scratch + own_scratch(step->layer, n);
	for (int i = 0; i < operation->inputs; i++)
		p.x[i] = x[i];
	operation->forward(&p);
}
