/* Pruning, the order of the steps, refusals, and command lines. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "compress/pruners.h"
#include "unit/compress_scene.h"

static void test_counts_are_exact(void **state)
{
	static const double ratios[] = {0, 0.001, 0.1, 0.25, 1 / 3.0, 0.5, 0.8,
		0.9, 0.999, 1};
	struct network *network = plain(7, "dense 11;relu;dense 3");
	real *w = random_weights(network, 0);

	(void)state;
	for (size_t k = 0; k < sizeof(ratios) / sizeof(ratios[0]); k++) {
		char line[64];
		struct compressed c;

		text_format(line, sizeof(line), "prune %.17g", ratios[k]);
		c = make(network, w, NULL, line);
		assert_int_equal(c.prunable, 77 + 33);
		assert_int_equal(c.zeros, floor(ratios[k] * 110 + 0.5));
		compressed_free(&c);
		text_format(line, sizeof(line), "prune %.17g scope=layer",
		    ratios[k]);
		c = make(network, w, NULL, line);
		assert_int_equal(zeros_in(network, c.w, "1.weight"),
		    floor(ratios[k] * 77 + 0.5));
		assert_int_equal(zeros_in(network, c.w, "3.weight"),
		    floor(ratios[k] * 33 + 0.5));
		assert_int_equal(zeros_in(network, c.w, "1.bias"), 0);
		compressed_free(&c);
	}
	reals_free(w);
	network_free(network);
}

/* What is gone is never larger than what stays; what stays is untouched. */
static void test_smallest_go_first(void **state)
{
	struct network *network = plain(9, "dense 20;relu;dense 3");
	real *w = random_weights(network, 0), gone = 0, kept = 1e9f;
	struct compressed c = make(network, w, NULL, "prune 0.6");

	(void)state;
	for (size_t i = 0; i < network->parameters; i++) {
		bool weight = i < 180 || (i >= 200 && i < 260);

		if (c.w[i] != 0) {
			assert_true(c.w[i] == w[i]);
			if (weight)
				kept = real_fabs(w[i]) < kept ?
				    real_fabs(w[i]) : kept;
		} else {
			gone = real_fabs(w[i]) > gone ? real_fabs(w[i]) : gone;
		}
		assert_true(c.reference[i] == w[i]);
	}
	assert_true(gone < kept);
	compressed_free(&c);
	reals_free(w);
	network_free(network);
}

static void test_ties_go_to_the_lower_index(void **state)
{
	struct network *network = plain(4, "dense 3;relu;dense 2");
	real *w = reals_new(network->parameters);
	struct compressed c;

	(void)state;
	for (size_t i = 0; i < network->parameters; i++)
		w[i] = i % 2 ? -1 : 1;
	c = make(network, w, NULL, "prune 0.75");	/* 13.5 -> 14 of 18 */
	assert_int_equal(c.zeros, 14);
	for (size_t i = 0; i < 12; i++)
		assert_true(c.w[i] == 0);
	for (size_t i = 15; i < 21; i++)
		assert_true((c.w[i] == 0) == (i < 17));
	compressed_free(&c);
	reals_free(w);
	network_free(network);
}

static void test_layers_with_a_ratio_of_their_own(void **state)
{
	struct network *network = plain(10, "dense 10;relu;dense 10;relu;"
	    "dense 3");
	real *w = random_weights(network, 0);
	struct compressed c = make(network, w, NULL,
	    "prune 0.5;prune 0 layer=3;prune 1 layer=5");

	(void)state;
	assert_int_equal(zeros_in(network, c.w, "1.weight"), 50);
	assert_int_equal(zeros_in(network, c.w, "3.weight"), 0);
	assert_int_equal(zeros_in(network, c.w, "5.weight"), 30);
	compressed_free(&c);
	c = make(network, w, NULL, "prune 0.25 layer=3");
	assert_int_equal(c.zeros, 25);
	assert_int_equal(zeros_in(network, c.w, "3.weight"), 25);
	compressed_free(&c);
	reals_free(w);
	network_free(network);
}

static void test_random_pruning(void **state)
{
	struct network *network = plain(20, "dense 20;relu;dense 3");
	real *w = random_weights(network, 0);
	struct compressed a, b, other;
	struct compress_settings settings = settings_of(network,
	    "prune 0.5 method=random");
	struct error error;

	(void)state;
	a = make(network, w, NULL, "prune 0.5 method=random");
	b = make(network, w, NULL, "prune 0.5 method=random");
	settings.seed = 2;
	assert_int_equal(compress_make(network, w, NULL, &settings, NULL,
	    NULL, &other, &error), 0);
	assert_int_equal(a.zeros, 230);
	assert_int_equal(other.zeros, 230);
	assert_memory_equal(a.w, b.w, network->parameters * sizeof(real));
	assert_memory_not_equal(a.w, other.w,
	    network->parameters * sizeof(real));
	compressed_free(&a);
	compressed_free(&b);
	compressed_free(&other);
	compress_settings_free(&settings);
	reals_free(w);
	network_free(network);
}

