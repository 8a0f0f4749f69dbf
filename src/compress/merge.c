/*
 * Sums of convolutions of one input as one convolution:
 *
 *	K = sum_j K_j, smaller kernels in the middle of larger ones,
 *	b = sum_j b_j,
 *
 * where the input itself is the kernel with 1 in the middle of its own
 * channel, and its batch norm one with f_o = g_o / sqrt(v_o + eps) there and
 * the bias beta_o - m_o f_o.
 */
#include "compress/branches.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "compress/fold.h"
#include "net/batchnorm.h"
#include "net/operation.h"

enum { LEAVES_MAX = 16 };

/* A sum, and what it sums up: ids of convolutions, batch norms, or of the
 * input itself. */
struct sum {
	const struct network *network;
	int input;			/* what all leaves read */
	int leaf[LEAVES_MAX], leaves;
	int widest;			/* the convolution with the largest k */
};

static bool is_kind(const struct network *network, int id, const char *kind)
{
	return id > 0 && network->layer[id].operation == operation_find(kind);
}

/* All leaves of the tree of sums. */
static bool collect_leaves(struct sum *sum, int id)
{
	const struct layer *layer = &sum->network->layer[id];

	for (int i = 0; i < 2; i++) {
		int from = layer->from[i];

		if (is_kind(sum->network, from, "add") &&
		    network_only_reader(sum->network, from)) {
			if (!collect_leaves(sum, from))
				return false;
		} else if (sum->leaves == LEAVES_MAX) {
			return false;
		} else {
			sum->leaf[sum->leaves++] = from;
		}
	}
	return true;
}

static int option_of(const struct network *network, int id, const char *name)
{
	return layer_integer(&network->layer[id], name);
}

static void find_widest(struct sum *sum)
{
	for (int i = 0; i < sum->leaves; i++) {
		int id = sum->leaf[i];

		if (is_kind(sum->network, id, "conv") && (!sum->widest ||
		    option_of(sum->network, id, "k") >
		    option_of(sum->network, sum->widest, "k")))
			sum->widest = id;
	}
	if (sum->widest)
		sum->input = sum->network->layer[sum->widest].from[0];
}

static bool fits(const struct sum *sum, int id)
{
	const struct network *network = sum->network;
	const struct layer *widest = &network->layer[sum->widest];

	if (id == sum->input)
		return widest->in[0].c == widest->out.c &&
		    option_of(network, sum->widest, "stride") == 1;
	if (!network_only_reader(network, id) ||
	    network->layer[id].from[0] != sum->input)
		return false;
	if (is_kind(network, id, "batchnorm"))
		return fits(sum, sum->input);
	return is_kind(network, id, "conv") &&
	    option_of(network, id, "k") % 2 == 1 &&
	    option_of(network, id, "pad") == option_of(network, id, "k") / 2 &&
	    option_of(network, id, "stride") ==
	    option_of(network, sum->widest, "stride") &&
	    option_of(network, id, "groups") ==
	    option_of(network, sum->widest, "groups");
}

/* Whether the sum at `id` is one convolution. */
static bool sum_of(const struct network *network, int id, struct sum *sum)
{
	*sum = (struct sum){.network = network};
	if (!is_kind(network, id, "add") || !collect_leaves(sum, id))
		return false;
	find_widest(sum);
	for (int i = 0; i < sum->leaves; i++) {
		if (!sum->widest || !fits(sum, sum->leaf[i]))
			return false;
	}
	return true;
}

/* gone[id]: inside a sum that is merged. */
static void mark_tree(const struct sum *sum, int id, bool *gone)
{
	const struct layer *layer = &sum->network->layer[id];

	for (int i = 0; i < 2; i++) {
		int from = layer->from[i];

		if (from == sum->input)
			continue;
		gone[from] = true;
		if (is_kind(sum->network, from, "add"))
			mark_tree(sum, from, gone);
	}
}

static const struct segment *find(const struct segment *segment, int count,
    const char *name)
{
	for (int k = 0; k < count; k++) {
		const char *dot = strchr(segment[k].name, '.');

		if (dot && strcmp(dot + 1, name) == 0)
			return &segment[k];
	}
	return NULL;
}

