/* Noise in front of a transform: what it adds, that training goes by it, and
 * that the folded network has none. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "train/learner.h"
#include "train/learner_private.h"
#include "transform/noise.h"

enum { ROWS = 40, COLUMNS = 301, N = ROWS * COLUMNS };

static const struct random_key key = {7, RANDOM_NOISE, 3};
static const struct noise some = {1, 0.5};

static void fill(real *x)
{
	random_normal((struct random_key){1, RANDOM_DATA, 0}, 0, N, x);
}

static double largest_of_row(const real *x, int row)
{
	double most = 0;

	for (int i = 0; i < COLUMNS; i++)
		most = fmax(most, fabs((double)x[row * COLUMNS + i]));
	return most;
}

/* Uniform: bounded by noise max|row|, mean 0, variance a third of the
 * bound's square. */
static void noise_is_uniform_in_each_rows_range(void **state)
{
	static const double noise = 0.25;
	real *x = reals_new(N), *y = reals_new(N);
	struct pool *pool = pool_new(1);
	double sum = 0, square = 0;

	(void)state;
	fill(x);
	noise_add(key, 0, (struct noise){(real)noise, 0}, ROWS, COLUMNS, x, y,
	    pool);
	for (int i = 0; i < N; i++) {
		double bound = noise * largest_of_row(x, i / COLUMNS);
		double u = ((double)y[i] - (double)x[i]) / bound;

		assert_true(fabs(u) < 1.0001);
		sum += u;
		square += u * u;
	}
	assert_true(fabs(sum / N) < 4 / sqrt(3.0 * N));
	assert_true(fabs(square / N - 1.0 / 3) < 0.02);
	pool_free(pool);
	reals_free(y);
	reals_free(x);
}

/* The same at any number of threads and from any place in the stream; another
 * at another step. */
static void noise_is_a_function_of_step_and_place(void **state)
{
	real *x = reals_new(N), *y = reals_new(N), *z = reals_new(N);
	struct pool *one = pool_new(1), *three = pool_new(3);
	struct random_key later = key;

	(void)state;
	fill(x);
	later.step++;
	noise_add(key, 5, some, ROWS, COLUMNS, x, y, one);
	noise_add(key, 5, some, ROWS, COLUMNS, x, z, three);
	assert_memory_equal(y, z, N * sizeof(real));
	noise_add(key, 5 + 1, some, ROWS - 1, COLUMNS, x + COLUMNS, z, one);
	assert_memory_equal(y + COLUMNS, z, (N - COLUMNS) * sizeof(real));
	noise_add(later, 5, some, ROWS, COLUMNS, x, z, one);
	assert_memory_not_equal(y, z, N * sizeof(real));
	pool_free(three);
	pool_free(one);
	reals_free(z);
	reals_free(y);
	reals_free(x);
}

enum { INPUTS = 6, CLASSES = 3, SAMPLES = 8 };

static float values[SAMPLES * INPUTS];
static int32_t labels[SAMPLES];
static struct dataset dataset = {.shape = {.c = INPUTS, .h = 1, .w = 1},
	.classes = CLASSES, .channels = INPUTS};

static void fill_dataset(void)
{
	struct random_key data = {5, RANDOM_DATA, 0};

	dataset.split[SPLIT_TRAIN].count = SAMPLES;
	dataset.split[SPLIT_TRAIN].values = values;
	dataset.split[SPLIT_TRAIN].labels = labels;
	for (int i = 0; i < SAMPLES * INPUTS; i++)
		values[i] = 2 * random_uniform(data, (uint64_t)i) - 1;
	for (int i = 0; i < SAMPLES; i++)
		labels[i] = i % CLASSES;
}

static struct network *make_network(void)
{
	static const char *const flatten[] = {"flatten"};
	static const char *const dense[] = {"dense", "3"};
	struct network *network = network_new(dataset.shape, CLASSES);
	struct network *longer = network_insert(network, 1, NULL, 1, flatten,
	    NULL);

	network_free(network);
	network = network_insert(longer, 2, NULL, 2, dense, NULL);
	network_free(longer);
	return network;
}

/* every: e.g. "every=1", the default being one step of eight. */
static struct learner *learner_of(struct network *network,
    const char *transform, const char *noise, const char *every,
    struct pool *pool)
{
	const char *const words[] = {noise, every};
	static const char *const sgd[] = {"sgd", "lr=0.5"};
	const struct transform_kind *kind = transform_find(transform);
	struct learner *learner = learner_new(&dataset, network, 3, pool);
	struct option_values options;
	struct error error;