/* One ranking serves every ratio and scope of its method. */
static void test_ranking_is_reused(void **state)
{
	struct network *network = plain(8, "dense 12;relu;dense 3");
	real *w = random_weights(network, 0);
	struct compress_settings first = settings_of(network, "prune 0.1");
	struct compress_settings second = settings_of(network,
	    "prune 0.7 scope=layer");
	struct compress_settings random = settings_of(network,
	    "prune 0.7 method=random");
	struct ranking *ranking = ranking_new(network, w, NULL, &first,
	    NULL, NULL);
	struct compressed with, without;
	struct error error;

	(void)state;
	assert_true(ranking_fits(ranking, &second));
	assert_false(ranking_fits(ranking, &random));
	compress_make(network, w, NULL, &second, ranking, NULL, &with,
	    &error);
	compress_make(network, w, NULL, &second, NULL, NULL, &without,
	    &error);
	assert_memory_equal(with.w, without.w,
	    network->parameters * sizeof(real));
	compressed_free(&with);
	compressed_free(&without);
	ranking_free(ranking);
	compress_settings_free(&first);
	compress_settings_free(&second);
	compress_settings_free(&random);
	reals_free(w);
	network_free(network);
}

/* The choices of the option are the rows of the table, in order. */
static void test_pruner_table(void **state)
{
	int count, index = option_find(prune_options, "method");
	const struct pruner *pruner = pruners(&count);
	struct buffer names = {0};

	(void)state;
	for (int i = 0; i < count; i++)
		buffer_printf(&names, "%s%s", i ? "|" : "", pruner[i].name);
	assert_string_equal(prune_options[index].choices, names.text);
	buffer_free(&names);
}

/* Mask by the magnitudes before folding, quantise those after it. */
static void test_order(void **state)
{
	struct network *network = plain(2, "dense 2;bn");
	const double values[] = {1, 2, 3, 4, /* bias */ 0, 0,
		/* scale */ 100, -1, /* shift */ 0, 0};
	real w[10], buffers[4] = {0, 0, 1 - (real)1e-5, 1 - (real)1e-5};
	struct compressed c;

	(void)state;
	for (int i = 0; i < 10; i++)
		w[i] = (real)values[i];
	c = make(network, w, buffers, "prune 0.25;quant 2 per=tensor");
	/* 1 is the smallest though 100 after folding; of {0, 200, -3, -4}
	 * two bits keep {0, 200, 0, 0}. */
	assert_int_equal(c.network->layers, 1);
	assert_true(c.w[0] == 0 && c.w[2] == 0 && c.w[3] == 0);
	assert_true(fabs((double)c.w[1] - 200) < 1e-3);
	assert_true(fabs((double)c.reference[0] - 100) < 1e-3);
	assert_int_equal(c.zeros, 3);
	for (int i = 0; i < 4; i++)
		assert_true(c.w[i] != 0 || !signbit(c.w[i]));
	compressed_free(&c);
	network_free(network);
}

static int try_make(const struct network *network, const real *w,
    const real *buffers, const struct compress_settings *settings,
    struct error *error)
{
	struct compressed c;
	int status = compress_make(network, w, buffers, settings, NULL, NULL,
	    &c, error);

	if (status == 0)
		compressed_free(&c);
	return status;
}

static void test_refusals(void **state)
{
	struct network *network = plain(4, "dense 4;bn;relu;dense 3");
	struct network *other = plain(4, "relu;dense 3");
	struct compress_settings settings = settings_of(network,
	    "prune 0.5;prune 0.1 layer=1");
	real *w = random_weights(network, 0), buffers[8] = {0};
	struct error error;

	(void)state;
	assert_int_equal(try_make(network, w, buffers, &settings, &error), 0);
	w[30] = (real)NAN;
	assert_int_equal(try_make(network, w, buffers, &settings, &error), -1);
	assert_string_equal(error.text, "4.weight: entry 2 is not a number");
	w[30] = 0;
	buffers[5] = (real)INFINITY;
	assert_int_equal(try_make(network, w, buffers, &settings, &error), -1);
	assert_non_null(strstr(error.text, "2.running_var: entry 1"));
	buffers[5] = 0;
	assert_int_equal(try_make(other, w, buffers, &settings, &error), -1);
	assert_non_null(strstr(error.text, "layer 1 (relu)"));
	compress_settings_free(&settings);
	reals_free(w);
	network_free(network);
	network_free(other);
}

static void refuse(const struct network *network, bool prune,
    const char *line, const char *message)
{
	struct compress_settings settings = settings_of(network,
	    "prune 0.5;quant 4"), before = {0};
	const char *word[WORDS_MAX];
	char words[128];
	struct error error;
	int count = split(line, words, sizeof(words), word);

	compress_settings_copy(&before, &settings);
	assert_int_equal((prune ? compress_prune_line : compress_quant_line)
	    (&settings, count, word, network, &error), -1);
	if (!strstr(error.text, message))
		fail_msg("%s: \"%s\" does not say \"%s\"", line, error.text,
		    message);
	assert_true(compress_settings_equal(&before, &settings));
	compress_settings_free(&before);
	compress_settings_free(&settings);
}

