#include "compress/equalise.h"

#include <math.h>
#include <string.h>

#include "net/conv.h"
#include "net/operation.h"

/* A chain of three layers needs several rounds. */
enum { ROUNDS = 10 };

static bool is_kind(const struct layer *layer, const char *kind)
{
	return layer->operation && strcmp(layer->operation->name, kind) == 0;
}

/* What a positive factor of a channel passes through unchanged. */
static bool is_transparent(const struct layer *layer)
{
	static const char *const kinds[] = {"relu", "maxpool", "avgpool",
		"globalavg", "flatten", "dropout"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (is_kind(layer, kinds[i]))
			return true;
	}
	return false;
}

static bool has_weights(const struct layer *layer)
{
	return is_kind(layer, "dense") || is_kind(layer, "conv");
}

/* The layer that takes the channels of layer `id` on, or 0. */
static int find_second(const struct network *network, int id)
{
	int next = network_only_reader(network, id);

	while (next && is_transparent(&network->layer[next]))
		next = network_only_reader(network, next);
	if (!next || !has_weights(&network->layer[next]))
		return 0;
	if (is_kind(&network->layer[next], "conv")) {
		struct conv c = conv_of(&network->layer[next]);

		return c.groups == 1 || c.depthwise ? next : 0;
	}
	return network->layer[next].in[0].tokens ? 0 : next;
}

/* The weights that read channel c of `channels`: `runs` runs of `length`,
 * `step` apart, the first at *first. A flattened image has its places of a
 * channel beside each other. */
struct readers {
	size_t first, runs, length, step;
};

static struct readers readers_of(const struct layer *layer, size_t channels,
    size_t c)
{
	if (is_kind(layer, "conv")) {
		struct conv conv = conv_of(layer);
		size_t area = (size_t)(conv.k * conv.k);

		if (conv.depthwise)
			return (struct readers){c * area, 1, area, 0};
		return (struct readers){c * area, (size_t)conv.out_channels,
			area, (size_t)conv.in * area};
	} else {
		size_t in = (size_t)layer->in[0].c, length = in / channels;

		return (struct readers){c * length, (size_t)layer->out.c,
			length, in};
	}
}

static double largest(const real *w, size_t count)
{
	double most = 0;

	for (size_t i = 0; i < count; i++)
		most = fmax(most, fabs((double)w[i]));
	return most;
}

static void scale(real *w, size_t count, double factor)
{
	for (size_t i = 0; i < count; i++)
		w[i] = (real)((double)w[i] * factor);
}

static double largest_read(const real *w, struct readers r)
{
	double most = 0;

	for (size_t i = 0; i < r.runs; i++)
		most = fmax(most, largest(w + r.first + i * r.step, r.length));
	return most;
}

static void scale_channel(const struct layer *first,
    const struct layer *second, size_t c, double s, real *w)
{
	size_t channels = (size_t)first->out.c;
	size_t weights = first->parameters;
	struct readers r = readers_of(second, channels, c);
	real *from = w + first->parameter, *to = w + second->parameter;
	bool bias = first->segments == 2;
	size_t row = (weights - (bias ? channels : 0)) / channels;

	scale(from + c * row, row, 1 / s);
	if (bias)
		scale(from + channels * row + c, 1, 1 / s);
	for (size_t i = 0; i < r.runs; i++)
		scale(to + r.first + i * r.step, r.length, s);
}

static void equalise_pair(const struct layer *first,
    const struct layer *second, real *w, real *other)
{
	size_t channels = (size_t)first->out.c;
	size_t row = (first->parameters - (first->segments == 2 ? channels :
	    0)) / channels;

	for (size_t c = 0; c < channels; c++) {
		double r1 = largest(w + first->parameter + c * row, row);
		double r2 = largest_read(w + second->parameter,
		    readers_of(second, channels, c));
		double s = sqrt(r1 / r2);

		if (!(r1 > 0 && r2 > 0 && s > 1e-6 && s < 1e6))
			continue;
		scale_channel(first, second, c, s, w);
		scale_channel(first, second, c, s, other);
	}
}

int equalise_layers(const struct network *network, real *w, real *other)
{
	int pairs = 0;

	for (int round = 0; round < ROUNDS; round++) {
		pairs = 0;
		for (int id = 1; id <= network->layers; id++) {
			const struct layer *layer = &network->layer[id];
			int next = has_weights(layer) && !layer->in[0].tokens ?
			    find_second(network, id) : 0;

			if (!next)
				continue;
			equalise_pair(layer, &network->layer[next], w, other);
			pairs++;
		}
	}
	return pairs;
}
