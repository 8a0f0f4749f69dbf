/*
 * The gradient that each sharpness-aware method hands to its rule, against
 * the equations of its paper written out in double precision, on
 *
 *   l_s(theta) = sum_i a_si theta_i^4 / 4,   L = mean of l_s over the batch.
 *
 * The rule is plain descent of rate 1, so a step is the gradient itself.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "train/optimizer.h"

enum { N = 12, SAMPLES = 8, WORDS = 8 };

struct toy {
	double a[SAMPLES][N];
	real losses[SAMPLES];
	int chosen[SAMPLES], count;
	const real *theta;
};

static const struct segment segments[] = {
	{.name = "1.weight", .role = ROLE_WEIGHT, .dimensions = 2,
	    .dimension = {2, 4}, .offset = 0, .count = 8},
	{.name = "1.bias", .role = ROLE_BIAS, .dimensions = 1,
	    .dimension = {4}, .offset = 8, .count = 4}};

/* g = the mean gradient of the chosen samples. */
static void reference(const struct toy *toy, const double *theta, double *g)
{
	for (int i = 0; i < N; i++) {
		g[i] = 0;
		for (int s = 0; s < toy->count; s++)
			g[i] += toy->a[toy->chosen[s]][i] * theta[i] *
			    theta[i] * theta[i] / toy->count;
	}
}

static double loss_of(const struct toy *toy, int sample, const double *theta)
{
	double loss = 0;

	for (int i = 0; i < N; i++)
		loss += toy->a[sample][i] * pow(theta[i], 4) / 4;
	return loss;
}

static void toy_losses(void *context, const real *point, bool in_w,
    real *losses)
{
	double theta[N];

	(void)in_w;
	for (int i = 0; i < N; i++)
		theta[i] = (double)point[i];
	for (int s = 0; s < SAMPLES; s++)
		losses[s] = (real)loss_of(context, s, theta);
}

static void toy_gradient(void *context, const real *point, int pass, real *g)
{
	struct toy *toy = context;
	double theta[N], exact[N];

	for (int i = 0; i < N; i++)
		theta[i] = (double)point[i];
	reference(toy, theta, exact);
	for (int i = 0; i < N; i++)
		g[i] = (real)exact[i];
	if (pass == 0)
		toy_losses(context, point, false, toy->losses);
}

static const real *toy_first_losses(void *context)
{
	return ((struct toy *)context)->losses;
}

static const real *toy_w(void *context)
{
	return ((struct toy *)context)->theta;
}

static void toy_choose(void *context, const int *sample, int count)
{
	struct toy *toy = context;

	memcpy(toy->chosen, sample, (size_t)count * sizeof(int));
	toy->count = count;
}

static void choose_all(struct toy *toy)
{
	toy->count = SAMPLES;
	for (int s = 0; s < SAMPLES; s++)
		toy->chosen[s] = s;
}

static double dot(const double *x, const double *y)
{
	double sum = 0;

	for (int i = 0; i < N; i++)
		sum += x[i] * y[i];
	return sum;
}

/* g_s of SAM. */
static void sam(const struct toy *toy, const double *theta, double rho,
    double *out)
{
	double g[N], point[N];

	reference(toy, theta, g);
	for (int i = 0; i < N; i++)
		point[i] = theta[i] + rho * g[i] / sqrt(dot(g, g));
	reference(toy, point, out);
}

static void expect_sam(struct toy *toy, const double *theta, long step,
    double *out)
{
	(void)step;
	sam(toy, theta, 0.1, out);
}

static void expect_asam(struct toy *toy, const double *theta, long step,
    double *out)
{
	double g[N], scaled[N], point[N];

	(void)step;
	reference(toy, theta, g);
	for (int i = 0; i < N; i++)
		scaled[i] = (fabs(theta[i]) + 0.01) * g[i];
	for (int i = 0; i < N; i++)
		point[i] = theta[i] + 0.1 * (fabs(theta[i]) + 0.01) *
		    scaled[i] / sqrt(dot(scaled, scaled));
	reference(toy, point, out);
}

static void expect_gsam(struct toy *toy, const double *theta, long step,
    double *out)
{
	double g[N], p[N];

	(void)step;
	reference(toy, theta, g);
	sam(toy, theta, 0.1, p);
	for (int i = 0; i < N; i++)
		out[i] = p[i] - 0.4 * (g[i] - dot(g, p) / dot(p, p) * p[i]);
}

static void expect_looksam(struct toy *toy, const double *theta, long step,
    double *out)
{
	static double v[N];
	double g[N], s[N];

	reference(toy, theta, g);
	if (step % 3 == 0) {
		sam(toy, theta, 0.1, s);
		for (int i = 0; i < N; i++)
			v[i] = s[i] - dot(s, g) / dot(g, g) * g[i];
		memcpy(out, s, sizeof(s));
		return;
	}
	for (int i = 0; i < N; i++)
		out[i] = g[i] + 0.7 * sqrt(dot(g, g) / dot(v, v)) * v[i];
}

static void expect_noise(struct toy *toy, const double *theta, long step,
    double *out)
{
	struct random_key key = {7, RANDOM_OPTIMIZER, (uint64_t)step};
	real z[N];
	double point[N];

	random_normal(key, 0, N, z);
	for (int i = 0; i < N; i++)
		point[i] = theta[i] + 0.1 * fabs(theta[i]) * (double)z[i];
	reference(toy, point, out);
}

