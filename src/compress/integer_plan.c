/* Which steps the integer path takes, and those that are no products. */
#include "compress/integer_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "net/operation.h"

static bool is_kind(const struct layer *layer, const char *kind)
{
	return layer->operation && strcmp(layer->operation->name, kind) == 0;
}

static void run_encode(const struct integer_step *step,
    const void *const *in, void *out, int n, void *scratch)
{
	const struct code_levels *l = &step->levels;

	(void)scratch;
	integer_kernels()->encode((size_t)n * shape_size(step->layer->out),
	    in[0], l->step, l->low, l->high, l->zero, out);
}

/* Codes rise with the numbers they stand for, so the largest of them is the
 * code of the largest number; likewise max(x, 0). */
static void run_code_relu(const struct integer_step *step,
    const void *const *in, void *out, int n, void *scratch)
{
	size_t count = (size_t)n * shape_size(step->layer->out);
	uint8_t zero = (uint8_t)step->levels.zero;
	const uint8_t *x = in[0];
	uint8_t *y = out;

	(void)scratch;
	for (size_t i = 0; i < count; i++)
		y[i] = x[i] > zero ? x[i] : zero;
}

typedef uint8_t bytes16 __attribute__((vector_size(16)));

enum { BYTES = sizeof(bytes16) };

static bytes16 take_bytes(const uint8_t *from)
{
	bytes16 value;

	memcpy(&value, from, sizeof(value));
	return value;
}

/* One window of k x k positions of c channels each, rows of `row` bytes. */
static void pool_window(int k, size_t c, size_t row, const uint8_t *x,
    uint8_t *y)
{
	size_t j = 0;

	for (; j + BYTES <= c; j += BYTES) {
		bytes16 most = take_bytes(x + j);

		for (int a = 0; a < k; a++)
			for (int b = 0; b < k; b++) {
				bytes16 v = take_bytes(x + (size_t)a * row +
				    (size_t)b * c + j);
				bytes16 above = (bytes16)(v > most);

				most = (v & above) | (most & ~above);
			}
		memcpy(y + j, &most, sizeof(most));
	}
	for (; j < c; j++) {
		y[j] = x[j];
		for (int a = 0; a < k * k; a++) {
			uint8_t v = x[(size_t)(a / k) * row +
			    (size_t)(a % k) * c + j];

			y[j] = v > y[j] ? v : y[j];
		}
	}
}

/* x (h, w, c) to y (h, w, c); windows have no border here. */
static void run_code_maxpool(const struct integer_step *step,
    const void *const *in, void *out, int n, void *scratch)
{
	struct shape from = step->layer->in[0], to = step->layer->out;
	int k = layer_integer(step->layer, "k");
	int stride = layer_integer(step->layer, "stride");
	size_t c = (size_t)to.c, row = (size_t)from.w * c;
	const uint8_t *x = in[0];
	uint8_t *y = out;

	(void)scratch;
	stride = stride ? stride : k;
	for (int i = 0; i < n; i++, x += shape_size(from))
		for (int p = 0; p < to.h * to.w; p++, y += c)
			pool_window(k, c, row, x + (size_t)(p / to.w *
			    stride) * row + (size_t)(p % to.w * stride) * c,
			    y);
}

/* (h, w, c) to (c, h, w) */
static void run_code_flatten(const struct integer_step *step,
    const void *const *in, void *out, int n, void *scratch)
{
	struct shape shape = step->layer->in[0];
	size_t c = (size_t)shape.c, places = (size_t)(shape.h * shape.w);
	const uint8_t *x = in[0];
	uint8_t *y = out;

	(void)scratch;
	for (int i = 0; i < n; i++, x += c * places, y += c * places) {
		for (size_t p = 0; p < places; p++) {
			for (size_t j = 0; j < c; j++)
				y[j * places + p] = x[p * c + j];
		}
	}
}

static bool no_border(const struct layer *layer)
{
	return layer_integer(layer, "pad") == 0;
}

static bool always(const struct layer *layer)
{
	(void)layer;
	return true;
}

/* What can be done on codes as well. */
static const struct {
	const char *kind;
	bool (*fits)(const struct layer *layer);
	void (*run)(const struct integer_step *step, const void *const *in,
	    void *out, int n, void *scratch);
} on_codes[] = {
	{"relu", always, run_code_relu},
	{"maxpool", no_border, run_code_maxpool},
	{"flatten", always, run_code_flatten},
};

enum { ON_CODES = sizeof(on_codes) / sizeof(*on_codes) };

static int find_on_codes(const struct layer *layer)
{
	for (int i = 0; i < ON_CODES; i++) {
		if (is_kind(layer, on_codes[i].kind) &&
		    on_codes[i].fits(layer))
			return i;
	}
	return -1;
}