/* NULL: the layer has no such parameter. */
static const real *parameter(const struct network *network, int id,
    const char *name, const real *w)
{
	const struct layer *layer = &network->layer[id];
	const struct segment *segment = find(network->segment + layer->segment,
	    layer->segments, name);

	return segment ? w + segment->offset : NULL;
}

static const real *statistic(const struct network *network, int id,
    const char *name, const real *buffers)
{
	const struct layer *layer = &network->layer[id];

	return buffers + find(network->buffer_segment + layer->buffer_segment,
	    layer->buffer_segments, name)->offset;
}

/* The convolution under construction, in double precision. */
struct kernel {
	int out, in, k;		/* in: channels of a group */
	double *weight;			/* (out, in, k, k) */
	double *bias;			/* (out) */
};

static double *tap(const struct kernel *kernel, int o, int i, int row,
    int column)
{
	return kernel->weight + (((size_t)o * (size_t)kernel->in + (size_t)i) *
	    (size_t)kernel->k + (size_t)row) * (size_t)kernel->k + column;
}

static void add_conv(const struct sum *sum, int id, const real *w,
    struct kernel *kernel)
{
	const real *weight = parameter(sum->network, id, "weight", w);
	const real *bias = parameter(sum->network, id, "bias", w);
	int k = option_of(sum->network, id, "k"), edge = (kernel->k - k) / 2;

	for (int o = 0; o < kernel->out; o++) {
		kernel->bias[o] += bias ? (double)bias[o] : 0;
		for (int i = 0; i < kernel->in; i++) {
			for (int at = 0; at < k * k; at++)
				*tap(kernel, o, i, edge + at / k, edge +
				    at % k) += (double)*weight++;
		}
	}
}

/* The input (norm 0) or its batch norm. */
static void add_input(const struct sum *sum, int norm, const real *w,
    const real *buffers, struct kernel *kernel)
{
	int middle = kernel->k / 2;

	for (int o = 0; o < kernel->out; o++) {
		double factor = 1;

		if (norm) {
			factor = (double)parameter(sum->network, norm,
			    "weight", w)[o] / sqrt((double)statistic(
			    sum->network, norm, "running_var", buffers)[o] +
			    BATCHNORM_EPSILON);
			kernel->bias[o] += (double)parameter(sum->network,
			    norm, "bias", w)[o] - (double)statistic(
			    sum->network, norm, "running_mean", buffers)[o] *
			    factor;
		}
		*tap(kernel, o, o % kernel->in, middle, middle) += factor;
	}
}

static void write_kernel(const struct kernel *kernel, real *weight, real *bias)
{
	size_t count = (size_t)kernel->out * (size_t)kernel->in *
	    (size_t)kernel->k * (size_t)kernel->k;

	for (size_t i = 0; i < count; i++)
		weight[i] = (real)kernel->weight[i];
	for (int o = 0; o < kernel->out; o++)
		bias[o] = (real)kernel->bias[o];
}

static void merge_values(const struct sum *sum, const real *w,
    const real *buffers, const struct network *to, int id, real *out)
{
	const struct layer *widest = &sum->network->layer[sum->widest];
	struct kernel kernel = {.out = widest->out.c,
		.in = widest->in[0].c / layer_integer(widest, "groups"),
		.k = layer_integer(widest, "k")};

	kernel.weight = xcalloc((size_t)(kernel.out * kernel.in * kernel.k *
	    kernel.k), sizeof(double));
	kernel.bias = xcalloc((size_t)kernel.out, sizeof(double));
	for (int i = 0; i < sum->leaves; i++) {
		int leaf = sum->leaf[i];

		if (leaf != sum->input && is_kind(sum->network, leaf, "conv"))
			add_conv(sum, leaf, w, &kernel);
		else
			add_input(sum, leaf == sum->input ? 0 : leaf, w,
			    buffers, &kernel);
	}
	write_kernel(&kernel, (real *)parameter(to, id, "weight", out),
	    (real *)parameter(to, id, "bias", out));
	free(kernel.weight);
	free(kernel.bias);
}

