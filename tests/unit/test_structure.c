/* Whole neurons and channels taken out, and batch norm estimated anew. */
#include <math.h>
#include <stdlib.h>

#include "compress/packed.h"
#include "net/engine.h"
#include "unit/prune_scene.h"

enum { CLASSES = 3 };

/* (SAMPLES, CLASSES); free with reals_free() */
static real *logits_of(const struct network *network, const real *w,
    const real *buffers, const struct scene *scene)
{
	struct engine *engine = engine_new(network, SAMPLES, scene->pool);
	struct engine_request request = {.mode = ENGINE_INFERENCE,
		.n = SAMPLES};
	real *logits = reals_new(SAMPLES * CLASSES);
	struct engine_result result;

	engine_set_weights(engine, w);
	engine_set_buffers(engine, buffers);
	split_gather(&scene->data, SPLIT_TRAIN, 0, SAMPLES, NULL,
	    engine_input(engine), engine_labels(engine));
	engine_forward(engine, &request, &result);
	memcpy(logits, engine_logits(engine), SAMPLES * CLASSES *
	    sizeof(real));
	engine_free(engine);
	return logits;
}

/* What is left in its places in the whole network, zeros elsewhere. */
static real *masked(const struct compressed *c)
{
	real *w = reals_new(c->whole->parameters);

	for (size_t i = 0; i < c->plain->parameters; i++)
		w[c->map[i]] = c->w[i];
	return w;
}

static void check_same_function(const char *layers, const char *line)
{
	struct network *network = network_for_images(layers);
	real *w = random_weights(network, 0);
	real *buffers = random_statistics(network), *whole, *small, *large;
	struct scene scene;
	struct compressed c;

	scene_open(&scene, 2);
	c = pruned(network, w, buffers, &scene, line);
	assert_true(c.network->parameters < c.whole->parameters);
	whole = masked(&c);
	small = logits_of(c.network, c.w, c.buffers, &scene);
	large = logits_of(c.whole, whole, c.whole_buffers, &scene);
	for (int i = 0; i < SAMPLES * CLASSES; i++) {
		double difference = fabs((double)small[i] - (double)large[i]);

		if (!(difference < 1e-4 * (1 + fabs((double)large[i]))))
			fail_msg("%s, %s: logit %d: %g and %g", layers, line,
			    i, (double)small[i], (double)large[i]);
	}
	compressed_free(&c);
	reals_free(whole);
	reals_free(small);
	reals_free(large);
	reals_free(w);
	reals_free(buffers);
	network_free(network);
	scene_close(&scene);
}

/* The smaller network computes what the whole one does with zeros. */
static void test_same_function(void **state)
{
	static const char *const networks[] = {
		"flatten;dense 12;relu;dense 9;tanh;dense 3",
		"conv 8 k=3 pad=1;bn;relu;maxpool 2;conv 6 k=3;bn;relu;"
		    "flatten;bn;dense 10;bn;relu;dense 3",
		"conv 8 k=3 bias=off;bn;relu;conv 8 k=3 groups=8 pad=1;bn;"
		    "relu;conv 12 k=1;bn;gelu;globalavg;dense 3",
		"conv 8 k=3;relu;bn;avgpool 2;flatten;dense 7;dropout;dense 3"};

	(void)state;
	for (size_t k = 0; k < sizeof(networks) / sizeof(*networks); k++) {
		check_same_function(networks[k], "prune 0.5 method=units");
		check_same_function(networks[k], "prune 0.3 method=units "
		    "scope=layer");
	}
	check_same_function(networks[1], "prune 0.6 method=channels");
	check_same_function(networks[1], "prune 0.6 method=neurons;quant 5");
}

/* conv 1 and 4 meet in a sum: the same channels of both go. */
static struct network *residual(void)
{
	struct network *network = network_for_images("conv 6 k=3 pad=1;relu;"
	    "conv 5 k=3 pad=1;conv 6 k=3 pad=1");
	const int from[2] = {4, 2}, chain[2] = {5, -1}, last[2] = {6, -1};
	const char *add[] = {"add"}, *mean[] = {"globalavg"},
	    *dense[] = {"dense", "3"};
	struct network *longer;
	struct error error;

	longer = network_insert(network, 5, from, 1, add, &error);
	network_free(network);
	network = network_insert(longer, 6, chain, 1, mean, &error);
	network_free(longer);
	longer = network_insert(network, 7, last, 2, dense, &error);
	network_free(network);
	assert_non_null(longer);
	return longer;
}

static void test_residual_sums_tie(void **state)
{
	struct network *network = residual();
	real *w = random_weights(network, 0);
	struct compressed c;

	(void)state;
	c = make(network, w, NULL, "prune 0.5 method=channels scope=layer");
	assert_int_equal(c.network->layer[1].out.c, 3);
	assert_int_equal(c.network->layer[3].out.c, 2);	/* 2.5 -> 3 of 5 */
	assert_int_equal(c.network->layer[4].out.c, 3);
	assert_int_equal(c.network->layer[7].out.c, 3);
	compressed_free(&c);
	c = make(network, w, NULL, "prune 0.5 method=channels layer=4");
	assert_int_equal(c.network->layer[1].out.c, 3);
	assert_int_equal(c.network->layer[3].out.c, 5);
	assert_int_equal(c.network->layer[4].out.c, 3);
	compressed_free(&c);
	reals_free(w);
	network_free(network);
}

