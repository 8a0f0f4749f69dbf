/*
 * A block of branches by the equations of RepVGG (arXiv 2101.03697) and
 * QARepVGG (arXiv 2212.01593), in double precision, between a 1 x 1
 * convolution and a classifier:
 *
 *	h = K_0 x + b_0
 *	RepVGG    s = BN(K_3 * h) + BN(K_1 h) [+ BN(h)]
 *	QARepVGG  s = BN(BN(K_3 * h) + K_1 h [+ h])
 *	logits = W max(s, 0) + b
 *
 * with the input itself where it has the block's channels and no stride; its
 * gradient, and the one convolution that a block becomes.
 */
#ifndef SNT_TESTS_BRANCHES_BY_HAND_H
#define SNT_TESTS_BRANCHES_BY_HAND_H

#include <math.h>
#include <string.h>

#include "base/real.h"

enum { SAMPLES = 6, SIDE = 4, IN = 2, CLASSES = 3, OUT_MOST = 3 };
enum { PARAMETERS_MOST = 256, STATISTICS_MOST = 24 };

struct block {
	bool quantisable;
	int out, stride;
};

static inline bool has_identity(const struct block *b)
{
	return b->out == IN && b->stride == 1;
}

/* Where a batch norm's parameters and statistics begin. */
struct norm_place {
	bool there;
	int at, statistics;
};

/* Of everything in the flat vector, in the order of the layers. */
struct plan {
	int stem, large, small, dense, count;
	int statistics;
	struct norm_place large_norm, small_norm, input_norm, sum_norm;
};

static inline void place_norm(struct plan *plan, bool there, int channels,
    struct norm_place *place)
{
	*place = (struct norm_place){there, plan->count, plan->statistics};
	plan->count += there ? 2 * channels : 0;
	plan->statistics += there ? 2 * channels : 0;
}

static inline int out_side(const struct block *b)
{
	return SIDE / b->stride;
}

static inline struct plan plan_of(const struct block *b)
{
	struct plan plan = {.large = IN * IN + IN};
	bool each = !b->quantisable;

	plan.count = plan.large + b->out * IN * 9;
	place_norm(&plan, true, b->out, &plan.large_norm);
	plan.small = plan.count;
	plan.count += b->out * IN;
	place_norm(&plan, each, b->out, &plan.small_norm);
	place_norm(&plan, each && has_identity(b), b->out, &plan.input_norm);
	place_norm(&plan, !each, b->out, &plan.sum_norm);
	plan.dense = plan.count;
	plan.count += CLASSES * (b->out * out_side(b) * out_side(b) + 1);
	return plan;
}

/* Numbers of every sample, channel and position. */
struct map {
	int channels, side;
	double at[SAMPLES][OUT_MOST][SIDE][SIDE];
};

/* EACH(map, n, c, row, column) { ... } */
#define EACH(map, n, c, row, column) \
	for (int n = 0; n < SAMPLES; n++) \
		for (int c = 0; c < (map)->channels; c++) \
			for (int row = 0; row < (map)->side; row++) \
				for (int column = 0; \
				    column < (map)->side; column++)

static inline bool inside(const struct map *map, int row, int column)
{
	return row >= 0 && row < map->side && column >= 0 &&
	    column < map->side;
}

/* y(o, r, c) = sum_iuv K(o, i, u, v) x(i, r stride + u - k / 2, ...); the
 * gradient, given dy, is added to dw and dx when these are there. */
struct convolution {
	int out, k, stride;
	const double *w;	/* (out, x->channels, k, k) */
};

static inline void convolve(const struct convolution *conv,
    const struct map *x, struct map *y)
{
	int taps = conv->k * conv->k, middle = conv->k / 2;

	*y = (struct map){conv->out, x->side / conv->stride, {{{{0}}}}};
	EACH(y, n, o, row, column) {
		for (int m = 0; m < x->channels * taps; m++) {
			int u = row * conv->stride + m % taps / conv->k -
			    middle;
			int v = column * conv->stride + m % conv->k - middle;

			if (inside(x, u, v))
				y->at[n][o][row][column] +=
				    conv->w[o * x->channels * taps + m] *
				    x->at[n][m / taps][u][v];
		}
	}
}

