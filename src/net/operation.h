/*
 * An operation: one file, one table of functions. To add one is to write
 * src/net/op_NAME.c and add a row to operations.c.
 *
 * The engine (engine.c) cuts a batch into shards (a few samples each; how
 * many depends on network and batch alone) and runs each function once per
 * shard, on any thread. An operation that works better on the whole batch at
 * once says so through `parts`: it is then run once per part, with the whole
 * batch visible, and divides the work by output columns or rows itself.
 * Statistics over the batch (batch norm) are gathered per shard, joined in
 * shard order by one thread, and then applied per shard.
 *
 * All buffers are written, never added to, unless a comment says otherwise.
 * No function allocates. Everything must give the same bits for the same
 * numbers, whatever the thread and the instruction set.
 */
#ifndef SNT_NET_OPERATION_H
#define SNT_NET_OPERATION_H

#include "base/random.h"
#include "net/network.h"

/* What one call sees. Pointers are to the first of `n` samples, which is
 * sample `first` of the batch; sizes are those of the layer's shapes. */
struct pass {
	const struct layer *layer;
	int n, first;
	int origin;		/* of the pass in the batch, when that is cut:
				 * random numbers go by origin + first */
	int part, parts;	/* 0, 1 when sharded by samples */
	int shard;
	bool training;		/* batch statistics, dropout on */
	bool rectified;		/* a relu is taken along, see below */
	bool masks;		/* the backward half of one */
	bool adds;		/* to a whole batch's dw, or writes it */

	const real *x[INPUTS_MAX];	/* (n, in) */
	real *y;			/* (n, out) */
	const real *w;			/* the layer's own parameters */
	const real *packed;		/* what pack() made of them */
	real *panels;			/* see `panels` below; NULL: not kept */
	bool panels_fit;
	const real *buffers;		/* the layer's own, for inference */

	const real *dy;			/* (n, out) */
	real *dx[INPUTS_MAX];		/* (n, in); NULL: not wanted */
	real *dw;			/* (gradient) of this shard; NULL: not
					 * wanted */
	real scale;			/* of a whole batch's dw, see below */

	/* The direction of a Hessian-vector product: R{.} of the above. */
	const real *tx[INPUTS_MAX];	/* NULL: zero (the input) */
	real *ty;
	const real *tw, *tpacked;
	const real *tdy;
	real *tdx[INPUTS_MAX];
	real *tdw;

	real *saved;		/* (n, saved): forward leaves, backward reads */
	real *tsaved;		/* the same between the tangent passes */
	real *statistics;	/* (statistics) of this shard */
	real *joined;		/* (joined) of the layer, whole batch */
	real *scratch;		/* (scratch) of this thread, content arbitrary */
	struct random_key random;	/* dropout: position = sample * size + i */
};

enum operation_flags {
	/* y may lie where x[0] lies, and ty where tx[0]: neither backward nor
	 * tangents read x or tx. dx[0] may lie where dy lies, and tdx[0]
	 * where tdy; but dy is still there in the tangent passes. */
	OPERATION_IN_PLACE = 1,
	/* backward or the tangents read y (or ty), so nobody may write over
	 * them. */
	OPERATION_READS_Y = 2,
	/* Has the statistics functions below, which run when training. */
	OPERATION_BATCH_STATISTICS = 4,
	/* Reads p->random, which is the layer's own, when training. */
	OPERATION_RANDOM = 8,
	/* Takes plain features or tokens: the network refuses an image and
	 * says that flatten comes before it. */
	OPERATION_FEATURES = 16,
	/* Its numbers are levels, whole numbers but for a scale. Who takes
	 * them adds products up as they are, so that the same sums in
	 * integers give the same. */
	OPERATION_LEVELS = 32,
	/* When p->rectified, y is max(y, 0) and dy is that of this, and so
	 * their tangents: the relu that follows is not run. (Of the one
	 * before, see takes_relu().) */
	OPERATION_RECTIFIES = 64,
	/* y = max(x, 0) */
	OPERATION_IS_RELU = 128,
	/* backward does not read x, though it does not work in place. */
	OPERATION_FORGETS_X = 256,
	/* Two of these take along a relu between them: when p->rectified, y is
	 * max(y, 0) and ty its tangent; when p->masks, dx[0] and tdx[0] are 0
	 * wherever x[0] is not above it. */
	OPERATION_SHARES_RELU = 512
};