/* new_id: of the layer that gives what old layer `id` gave; 0: gone. */
struct merging {
	const struct network *old;
	bool *gone;
	int *new_id;
};

static void append(const struct merging *merging, struct network **network,
    int id)
{
	const struct network *old = merging->old;
	struct sum sum;
	int taken = sum_of(old, id, &sum) ? sum.widest : id;
	const struct layer *layer = &old->layer[taken];
	struct option_values options = layer->options;
	int from[INPUTS_MAX];
	struct network *longer;
	struct error error;

	if (taken != id)
		options.value[option_find(layer->operation->options,
		    "bias")] = 1;
	for (int i = 0; i < INPUTS_MAX; i++)
		from[i] = layer->from[i] < 0 ? -1 :
		    merging->new_id[layer->from[i]];
	longer = network_append(*network, layer->operation->name, from,
	    &options, &error);
	if (!longer)
		die("merging branches: %s", error.text);
	network_free(*network);
	*network = longer;
	merging->new_id[id] = longer->layers;
}

static void copy_values(const struct merging *merging,
    const struct network *to, const real *w, const real *buffers, real *out,
    real *out_buffers)
{
	const struct network *old = merging->old;

	for (int id = 1; id <= old->layers; id++) {
		const struct layer *from = &old->layer[id];
		const struct layer *layer = &to->layer[merging->new_id[id]];
		struct sum sum;

		if (merging->gone[id])
			continue;
		if (sum_of(old, id, &sum)) {
			merge_values(&sum, w, buffers, to, layer->id, out);
			continue;
		}
		if (from->parameters)
			memcpy(out + layer->parameter, w + from->parameter,
			    from->parameters * sizeof(real));
		if (from->buffers)
			memcpy(out_buffers + layer->buffer,
			    buffers + from->buffer,
			    from->buffers * sizeof(real));
	}
}

/* The outermost sums first: what is inside them is gone. */
static int mark_sums(struct merging *merging)
{
	struct sum sum;
	int sums = 0;

	for (int id = merging->old->layers; id >= 1; id--) {
		if (merging->gone[id] || !sum_of(merging->old, id, &sum))
			continue;
		mark_tree(&sum, id, merging->gone);
		sums++;
	}
	return sums;
}

static struct network *merge_sums(const struct network *old, const real *w,
    const real *buffers, real **merged_w, real **merged_buffers, int *merged)
{
	size_t count = (size_t)old->layers + 1;
	struct merging merging = {old, xcalloc(count, sizeof(bool)),
		xcalloc(count, sizeof(int))};
	struct network *network = network_new(old->input, old->classes);

	*merged = mark_sums(&merging);
	for (int id = 1; id <= old->layers; id++) {
		if (!merging.gone[id])
			append(&merging, &network, id);
	}
	text_format(network->name, sizeof(network->name), "%.50s (merged)",
	    old->name);
	*merged_w = reals_new(network->parameters);
	*merged_buffers = reals_new(network->buffers);
	copy_values(&merging, network, w, buffers, *merged_w,
	    *merged_buffers);
	free(merging.gone);
	free(merging.new_id);
	return network;
}

/* Batch norm goes into its convolution before the sums are one, and again
 * where one follows a sum. */
struct network *branches_merge(const struct network *network, const real *w,
    const real *buffers, real **merged_w, real **merged_buffers, int *merged)
{
	real *first_w, *first_buffers, *second_w, *second_buffers;
	struct network *first = fold_batch_norm(network, w, buffers, &first_w,
	    &first_buffers);
	struct network *second = merge_sums(first, first_w, first_buffers,
	    &second_w, &second_buffers, merged);
	struct network *last = fold_batch_norm(second, second_w,
	    second_buffers, merged_w, merged_buffers);

	reals_free(first_w);
	reals_free(first_buffers);
	reals_free(second_w);
	reals_free(second_buffers);
	network_free(first);
	network_free(second);
	return last;
}
