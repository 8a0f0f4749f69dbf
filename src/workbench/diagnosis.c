#include "workbench/diagnosis.h"

#include <stddef.h>
#include <string.h>

/* Below both of these nothing is wrong. */
static const double least_loss = 0.02, least_accuracy = 0.005;
/* A layer (or a part) with this share of the cost is the one. */
static const double most_of_it = 0.5;
/* Ranges beyond these explain a cost: a bit and more of the width is spent
 * on few numbers. */
static const double far_channel = 4, far_weight = 8, far_input = 2;

static const struct rung *find(const struct rung *rung, int rungs,
    enum rung_name name)
{
	for (int i = 0; i < rungs; i++) {
		if (rung[i].name == name)
			return &rung[i];
	}
	return NULL;
}

/* What a rung costs against the network at 32 bits, which itself is measured
 * against the run as it is; 0 where it was not climbed. */
static double cost(const struct rung *rung, int rungs, enum rung_name name)
{
	const struct rung *at = find(rung, rungs, name);
	const struct rung *base = find(rung, rungs, name == RUNG_SANITY ?
	    RUNG_FLOATS : RUNG_SANITY);

	return at ? at->loss - base->loss : 0;
}

/* The last of the rungs that are of the whole network. */
static const struct rung *all_of(const struct rung *rung, int rungs)
{
	const struct rung *all = find(rung, rungs, RUNG_ALL);

	return all ? all : find(rung, rungs, RUNG_WEIGHTS);
}

static const struct rung *worst_layer(const struct rung *rung, int rungs,
    enum rung_name name)
{
	const struct rung *worst = NULL;

	for (int i = 0; i < rungs; i++) {
		if (rung[i].name == name &&
		    (!worst || rung[i].loss > worst->loss))
			worst = &rung[i];
	}
	return worst;
}

static const struct {
	const char *what;
	enum rung_name part, layers;
} parts[] = {
	{"pruning", RUNG_SANITY, RUNG_SANITY},
	{"weights", RUNG_WEIGHTS, RUNG_LAYER_WEIGHTS},
	{"activations", RUNG_ACTIVATIONS, RUNG_LAYER_INPUT},
};

enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

/* The part that costs most, or -1: only all of them together do. */
static int worst_part(const struct rung *rung, int rungs)
{
	double total = all_of(rung, rungs)->loss - rung[0].loss, most = 0;
	int worst = -1;

	for (int i = 0; i < PARTS; i++) {
		double its = cost(rung, rungs, parts[i].part);

		if (its > most) {
			most = its;
			worst = i;
		}
	}
	return most < most_of_it * total / 2 ? -1 : worst;
}

static const char *reason(const struct rung *layer,
    const struct diagnosed *how)
{
	if (layer->name == RUNG_LAYER_INPUT)
		return how->whole_range && layer->reach > far_input ?
		    "outlier inputs" : "too few bits";
	if (how->shared_scale && layer->weights.spread > far_channel)
		return "outlier channel";
	return layer->weights.peak > far_weight ? "outlier weights" :
	    "too few bits";
}

static const struct rung *single_layer(const struct rung *rung, int rungs,
    int part)
{
	const struct rung *layer = worst_layer(rung, rungs,
	    parts[part].layers);
	double base = find(rung, rungs, RUNG_SANITY)->loss;

	if (!layer || layer->layer == 0 || layer->loss - base <
	    most_of_it * cost(rung, rungs, parts[part].part))
		return NULL;
	return layer;
}

struct culprit diagnosis_find(const struct rung *rung, int rungs,
    const struct diagnosed *how)
{
	const struct rung *all = all_of(rung, rungs), *layer;
	int part = worst_part(rung, rungs);

	if (all->loss - rung[0].loss < least_loss &&
	    rung[0].accuracy - all->accuracy < least_accuracy)
		return (struct culprit){"none", 0, ""};
	if (part < 0)
		return (struct culprit){"together", 0, ""};
	layer = single_layer(rung, rungs, part);
	return (struct culprit){parts[part].what, layer ? layer->layer : 0,
		layer ? reason(layer, how) : ""};
}

