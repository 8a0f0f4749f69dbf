/* Methods of pruning that look at what layers are given, and N:M patterns. */
#include <math.h>
#include <stdlib.h>

#include "unit/prune_scene.h"

/* Images in PyTorch's order (c, h, w), as `flatten` gives them. */
static double input_at(const struct scene *scene, int n, int c, int y, int x)
{
	if (y < 0 || y >= 6 || x < 0 || x >= 6)
		return 0;
	return (double)scene->value[n * INPUTS + (y * 6 + x) * 2 + c];
}

/* The windows of "conv k=3 pad=1": column (c, ky, kx). */
static double window_at(const struct scene *scene, int n, int window,
    int column)
{
	int y = window / 6 - 1 + column % 9 / 3;
	int x = window % 6 - 1 + column % 3;

	return input_at(scene, n, column / 9, y, x);
}

static double squares_of(const struct scene *scene, int column)
{
	double sum = 0;

	for (int n = 0; n < SAMPLES; n++) {
		for (int window = 0; window < 36; window++) {
			double x = window_at(scene, n, window, column);

			sum += x * x;
		}
	}
	return sum;
}

/* |w| |x|, with the windows' numbers under each place of the kernel. */
static void test_wanda(void **state)
{
	struct network *network = network_for_images("conv 4 k=3 pad=1;relu;"
	    "flatten;dense 3");
	real *w = random_weights(network, 0);
	struct scene scene;
	struct compressed c;
	double gone = 0, kept = 1e30;

	(void)state;
	scene_open(&scene, 2);
	c = pruned(network, w, NULL, &scene, "prune 0.5 method=wanda layer=1");
	assert_int_equal(zeros_in(network, c.w, "1.weight"), 36);
	for (int i = 0; i < 72; i++) {
		double score = fabs((double)w[i]) *
		    sqrt(squares_of(&scene, i % 18));

		if (c.w[i] == 0)
			gone = fmax(gone, score);
		else
			kept = fmin(kept, score);
		assert_true(c.w[i] == 0 || c.w[i] == w[i]);
	}
	assert_true(gone < kept * (1 + 1e-6));
	compressed_free(&c);
	reals_free(w);
	network_free(network);
	scene_close(&scene);
}

/* All parameters of a layer. */
static void scale_layer(const struct network *network, int layer, real factor,
    real *w)
{
	for (int k = 0; k < network->segments; k++) {
		const struct segment *segment = &network->segment[k];

		for (size_t i = 0; segment->layer == layer &&
		    i < segment->count; i++)
			w[segment->offset + i] *= factor;
	}
}

/* Layers are compared by their shares: the same function goes the same way,
 * however large the numbers between two layers are. */
static void wanda_compares_layers(void **state)
{
	struct network *network = network_for_images("conv 4 k=3 pad=1;relu;"
	    "flatten;dense 3");
	real *w = random_weights(network, 0);
	struct scene scene;
	struct compressed small, large;

	(void)state;
	scene_open(&scene, 2);
	small = pruned(network, w, NULL, &scene, "prune 0.5 method=wanda");
	assert_in_range(zeros_in(network, small.w, "1.weight"), 1, 71);
	assert_in_range(zeros_in(network, small.w, "4.weight"), 1, 431);
	scale_layer(network, 1, 64, w);
	scale_layer(network, 4, (real)1 / 64, w);
	large = pruned(network, w, NULL, &scene, "prune 0.5 method=wanda");
	scale_layer(network, 1, (real)1 / 64, large.w);
	scale_layer(network, 4, 64, large.w);
	assert_memory_equal(small.w, large.w, network->parameters *
	    sizeof(real));
	compressed_free(&small);
	compressed_free(&large);
	reals_free(w);
	network_free(network);
	scene_close(&scene);
}

/* What a convolution's output differs by, squared, on the images. */
static double conv_error(const struct scene *scene, const real *a,
    const real *b)
{
	double sum = 0;

	for (int n = 0; n < SAMPLES; n++) {
		for (int at = 0; at < 36 * 4; at++) {
			double y = 0;

			for (int i = 0; i < 18; i++)
				y += window_at(scene, n, at / 4, i) *
				    (double)(a[at % 4 * 18 + i] -
				    b[at % 4 * 18 + i]);
			sum += y * y;
		}
	}
	return sum;
}