/* The samples whose loss rises most, by counting those that rise more. */
static void expect_esam(struct toy *toy, const double *theta, long step,
    double *out)
{
	struct random_key key = {7, RANDOM_OPTIMIZER, (uint64_t)step};
	double g[N], point[N], rise[SAMPLES];

	reference(toy, theta, g);
	for (int i = 0; i < N; i++) {
		uint64_t tensor = i < 8 ? 0 : 1;

		point[i] = theta[i] + ((double)random_uniform(key, tensor) <
		    0.6 ? 0.1 / 0.6 * g[i] / sqrt(dot(g, g)) : 0);
	}
	for (int s = 0; s < SAMPLES; s++)
		rise[s] = loss_of(toy, s, point) - loss_of(toy, s, theta);
	toy->count = 0;
	for (int s = 0; s < SAMPLES; s++) {
		int above = 0;

		for (int t = 0; t < SAMPLES; t++)
			above += rise[t] > rise[s];
		if (above < SAMPLES / 2)
			toy->chosen[toy->count++] = s;
	}
	reference(toy, point, out);
}

/* CrAM+ at half: of eight weights the four smallest go, biases stay. */
static void expect_cram(struct toy *toy, const double *theta, long step,
    double *out)
{
	double g[N], point[N], compressed[N], c[N];

	(void)step;
	reference(toy, theta, g);
	for (int i = 0; i < N; i++)
		point[i] = theta[i] + 0.1 * g[i];
	memcpy(compressed, point, sizeof(point));
	for (int i = 0; i < 8; i++) {
		int below = 0;

		for (int j = 0; j < 8; j++)
			below += fabs(point[j]) < fabs(point[i]);
		if (below < 4)
			compressed[i] = 0;
	}
	reference(toy, compressed, c);
	for (int i = 0; i < N; i++)
		out[i] = g[i] + (compressed[i] == 0 ? 0 : c[i]);
}

static const struct {
	const char *words[WORDS];
	void (*expect)(struct toy *toy, const double *theta, long step,
	    double *out);
} methods[] = {
	{{"sam", "rho=0.1"}, expect_sam},
	{{"asam", "rho=0.1"}, expect_asam},
	{{"gsam", "rho=0.1"}, expect_gsam},
	{{"looksam", "rho=0.1", "k=3"}, expect_looksam},
	{{"esam", "rho=0.1"}, expect_esam},
	{{"cram", "rho=0.1", "sparsity=0.5"}, expect_cram},
	{{"noise", "sigma=0.1"}, expect_noise}};

static void fill(struct toy *toy, real *theta)
{
	struct random_key key = {1, RANDOM_DATA, 0};

	for (int i = 0; i < N; i++)
		theta[i] = 2 * (real)random_uniform(key, (uint64_t)i) - 1;
	for (int i = 0; i < N * SAMPLES; i++)
		toy->a[i / N][i % N] = 0.2 * (double)random_uniform(key,
		    (uint64_t)(N + i));
}

static void check_step(struct optimizer *optimizer, size_t method,
    struct toy *toy, struct gradient_source *source, real *theta)
{
	double before[N], expected[N];
	real g[N];

	for (int i = 0; i < N; i++)
		before[i] = (double)theta[i];
	choose_all(toy);
	methods[method].expect(toy, before, source->step, expected);
	choose_all(toy);
	optimizer_step(optimizer, source, 1, NULL, theta, g);
	for (int i = 0; i < N; i++)
		assert_true(fabs((double)theta[i] - (before[i] - expected[i]))
		    < (sizeof(real) == 8 ? 1e-11 : 2e-6));
}

static void check_method(size_t method, struct pool *pool)
{
	const char *word[WORDS] = {0};
	struct toy toy;
	real theta[N];
	struct gradient_source source = {.gradient = toy_gradient, .w = toy_w,
		.first_losses = toy_first_losses, .losses = toy_losses,
		.choose = toy_choose, .samples = SAMPLES, .segment = segments,
		.segments = 2, .w_segment = segments, .w_segments = 2,
		.n = N, .n_w = N, .context = &toy, .pool = pool, .seed = 7};
	struct error error;
	struct optimizer *optimizer;
	int words = 0;

	for (; methods[method].words[words]; words++)
		word[words] = methods[method].words[words];
	word[words++] = "base=sgd";
	word[words++] = "lr=1";
	optimizer = optimizer_new(words, word, N, &error);
	if (!optimizer)
		fail_msg("%s", error.text);
	fill(&toy, theta);
	toy.theta = theta;
	for (source.step = 0; source.step < 7; source.step++)
		check_step(optimizer, method, &toy, &source, theta);
	optimizer_free(optimizer);
}

static void test_equations(void **state)
{
	struct pool *pool = pool_new(1);

	(void)state;
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		check_method(i, pool);
	pool_free(pool);
}

/* A method without equations here would go untested. */
static void test_none_forgotten(void **state)
{
	int count;
	const struct optimizer_kind *const *kind = optimizer_kinds(&count);
	size_t wrapping = 0;

	(void)state;
	for (int i = 0; i < count; i++)
		wrapping += kind[i]->wraps;
	assert_int_equal(wrapping, sizeof(methods) / sizeof(*methods));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equations),
		cmocka_unit_test(test_none_forgotten)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
