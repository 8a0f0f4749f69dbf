/*
 * Batch normalisation (Ioffe and Szegedy 2015), as in PyTorch: when training
 * each channel is normalised by its mean and biased variance over the batch,
 * and the running statistics move towards the mean and the unbiased variance
 * by `momentum`; otherwise those are used, frozen. Parameters: weight (c),
 * bias (c); buffers: running_mean (c), running_var (c).
 *
 *	u = (x - mean) r, r = 1 / sqrt(variance + epsilon)
 *	y = weight u + bias
 *	dx = weight r (dy - mean(dy) - u mean(dy u))	training
 *	dx = weight r dy				frozen
 *
 * Each shard leaves a mean and a sum of squares about it, joined in shard
 * order by the formula of Chan, Golub and LeVeque 1979.
 */
#include <math.h>

#include "net/batchnorm.h"
#include "net/columns.h"
#include "net/kernels.h"
#include "net/pass.h"

static const double epsilon = BATCHNORM_EPSILON;

/* Blocks of `c` numbers. A shard leaves, of the forward pass, MEAN and SQUARE
 * and behind them the number of its rows; of the backward pass, the sums of
 * dy and of dy u. */
enum { MEAN, SQUARE, STATISTICS };
enum { DY, DYU };
/* Of the batch: */
enum { BATCH_MEAN, BATCH_R, BATCH_DY, BATCH_DYU, MEAN_DY, MEAN_DYU, JOINED };

static int batchnorm_shape(struct layer *layer, struct error *error)
{
	(void)error;
	layer->out = layer->in[0];
	return 0;
}

static void batchnorm_parameters(struct layer *layer,
    struct segment_list *list)
{
	int c = layer->out.c;

	segment_add(list, "weight", ROLE_NORM, c, 0, 0, 0);
	segment_add(list, "bias", ROLE_NORM, c, 0, 0, 0);
	segment_add(list, "running_mean", ROLE_STATISTIC, c, 0, 0, 0);
	segment_add(list, "running_var", ROLE_STATISTIC, c, 0, 0, 0);
}

static void batchnorm_initialise(const struct layer *layer, bool last,
    struct random_key key, real *w, real *buffers)
{
	int c = layer->out.c;

	(void)last, (void)key;
	for (int j = 0; j < c; j++) {
		w[j] = 1;
		w[c + j] = 0;
		buffers[j] = 0;
		buffers[c + j] = 1;
	}
}

static size_t channels(const struct layer *layer)
{
	return (size_t)layer->out.c;
}

static size_t batchnorm_statistics(const struct layer *layer)
{
	return STATISTICS * channels(layer) + 1;
}

static size_t batchnorm_joined(const struct layer *layer)
{
	return JOINED * channels(layer);
}

/* r when frozen, and factors and terms of each channel. */
enum { FROZEN_R, FACTOR, SLOPE, TERM, LINE_FACTOR, LINE_TERM, SCRATCH };

static size_t batchnorm_scratch(const struct layer *layer, int n)
{
	(void)n;
	return SCRATCH * channels(layer);
}

static real inverse_deviation(double variance)
{
	return (real)(1 / sqrt(variance + epsilon));
}

/* The statistics that hold in this pass. */
struct statistics {
	const real *mean, *r;	/* (c) */
};

static struct statistics statistics_of(const struct pass *p)
{
	size_t c = channels(p->layer);
	real *r = p->scratch + FROZEN_R * c;

	if (p->training)
		return (struct statistics) {
			p->joined + BATCH_MEAN * c, p->joined + BATCH_R * c
		};
	for (size_t j = 0; j < c; j++)
		r[j] = inverse_deviation((double)p->buffers[c + j]);
	return (struct statistics) {p->buffers, r};
}

static void batchnorm_forward_statistics(const struct pass *p)
{
	size_t c = channels(p->layer), rows = pass_rows(p);
	real *mean = p->statistics + MEAN * c;

	columns_sum(rows, c, 1 / (double)rows, p->x[0], mean);
	columns_square(rows, c, p->x[0], mean, p->statistics + SQUARE * c);
	p->statistics[STATISTICS * c] = (real)rows;
}

/* The mean of `count` values and their sum of squares about it. */
struct moments {
	double count, mean, square;
};

static struct moments moments_of(const real *statistics, size_t c, size_t j)
{
	return (struct moments) {
		.count = (double)statistics[STATISTICS * c],
		.mean = (double)statistics[MEAN * c + j],
		.square = (double)statistics[SQUARE * c + j],
	};
}

static void moments_join(struct moments *a, struct moments b)
{
	double count = a->count + b.count, delta = b.mean - a->mean;

	a->square += b.square + delta * delta * a->count * b.count / count;
	a->mean += delta * b.count / count;
	a->count = count;
}