static double dense_error(const struct scene *scene, const real *a,
    const real *b)
{
	double sum = 0;

	for (int n = 0; n < SAMPLES; n++) {
		for (int o = 0; o < 5; o++) {
			double y = 0;

			for (int i = 0; i < INPUTS; i++)
				y += input_at(scene, n, i / 36, i % 36 / 6,
				    i % 6) * (double)(a[o * INPUTS + i] -
				    b[o * INPUTS + i]);
			sum += y * y;
		}
	}
	return sum;
}

static void check_surgeon(const char *layers, int weights,
    double (*error_of)(const struct scene *, const real *, const real *))
{
	static const char *const amounts[] = {"0.3", "0.6", "0.9", "2:4",
		"1:4", "4:8"};
	struct network *network = network_for_images(layers);
	real *w = random_weights(network, 0);
	struct scene scene;

	scene_open(&scene, 2);
	for (size_t k = 0; k < sizeof(amounts) / sizeof(*amounts); k++) {
		char line[64];
		struct compressed plain, wanda, obs;
		double error;

		text_format(line, sizeof(line), "prune %s", amounts[k]);
		plain = pruned(network, w, NULL, &scene, line);
		text_format(line, sizeof(line), "prune %s method=wanda",
		    amounts[k]);
		wanda = pruned(network, w, NULL, &scene, line);
		text_format(line, sizeof(line), "prune %s method=obs",
		    amounts[k]);
		obs = pruned(network, w, NULL, &scene, line);
		error = error_of(&scene, obs.w, w);
		assert_int_equal(plain.zeros, obs.zeros);
		assert_int_equal(plain.prunable, weights);
		assert_true(error < 0.95 * error_of(&scene, plain.w, w));
		assert_true(error < 0.95 * error_of(&scene, wanda.w, w));
		compressed_free(&plain);
		compressed_free(&wanda);
		compressed_free(&obs);
	}
	reals_free(w);
	network_free(network);
	scene_close(&scene);
}

/* Those that stay make up for the others: at the same ratio or pattern the
 * layer's own error is smaller than by magnitude, or by wanda. */
static void test_surgeon_makes_up(void **state)
{
	(void)state;
	check_surgeon("conv 4 k=3 pad=1", 72, conv_error);
	check_surgeon("flatten;dense 5", 360, dense_error);
}

/* Without damping to speak of, one weight taken out costs its saliency, and
 * no other row of weights moves. */
static void test_surgeon_one_weight(void **state)
{
	struct network *network = network_for_images("flatten;dense 5");
	real *w = random_weights(network, 0);
	struct scene scene;
	struct compressed c;
	int row = -1;

	(void)state;
	scene_open(&scene, 1);
	for (int i = 0; i < 360; i += INPUTS)
		w[i] = 0;	/* the input that is always zero */
	c = pruned(network, w, NULL, &scene, "prune 0.0166 method=obs");
	assert_int_equal(c.zeros, 6);
	for (int i = 0; i < 360; i++) {
		if (c.w[i] == 0 && w[i] != 0)
			row = i / INPUTS;
	}
	assert_true(row >= 0);
	for (int i = 0; i < 360; i++)
		assert_true(i / INPUTS == row || c.w[i] == w[i]);
	compressed_free(&c);
	reals_free(w);
	network_free(network);
	scene_close(&scene);
}

/* Behind a relu, numbers 64 times as large and weights a 64th are the same
 * function, so the same weights have to go. */
static void test_surgeon_compares_layers(void **state)
{
	struct network *network = network_for_images("conv 8 k=3;relu;"
	    "flatten;dense 20;relu;dense 3");
	real *w = random_weights(network, 0), *other = random_weights(network,
	    0);
	struct scene scene;
	struct compressed a, b;
	size_t zeros = 0;

	(void)state;
	for (int k = 0; k < 3; k++) {
		const struct segment *s = &network->segment[k];
		real factor = k < 2 ? 64 : (real)1 / 64;

		for (size_t i = 0; i < s->count; i++)
			other[s->offset + i] *= factor;
	}
	scene_open(&scene, 2);
	a = pruned(network, w, NULL, &scene, "prune 0.8 method=obs");
	b = pruned(network, other, NULL, &scene, "prune 0.8 method=obs");
	for (size_t i = 0; i < network->parameters; i++) {
		assert_int_equal(a.w[i] == 0, b.w[i] == 0);
		zeros += a.w[i] == 0;
	}
	assert_true(zeros >= (size_t)a.zeros);
	compressed_free(&a);
	compressed_free(&b);
	reals_free(w);
	reals_free(other);
	network_free(network);
	scene_close(&scene);
}

