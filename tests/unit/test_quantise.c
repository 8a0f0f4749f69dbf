/* Quantisation: rounding, scales, schemes, bits per layer. */
#include <math.h>

#include "unit/compress_scene.h"

/* Two channels of six weights, biases behind them. */
static void quantise_rows(const char *line, const double rows[12],
    real out[12])
{
	struct network *network = plain(6, "dense 2");
	real *w = reals_new(network->parameters);
	struct compressed c;

	for (int i = 0; i < 12; i++)
		w[i] = (real)rows[i];
	w[12] = (real)0.123;
	c = make(network, w, NULL, line);
	assert_true(c.w[12] == w[12]);
	memcpy(out, c.w, 12 * sizeof(real));
	compressed_free(&c);
	reals_free(w);
	network_free(network);
}

static void test_halves_round_to_even(void **state)
{
	static const double rows[12] = {0.5, 1.5, 2.5, -0.5, -1.5, 7,
		3.5, 4.5, -2.5, 0, -7, 6.49};
	static const double expected[12] = {0, 2, 2, 0, -2, 7,
		4, 4, -2, 0, -7, 6};
	real out[12];

	(void)state;
	quantise_rows("quant 4", rows, out);
	for (int i = 0; i < 12; i++)
		assert_true(out[i] == (real)expected[i]);
}

static void test_scales(void **state)
{
	static const double rows[12] = {1, -1, 0.4, 0, 0, 0,
		100, 60, 40, 0, 0, 0};
	static const double channel[12] = {1, -1, 0, 0, 0, 0,
		100, 100, 0, 0, 0, 0};
	static const double tensor[12] = {0, 0, 0, 0, 0, 0,
		100, 100, 0, 0, 0, 0};
	real out[12];

	(void)state;
	quantise_rows("quant 2", rows, out);
	for (int i = 0; i < 12; i++)
		assert_true(out[i] == (real)channel[i]);
	quantise_rows("quant 2 per=tensor", rows, out);
	for (int i = 0; i < 12; i++)
		assert_true(out[i] == (real)tensor[i]);
}

static void test_degenerate_channels(void **state)
{
	static const double zero[12] = {0};
	static const double tiny[12] = {1e-44, 0, 0, 0, 0, 0, 3e-45};
	double equal[12];
	real out[12];

	(void)state;
	for (int i = 0; i < 12; i++)
		equal[i] = i < 6 ? 0.37 : -0.37;
	for (int bits = 2; bits <= 8; bits++) {
		char line[16];

		text_format(line, sizeof(line), "quant %d", bits);
		quantise_rows(line, zero, out);
		for (int i = 0; i < 12; i++)
			assert_true(out[i] == 0 && !signbit(out[i]));
		quantise_rows(line, tiny, out);
		for (int i = 0; i < 12; i++)
			assert_true(isfinite(out[i]));
		quantise_rows(line, equal, out);
		for (int i = 0; i < 12; i++)
			assert_true(fabs((double)out[i] - equal[i]) < 1e-7);
	}
}

/* Groups of four and two weights of a row. */
static void test_groups(void **state)
{
	static const double rows[12] = {1, -1, 0.4, 0, 9, 4,
		100, 60, 40, 0, 1, -1};
	static const double expected[12] = {1, -1, 0, 0, 9, 0,
		100, 100, 0, 0, 1, -1};
	real out[12];

	(void)state;
	quantise_rows("quant 2 per=group group=4", rows, out);
	for (int i = 0; i < 12; i++)
		assert_true(out[i] == (real)expected[i]);
}

/* At most 2^b - 1 levels, symmetric, none further than half a step away. */
static void test_symmetric_levels(void **state)
{
	struct network *network = plain(50, "dense 3");
	real *w = random_weights(network, 3);

	(void)state;
	for (int bits = 2; bits <= 8; bits++) {
		double largest = 0, step;
		char line[32];
		struct compressed c;

		text_format(line, sizeof(line), "quant %d per=tensor", bits);
		c = make(network, w, NULL, line);
		for (int i = 0; i < 150; i++)
			largest = fmax(largest, fabs((double)w[i]));
		step = largest / ((1 << (bits - 1)) - 1);
		for (int i = 0; i < 150; i++) {
			double level = (double)c.w[i] / step;

			assert_true(fabs(level - rint(level)) < 1e-4);
			assert_true(fabs((double)(c.w[i] - w[i])) <=
			    0.50001 * step);
		}
		assert_true(c.nominal_bits == bits);
		compressed_free(&c);
	}
	reals_free(w);
	network_free(network);
}

/* Zero stays zero, and one-sided weights use all levels. */
static void test_affine_levels(void **state)
{
	struct network *network = plain(64, "dense 3");
	real *w = random_weights(network, 4);
	struct compressed c;

	(void)state;
	for (int i = 0; i < 192; i++)
		w[i] = i % 7 ? real_fabs(w[i]) : 0;
	c = make(network, w, NULL, "quant 3 scheme=affine");
	for (int row = 0; row < 3; row++) {
		double most = 0;

		for (int i = 0; i < 64; i++)
			most = fmax(most, (double)w[row * 64 + i]);
		for (int i = row * 64; i < row * 64 + 64; i++) {
			assert_true(fabs((double)(c.w[i] - w[i])) <=
			    0.50001 * most / 7);
			if (w[i] == 0)
				assert_true(c.w[i] == 0);
		}
	}
	compressed_free(&c);
	reals_free(w);
	network_free(network);
}

static void test_bits_per_layer(void **state)
{
	struct network *network = plain(10, "dense 10;relu;dense 10;relu;"
	    "dense 3");
	real *w = random_weights(network, 0);
	struct compressed c = make(network, w, NULL,
	    "quant 4;quant 8 layer=1;quant off layer=5");

	(void)state;
	assert_true(fabs(c.nominal_bits - (8 * 100 + 4 * 100 + 32 * 30) /
	    230.0) < 1e-12);
	assert_memory_equal(c.w + 220, w + 220, 30 * sizeof(real));
	assert_memory_not_equal(c.w + 110, w + 110, 100 * sizeof(real));
	compressed_free(&c);
	reals_free(w);
	network_free(network);
}

/* Settings know layers by the ids before folding. */
static void test_bits_per_layer_when_folded(void **state)
{
	struct network *network = with_batch_norm();
	real *w = random_weights(network, 0);
	real *buffers = random_statistics(network);
	struct compressed c = make(network, w, buffers,
	    "quant 2 layer=11;prune 1 layer=8");

	(void)state;
	assert_int_equal(zeros_in(c.network, c.w, "6.weight"), 5 * 48);
	assert_true(fabs(c.nominal_bits - 32 * (1 - 15 / 435.0) -
	    2 * 15 / 435.0) < 1e-12);
	compressed_free(&c);
	reals_free(w);
	reals_free(buffers);
	network_free(network);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_halves_round_to_even),
		cmocka_unit_test(test_scales),
		cmocka_unit_test(test_degenerate_channels),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_symmetric_levels),
		cmocka_unit_test(test_affine_levels),
		cmocka_unit_test(test_bits_per_layer),
		cmocka_unit_test(test_bits_per_layer_when_folded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