static void print_cost(const struct rung *from, const struct rung *to,
    struct buffer *out)
{
	buffer_printf(out, "accuracy %.2f%% to %.2f%%, loss %+.3g",
	    100 * from->accuracy, 100 * to->accuracy, to->loss - from->loss);
}

static void print_advice(const struct rung *layer, const char *why,
    const struct diagnosed *how, struct buffer *out)
{
	if (strcmp(why, "outlier channel") == 0)
		buffer_printf(out, "Channel %d reaches %.0f times as far as "
		    "the middle one, and they share a scale: `quant %d "
		    "per=channel` or `equalise=on`.", layer->weights.channel,
		    layer->weights.spread, how->bits);
	else if (strcmp(why, "outlier weights") == 0)
		buffer_printf(out, "Its largest weight is %.0f times the root "
		    "mean square of its channel: `quant %d per=group`, or "
		    "`scheme=codebook`.", layer->weights.peak, how->bits);
	else if (strcmp(why, "outlier inputs") == 0)
		buffer_printf(out, "What it is given reaches %.1f times as "
		    "far as nearly all of it: `calib=percentile` or "
		    "`calib=mse`.", layer->reach);
	else if (layer->name == RUNG_LAYER_WEIGHTS)
		buffer_printf(out, "Nothing stands out in its weights, so "
		    "they have too few bits: `quant 8 layer=%d`, or "
		    "`rounding=gptq`.", layer->layer);
	else
		buffer_printf(out, "Nothing stands out in what it is given, "
		    "so it has too few levels: `act=8`.");
}

/* Of a part without a single layer that is most of it. */
static void print_spread(const char *what, struct buffer *out)
{
	if (strcmp(what, "pruning") == 0)
		buffer_puts(out, "Prune less, `finetune`, or let "
		    "`sensitivity prune target=` choose layer by layer.");
	else if (strcmp(what, "weights") == 0)
		buffer_puts(out, "No single layer is most of it: more bits, "
		    "`rounding=gptq`, or `quant budget=`.");
	else
		buffer_puts(out, "No single layer is most of it: `act=8`, or "
		    "another calib=.");
}

static void print_part(const struct rung *rung, int rungs, int part,
    const struct diagnosed *how, struct buffer *out)
{
	const struct rung *base = find(rung, rungs, RUNG_SANITY);
	const struct rung *layer = single_layer(rung, rungs, part);

	if (parts[part].part == RUNG_SANITY)
		base = &rung[0];
	buffer_puts(out, parts[part].what);
	if (layer)
		buffer_printf(out, " of layer %d (%s), alone ", layer->layer,
		    layer->kind);
	else
		buffer_puts(out, ", alone ");
	print_cost(base, layer ? layer : find(rung, rungs, parts[part].part),
	    out);
	buffer_puts(out, ". ");
	if (layer)
		print_advice(layer, reason(layer, how), how, out);
	else
		print_spread(parts[part].what, out);
}

void diagnosis_print(const struct rung *rung, int rungs,
    const struct diagnosed *how, struct buffer *out)
{
	struct culprit found = diagnosis_find(rung, rungs, how);

	if (strcmp(found.what, "none") == 0)
		buffer_puts(out, "no culprit: ");
	else
		buffer_puts(out, "culprit: ");
	if (strcmp(found.what, "none") == 0) {
		print_cost(&rung[0], all_of(rung, rungs), out);
	} else if (strcmp(found.what, "together") == 0) {
		buffer_puts(out, "no part alone, but all together: ");
		print_cost(&rung[0], all_of(rung, rungs), out);
	} else {
		print_part(rung, rungs, worst_part(rung, rungs), how, out);
	}
}