static void test_threads_give_the_same_bits(void **state)
{
	struct network *network = network_for_images("conv 8 k=3 pad=1;relu;"
	    "conv 8 k=3 groups=8;relu;flatten;dense 30;relu;dense 3");
	real *w = random_weights(network, 0);
	struct scene one, three;
	struct compressed a, b;

	(void)state;
	scene_open(&one, 1);
	scene_open(&three, 3);
	a = pruned(network, w, NULL, &one, "prune 0.7 method=obs");
	b = pruned(network, w, NULL, &three, "prune 0.7 method=obs");
	assert_memory_equal(a.w, b.w, network->parameters * sizeof(real));
	assert_int_equal(a.zeros, floor(0.7 * (double)a.prunable + 0.5));
	compressed_free(&a);
	compressed_free(&b);
	reals_free(w);
	network_free(network);
	scene_close(&one);
	scene_close(&three);
}

/* Of each `of` consecutive weights in a row at most `keep` are there. */
static void check_pattern(const real *w, int rows, int columns, int keep,
    int of)
{
	for (int row = 0; row < rows; row++) {
		for (int at = 0; at < columns; at += of) {
			int there = 0, length = columns - at < of ?
			    columns - at : of;

			for (int i = 0; i < length; i++)
				there += w[row * columns + at + i] != 0;
			assert_int_equal(there, length < keep ? length : keep);
		}
	}
}

static void test_patterns(void **state)
{
	static const struct { const char *text; int keep, of; } patterns[] = {
		{"1:4", 1, 4}, {"2:4", 2, 4}, {"4:8", 4, 8}, {"8:16", 8, 16}};
	static const char *const methods[] = {"magnitude", "random", "wanda",
		"obs"};
	/* Rows of 18 weights: two are left over by four, eight, sixteen. */
	struct network *network = network_for_images("conv 4 k=3 pad=1;relu;"
	    "flatten;dense 3");
	real *w = random_weights(network, 0);
	struct scene scene;

	(void)state;
	scene_open(&scene, 2);
	for (size_t k = 0; k < 4 * 4; k++) {
		char line[64];
		struct compressed c;

		text_format(line, sizeof(line), "prune %s method=%s",
		    patterns[k / 4].text, methods[k % 4]);
		c = pruned(network, w, NULL, &scene, line);
		check_pattern(c.w, 4, 18, patterns[k / 4].keep,
		    patterns[k / 4].of);
		check_pattern(c.w + 76, 3, 144, patterns[k / 4].keep,
		    patterns[k / 4].of);
		compressed_free(&c);
	}
	reals_free(w);
	network_free(network);
	scene_close(&scene);
}

static void test_pattern_keeps_the_largest(void **state)
{
	struct network *network = plain(10, "dense 1");
	const double row[10] = {1, -4, 2, 3, 5, 5, 5, 5, -0.5, 0.25};
	const bool stays[10] = {0, 1, 0, 1, 0, 0, 1, 1, 1, 1};
	real w[11] = {0};
	struct compressed c;

	(void)state;
	for (int i = 0; i < 10; i++)
		w[i] = (real)row[i];
	c = make(network, w, NULL, "prune 2:4");
	for (int i = 0; i < 10; i++)
		assert_true((c.w[i] != 0) == stays[i]);
	compressed_free(&c);
	network_free(network);
}

/* A layer may be spared, or have a ratio of its own. */
static void test_pattern_and_layers(void **state)
{
	struct network *network = plain(8, "dense 8;relu;dense 8;relu;dense 4");
	real *w = random_weights(network, 0);
	struct compressed c = make(network, w, NULL,
	    "prune 2:4;prune 0 layer=3;prune 0.25 layer=5");

	(void)state;
	check_pattern(c.w, 8, 8, 2, 4);
	assert_int_equal(zeros_in(network, c.w, "3.weight"), 0);
	assert_int_equal(zeros_in(network, c.w, "5.weight"), 8);
	compressed_free(&c);
	c = make(network, w, NULL, "prune 1:4 layer=3");
	check_pattern(c.w + 72, 8, 8, 1, 4);
	assert_int_equal(c.zeros, 48);
	compressed_free(&c);
	reals_free(w);
	network_free(network);
}

