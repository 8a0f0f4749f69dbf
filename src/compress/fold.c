#include "compress/fold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/batchnorm.h"
#include "net/operation.h"

/* What becomes of each layer of the old network. */
struct fold {
	const struct network *old;
	int *into;	/* [id] of a batch norm: the layer it goes into, or 0 */
	int *norm;	/* [id] of that layer: the batch norm, or 0 */
};

static bool is_kind(const struct layer *layer, const char *kind)
{
	return layer->operation && strcmp(layer->operation->name, kind) == 0;
}

static int count_readers(const struct network *network, int id)
{
	int readers = 0;

	for (int k = 1; k <= network->layers; k++) {
		for (int i = 0; i < INPUTS_MAX; i++)
			readers += network->layer[k].from[i] == id;
	}
	return readers;
}

static struct fold fold_new(const struct network *network)
{
	size_t count = (size_t)network->layers + 1;
	struct fold fold = {network, xcalloc(count, sizeof(int)),
		xcalloc(count, sizeof(int))};

	for (int id = 1; id <= network->layers; id++) {
		int before = network->layer[id].from[0];
		const struct layer *layer = &network->layer[before];

		if (!is_kind(&network->layer[id], "batchnorm") ||
		    !(is_kind(layer, "dense") || is_kind(layer, "conv")) ||
		    count_readers(network, before) != 1)
			continue;
		fold.into[id] = before;
		fold.norm[before] = id;
	}
	return fold;
}

static void fold_free(struct fold *fold)
{
	free(fold->into);
	free(fold->norm);
}

static int *map_back(const struct fold *fold)
{
	int *original = xcalloc((size_t)fold->old->layers + 1, sizeof(int));
	int next = 1;

	for (int id = 1; id <= fold->old->layers; id++) {
		if (!fold->into[id])
			original[next++] = id;
	}
	return original;
}

int *fold_map(const struct network *network)
{
	struct fold fold = fold_new(network);
	int *original = map_back(&fold);

	fold_free(&fold);
	return original;
}

/* The old layer once more at the end of `network`, which is freed. `place`:
 * new ids by old ones. */
static struct network *append(struct network *network,
    const struct fold *fold, const int *place, int id)
{
	const struct layer *layer = &fold->old->layer[id];
	const struct operation *operation = layer->operation;
	struct option_values options = layer->options;
	struct network *longer;
	struct error error;
	int from[INPUTS_MAX];

	for (int i = 0; i < INPUTS_MAX; i++)
		from[i] = layer->from[i] < 0 ? -1 : place[layer->from[i]];
	if (fold->norm[id])
		options.value[option_find(operation->options, "bias")] = 1;
	longer = network_append(network, operation->name, from, &options,
	    &error);
	if (!longer)
		die("folding batch norm: %s", error.text);
	network_free(network);
	return longer;
}

static struct network *rebuild(const struct fold *fold)
{
	const struct network *old = fold->old;
	struct network *network = network_new(old->input, old->classes);
	int *place = xcalloc((size_t)old->layers + 1, sizeof(int));

	for (int id = 1; id <= old->layers; id++) {
		if (fold->into[id]) {
			place[id] = place[fold->into[id]];
			continue;
		}
		network = append(network, fold, place, id);
		place[id] = network->layers;
	}
	free(place);
	text_copy(network->name, sizeof(network->name), old->name);
	return network;
}

/* A segment of a layer by what follows the dot of its name, or NULL. */
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

static const struct segment *parameter(const struct network *network, int id,
    const char *name)
{
	const struct layer *layer = &network->layer[id];

	return find(network->segment + layer->segment, layer->segments, name);
}

static const real *statistic(const struct network *network, int id,
    const char *name, const real *buffers)
{
	const struct layer *layer = &network->layer[id];
	const struct segment *segment = find(network->buffer_segment +
	    layer->buffer_segment, layer->buffer_segments, name);

	return buffers + segment->offset;
}