	options_default(kind->options, &options);
	if (options_parse(kind->options, every ? 2 : 1, words, &options,
		&error) ||
	    learner_set_transform(learner, kind, &options, &error) ||
	    learner_set_optimizer(learner, 2, sgd, &error))
		fail_msg("%s", error.text);
	learner_set_batch(learner, SAMPLES);
	return learner;
}

static struct learner *make_learner(const char *transform, const char *noise,
    struct pool *pool)
{
	return learner_of(make_network(), transform, noise, "every=1", pool);
}

/* All that lies below one threshold, which is uniform up to cut times the mean
 * size. */
static void small_weights_are_left_out(void **state)
{
	enum { STEPS = 400, W = CLASSES * INPUTS };
	const double cut = 2;
	struct pool *pool = pool_new(1);
	struct learner *learner = make_learner("ws", "cut=2", pool);
	const real *w = learner_weights(learner);
	double most = 0, share = 0, expected = 0;
	real noisy[W + CLASSES];

	(void)state;
	for (int i = 0; i < W; i++)
		most += cut * fabs((double)w[i]) / W;
	for (int i = 0; i < W; i++)
		expected += fmin(1, fabs((double)w[i]) / most);
	for (int step = 0; step < STEPS; step++) {
		double kept = INFINITY, left = 0;

		transform_add_noise(learner->transform, step, w, noisy, pool);
		for (int i = 0; i < W; i++) {
			assert_true(noisy[i] == 0 || noisy[i] == w[i]);
			if (noisy[i] == 0)
				left = fmax(left, fabs((double)w[i]));
			else
				kept = fmin(kept, fabs((double)w[i]));
			share += noisy[i] != 0;
		}
		assert_true(left < kept && left < most);
	}
	/* Deviation of the mean share of 400 draws: below 0.5 / 20. */
	assert_true(fabs(share / STEPS / W - expected / W) < 0.1);
	learner_free(learner);
	pool_free(pool);
}

/* Softmax regression: the mean loss's gradient at weights w (3, 6) and b. */
static void gradient_by_hand(const real *w, const real *b, double *g)
{
	memset(g, 0, (INPUTS + 1) * CLASSES * sizeof(*g));
	for (int s = 0; s < SAMPLES; s++) {
		double e[CLASSES], sum = 0;

		for (int c = 0; c < CLASSES; c++) {
			double z = (double)b[c];

			for (int i = 0; i < INPUTS; i++)
				z += (double)w[c * INPUTS + i] *
				    (double)values[s * INPUTS + i];
			sum += e[c] = exp(z);
		}
		for (int c = 0; c < CLASSES; c++) {
			double d = (e[c] / sum - (c == labels[s])) / SAMPLES;

			for (int i = 0; i < INPUTS; i++)
				g[c * INPUTS + i] += d *
				    (double)values[s * INPUTS + i];
			g[CLASSES * INPUTS + c] += d;
		}
	}
}

static const double rate[] = {0.5, 0.25, 0.125};

/* Where a step from `before` with this learner's noise should lead. */
static void expect_step(const struct learner *learner, int step, real *noisy,
    const real *before, double *after)
{
	double g[CLASSES * (INPUTS + 1)];

	memcpy(noisy, before, CLASSES * (INPUTS + 1) * sizeof(real));
	if (transform_is_noisy_at(learner->transform, step))
		transform_add_noise(learner->transform, step, before, noisy,
		    learner->pool);
	learner_mask(learner, noisy);
	gradient_by_hand(noisy, noisy + CLASSES * INPUTS, g);
	for (int i = 0; i < CLASSES * (INPUTS + 1); i++)
		after[i] = (double)before[i] - rate[step] * g[i] *
		    (!learner->mask || learner->mask[i]);
}

/* theta' = theta - lr g(theta with noise), of what is left out too, as much
 * noise at half the rate, and none in the steps between those of `every`; the
 * bias has none, nor has what is pruned. */
