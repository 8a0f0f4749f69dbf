/*
 * Every sharpness-aware method by the equations of its paper, in double
 * precision, on softmax regression: loss -log p_label with p = softmax(W x +
 * b), dL/dW = (p - y) x^T.
 *
 * A method climbs in its space, in theta or in w; the gradient of the point
 * it finds, pulled back at the present theta, goes to its base.
 */
#ifndef SNT_TESTS_METHODS_BY_HAND_H
#define SNT_TESTS_METHODS_BY_HAND_H

#include "base/random.h"
#include "net/kernels.h"
#include "train/learner.h"
#include "unit/transforms_by_hand.h"

enum { SAMPLES = 8, SEED = 7 };

static struct dataset dataset;

/* A learner, and what it ought to be. */
struct trial {
	struct learner *learner;
	const struct hand *hand;
	bool in_w;
	int chosen[SAMPLES], count;
	double theta[THETA_MOST], w[PARAMETERS];
	double kept[THETA_MOST];	/* of looksam */
	double m[THETA_MOST], v[THETA_MOST];
	long step;
};

static inline void softmax(int sample, const double *w, double *p)
{
	const float *x = dataset.split[SPLIT_TRAIN].values + sample * IN;
	double sum = 0;

	for (int o = 0; o < OUT; o++) {
		p[o] = w[WEIGHTS + o];
		for (int i = 0; i < IN; i++)
			p[o] += w[o * IN + i] * (double)x[i];
		p[o] = exp(p[o]);
		sum += p[o];
	}
	for (int o = 0; o < OUT; o++)
		p[o] /= sum;
}

static inline double loss_of(int sample, const double *w)
{
	double p[OUT];

	softmax(sample, w, p);
	return -log(p[dataset.split[SPLIT_TRAIN].labels[sample]]);
}

static inline void gradient_w(const struct trial *t, const double *w, double *g)
{
	const struct split *split = &dataset.split[SPLIT_TRAIN];
	double p[OUT];

	memset(g, 0, PARAMETERS * sizeof(*g));
	for (int s = 0; s < t->count; s++) {
		int sample = t->chosen[s];

		softmax(sample, w, p);
		p[split->labels[sample]] -= 1;
		for (int o = 0; o < OUT; o++) {
			for (int i = 0; i < IN; i++)
				g[o * IN + i] += p[o] / t->count *
				    (double)split->values[sample * IN + i];
			g[WEIGHTS + o] += p[o] / t->count;
		}
	}
}

/* The method's space: its present point, its gradient, its way to theta. */
static inline int size_of(const struct trial *t)
{
	return t->in_w ? PARAMETERS : t->hand->n;
}

static inline const double *at(const struct trial *t)
{
	return t->in_w ? t->w : t->theta;
}

static inline void weights_of(const struct trial *t, const double *point, double *w)
{
	if (t->in_w)
		memcpy(w, point, PARAMETERS * sizeof(*w));
	else
		t->hand->compose(point, w);
}

static inline void gradient(const struct trial *t, const double *point, double *g)
{
	double w[PARAMETERS], g_w[PARAMETERS];

	weights_of(t, point, w);
	gradient_w(t, w, g_w);
	if (t->in_w)
		memcpy(g, g_w, sizeof(g_w));
	else
		t->hand->pull_back(point, g_w, g);
}

static inline void to_theta(const struct trial *t, const double *g, double *out)
{
	if (t->in_w)
		t->hand->pull_back(t->theta, g, out);
	else
		memcpy(out, g, (size_t)t->hand->n * sizeof(*out));
}

static inline double length_of(int n, const double *x)
{
	return sqrt(dot_of(n, x, x));
}

/* plain: the gradient in theta; out: that at the climbed point. */
static inline void climb(const struct trial *t, double *plain, double *out)
{
	double g[THETA_MOST], point[THETA_MOST];
	int n = size_of(t);

	gradient(t, at(t), g);
	to_theta(t, g, plain);
	for (int i = 0; i < n; i++)
		point[i] = at(t)[i] + 0.1 * g[i] / length_of(n, g);
	gradient(t, point, g);
	to_theta(t, g, out);
}

static inline void expect_plain(struct trial *t, double *out)
{
	double g[THETA_MOST];

	gradient(t, at(t), g);
	to_theta(t, g, out);
}

static inline void expect_sam(struct trial *t, double *out)
{
	double plain[THETA_MOST];

	climb(t, plain, out);
}

static inline void expect_asam(struct trial *t, double *out)
{
	double g[THETA_MOST], scaled[THETA_MOST], point[THETA_MOST];
	int n = size_of(t);

	gradient(t, at(t), g);
	for (int i = 0; i < n; i++)
		scaled[i] = (fabs(at(t)[i]) + 0.01) * g[i];
	for (int i = 0; i < n; i++)
		point[i] = at(t)[i] + 0.1 * (fabs(at(t)[i]) + 0.01) *
		    scaled[i] / length_of(n, scaled);
	gradient(t, point, g);
	to_theta(t, g, out);
}

