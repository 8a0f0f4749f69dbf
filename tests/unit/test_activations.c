/* Quantised activations: the operation, calibration, what is shipped. */
#include "unit/compress_scene.h"
#include "unit/op_harness.h"

#include "compress/calibrate.h"

static struct op *rounding(const char *line, int n)
{
	return op_new(line, (struct shape){n, 1, 1, false},
	    (struct shape){0}, 1, 1);
}

static void test_halves_and_ends(void **state)
{
	static const double x[8] = {0, 0.25, 0.75, -0.25, 1.26, 99, -99, 7.4};
	static const double y[8] = {0, 0, 1, 0, 1.5, 6, -1.5, 6};
	struct op *t = rounding("quantise 4 scale=0.5 zero=3", 8);

	(void)state;
	for (int i = 0; i < 8; i++)
		t->x[0][i] = (real)x[i];
	op_forward(t);
	for (int i = 0; i < 8; i++)
		assert_true(t->y[i] == (real)y[i]);
	op_free(t);
}

/* The gradient passes within the range and nowhere else. */
static void test_straight_through(void **state)
{
	struct op *t = rounding("quantise 4 scale=0.5 zero=3", 4);

	(void)state;
	t->x[0][0] = (real)0.3;
	t->x[0][1] = 7;
	t->x[0][2] = -2;
	t->x[0][3] = 6;
	op_forward(t);
	op_backward(t);
	assert_true(t->dx[0][0] == t->dy[0] && t->dx[0][3] == t->dy[3]);
	assert_true(t->dx[0][1] == 0 && t->dx[0][2] == 0);
	op_free(t);
}

static void test_bad_levels(void **state)
{
	struct layer layer = {.in = {{4, 1, 1, false}}};
	struct error error;

	(void)state;
	assert_int_equal(op_layer(&layer, "quantise 4 scale=1 zero=16", &error),
	    -1);
	assert_int_equal(op_layer(&layer, "quantise 4 scale=0", &error), -1);
	assert_int_equal(op_layer(&layer, "quantise 9 scale=1", &error), -1);
}

/* A training split of one feature: 0, 1, ... 999, and one outlier. */
enum { SAMPLES = 1001 };

static struct dataset ramp(float outlier, float *values, int32_t *labels)
{
	struct dataset data = {.shape = {1, 1, 1, false}, .classes = 3};

	for (int i = 0; i < SAMPLES; i++) {
		values[i] = i < 1000 ? (float)i / 1000 : outlier;
		labels[i] = 0;
	}
	data.split[SPLIT_TRAIN] = (struct split){.count = SAMPLES,
		.values = values, .labels = labels};
	return data;
}

static struct levels calibrated(float outlier, int how, int bits,
    uint32_t count)
{
	float values[SAMPLES];
	int32_t labels[SAMPLES];
	struct dataset data = ramp(outlier, values, labels);
	struct pool *pool = pool_new(2);
	struct calibration images = {&data, pool};
	struct network *network = plain(1, "dense 3");
	real *w = random_weights(network, 0), none = 0;
	const bool wanted[2] = {true, false};
	struct levels level[2];
	struct error error;

	assert_int_equal(calibrate(network, w, &none, &images, count, wanted,
	    how, bits, level, &error), 0);
	network_free(network);
	reals_free(w);
	pool_free(pool);
	return level[0];
}

enum { MINMAX, PERCENTILE, MSE, ENTROPY };

static void test_ranges(void **state)
{
	struct levels level;

	(void)state;
	level = calibrated(-1, MINMAX, 8, SAMPLES);
	assert_true(fabs((double)level.scale - 1.999 / 255) < 1e-8);
	assert_int_equal(level.zero, 128);	/* 127.56 */
	level = calibrated(-1, MINMAX, 8, 1000);	/* not the outlier */
	assert_true(fabs((double)level.scale - 0.999 / 255) < 1e-8);
	assert_int_equal(level.zero, 0);
}

/* Few bits for many small numbers and one large: those two that weigh
 * it up give it away. */
static void test_outliers(void **state)
{
	(void)state;
	for (int how = MINMAX; how <= ENTROPY; how++) {
		struct levels level = calibrated(4, how, 4, SAMPLES);
		double most = (double)level.scale * level.top;

		assert_int_equal(level.zero, 0);
		if (how == MINMAX || how == PERCENTILE)
			assert_true(most > 3.9 && most < 4.1);
		else
			assert_true(most > 0.8 && most < 3.5);
	}
}

static void test_all_zero(void **state)
{
	struct levels level = calibrated(0, MSE, 8, 1);

	(void)state;
	assert_true(level.scale == 1 && level.zero == 0);
}

/* One quantise layer for all that read the same output. */
static void test_network(void **state)
{
	float values[SAMPLES];
	int32_t labels[SAMPLES];
	struct dataset data = ramp(2, values, labels);
	struct pool *pool = pool_new(1);
	struct calibration images = {&data, pool};
	struct network *network = plain(1, "dense 8;relu;dense 3");
	struct compress_settings settings = settings_of(network,
	    "quant 8 act=6 calib=mse");
	real *w = random_weights(network, 0);
	struct buffer text = {0};
	struct compressed c;
	struct error error;

	(void)state;
	assert_int_equal(compress_make(network, w, NULL, &settings, NULL,
	    &images, &c, &error), 0);
	assert_int_equal(c.network->layers, 5);
	assert_string_equal(c.network->layer[1].operation->name, "quantise");
	assert_string_equal(c.network->layer[4].operation->name, "quantise");
	assert_int_equal(c.network->layer[5].from[0], 4);
	assert_int_equal(c.network->parameters, network->parameters);
	assert_true(network_equal(c.plain, network));
	compressed_free(&c);
	compress_settings_print(&settings, &text);
	assert_string_equal(text.text, "quant 8 act=6 calib=mse");
	assert_int_equal(compress_make(network, w, NULL, &settings, NULL, NULL,
	    &c, &error), -1);
	assert_non_null(strstr(error.text, "calibrate"));
	buffer_free(&text);
	compress_settings_free(&settings);
	reals_free(w);
	network_free(network);
	pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_halves_and_ends),
		cmocka_unit_test(test_straight_through),
		cmocka_unit_test(test_bad_levels),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_outliers),
		cmocka_unit_test(test_all_zero),
		cmocka_unit_test(test_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