static void check_steps(const char *option, int every, const real *kept)
{
	static const char *const halved[] = {"step", "every=1", "gamma=0.5"};
	enum { ALL = CLASSES * (INPUTS + 1), W = CLASSES * INPUTS };
	struct pool *pool = pool_new(1);
	char words[16];
	struct learner *learner;
	real *noisy = reals_new(ALL), before[ALL];
	struct learner_report report;
	struct error error;
	double after[ALL];

	text_format(words, sizeof(words), "every=%d", every);
	learner = learner_of(make_network(), "jitter", option, words, pool);
	assert_int_equal(transform_size(learner->transform), ALL);
	assert_int_equal(schedule_parse(3, halved, &learner->schedule, &error),
	    0);
	if (kept)
		learner_keep_zeros(learner, kept);
	for (int step = 0; step < 3; step++) {
		memcpy(before, learner_weights(learner), sizeof(before));
		expect_step(learner, step, noisy, before, after);
		assert_int_equal(memcmp(noisy, before, W * sizeof(real)) != 0,
		    step % every == every / 2);
		assert_memory_equal(noisy + W, before + W,
		    CLASSES * sizeof(real));
		learner_step(learner, &report);
		assert_int_equal(report.aside, every > 1 &&
		    step % every == every / 2);
		for (size_t i = 0; i < ALL; i++)
			assert_true(fabs((double)learner_weights(learner)[i] -
			    after[i]) < 1e-5);
	}
	learner_free(learner);
	reals_free(noisy);
	pool_free(pool);
}

static void a_step_goes_by_the_noisy_network(void **state)
{
	static const real kept[CLASSES * (INPUTS + 1)] = {1, 0, 1, 1, 0, 2};

	(void)state;
	check_steps("noise=0.5", 1, NULL);
	check_steps("cut=2", 1, NULL);
	check_steps("noise=0.5", 1, kept);
	check_steps("noise=0.5", 2, NULL);
	check_steps("cut=2", 3, NULL);
}

/* Batch norm's running statistics are of the network without noise: the fifth
 * step of eight, which has some, leaves them as they are. */
static void running_statistics_see_no_noise(void **state)
{
	static const char *const norm[] = {"batchnorm"};
	struct network *plain = make_network();
	struct network *network = network_insert(plain, 1, NULL, 1, norm,
	    NULL);
	struct pool *pool = pool_new(1);
	struct learner *noisy = learner_of(network_copy(network), "ws",
	    "noise=1", NULL, pool);
	struct learner *always = learner_of(network_copy(network), "ws",
	    "noise=1", "every=1", pool);
	struct learner *quiet = learner_of(network, "ws", "noise=0", NULL,
	    pool);
	size_t weights = network->parameters * sizeof(real);
	size_t buffers = network->buffers * sizeof(real);
	struct learner_report report;
	real before[4 * INPUTS], start[4 * INPUTS];

	(void)state;
	memcpy(start, always->buffers, buffers);
	for (int i = 0; i < 4; i++) {
		learner_step(noisy, &report);
		learner_step(quiet, &report);
	}
	assert_memory_equal(noisy->buffers, quiet->buffers, buffers);
	assert_memory_equal(learner_weights(noisy), learner_weights(quiet),
	    weights);
	memcpy(before, noisy->buffers, buffers);
	learner_step(noisy, &report);
	learner_step(quiet, &report);
	assert_memory_equal(noisy->buffers, before, buffers);
	assert_memory_not_equal(quiet->buffers, before, buffers);
	assert_memory_not_equal(learner_weights(noisy),
	    learner_weights(quiet), weights);
	learner_step(noisy, &report);
	assert_memory_not_equal(noisy->buffers, before, buffers);
	/* With noise in every step they are of what there is. */
	learner_step(always, &report);
	assert_memory_not_equal(always->buffers, start, buffers);
	learner_free(always);
	learner_free(noisy);
	learner_free(quiet);
	pool_free(pool);
	network_free(plain);
}

/* A noise of 0 is the transform without it, to the bit. */
static void without_noise_nothing_changes(void **state)
{
	struct pool *pool = pool_new(1);
	struct learner *jitter = make_learner("jitter", "noise=0", pool);
	struct learner *plain = make_learner("expand", "noise=0", pool);
	struct learner_report report;
	struct error error;
	struct option_values none;

	(void)state;
	options_default(NULL, &none);
	if (learner_set_transform(plain, transform_find("none"), &none,
		&error) || learner_set_weights(plain, jitter->theta, &error))
		fail_msg("%s", error.text);
	for (int i = 0; i < 3; i++) {
		learner_step(jitter, &report);
		learner_step(plain, &report);
	}
	assert_memory_equal(learner_weights(jitter), learner_weights(plain),
	    jitter->network->parameters * sizeof(real));
	learner_free(plain);
	learner_free(jitter);
	pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(noise_is_uniform_in_each_rows_range),
		cmocka_unit_test(noise_is_a_function_of_step_and_place),
		cmocka_unit_test(small_weights_are_left_out),
		cmocka_unit_test(a_step_goes_by_the_noisy_network),
		cmocka_unit_test(running_statistics_see_no_noise),
		cmocka_unit_test(without_noise_nothing_changes)};

	fill_dataset();
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
