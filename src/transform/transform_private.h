/* What a kind of transform gives: how one weight segment is replaced. */
#ifndef SNT_TRANSFORM_TRANSFORM_PRIVATE_H
#define SNT_TRANSFORM_TRANSFORM_PRIVATE_H

#include <stdbool.h>

#include "transform/transform.h"

enum { FACTORS_MAX = 4 };

struct piece_functions;

/* One segment of w, as a matrix (rows, columns) row-major when transformed:
 * dense (out, in), convolution (out, in/groups * kh * kw). */
struct piece {
	const struct segment *segment;
	int index;		/* of the segment: step of the random stream */
	bool transformed;	/* else theta holds the segment as it is */
	const struct piece_functions *functions;	/* then */
	int rows, columns;
	size_t offset, count;	/* in theta */
	/* What is neither theta nor w: changed by start and advance alone. */
	real *state;
	size_t states;
	int depth, width;	/* expand: factors, inner width */
	/* w is the product of its segments of theta, the last one added
	 * leftmost. */
	bool product;
	bool spread;		/* expand: factors drawn anew */
};

/* Numbers of the segment itself. */
static inline size_t piece_size(const struct piece *piece)
{
	return (size_t)piece->rows * (size_t)piece->columns;
}

struct transform {
	const struct transform_kind *kind;
	struct option_values options;
	struct network *network;
	uint64_t seed;
	struct piece *piece;
	int pieces;
	size_t size;
	struct segment *segment;	/* of theta */
	size_t segments, capacity;
	real *work, *state;
	size_t states;
};

/* Functions work on one piece; theta and w point to its first number. */
struct piece_functions {
	/* Fill the private fields, count and states; false: leave it alone.
	 * Also add the segments of theta through transform_add_segment(). */
	bool (*plan)(struct transform *transform, struct piece *piece);
	int (*start)(const struct piece *piece, uint64_t seed, const real *w,
	    bool fresh, real *theta, struct error *error);
	/* Numbers of work space the others need; NULL: none. */
	size_t (*work)(const struct piece *piece);
	/* Of the whole matrix, */
	void (*compose)(const struct piece *piece, const real *theta, real *w,
	    real *work, struct pool *pool);
	void (*pull_back)(const struct piece *piece, const real *theta,
	    const real *g_w, real *g_theta, real *work, struct pool *pool);
	void (*push_forward)(const struct piece *piece, const real *theta,
	    const real *d_theta, real *d_w, real *work, struct pool *pool);
	/* or, instead of these three, of row o by itself: see by_rows.h. */
	void (*compose_row)(const struct piece *piece, const real *theta,
	    int o, real *w);
	void (*pull_back_row)(const struct piece *piece, const real *theta,
	    const real *g_w, int o, real *g_theta);
	void (*push_row)(const struct piece *piece, const real *theta,
	    const real *d_theta, int o, real *d_w);
	/* The state follows theta, once a training step; NULL: it stays. */
	void (*advance)(const struct piece *piece, const real *theta,
	    real *work);
};

extern const struct piece_functions expand_functions, weight_norm_functions,
    standardise_functions, spectral_functions, jitter_functions;
extern const struct option rows_options[], centred_options[],
    expand_options[], spectral_options[], jitter_options[];

/* In the table of every transform; the words after the first are kinds of
 * layer. */
#define LAYERS_OPTION {"layers", OPTION_SET, 1, 0, 0, \
	"all|conv|dense|attention", "which layers are transformed: all, those " \
	"of a kind, or those with the numbers of `net show`, as in " \
	"layers=1,3", false}

/* A segment of theta for the piece: its name is w's with the suffix. Columns
 * 0: a vector. */
void transform_add_segment(struct transform *transform,
    const struct piece *piece, const char *suffix, size_t offset, int rows,
    int columns);

/* gemm with the rows of C divided over the pool in blocks that depend on m
 * alone. */
void pooled_gemm(struct pool *pool, bool transpose_a, bool transpose_b, int m,
    int n, int k, const real *a, int lda, const real *b, int ldb, real beta,
    real *c, int ldc);

#endif