/* g_o / sqrt(v_o + eps) for every channel. */
static double *channel_factors(const struct network *network, int norm,
    const real *w, const real *buffers)
{
	const struct segment *scale = parameter(network, norm, "weight");
	const real *variance = statistic(network, norm, "running_var",
	    buffers);
	double *factor = xcalloc(scale->count, sizeof(*factor));

	for (size_t o = 0; o < scale->count; o++)
		factor[o] = (double)w[scale->offset + o] /
		    sqrt((double)variance[o] + BATCHNORM_EPSILON);
	return factor;
}

double *fold_factors(const struct network *network, const real *w,
    const real *buffers, int id)
{
	struct fold fold = fold_new(network);
	int norm = fold.norm[id];

	fold_free(&fold);
	return norm ? channel_factors(network, norm, w, buffers) : NULL;
}

/* The weights (out, ...) and biases (out) of new layer `to`, from old layer
 * `id` and the batch norm after it. */
static void fold_layer(const struct fold *fold, int id, const real *w,
    const real *buffers, const struct network *network, int to, real *out)
{
	const struct network *old = fold->old;
	int norm = fold->norm[id];
	double *factor = channel_factors(old, norm, w, buffers);
	const struct segment *weight = parameter(old, id, "weight");
	const struct segment *bias = parameter(old, id, "bias");
	const real *shift = w + parameter(old, norm, "bias")->offset;
	const real *mean = statistic(old, norm, "running_mean", buffers);
	real *new_weight = out + parameter(network, to, "weight")->offset;
	real *new_bias = out + parameter(network, to, "bias")->offset;
	size_t channels = (size_t)weight->dimension[0];
	size_t size = weight->count / channels;

	for (size_t o = 0; o < channels; o++) {
		const real *row = w + weight->offset + o * size;
		double b = bias ? (double)w[bias->offset + o] : 0;

		for (size_t i = 0; i < size; i++)
			new_weight[o * size + i] =
			    (real)((double)row[i] * factor[o]);
		new_bias[o] = (real)((double)shift[o] +
		    (b - (double)mean[o]) * factor[o]);
	}
	free(factor);
}

static void copy_layer(const struct layer *from, const struct layer *to,
    const real *w, const real *buffers, real *out, real *out_buffers)
{
	if (from->parameters)
		memcpy(out + to->parameter, w + from->parameter,
		    from->parameters * sizeof(real));
	if (from->buffers)
		memcpy(out_buffers + to->buffer, buffers + from->buffer,
		    from->buffers * sizeof(real));
}

static void fold_values(const struct fold *fold, const real *w,
    const real *buffers, const struct network *shorter, real *folded,
    real *folded_buffers)
{
	int *original = map_back(fold);

	for (int to = 1; to <= shorter->layers; to++) {
		int id = original[to];

		if (fold->norm[id])
			fold_layer(fold, id, w, buffers, shorter, to, folded);
		else
			copy_layer(&fold->old->layer[id], &shorter->layer[to],
			    w, buffers, folded, folded_buffers);
	}
	free(original);
}

static bool anything_to_fold(const struct fold *fold)
{
	for (int id = 1; id <= fold->old->layers; id++) {
		if (fold->into[id])
			return true;
	}
	return false;
}

struct network *fold_batch_norm(const struct network *network, const real *w,
    const real *buffers, real **folded, real **folded_buffers)
{
	struct fold fold = fold_new(network);
	struct network *shorter = anything_to_fold(&fold) ? rebuild(&fold) :
	    network_copy(network);

	*folded = reals_new(shorter->parameters);
	*folded_buffers = reals_new(shorter->buffers);
	fold_values(&fold, w, buffers, shorter, *folded, *folded_buffers);
	fold_free(&fold);
	return shorter;
}

void fold_again(const struct network *network, const real *w,
    const real *buffers, const struct network *folded_network, real *folded,
    real *folded_buffers)
{
	struct fold fold = fold_new(network);

	fold_values(&fold, w, buffers, folded_network, folded, folded_buffers);
	fold_free(&fold);
}