static void test_lines_refused(void **state)
{
	struct network *network = plain(4, "dense 4;relu;dense 3");

	(void)state;
	refuse(network, true, "", "ratio must be given");
	refuse(network, true, "1.5", "between 0 and 1");
	refuse(network, true, "nan", "not a number");
	refuse(network, true, "0.5 layer=9", "layers 1 to 3");
	refuse(network, true, "0.5 layer=2", "layer 2 (relu)");
	refuse(network, true, "0.5 method=luck", "magnitude|random|");
	refuse(network, true, "0.5 layer=1 method=random", "method=");
	refuse(network, false, "1", "between 2 and 8");
	refuse(network, false, "9", "between 2 and 8");
	refuse(network, false, "4 per=row", "channel|tensor");
	refuse(network, false, "", "bits must be given");
	network_free(network);
}

static void expect_print(const struct network *network, const char *lines,
    const char *expected)
{
	struct compress_settings settings = settings_of(network, lines);
	struct buffer out = {0};

	compress_settings_print(&settings, &out);
	assert_string_equal(out.text ? out.text : "", expected);
	if (out.text) {
		struct compress_settings again = settings_of(network,
		    out.text);

		assert_true(compress_settings_equal(&settings, &again));
		compress_settings_free(&again);
	}
	buffer_free(&out);
	compress_settings_free(&settings);
}

static void test_lines(void **state)
{
	struct network *network = plain(4, "dense 4;relu;dense 3");

	(void)state;
	expect_print(network, "prune 80%;quant 4", "prune 0.8; quant 4");
	expect_print(network, "prune 0.8;prune 0", "");
	expect_print(network, "prune 0.8;prune 0.3 layer=1;prune off", "");
	expect_print(network, "prune 0.8 method=random scope=layer;quant 3 "
	    "per=tensor scheme=affine",
	    "prune 0.8 method=random scope=layer; "
	    "quant 3 per=tensor scheme=affine");
	expect_print(network, "prune 0.8 scope=layer;prune 0.7", "prune 0.7");
	expect_print(network, "quant 4;quant 6 layer=3;quant off layer=1",
	    "quant 4; quant off layer=1; quant 6 layer=3");
	expect_print(network, "quant 4;quant 6 layer=3;quant off", "");
	expect_print(network, "prune 0.5;prune 0.8 layer=3;quant 6 layer=1;"
	    "prune follow layer=3;quant follow layer=1", "prune 0.5");
	refuse(network, true, "follow", "which layer");
	expect_print(network, "prune 0.5 layer=3 method=random",
	    "prune 0.5 method=random layer=3");
	network_free(network);
}

/* Moving a slider leaves method, scope and layers of their own as they are,
 * and the positions passed differ in the ratio only. */
static void test_sliders(void **state)
{
	struct network *network = plain(4, "dense 4;relu;dense 3");
	struct compress_settings moved = settings_of(network,
	    "prune 0.5 method=random scope=layer;prune 0 layer=1;quant 4");
	struct compress_settings start = {0};
	struct buffer text = {0};
	double at;

	(void)state;
	compress_settings_copy(&start, &moved);
	assert_true(compress_settings_equal(&start, &moved));
	compress_set_ratio(&moved, 0.75);
	compress_settings_print(&moved, &text);
	assert_string_equal(text.text, "prune 0.75 method=random scope=layer; "
	    "quant 4; prune 0 method=random scope=layer layer=1");
	assert_true(compress_differs_only(&moved, &start, false, &at));
	assert_true(at == 0.75);
	assert_false(compress_differs_only(&moved, &start, true, &at));
	compress_set_bits(&moved, 3);
	assert_false(compress_differs_only(&moved, &start, false, &at));
	compress_set_ratio(&moved, 0.5);
	assert_true(compress_differs_only(&moved, &start, true, &at));
	assert_true(at == 3);
	compress_set_bits(&moved, 32);
	assert_false(moved.quantised);
	compress_set_ratio(&moved, 0);
	assert_true(moved.pruned);	/* layer 1 has a ratio of its own */
	buffer_free(&text);
	compress_settings_free(&moved);
	compress_settings_free(&start);
	network_free(network);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts_are_exact),
		cmocka_unit_test(test_smallest_go_first),
		cmocka_unit_test(test_ties_go_to_the_lower_index),
		cmocka_unit_test(test_layers_with_a_ratio_of_their_own),
		cmocka_unit_test(test_random_pruning),
		cmocka_unit_test(test_ranking_is_reused),
		cmocka_unit_test(test_pruner_table),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_lines_refused),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_sliders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