static inline void convolve_back(const struct convolution *conv,
    const struct map *x, const struct map *dy, double *dw, struct map *dx)
{
	int taps = conv->k * conv->k, middle = conv->k / 2;

	EACH(dy, n, o, row, column) {
		double d = dy->at[n][o][row][column];

		for (int m = 0; m < x->channels * taps; m++) {
			int u = row * conv->stride + m % taps / conv->k -
			    middle;
			int v = column * conv->stride + m % conv->k - middle;
			int k = o * x->channels * taps + m;

			if (!inside(x, u, v))
				continue;
			dw[k] += d * x->at[n][m / taps][u][v];
			if (dx)
				dx->at[n][m / taps][u][v] += d * conv->w[k];
		}
	}
}

/* Batch norm over samples and positions: u = (x - mean) r, r = 1 /
 * sqrt(variance + 1e-5), y = gain u + bias. */
struct norm {
	double mean[OUT_MOST], variance[OUT_MOST], r[OUT_MOST];
	struct map u;
};

static inline double positions(const struct map *x)
{
	return SAMPLES * x->side * x->side;
}

static inline void normalise(const struct map *x, struct norm *norm)
{
	*norm = (struct norm){.u = *x};
	EACH(x, n, c, row, column)
		norm->mean[c] += x->at[n][c][row][column] / positions(x);
	EACH(x, n, c, row, column) {
		double *u = &norm->u.at[n][c][row][column];

		*u -= norm->mean[c];
		norm->variance[c] += *u * *u / positions(x);
	}
	for (int c = 0; c < x->channels; c++)
		norm->r[c] = 1 / sqrt(norm->variance[c] + 1e-5);
	EACH(x, n, c, row, column)
		norm->u.at[n][c][row][column] *= norm->r[c];
}

/* In place, where there is one. */
static inline void apply_norm(struct norm_place place, const double *w,
    struct norm *norm, struct map *x)
{
	const double *gain = w + place.at, *bias = gain + x->channels;

	if (!place.there)
		return;
	normalise(x, norm);
	EACH(x, n, c, row, column)
		x->at[n][c][row][column] = gain[c] *
		    norm->u.at[n][c][row][column] + bias[c];
}

/* dx = gain r (dy - mean(dy) - u mean(dy u)), in place of dy. */
static inline void apply_norm_back(struct norm_place place, const double *w,
    const struct norm *norm, struct map *dy, double *g)
{
	double *d_gain = g + place.at, *d_bias = d_gain + dy->channels;

	if (!place.there)
		return;
	EACH(dy, n, c, row, column) {
		double d = dy->at[n][c][row][column];

		d_gain[c] += d * norm->u.at[n][c][row][column];
		d_bias[c] += d;
	}
	EACH(dy, n, c, row, column) {
		double *d = &dy->at[n][c][row][column];

		*d = w[place.at + c] * norm->r[c] * (*d - (d_bias[c] +
		    norm->u.at[n][c][row][column] * d_gain[c]) /
		    positions(dy));
	}
}

static inline void add_map(const struct map *x, struct map *sum)
{
	EACH(x, n, c, row, column)
		sum->at[n][c][row][column] += x->at[n][c][row][column];
}

/* Everything of one pass. */
struct state {
	struct map stem, sum;
	struct norm large, small, input, after;
	double d_logits[SAMPLES][CLASSES], logits[SAMPLES][CLASSES];
	double loss;		/* the mean */
};