/* Any other operation, as an engine would run it. */
static void run_operation(const struct integer_step *step,
    const void *const *in, void *out, int n, void *scratch)
{
	plain_step_run(&step->other, in, out, n, scratch);
}

size_t step_scratch(const struct integer_step *step, int n)
{
	if (step->whole)
		return integer_layer_scratch(step->whole, n);
	return step->run == run_operation ? sizeof(real) *
	    plain_step_scratch(step->layer, n) : 0;
}

static struct code_levels levels_of(const struct layer *layer)
{
	int zero = layer_integer(layer, "zero");
	int top = (1 << layer_integer(layer, "bits")) - 1;

	return (struct code_levels){(float)layer_option(layer, "scale"),
		(float)-zero, (float)(top - zero), zero};
}

/* Nothing is done: the output is the input. */
static void give_through(const struct network *network,
    struct integer_step *steps, int id)
{
	steps[id].run = NULL;
	steps[id].source = network->layer[id].from[0];
}

/* The largest codes of 2x2 are those of sums, which are fewer to finish. */
static void join_pool(const struct network *network,
    struct integer_step *steps, int rescale)
{
	int id = network_only_reader(network, rescale);
	const struct layer *layer;

	while (is_kind(&network->layer[id], "relu") && !steps[id].run)
		id = network_only_reader(network, id);
	layer = &network->layer[id];
	if (steps[rescale].whole->dense ||
	    steps[id].run != run_code_maxpool ||
	    layer_integer(layer, "k") != 2 ||
	    layer_integer(layer, "stride") & ~2)
		return;
	steps[rescale].pool = true;
	give_through(network, steps, id);
}

/* From a rescale layer to the quantise layer behind what codes can go
 * through: all of it becomes codes, and that layer nothing. */
static void join_codes(const struct network *network,
    struct integer_step *steps, int rescale)
{
	int next = network_only_reader(network, rescale), last = next;
	struct code_levels levels;

	while (last && find_on_codes(&network->layer[last]) >= 0)
		last = network_only_reader(network, last);
	if (!last || !is_kind(&network->layer[last], "quantise"))
		return;
	levels = levels_of(&network->layer[last]);
	steps[rescale].codes = true;
	steps[rescale].levels = levels;
	for (int id = next; id != last; id = network_only_reader(network, id)) {
		steps[id].codes = true;
		steps[id].levels = levels;
		steps[id].run =
		    on_codes[find_on_codes(&network->layer[id])].run;
		if (levels.zero == 0 && is_kind(&network->layer[id], "relu"))
			give_through(network, steps, id);
	}
	give_through(network, steps, last);
	join_pool(network, steps, rescale);
}

/* The product is done at the rescale layer: the layer before it is nothing,
 * and gives what it is given. */
static void plan_whole(const struct integer_form *form,
    struct integer_step *steps, int id)
{
	const struct network *network = form->network;
	const struct layer *layer = &network->layer[id];
	const struct layer *after = &network->layer[id + 1];
	int zero = layer_integer(&network->layer[layer->from[0]], "zero");

	steps[id].source = layer->from[0];
	steps[id + 1].layer = layer;
	steps[id + 1].run = run_whole;
	steps[id + 1].whole = integer_layer_new(layer,
	    form->w + layer->parameter, form->w + after->parameter, zero);
}

struct integer_step *steps_new(const struct integer_form *form,
    const real *buffers)
{
	const struct network *network = form->network;
	struct integer_step *steps = xcalloc((size_t)network->layers + 1,
	    sizeof(*steps));

	for (int id = 0; id <= network->layers; id++) {
		steps[id].layer = &network->layer[id];
		steps[id].source = id;
	}
	for (int id = 1; id <= network->layers; id++) {
		struct integer_step *s = &steps[id];

		if (form->whole[id]) {
			plan_whole(form, steps, id++);
		} else if (is_kind(s->layer, "quantise")) {
			s->run = run_encode;
			s->codes = true;
			s->levels = levels_of(s->layer);
		} else {
			s->run = run_operation;
			s->other = plain_step_of(s->layer, form->w, buffers);
		}
	}
	for (int id = 1; id <= network->layers; id++) {
		if (steps[id].whole)
			join_codes(network, steps, id);
		if (steps[id].source != id)
			steps[id].source = steps[steps[id].source].source;
	}
	return steps;
}

void steps_free(struct integer_step *steps, int layers)
{
	for (int id = 0; id <= layers; id++) {
		integer_layer_free(steps[id].whole);
		plain_step_release(&steps[id].other);
	}
	free(steps);
}