typedef void operation_pass(const struct pass *pass);

struct segment_list;

struct operation {
	const char *name, *alias;	/* "batchnorm", "bn" */
	const char *help;
	const struct option *options;
	int inputs;
	unsigned flags;

	/* layer->in is known: fill layer->out, or say what is impossible. */
	int (*shape)(struct layer *layer, struct error *error);
	/* Add the layer's segments through segment_add() below; optional. */
	void (*parameters)(struct layer *layer, struct segment_list *list);
	void (*initialise)(const struct layer *layer, bool last,
	    struct random_key key, real *w, real *buffers);
	double (*macs)(const struct layer *layer);
	/* Whether y is x, number by number, in every mode (the flatten of one
	 * channel): no pass is run then. NULL: never. */
	bool (*identity)(const struct layer *layer);
	/* Whether, when p->rectified, x stands for max(x, 0) and dx is that of
	 * this, and so their tangents: the relu before is not run. NULL:
	 * never. */
	bool (*takes_relu)(const struct layer *layer);
	void (*describe)(const struct layer *layer, char *out, size_t size);

	/* Sizes, in reals; a NULL function means 0. */
	size_t (*packed)(const struct layer *layer);
	/* Where many passes see the same weights, the first one's forward may
	 * leave its form of them at p->panels, each part its own, for those
	 * that find p->panels_fit. */
	size_t (*panels)(const struct layer *layer);
	size_t (*gradient)(const struct layer *layer);	/* NULL: parameters */
	size_t (*saved)(const struct layer *layer);	/* a sample */
	size_t (*scratch)(const struct layer *layer, int n);
	size_t (*statistics)(const struct layer *layer);
	size_t (*joined)(const struct layer *layer);

	/* Once per weight version, before the passes; also of a direction. */
	void (*pack)(const struct layer *layer, const real *w, real *packed);
	/* dw (parameters) += scale * what the shards' dw sums up to. */
	void (*collect)(const struct layer *layer, const real *gradient,
	    real scale, real *dw);	/* NULL: dw += scale * gradient */

	/* Parts of the passes for a batch of n; NULL: sharded by samples. */
	int (*parts)(const struct layer *layer, int n);

	operation_pass *forward;
	operation_pass *backward;	/* dx, and dw unless below */
	/* Whole batch, by parts: dw (parameters) = scale * the gradient, or
	 * += when p->adds. Runs after the backward passes, or beside them. */
	int (*gradient_parts)(const struct layer *layer, int n);
	operation_pass *weight_gradient;

	/* After the base passes, in inference mode: x, y, saved and dy are
	 * theirs. */
	operation_pass *tangent_forward;	/* ty from tx, tw */
	operation_pass *tangent_backward;	/* tdx, tdw from tdy, dy, ... */
	operation_pass *tangent_weight_gradient;

	/* Batch statistics, only when training. forward_statistics runs at
	 * the end of the phase before; join in shard order on one thread
	 * (`shards` blocks of `statistics` reals at p->statistics, samples n
	 * = the whole batch, no x, y, dy or dw), and may move the running
	 * statistics in `running` (NULL: leave them) by `momentum` of the
	 * way. The same for the backward pass. */
	operation_pass *forward_statistics;
	void (*forward_join)(const struct pass *pass, int shards,
	    real *running, double momentum);
	operation_pass *backward_statistics;
	void (*backward_join)(const struct pass *pass, int shards);
};

struct segment_list {
	struct segment *segment, *buffer_segment;
	int segments, buffer_segments;
	size_t capacity, buffer_capacity;
	size_t parameters, buffers;
	int layer;
};

/* name: "weight", "running_mean"; dimensions end with 0. */
void segment_add(struct segment_list *list, const char *name, enum role role,
    int d0, int d1, int d2, int d3);

/* The table, and a row by name or alias (NULL). */
const struct operation *const *operations(int *count);
const struct operation *operation_find(const char *name);

/* The value of one of the layer's options. */
double layer_option(const struct layer *layer, const char *name);
int layer_integer(const struct layer *layer, const char *name);

#endif
