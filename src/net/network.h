/*
 * A network: layers in topological order, with shapes, and the table that
 * says where each layer's parameters lie in the one flat vector.
 *
 * A struct network is immutable. An edit makes a new one, checked as a whole,
 * or fails and names the layer and the two shapes; ids of later layers move
 * along. Layer 0 is the input. The loss (softmax cross-entropy) is implied.
 *
 * The flat vectors w (parameters) and `buffers` (running statistics of batch
 * norm) are in PyTorch's layout: dense (out, in), convolution (out,
 * in/groups, kh, kw). What the kernels want is packed from it.
 */
#ifndef SNT_NET_NETWORK_H
#define SNT_NET_NETWORK_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/option.h"
#include "base/real.h"
#include "base/shape.h"

struct operation;

enum role {
	ROLE_WEIGHT,	/* of dense and convolution: prunable, quantisable */
	ROLE_BIAS,
	ROLE_NORM,	/* scale and shift of batch and layer norm */
	ROLE_OTHER,	/* positions, attention's projections are weights */
	ROLE_STATISTIC	/* running mean and variance: in `buffers` */
};

enum { DIMENSIONS_MAX = 4, INPUTS_MAX = 2 };

struct segment {
	char name[32];		/* "3.weight" */
	int layer;		/* id */
	enum role role;
	int dimensions;
	int dimension[DIMENSIONS_MAX];
	size_t offset, count;	/* in w, or in buffers for statistics */
};

struct layer {
	const struct operation *operation;	/* NULL for the input */
	int id;
	int from[INPUTS_MAX];			/* ids; unused: -1 */
	struct option_values options;		/* of operation->options */
	/* Derived: */
	struct shape in[INPUTS_MAX], out;
	int segment, segments;			/* first and number */
	int buffer_segment, buffer_segments;
	size_t parameter, parameters;		/* offset and count in w */
	size_t buffer, buffers;			/* the same in `buffers` */
	double macs;				/* multiply-adds a sample */
	bool exact;				/* given OPERATION_LEVELS */
};

struct network {
	struct shape input;
	int classes;
	int layers;			/* without the input */
	struct layer *layer;		/* [0 .. layers] */
	size_t parameters, buffers;
	int segments, buffer_segments;
	struct segment *segment, *buffer_segment;
	double macs;
	char name[64];	/* "lenet5", "mlp 300-100"; "lenet5 (edited)" */
};

/* Only the input. */
struct network *network_new(struct shape input, int classes);
/* A backbone of the table by the words after `net`: "mlp", "300-100". */
struct network *network_named(int words, const char *const *word,
    struct shape input, int classes, struct error *error);
struct network *network_copy(const struct network *network);
void network_free(struct network *network);

/* Edits. `position`: the id that the new layer gets (layers + 1: the end).
 * An inserted layer takes its input from position - 1 and hands its output
 * to whoever took position - 1's. `from`: two ids (-1: unused), or NULL; when
 * its first is not position - 1, the layer begins a branch, and nobody takes
 * its output yet. A removed layer's consumers take its (first) input. */
struct network *network_insert(const struct network *network, int position,
    const int *from, int words, const char *const *word, struct error *error);
struct network *network_remove(const struct network *network, int id,
    struct error *error);
struct network *network_move(const struct network *network, int id,
    int position, struct error *error);
struct network *network_set(const struct network *network, int id, int words,
    const char *const *word, struct error *error);
/* The same layers for another input and number of classes (the last dense
 * layer's width follows the classes); an unedited backbone is made anew. */
struct network *network_adapt(const struct network *network,
    struct shape input, int classes, struct error *error);

/* For readers of files: append a layer of a known kind. */
struct network *network_append(const struct network *network,
    const char *kind, const int *from, const struct option_values *options,
    struct error *error);

/* Whether it can be trained: it has parameters, every output is taken, and
 * the last one is `classes` plain features. */
int network_check_output(const struct network *network, struct error *error);

/* He normal (fan-in) before ReLU, Xavier for the last layer and attention,
 * biases 0, norms 1 and 0, running variance 1. Stream RANDOM_WEIGHTS, step =
 * index of the segment, so an edit elsewhere changes nothing here. */
void network_initialise(const struct network *network, uint64_t seed,
    real *w, real *buffers);

/* "conv 5x5", "dense", "maxpool 2" for a table. */
void layer_describe(const struct layer *layer, char *out, size_t size);
bool segment_compressible(const struct segment *segment);
bool network_has(const struct network *network, const char *kind);
/* Do any two networks have the same layers, options and shapes? */
bool network_equal(const struct network *a, const struct network *b);

/* The table of backbones, for help, completion and studies. */
struct plan;

struct backbone {
	const char *name;
	const char *usage;
	const char *help;
	/* Add the layers (backbones.c); words: those after the name. */
	int (*build)(struct plan *plan, int words, const char *const *word,
	    struct error *error);
};
const struct backbone *backbones(int *count);

/* The layer that alone reads what layer `id` gives; 0: none, or several. */
int network_only_reader(const struct network *network, int id);

#endif
