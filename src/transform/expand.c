/*
 * expand: linear over-parameterisation. A matrix W (rows, columns) is trained
 * as F_1 F_2 ... F_d with inner width h = width * min(rows, columns), started
 * as factor_start.h says.
 *
 * norm=on takes the length of each row of the product away and trains it
 * beside the factors, as weight normalisation does,
 *
 *   w_o = g_o (F_1 ... F_d)_o / |(F_1 ... F_d)_o|,
 *
 * g started at the rows' own lengths, so that the start is the same. In theta
 * g (rows) lies behind the factors.
 */
#include <math.h>

#include "base/memory.h"
#include "base/text.h"
#include "transform/noise.h"
#include "transform/factor_start.h"
#include "transform/product.h"
#include "transform/rows.h"

const struct option expand_options[] = {
	{"depth", OPTION_INTEGER, 2, 2, FACTORS_MAX, NULL,
	    "factors of each weight matrix", false},
	{"width", OPTION_REAL, 1, 0.1, 4, NULL,
	    "inner width, as a multiple of the smaller side; below 1 the "
	    "weights are projected", false},
	{"norm", OPTION_SWITCH, 0, 0, 1, NULL,
	    "take the length of each output's row away from the product and "
	    "train it beside, w = g BA / |BA|, from the same function", false},
	{"init", OPTION_CHOICE, 0, 0, 0, "svd|spread",
	    "svd: balanced factors of the present weights, the function is "
	    "kept; spread: each factor drawn anew at its usual size, the "
	    "function is lost and only the size of the weights is kept",
	    false},
	LAYERS_OPTION, NOISE_OPTION(0), {0}};

static void name_factor(const struct piece *piece, int i, char *out,
    size_t size)
{
	if (piece->depth == 2)
		text_copy(out, size, i == 0 ? "b" : "a");
	else
		text_format(out, size, "f%d", i + 1);
}

static void plan_factors(struct transform *transform, struct piece *piece)
{
	char name[8];

	piece->count = 0;
	for (int i = piece->depth - 1; i >= 0; i--) {
		struct factor factor = product_factor(piece, i);

		name_factor(piece, i, name, sizeof(name));
		transform_add_segment(transform, piece, name, factor.offset,
		    factor.rows, factor.columns);
		piece->count += (size_t)factor.rows * (size_t)factor.columns;
	}
}

static bool plan(struct transform *transform, struct piece *piece)
{
	const struct option_values *options = transform_options(transform);
	int least = piece->rows < piece->columns ? piece->rows :
	    piece->columns;
	double width = option_value(expand_options, options, "width");
	bool normed = option_value(expand_options, options, "norm") != 0;

	piece->depth = (int)option_value(expand_options, options, "depth");
	piece->width = (int)lround(width * least);
	if (piece->width < 1)
		piece->width = 1;
	plan_factors(transform, piece);
	piece->product = !normed;
	piece->spread = option_value(expand_options, options, "init") != 0;
	if (normed) {
		transform_add_segment(transform, piece, "gain", piece->count,
		    piece->rows, 0);
		piece->count += (size_t)piece->rows;
	}
	return true;
}

static const real *gains(const struct piece *piece, const real *theta)
{
	return theta + piece->count - piece->rows;
}

static void start_gains(const struct piece *piece, real *theta)
{
	real *product = reals_new(piece_size(piece));
	real *space = reals_new(product_work(piece));
	real *gain = theta + piece->count - piece->rows;

	product_compose(piece, theta, product, space, NULL);
	for (int o = 0; o < piece->rows; o++)
		gain[o] = row_norm(product + (size_t)o *
		    (size_t)piece->columns, piece->columns);
	reals_free(space);
	reals_free(product);
}

static int start(const struct piece *piece, uint64_t seed, const real *w,
    bool fresh, real *theta, struct error *error)
{
	if (factors_start(piece, seed, w, fresh, theta, error))
		return -1;
	if (!piece->product)
		start_gains(piece, theta);
	return 0;
}

/* Behind the product's own: the product, and its gradient or change. */
static size_t work(const struct piece *piece)
{
	return product_work(piece) + (piece->product ? 0 : 2 * piece_size(piece));
}

static void compose(const struct piece *piece, const real *theta, real *w,
    real *space, struct pool *pool)
{
	product_compose(piece, theta, w, space, pool);
	if (!piece->product)
		rows_compose(piece->rows, piece->columns,
		    gains(piece, theta), w, w);
}

static void pull_back(const struct piece *piece, const real *theta,
    const real *g_w, real *g_theta, real *space, struct pool *pool)
{
	real *product = space + product_work(piece);
	real *g = product + piece_size(piece);

	if (piece->product) {
		product_pull_back(piece, theta, g_w, g_theta, space, pool);
		return;
	}
	product_compose(piece, theta, product, space, pool);
	rows_pull_back(piece->rows, piece->columns, gains(piece, theta),
	    product, g_w, g_theta + piece->count - piece->rows, g);
	product_pull_back(piece, theta, g, g_theta, space, pool);
}

static void push_forward(const struct piece *piece, const real *theta,
    const real *d_theta, real *d_w, real *space, struct pool *pool)
{
	real *product = space + product_work(piece);
	real *change = product + piece_size(piece);

	if (piece->product) {
		product_push_forward(piece, theta, d_theta, d_w, space, pool);
		return;
	}
	product_compose(piece, theta, product, space, pool);
	product_push_forward(piece, theta, d_theta, change, space, pool);
	rows_push_forward(piece->rows, piece->columns, gains(piece, theta),
	    product, gains(piece, d_theta), change, d_w);
}

const struct piece_functions expand_functions = {
	.plan = plan, .start = start, .work = work, .compose = compose,
	.pull_back = pull_back, .push_forward = push_forward};