static inline void run_block(const struct block *b, const struct plan *plan,
    const double *w, struct state *s)
{
	const struct convolution large = {b->out, 3, b->stride,
		w + plan->large};
	const struct convolution small = {b->out, 1, b->stride,
		w + plan->small};
	struct map branch;

	convolve(&large, &s->stem, &s->sum);
	apply_norm(plan->large_norm, w, &s->large, &s->sum);
	convolve(&small, &s->stem, &branch);
	apply_norm(plan->small_norm, w, &s->small, &branch);
	add_map(&branch, &s->sum);
	if (has_identity(b)) {
		branch = s->stem;
		apply_norm(plan->input_norm, w, &s->input, &branch);
		add_map(&branch, &s->sum);
	}
	apply_norm(plan->sum_norm, w, &s->after, &s->sum);
}

/* The number of a feature, in the order (c, h, w). */
static inline int feature(const struct map *x, int c, int row, int column)
{
	return (c * x->side + row) * x->side + column;
}

static inline void classify(const struct plan *plan, const double *w,
    const int *labels, struct state *s)
{
	int features = s->sum.channels * s->sum.side * s->sum.side;
	const double *dense = w + plan->dense;

	s->loss = 0;
	for (int n = 0; n < SAMPLES; n++)
		memcpy(s->logits[n], dense + CLASSES * features,
		    sizeof(s->logits[n]));
	EACH(&s->sum, n, c, row, column) {
		for (int k = 0; k < CLASSES; k++)
			s->logits[n][k] += dense[k * features +
			    feature(&s->sum, c, row, column)] *
			    fmax(s->sum.at[n][c][row][column], 0);
	}
	for (int n = 0; n < SAMPLES; n++) {
		double sum = 0;

		for (int k = 0; k < CLASSES; k++)
			sum += exp(s->logits[n][k]);
		for (int k = 0; k < CLASSES; k++)
			s->d_logits[n][k] = (exp(s->logits[n][k]) / sum -
			    (k == labels[n])) / SAMPLES;
		s->loss += (log(sum) - s->logits[n][labels[n]]) / SAMPLES;
	}
}

static inline void run_by_hand(const struct block *b, const double *w,
    const struct map *x, const int *labels, struct state *s)
{
	const struct plan plan = plan_of(b);
	const struct convolution stem = {IN, 1, 1, w};

	convolve(&stem, x, &s->stem);
	EACH(&s->stem, n, c, row, column)
		s->stem.at[n][c][row][column] += w[IN * IN + c];
	run_block(b, &plan, w, s);
	classify(&plan, w, labels, s);
}

/* d: with respect to the sum, behind its relu. */
static inline void classify_back(const struct plan *plan, const double *w,
    const struct state *s, double *g, struct map *d)
{
	int features = s->sum.channels * s->sum.side * s->sum.side;
	const double *dense = w + plan->dense;
	double *d_dense = g + plan->dense;

	*d = (struct map){s->sum.channels, s->sum.side, {{{{0}}}}};
	EACH(&s->sum, n, c, row, column) {
		double y = fmax(s->sum.at[n][c][row][column], 0);
		int j = feature(&s->sum, c, row, column);

		for (int k = 0; k < CLASSES; k++) {
			d_dense[k * features + j] += s->d_logits[n][k] * y;
			if (y > 0)
				d->at[n][c][row][column] += dense[k *
				    features + j] * s->d_logits[n][k];
		}
	}
	for (int i = 0; i < SAMPLES * CLASSES; i++)
		d_dense[CLASSES * features + i % CLASSES] +=
		    s->d_logits[i / CLASSES][i % CLASSES];
}