static void run_towards(real *running, double momentum, double value)
{
	*running = (real)((1 - momentum) * (double)*running +
	    momentum * value);
}

static void batchnorm_forward_join(const struct pass *p, int shards,
    real *running, double momentum)
{
	size_t c = channels(p->layer), step = batchnorm_statistics(p->layer);

	for (size_t j = 0; j < c; j++) {
		struct moments all = moments_of(p->statistics, c, j);

		for (int i = 1; i < shards; i++)
			moments_join(&all, moments_of(p->statistics +
			    (size_t)i * step, c, j));
		p->joined[BATCH_MEAN * c + j] = (real)all.mean;
		p->joined[BATCH_R * c + j] =
		    inverse_deviation(all.square / all.count);
		if (!running)
			continue;
		run_towards(&running[j], momentum, all.mean);
		run_towards(&running[c + j], momentum,
		    all.square / (all.count > 1 ? all.count - 1 : 1));
	}
}

/* y = factor x + term, each (c) in scratch */
static struct column_gate line_of(const struct pass *p, struct statistics s)
{
	size_t c = channels(p->layer);
	const real *weight = p->w, *bias = p->w + c;
	real *factor = p->scratch + LINE_FACTOR * c;
	real *term = p->scratch + LINE_TERM * c;

	for (size_t j = 0; j < c; j++) {
		factor[j] = weight[j] * s.r[j];
		term[j] = bias[j] - s.mean[j] * factor[j];
	}
	return (struct column_gate) {factor, term};
}

/* What of dy counts: all, unless a relu was taken along. */
static struct column_gate gate_of(const struct pass *p, struct statistics s)
{
	return p->rectified ? line_of(p, s) : (struct column_gate) {0};
}

static void batchnorm_forward(const struct pass *p)
{
	struct column_gate line = line_of(p, statistics_of(p));

	(p->rectified ? kernels()->rectify_columns :
	    kernels()->scale_columns)(pass_rows(p), channels(p->layer),
	    line.factor, line.term, p->x[0], p->y);
}

/* sum_dy (c) and sum_dyu (c) of one call's rows */
static void sums(const struct pass *p, struct statistics s, const real *dy,
    real *sum_dy, real *sum_dyu)
{
	size_t c = channels(p->layer), rows = pass_rows(p);

	columns_dot_gated(rows, c, p->x[0], s.mean, gate_of(p, s), dy,
	    sum_dyu, sum_dy);
	for (size_t j = 0; j < c; j++)
		sum_dyu[j] *= s.r[j];
}

static void batchnorm_backward_statistics(const struct pass *p)
{
	size_t c = channels(p->layer);

	sums(p, statistics_of(p), p->dy, p->statistics + DY * c,
	    p->statistics + DYU * c);
}

static void batchnorm_backward_join(const struct pass *p, int shards)
{
	size_t c = channels(p->layer), step = batchnorm_statistics(p->layer);
	double rows = (double)pass_rows(p);

	for (size_t j = 0; j < 2 * c; j++) {
		double sum = 0;

		for (int i = 0; i < shards; i++)
			sum += (double)p->statistics[(size_t)i * step + j];
		p->joined[BATCH_DY * c + j] = (real)sum;
		p->joined[MEAN_DY * c + j] = (real)(sum / rows);
	}
}

/* dx = weight r (dy - mean(dy)) - weight r^2 mean(dy u) (x - mean), and the
 * first shard hands in the gradient of the whole batch. */
static void backward_training(const struct pass *p)
{
	size_t c = channels(p->layer);
	const real *r = p->joined + BATCH_R * c;
	const real *mean_dyu = p->joined + MEAN_DYU * c;
	real *factor = p->scratch + FACTOR * c;
	real *slope = p->scratch + SLOPE * c, *term = p->scratch + TERM * c;
	struct column_blend blend = {
		.x_factor = slope, .x_mean = p->joined + BATCH_MEAN * c,
		.y_factor = factor, .term = term,
		.gate = gate_of(p, statistics_of(p)),
	};

	for (size_t j = 0; p->dw && j < c; j++) {
		p->dw[j] = p->first ? 0 : p->joined[BATCH_DYU * c + j];
		p->dw[c + j] = p->first ? 0 : p->joined[BATCH_DY * c + j];
	}
	for (size_t j = 0; j < c; j++) {
		factor[j] = p->w[j] * r[j];
		slope[j] = -factor[j] * r[j] * mean_dyu[j];
		term[j] = -factor[j] * p->joined[MEAN_DY * c + j];
	}
	if (p->dx[0])
		kernels()->blend_columns(pass_rows(p), c, &blend, p->x[0],
		    p->dy, p->dx[0]);
}

