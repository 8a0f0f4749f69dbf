/*
 * The sparse path: a network whose zeros are left out gives the logits of an
 * engine but for rounding, and the same bits with every table of kernels,
 * any number of threads, and whatever else is in the batch.
 */
#include <math.h>
#include <stdlib.h>

#include "unit/compress_scene.h"

#include "compress/sparse_run.h"
#include "net/engine.h"
#include "net/kernels.h"

enum { SAMPLES = 37 };

static real *random_images(const struct network *network)
{
	struct random_key key = {.seed = 4, .stream = RANDOM_DATA};
	size_t count = SAMPLES * shape_size(network->input);
	real *x = reals_new(count);

	random_normal(key, 0, count, x);
	return x;
}

/* Of two prunable weights in three, nothing is left. */
static void thin_out(const struct network *network, real *w)
{
	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];

		for (size_t i = 0; segment_compressible(segment) &&
		    i < segment->count; i++)
			w[segment->offset + i] *= i % 3 == 1;
	}
}

static real *by_engine(const struct network *network, const real *w,
    const real *buffers, const real *x, struct pool *pool)
{
	struct engine *engine = engine_new(network, SAMPLES, pool);
	struct engine_request request = {.mode = ENGINE_INFERENCE,
		.n = SAMPLES};
	size_t count = (size_t)(SAMPLES * network->classes);
	struct engine_result result;
	real *logits = reals_new(count);

	engine_set_weights(engine, w);
	engine_set_buffers(engine, buffers);
	memcpy(engine_input(engine), x, SAMPLES * shape_size(network->input) *
	    sizeof(real));
	memset(engine_labels(engine), 0, SAMPLES * sizeof(int32_t));
	engine_forward(engine, &request, &result);
	memcpy(logits, engine_logits(engine), count * sizeof(real));
	engine_free(engine);
	return logits;
}

static void by_rows(const struct network *network, const real *w,
    const real *buffers, const real *x, int threads, int n, real *logits)
{
	struct pool *pool = pool_new(threads);
	struct sparse_run *run = sparse_run_new(network, w, buffers, pool);

	sparse_run_forward(run, n, x, logits);
	sparse_run_free(run);
	pool_free(pool);
}

static double largest(const real *x, size_t count)
{
	double most = 0;

	for (size_t i = 0; i < count; i++)
		most = fmax(most, fabs((double)x[i]));
	return most;
}

static void check_tables(const struct network *network, const real *w,
    const real *buffers, const real *x, const real *expected)
{
	static const char *const tables[] = {"portable", "avx2", "avx512"};
	size_t count = (size_t)(SAMPLES * network->classes);
	real *logits = reals_new(count);

	for (int t = 0; t < 3; t++) {
		if (kernels_choose(tables[t]))
			continue;
		by_rows(network, w, buffers, x, 1 + t, SAMPLES, logits);
		assert_memory_equal(logits, expected, count * sizeof(real));
	}
	kernels_choose("auto");
	by_rows(network, w, buffers, x, 1, 5, logits);
	assert_memory_equal(logits, expected, 5 * (size_t)network->classes *
	    sizeof(real));
	reals_free(logits);
}

static void check(const struct network *network)
{
	real *w = reals_new(network->parameters);
	real *buffers = reals_new(network->buffers);
	real *x = random_images(network), *expected, *logits;
	size_t count = (size_t)(SAMPLES * network->classes);
	struct pool *pool = pool_new(2);
	double scale;

	network_initialise(network, 3, w, buffers);
	thin_out(network, w);
	expected = by_engine(network, w, buffers, x, pool);
	logits = reals_new(count);
	by_rows(network, w, buffers, x, 2, SAMPLES, logits);
	scale = largest(expected, count);
	assert_true(scale > 0);
	for (size_t i = 0; i < count; i++)
		assert_true(fabs((double)(logits[i] - expected[i])) <
		    1e-5 * scale);
	check_tables(network, w, buffers, x, logits);
	reals_free(w);
	reals_free(buffers);
	reals_free(x);
	reals_free(expected);
	reals_free(logits);
	pool_free(pool);
}

static void test_backbones(void **state)
{
	static const char *const names[] = {"lenet5", "vgg8", "resnet20",
		"mobilenet", "vit"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct error error;
		struct network *network = network_named(1, &names[i],
		    (struct shape){.c = 3, .h = 12, .w = 12}, 10, &error);

		if (strcmp(names[i], "lenet5") == 0) {
			network_free(network);
			network = network_named(1, &names[i],
			    (struct shape){.c = 1, .h = 28, .w = 28}, 10,
			    &error);
		}
		if (!network)
			fail_msg("%s: %s", names[i], error.text);
		check(network);
		network_free(network);
	}
}

/* Strides, borders, groups, kernels of one place, and odd sizes. */
static void test_odd(void **state)
{
	struct network *network = make_network((struct shape){.c = 4, .h = 9,
		.w = 7}, 3, "conv 6 k=3 stride=2 pad=1 groups=2; relu; "
	    "conv 5 k=1 stride=2; conv 7 k=1; maxpool 2 pad=1; flatten; "
	    "dense 11; tanh; dense 3 bias=0");

	(void)state;
	check(network);
	network_free(network);
}

/* A layer without a weight is its bias. */
static void test_nothing_left(void **state)
{
	struct network *network = plain(5, "dense 3");
	real *w = reals_new(network->parameters);
	real *x = random_images(network);
	real logits[3 * 2];

	(void)state;
	for (int i = 0; i < 3; i++)
		w[15 + i] = (real)(i + 1);
	by_rows(network, w, NULL, x, 1, 2, logits);
	for (int i = 0; i < 6; i++)
		assert_true(logits[i] == (real)(i % 3 + 1));
	reals_free(w);
	reals_free(x);
	network_free(network);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_backbones),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_nothing_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