static void test_counts_and_norms(void **state)
{
	struct network *network = plain(2, "dense 4;relu;dense 3");
	const real rows[4][2] = {{3, 0}, {1, 1}, {2, 0}, {1, -1}};
	real *w = random_weights(network, 0);
	struct compressed c;

	(void)state;
	memcpy(w, rows, sizeof(rows));
	c = make(network, w, NULL, "prune 0.25 method=neurons");
	assert_int_equal(c.network->layer[1].out.c, 3);
	assert_true(c.w[0] == 3 && c.w[2] == 2 && c.w[4] == 1 && c.w[5] == -1);
	assert_true(c.w[6] == w[8] && c.w[7] == w[10] && c.w[8] == w[11]);
	assert_int_equal(c.prunable, 20);
	assert_int_equal(c.zeros, 5 + 2);	/* and two of 0 */
	compressed_free(&c);
	c = make(network, w, NULL, "prune 1 method=units");
	assert_int_equal(c.network->layer[1].out.c, 1);	/* the last stays */
	assert_true(c.w[0] == 3);
	assert_int_equal(c.network->layer[3].out.c, 3);
	compressed_free(&c);
	reals_free(w);
	network_free(network);
}

static void expect_refusal(const struct network *network, const char *line,
    const char *message)
{
	struct compress_settings settings = settings_of(network, line);
	real *w = random_weights(network, 0);
	struct compressed c;
	struct error error;

	assert_int_equal(compress_make(network, w, NULL, &settings, NULL, NULL,
	    &c, &error), -1);
	if (!strstr(error.text, message))
		fail_msg("%s: %s", line, error.text);
	compress_settings_free(&settings);
	reals_free(w);
}

static void test_what_cannot_go(void **state)
{
	struct network *dense = plain(4, "dense 4;relu;dense 3");
	struct network *norm = plain(4, "dense 4;layernorm;relu;dense 3");

	(void)state;
	expect_refusal(dense, "prune 0.5 method=neurons layer=3", "layer 3");
	expect_refusal(dense, "prune 0.5 method=channels", "nothing that");
	expect_refusal(norm, "prune 0.5 method=neurons", "nothing that");
	network_free(dense);
	network_free(norm);
}

/* Bytes are those of the smaller network, and it comes back from them. */
static void test_packed(void **state)
{
	struct network *network = plain(9, "dense 20;relu;dense 3");
	struct compress_settings settings = settings_of(network,
	    "prune 0.5 method=neurons");
	real *w = random_weights(network, 0), *back, *none;
	struct buffer out = {0};
	struct compressed c;
	struct error error;

	(void)state;
	c = make(network, w, NULL, "prune 0.5 method=neurons");
	packed_write(&c, &settings, "{}", &out);
	assert_int_equal(out.length, packed_size(&c, &settings, "{}"));
	assert_true(out.length < 4 * network->parameters * 6 / 10);
	assert_int_equal(packed_read(out.text, out.length, c.network, &back,
	    &none, &error), 0);
	assert_memory_equal(back, c.w, c.network->parameters * sizeof(real));
	buffer_free(&out);
	compressed_free(&c);
	compress_settings_free(&settings);
	reals_free(back);
	reals_free(none);
	reals_free(w);
	network_free(network);
}

/* Statistics of what the pruned layer gives on the images. */
static void test_batch_norm_anew(void **state)
{
	struct network *network = network_for_images("flatten;dense 4;relu;bn;"
	    "dense 3");
	real *w = random_weights(network, 0);
	real *buffers = random_statistics(network);
	struct scene scene;
	struct compressed kept, anew;

	(void)state;
	scene_open(&scene, 2);
	kept = pruned(network, w, buffers, &scene, "prune 0.5 method=random");
	anew = pruned(network, w, buffers, &scene,
	    "prune 0.5 method=random bn=reestimate");
	assert_memory_equal(kept.buffers, buffers, 8 * sizeof(real));
	assert_memory_equal(anew.w, kept.w, network->parameters *
	    sizeof(real));
	for (int o = 0; o < 4; o++) {
		double sum = 0, square = 0, mean;

		for (int n = 0; n < SAMPLES; n++) {
			double y = (double)kept.w[288 + o];

			for (int i = 0; i < INPUTS; i++)
				y += (double)kept.w[o * INPUTS + i] *
				    (double)scene.value[n * INPUTS +
				    i % 36 * 2 + i / 36];
			y = y > 0 ? y : 0;
			sum += y;
			square += y * y;
		}
		mean = sum / SAMPLES;
		assert_true(fabs((double)anew.buffers[o] - mean) <
		    1e-4 * (1 + mean));
		square = (square - sum * mean) / (SAMPLES - 1);
		assert_true(fabs((double)anew.buffers[4 + o] - square) <
		    1e-4 * (1 + square));
	}
	compressed_free(&kept);
	compressed_free(&anew);
	reals_free(w);
	reals_free(buffers);
	network_free(network);
	scene_close(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_function),
		cmocka_unit_test(test_residual_sums_tie),
		cmocka_unit_test(test_counts_and_norms),
		cmocka_unit_test(test_what_cannot_go),
		cmocka_unit_test(test_packed),
		cmocka_unit_test(test_batch_norm_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