static void backward_frozen(const struct pass *p)
{
	size_t c = channels(p->layer);
	struct statistics s = statistics_of(p);
	real *factor = p->scratch + FACTOR * c, *zero = p->scratch + TERM * c;
	struct column_blend blend = {
		.x_factor = zero, .x_mean = zero, .y_factor = factor,
		.term = zero, .gate = gate_of(p, s),
	};

	if (p->dw)
		sums(p, s, p->dy, p->dw + c, p->dw);
	for (size_t j = 0; j < c; j++) {
		factor[j] = p->w[j] * s.r[j];
		zero[j] = 0;
	}
	if (p->dx[0] && p->rectified)
		kernels()->blend_columns(pass_rows(p), c, &blend, p->x[0],
		    p->dy, p->dx[0]);
	else if (p->dx[0])
		kernels()->scale_columns(pass_rows(p), c, factor, zero,
		    p->dy, p->dx[0]);
}

static void batchnorm_backward(const struct pass *p)
{
	if (p->training)
		backward_training(p);
	else
		backward_frozen(p);
}

/* Where R{x} is zero: R{y} = slope x + term. */
static void tangent_of_parameters(const struct pass *p, const real *slope,
    const real *term)
{
	size_t c = channels(p->layer), rows = pass_rows(p);

	kernels()->scale_columns(rows, c, slope, term, p->x[0], p->ty);
	if (p->rectified)
		kernels()->relu_backward(rows * c, p->y, p->ty, p->ty);
}

/* The tangents are those of the frozen statistics:
 * R{y} = R{weight} r (x - mean) + weight r R{x} + R{bias}. */
static void batchnorm_tangent_forward(const struct pass *p)
{
	size_t c = channels(p->layer), rows = pass_rows(p);
	struct statistics s = statistics_of(p);
	real *slope = p->scratch + SLOPE * c, *factor = p->scratch + FACTOR * c;
	real *term = p->scratch + TERM * c;
	const real *tbias = p->tw + c;
	struct column_blend blend = {
		.x_factor = slope, .x_mean = s.mean, .y_factor = factor,
		.term = tbias, .gate = gate_of(p, s), .gates_z = true,
	};

	for (size_t j = 0; j < c; j++) {
		slope[j] = p->tw[j] * s.r[j];
		factor[j] = p->w[j] * s.r[j];
		term[j] = tbias[j] - s.mean[j] * slope[j];
	}
	if (p->tx[0])
		kernels()->blend_columns(rows, c, &blend, p->x[0], p->tx[0],
		    p->ty);
	else
		tangent_of_parameters(p, slope, term);
}

/* R{dx} = R{weight} r dy + weight r R{dy}; of the weight the gradient's
 * tangent is the sum of R{dy} u + dy r R{x}, of the bias that of R{dy}. */
static void batchnorm_tangent_backward(const struct pass *p)
{
	size_t c = channels(p->layer);
	struct statistics s = statistics_of(p);
	real *slope = p->scratch + SLOPE * c, *factor = p->scratch + FACTOR * c;
	struct column_tangents t = {
		.rows = pass_rows(p), .columns = c, .step = c,
		.x = p->x[0], .tx = p->tx[0], .dy = p->dy, .tdy = p->tdy,
		.mean = s.mean, .dy_factor = slope, .tdy_factor = factor,
		.gate = gate_of(p, s), .tdx = p->tdx[0],
	};

	if (!p->tx[0]) {	/* the network's input */
		sums(p, s, p->tdy, p->tdw + c, p->tdw);
		return;
	}
	for (size_t j = 0; j < c; j++) {
		slope[j] = p->tw[j] * s.r[j];
		factor[j] = p->w[j] * s.r[j];
	}
	columns_tangents(&t, p->tdw, p->tdw + c);
	for (size_t j = 0; j < c; j++)
		p->tdw[j] *= s.r[j];
}

const struct operation operation_batchnorm = {
	.name = "batchnorm", .alias = "bn",
	.help = "normalise each channel over the batch",
	.inputs = 1,
	.flags = OPERATION_BATCH_STATISTICS | OPERATION_RECTIFIES,
	.shape = batchnorm_shape,
	.parameters = batchnorm_parameters,
	.initialise = batchnorm_initialise,
	.scratch = batchnorm_scratch,
	.statistics = batchnorm_statistics,
	.joined = batchnorm_joined,
	.forward = batchnorm_forward,
	.backward = batchnorm_backward,
	.tangent_forward = batchnorm_tangent_forward,
	.tangent_backward = batchnorm_tangent_backward,
	.forward_statistics = batchnorm_forward_statistics,
	.forward_join = batchnorm_forward_join,
	.backward_statistics = batchnorm_backward_statistics,
	.backward_join = batchnorm_backward_join,
};