static inline void expect_gsam(struct trial *t, double *out)
{
	double g[THETA_MOST], p[THETA_MOST];
	int n = t->hand->n;

	climb(t, g, p);
	for (int i = 0; i < n; i++)
		out[i] = p[i] - 0.4 * (g[i] - dot_of(n, g, p) /
		    dot_of(n, p, p) * p[i]);
}

static inline void expect_looksam(struct trial *t, double *out)
{
	double g[THETA_MOST];
	int n = t->hand->n;

	if (t->step % 2 == 0) {
		climb(t, g, out);
		for (int i = 0; i < n; i++)
			t->kept[i] = out[i] - dot_of(n, out, g) /
			    dot_of(n, g, g) * g[i];
		return;
	}
	expect_plain(t, g);
	for (int i = 0; i < n; i++)
		out[i] = g[i] + 0.7 * length_of(n, g) /
		    length_of(n, t->kept) * t->kept[i];
}

static inline struct random_key dice(const struct trial *t)
{
	return (struct random_key){SEED, RANDOM_OPTIMIZER, (uint64_t)t->step};
}

static inline void expect_noise(struct trial *t, double *out)
{
	real z[THETA_MOST];
	double point[THETA_MOST], g[THETA_MOST];
	int n = size_of(t);
	uint32_t key[2];

	random_words(dice(t), 0, 2, key);
	kernels()->normals((size_t)n, key, z);
	for (int i = 0; i < n; i++)
		point[i] = at(t)[i] + 0.1 * fabs(at(t)[i]) * (double)z[i];
	gradient(t, point, g);
	to_theta(t, g, out);
}

/* The tensors of the space. */
static inline int tensors(const struct trial *t, const struct segment **segment)
{
	if (!t->in_w)
		return transform_segments(t->learner->transform, segment);
	*segment = t->learner->network->segment;
	return t->learner->network->segments;
}

/* The half of the samples whose loss rises most, by counting those that rise
 * more. */
static inline void choose(struct trial *t, const double *point)
{
	double before[PARAMETERS], after[PARAMETERS], rise[SAMPLES];

	weights_of(t, at(t), before);
	weights_of(t, point, after);
	for (int s = 0; s < SAMPLES; s++)
		rise[s] = loss_of(s, after) - loss_of(s, before);
	t->count = 0;
	for (int s = 0; s < SAMPLES; s++) {
		int above = 0;

		for (int other = 0; other < SAMPLES; other++)
			above += rise[other] > rise[s];
		if (above < SAMPLES / 2)
			t->chosen[t->count++] = s;
	}
}

static inline void expect_esam(struct trial *t, double *out)
{
	const struct segment *segment;
	int n = size_of(t), count = tensors(t, &segment);
	double g[THETA_MOST], point[THETA_MOST], scale;

	gradient(t, at(t), g);
	scale = 0.1 / 0.6 / length_of(n, g);
	memcpy(point, at(t), (size_t)n * sizeof(*point));
	for (int k = 0; k < count; k++) {
		size_t from = segment[k].offset;

		if ((double)random_uniform(dice(t), (uint64_t)k) >= 0.6)
			continue;
		for (size_t i = from; i < from + segment[k].count; i++)
			point[i] += scale * g[i];
	}
	choose(t, point);
	gradient(t, point, g);
	to_theta(t, g, out);
}

/* Whether a number lies in a matrix of weights, which CrAM compresses. */
static inline void mark_matrices(const struct trial *t, bool *in_matrix)
{
	const struct segment *segment;
	int count = tensors(t, &segment);

	memset(in_matrix, 0, THETA_MOST * sizeof(*in_matrix));
	for (int k = 0; k < count; k++) {
		for (size_t i = 0; i < segment[k].count; i++)
			in_matrix[segment[k].offset + i] =
			    segment[k].role == ROLE_WEIGHT &&
			    segment[k].dimensions >= 2;
	}
}

/* CrAM+ at half: of all weights the smaller half goes. */
static inline void expect_cram(struct trial *t, double *out)
{
	double g[THETA_MOST], point[THETA_MOST], c[THETA_MOST];
	double plain[THETA_MOST];
	bool in_matrix[THETA_MOST], gone[THETA_MOST] = {false};
	int n = size_of(t), all = 0;

	mark_matrices(t, in_matrix);
	gradient(t, at(t), g);
	to_theta(t, g, plain);
	for (int i = 0; i < n; i++) {
		point[i] = at(t)[i] + 0.1 * g[i];
		all += in_matrix[i];
	}
	for (int i = 0; i < n; i++) {
		int below = 0;

		for (int j = 0; j < n; j++)
			below += in_matrix[j] && fabs(point[j]) <
			    fabs(point[i]);
		gone[i] = in_matrix[i] && below < (all + 1) / 2;
	}
	for (int i = 0; i < n; i++)
		point[i] = gone[i] ? 0 : point[i];
	gradient(t, point, c);
	for (int i = 0; i < n; i++)
		c[i] = gone[i] ? 0 : c[i];
	to_theta(t, c, out);
	for (int i = 0; i < t->hand->n; i++)
		out[i] += plain[i];
}

#endif
