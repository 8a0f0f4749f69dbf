#include "compress/integer_form.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "compress/quantise.h"
#include "net/conv.h"
#include "net/operation.h"

/* Whole numbers up to here are exact in single precision. */
#define EXACT 0x1p24
/* Numbers are divided exactly by what lies between. */
#define STEP_LEAST 0x1p-60
#define STEP_MOST 0x1p60

static bool is_kind(const struct network *network, int id, const char *kind)
{
	const struct operation *operation = network->layer[id].operation;

	return operation && strcmp(operation->name, kind) == 0;
}

static bool has_products(const struct network *network, int id)
{
	return is_kind(network, id, "dense") || is_kind(network, id, "conv");
}

/* Can the codes of this segment be numbers of 8 bits with their zero taken
 * off, one scale a row? */
static bool codes_fit(const struct coded *coded)
{
	if (!coded->bits || coded->book || coded->size != coded->row)
		return false;
	for (int g = 0; g < coded->groups; g++) {
		int top = coded->scheme == SCHEME_AFFINE ?
		    (1 << coded->bits) - 1 : 2 * coded->zero[g];

		if (coded->zero[g] > 128 || top - coded->zero[g] > 127)
			return false;
	}
	return true;
}

/* No sum of a row, nor a part of one, may pass what is exact, whatever the
 * input: its positive and negative ends. */
static bool sums_fit(const struct coded *coded, size_t row, int zero, int top)
{
	for (size_t first = 0; first < coded->count; first += row) {
		double most = 0, least = 0;

		for (size_t i = first; i < first + row; i++) {
			int w = coded->code[i] -
			    coded->zero[coded_group(coded, i)];

			most += w > 0 ? w * (top - zero) : -w * zero;
			least += w > 0 ? w * zero : -w * (top - zero);
		}
		if (most >= EXACT || least >= EXACT)
			return false;
	}
	return true;
}

static bool check_layer_of(const struct compressed *compressed, int id,
    struct error *why)
{
	const struct network *network = compressed->network;
	const struct layer *layer = &network->layer[id];
	const struct layer *levels = &network->layer[layer->from[0]];
	const struct coded *coded = compressed->quantised ?
	    &compressed->quantised->segment[layer->segment] : NULL;
	int zero, top;

	if (!is_kind(network, layer->from[0], "quantise"))
		return error_set(why, "layer %d is given floats", id), false;
	if (!coded || !codes_fit(coded))
		return error_set(why, "layer %d: its weights are no whole "
		    "numbers of 8 bits with one scale a channel", id), false;
	if (is_kind(network, id, "conv")) {
		struct conv c = conv_of(layer);

		if (c.groups > 1 && !c.depthwise)
			return error_set(why, "layer %d has groups", id),
			    false;
	}
	if (!(layer_option(levels, "scale") > STEP_LEAST &&
		layer_option(levels, "scale") < STEP_MOST))
		return error_set(why, "layer %d is given numbers with steps "
		    "of %g", id, layer_option(levels, "scale")), false;
	zero = layer_integer(levels, "zero");
	top = (1 << layer_integer(levels, "bits")) - 1;
	if (!sums_fit(coded, coded->count / (size_t)layer->out.c, zero, top))
		return error_set(why, "layer %d: its sums may pass 2^24", id),
		    false;
	return true;
}

static bool check(const struct compressed *compressed, struct error *why)
{
	bool any = false;

	for (int id = 1; id <= compressed->network->layers; id++) {
		if (!has_products(compressed->network, id))
			continue;
		if (!check_layer_of(compressed, id, why))
			return false;
		any = true;
	}
	return any;
}

struct building {
	const struct compressed *compressed;
	struct network *network;
	int *place;		/* [old id]: the new id of its output */
	int *copied;		/* [old id]: the new id of the layer itself */
};

static void append(struct building *b, const char *kind, const int *from,
    const struct option_values *options)
{
	struct error error;
	struct network *longer = network_append(b->network, kind, from,
	    options, &error);

	if (!longer)
		die("integer form: %s", error.text);
	network_free(b->network);
	b->network = longer;
}

static void append_rescale(struct building *b)
{
	const int from[INPUTS_MAX] = {b->network->layers, -1};
	struct option_values none;

	options_default(operation_find("rescale")->options, &none);
	append(b, "rescale", from, &none);
}

static void append_old(struct building *b, int id)
{
	const struct network *old = b->compressed->network;
	const struct layer *layer = &old->layer[id];
	const struct option *table = layer->operation->options;
	struct option_values options = layer->options;
	int from[INPUTS_MAX];

	for (int i = 0; i < INPUTS_MAX; i++)
		from[i] = layer->from[i] < 0 ? -1 : b->place[layer->from[i]];
	if (has_products(old, id))
		options.value[option_find(table, "bias")] = 0;
	if (is_kind(old, id, "quantise"))
		options.value[option_find(table, "codes")] = 1;
	append(b, layer->operation->name, from, &options);
	b->copied[id] = b->network->layers;
	if (has_products(old, id))
		append_rescale(b);
	b->place[id] = b->network->layers;
}

/* Weights as whole numbers; factors and terms of the rescale layer. */
static void fill_products(const struct building *b, int id, real *w)
{
	const struct compressed *compressed = b->compressed;
	const struct layer *old = &compressed->network->layer[id];
	const struct layer *levels = &compressed->network->layer[old->from[0]];
	const struct layer *new = &b->network->layer[b->copied[id]];
	const struct coded *coded =
	    &compressed->quantised->segment[old->segment];
	real *factor = w + b->network->layer[new->id + 1].parameter;
	size_t channels = (size_t)old->out.c, row = coded->count / channels;
	real step = (real)layer_option(levels, "scale");

	for (size_t i = 0; i < coded->count; i++)
		w[new->parameter + i] = (real)(coded->code[i] -
		    coded->zero[coded_group(coded, i)]);
	for (size_t c = 0; c < channels; c++) {
		factor[c] = step * coded->scale[coded_group(coded, c * row)];
		factor[channels + c] = old->segments > 1 ?
		    compressed->w[old->parameter + coded->count + c] : 0;
	}
}

static void fill(const struct building *b, struct integer_form *form)
{
	const struct network *old = b->compressed->network;

	for (int id = 1; id <= old->layers; id++) {
		const struct layer *from = &old->layer[id];
		const struct layer *to = &b->network->layer[b->copied[id]];

		if (has_products(old, id)) {
			fill_products(b, id, form->w);
			form->whole[to->id] = true;
		} else if (from->parameters) {
			memcpy(form->w + to->parameter,
			    b->compressed->w + from->parameter,
			    from->parameters * sizeof(real));
		}
	}
}

bool integer_form_make(const struct compressed *compressed,
    struct integer_form *form, struct error *why)
{
	const struct network *old = compressed->network;
	size_t count = (size_t)old->layers + 1;
	struct building b = {compressed, NULL, NULL, NULL};

	*form = (struct integer_form){0};
	if (!check(compressed, why))
		return false;
	b.network = network_new(old->input, old->classes);
	b.place = xcalloc(count, sizeof(int));
	b.copied = xcalloc(count, sizeof(int));
	for (int id = 1; id <= old->layers; id++)
		append_old(&b, id);
	form->network = b.network;
	form->w = reals_new(b.network->parameters);
	form->whole = xcalloc((size_t)b.network->layers + 1, sizeof(bool));
	fill(&b, form);
	free(b.place);
	free(b.copied);
	return true;
}

void integer_form_free(struct integer_form *form)
{
	network_free(form->network);
	reals_free(form->w);
	free(form->whole);
	*form = (struct integer_form){0};
}