static void test_extremes(void **state)
{
	static const char *const methods[] = {"magnitude", "random", "wanda",
		"obs"};
	struct network *network = network_for_images("flatten;dense 4;relu;"
	    "dense 3");
	real *w = reals_new(network->parameters);
	struct scene scene;

	(void)state;
	scene_open(&scene, 1);
	for (size_t i = 0; i < network->parameters; i++)
		w[i] = i < 290 ? (real)0.5 : 0;	/* all equal, all zero */
	for (size_t k = 0; k < 4; k++) {
		char line[64];
		struct compressed c;

		text_format(line, sizeof(line), "prune 1 method=%s",
		    methods[k]);
		c = pruned(network, w, NULL, &scene, line);
		assert_int_equal(c.zeros, c.prunable);
		compressed_free(&c);
		text_format(line, sizeof(line), "prune 0.5 scope=layer "
		    "method=%s", methods[k]);
		c = pruned(network, w, NULL, &scene, line);
		assert_int_equal(zeros_in(network, c.w, "2.weight"), 144);
		for (size_t i = 0; i < network->parameters; i++)
			assert_true(isfinite(c.w[i]));
		compressed_free(&c);
	}
	reals_free(w);
	network_free(network);
	scene_close(&scene);
}

static void test_no_images(void **state)
{
	struct network *network = plain(4, "dense 4;relu;dense 3");
	struct compress_settings settings = settings_of(network,
	    "prune 0.5 method=obs");
	struct scene scene;
	real *w = random_weights(network, 0);
	struct compressed c;
	struct error error;

	(void)state;
	assert_int_equal(compress_make(network, w, NULL, &settings, NULL, NULL,
	    &c, &error), -1);
	assert_string_equal(error.text, "method=obs: no training images to "
	    "calibrate on");
	scene_open(&scene, 1);
	scene.data.split[SPLIT_TRAIN].count = 0;
	assert_int_equal(compress_make(network, w, NULL, &settings, NULL,
	    &scene.images, &c, &error), -1);
	scene_close(&scene);
	compress_settings_free(&settings);
	reals_free(w);
	network_free(network);
}

static void expect_print(const struct network *network, const char *lines,
    const char *expected)
{
	struct compress_settings settings = settings_of(network, lines);
	struct compress_settings again;
	struct buffer out = {0};

	compress_settings_print(&settings, &out);
	assert_string_equal(out.text, expected);
	again = settings_of(network, out.text);
	assert_true(compress_settings_equal(&settings, &again));
	buffer_free(&out);
	compress_settings_free(&settings);
	compress_settings_free(&again);
}

static void test_lines(void **state)
{
	struct network *network = plain(4, "dense 4;relu;dense 3");
	struct compress_settings settings = {0};
	const char *word[] = {"0.3", "pattern=2:4"}, *other[] = {"3:4"};
	struct error error;

	(void)state;
	expect_print(network, "prune 2:4 method=wanda calib_n=64",
	    "prune 2:4 method=wanda calib_n=64");
	expect_print(network, "prune pattern=1:4", "prune 1:4");
	expect_print(network, "prune 2:4;prune 0 layer=1",
	    "prune 2:4; prune 0 layer=1");
	expect_print(network, "prune 2:4 layer=3", "prune 2:4 layer=3");
	expect_print(network, "prune 2:4;prune 0.8", "prune 0.8");
	compress_settings_reset(&settings, network->layers);
	assert_int_equal(compress_prune_line(&settings, 2, word, network,
	    &error), -1);
	assert_string_equal(error.text, "this pattern prunes 50%, not 30%: "
	    "leave the ratio out");
	assert_int_equal(compress_prune_line(&settings, 1, other, network,
	    &error), -1);
	assert_non_null(strstr(error.text, "1:4|2:4"));
	compress_settings_free(&settings);
	network_free(network);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wanda),
		cmocka_unit_test(wanda_compares_layers),
		cmocka_unit_test(test_surgeon_makes_up),
		cmocka_unit_test(test_surgeon_one_weight),
		cmocka_unit_test(test_surgeon_compares_layers),
		cmocka_unit_test(test_threads_give_the_same_bits),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_pattern_keeps_the_largest),
		cmocka_unit_test(test_pattern_and_layers),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_no_images),
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