/* d: with respect to the sum, and then to the block's input. */
static inline void run_block_back(const struct block *b,
    const struct plan *plan, const double *w, const struct state *s,
    double *g, struct map *d)
{
	const struct convolution large = {b->out, 3, b->stride,
		w + plan->large};
	const struct convolution small = {b->out, 1, b->stride,
		w + plan->small};
	struct map branch, input = {IN, SIDE, {{{{0}}}}};

	apply_norm_back(plan->sum_norm, w, &s->after, d, g);
	branch = *d;
	apply_norm_back(plan->large_norm, w, &s->large, &branch, g);
	convolve_back(&large, &s->stem, &branch, g + plan->large, &input);
	branch = *d;
	apply_norm_back(plan->small_norm, w, &s->small, &branch, g);
	convolve_back(&small, &s->stem, &branch, g + plan->small, &input);
	if (has_identity(b)) {
		apply_norm_back(plan->input_norm, w, &s->input, d, g);
		add_map(d, &input);
	}
	*d = input;
}

/* g (count): of the mean loss. */
static inline void gradient_by_hand(const struct block *b, const double *w,
    const struct map *x, const struct state *s, double *g)
{
	const struct plan plan = plan_of(b);
	const struct convolution stem = {IN, 1, 1, w};
	struct map d;

	memset(g, 0, (size_t)plan.count * sizeof(*g));
	classify_back(&plan, w, s, g, &d);
	run_block_back(b, &plan, w, s, g, &d);
	EACH(&d, n, c, row, column)
		g[IN * IN + c] += d.at[n][c][row][column];
	convolve_back(&stem, x, &d, g, NULL);
}

/* 0.9 of what was, 0.1 of the batch's, whose variance is the unbiased one. */
static inline void run_towards(struct norm_place place,
    const struct norm *norm, double *statistics)
{
	int c = norm->u.channels;
	double *mean = statistics + place.statistics, *variance = mean + c;
	double count = positions(&norm->u);

	for (int j = 0; place.there && j < c; j++) {
		mean[j] = 0.9 * mean[j] + 0.1 * norm->mean[j];
		variance[j] = 0.9 * variance[j] + 0.1 * norm->variance[j] *
		    count / (count - 1);
	}
}

static inline void move_statistics(const struct block *b,
    const struct state *s, double *statistics)
{
	const struct plan plan = plan_of(b);

	run_towards(plan.large_norm, &s->large, statistics);
	run_towards(plan.small_norm, &s->small, statistics);
	run_towards(plan.input_norm, &s->input, statistics);
	run_towards(plan.sum_norm, &s->after, statistics);
}

/* factor = gain / sqrt(variance + 1e-5), term = bias - mean factor; 1 and 0
 * without batch norm. */
static inline void frozen(struct norm_place place, int channels,
    const double *w, const double *statistics, int c, double *factor,
    double *term)
{
	const double *gain = w + place.at;
	const double *mean = statistics + place.statistics;

	*factor = 1;
	*term = 0;
	if (!place.there)
		return;
	*factor = gain[c] / sqrt(mean[channels + c] + 1e-5);
	*term = gain[channels + c] - mean[c] * *factor;
}

/* kernel (out, IN, 3, 3), bias (out) */
static inline void merge_by_hand(const struct block *b, const double *w,
    const double *statistics, double *kernel, double *bias)
{
	const struct plan plan = plan_of(b);
	double factor[4], term[4];

	for (int o = 0; o < b->out; o++) {
		frozen(plan.large_norm, b->out, w, statistics, o, factor,
		    term);
		frozen(plan.small_norm, b->out, w, statistics, o, factor + 1,
		    term + 1);
		frozen(plan.input_norm, b->out, w, statistics, o, factor + 2,
		    term + 2);
		frozen(plan.sum_norm, b->out, w, statistics, o, factor + 3,
		    term + 3);
		for (int m = 0; m < IN * 9; m++) {
			double sum = factor[0] * w[plan.large + o * IN * 9 +
			    m];

			if (m % 9 == 4)
				sum += factor[1] * w[plan.small + o * IN +
				    m / 9];
			if (m % 9 == 4 && m / 9 == o && has_identity(b))
				sum += factor[2];
			kernel[o * IN * 9 + m] = factor[3] * sum;
		}
		bias[o] = factor[3] * (term[0] + term[1] + term[2]) + term[3];
	}
}

#endif
