/* Rounding that looks at data, equalisation, corrected biases, codebooks. */
#include <math.h>
#include <stdlib.h>

#include "unit/compress_scene.h"

#include "compress/codebook.h"
#include "compress/equalise.h"
#include "compress/hessian.h"
#include "compress/quantise.h"
#include "compress/widths.h"
#include "net/engine.h"
#include "train/learner.h"

enum { SAMPLES = 200, FEATURES = 36 };
enum { SEEN = 128 };	/* one batch of restate.c */

/* Correlated images 1x6x6, each place a mix of the one before. */
struct images {
	struct dataset data;
	struct pool *pool;
	struct calibration calibration;
	float value[SAMPLES * FEATURES];
	int32_t label[SAMPLES];
};

static void images_make(struct images *images, struct shape shape)
{
	struct random_key key = {.seed = 9, .stream = RANDOM_DATA};
	real noise[SAMPLES * FEATURES];

	random_normal(key, 0, SAMPLES * FEATURES, noise);
	for (int i = 0; i < SAMPLES * FEATURES; i++)
		images->value[i] = (float)noise[i] + 0.5F +
		    (i % FEATURES ? 0.9F * images->value[i - 1] : 0);
	memset(images->label, 0, sizeof(images->label));
	images->data = (struct dataset){.shape = shape, .classes = 3};
	images->data.split[SPLIT_TRAIN] = (struct split){.count = SAMPLES,
		.values = images->value, .labels = images->label};
	images->pool = pool_new(2);
	images->calibration = (struct calibration){&images->data,
		images->pool};
}

/* The logits (SAMPLES, 3) of a network. */
static real *logits_of(const struct images *images,
    const struct network *network, const real *w, const real *buffers)
{
	struct engine *engine = engine_new(network, SAMPLES, images->pool);
	struct engine_request request = {.mode = ENGINE_INFERENCE,
		.n = SAMPLES};
	struct engine_result result;
	real *logits = reals_new(3 * SAMPLES);

	engine_set_weights(engine, w);
	engine_set_buffers(engine, buffers);
	split_gather(&images->data, SPLIT_TRAIN, 0, SAMPLES, NULL,
	    engine_input(engine), engine_labels(engine));
	engine_forward(engine, &request, &result);
	memcpy(logits, engine_logits(engine), 3 * SAMPLES * sizeof(real));
	engine_free(engine);
	return logits;
}

static double distance(const real *a, const real *b)
{
	double sum = 0;

	for (int i = 0; i < 3 * SAMPLES; i++)
		sum += ((double)a[i] - (double)b[i]) *
		    ((double)a[i] - (double)b[i]);
	return sqrt(sum / (3 * SAMPLES));
}

static struct compressed make_with(const struct images *images,
    const struct network *network, const real *w, const real *buffers,
    const char *line)
{
	struct compress_settings settings = settings_of(network, line);
	struct compressed c;
	struct error error;

	if (compress_make(network, w, buffers, &settings, NULL,
		&images->calibration, &c, &error))
		fail_msg("%s: %s", line, error.text);
	compress_settings_free(&settings);
	return c;
}

static struct compressed make_on(const struct images *images,
    const struct network *network, const real *w, const char *line)
{
	return make_with(images, network, w, NULL, line);
}

/* How far the logits move. */
static double damage(const struct images *images,
    const struct network *network, const real *w, const char *line)
{
	struct compressed c = make_on(images, network, w, line);
	real *before = logits_of(images, network, w, NULL);
	real *after = logits_of(images, c.network, c.w, c.buffers);
	double moved = distance(before, after);

	reals_free(before);
	reals_free(after);
	compressed_free(&c);
	return moved;
}

/* A few epochs on labels that depend on the images. */
static struct learner *trained(struct images *images, const char *layers)
{
	struct learner *learner;
	struct learner_report report;

	for (int i = 0; i < SAMPLES; i++)
		images->label[i] = (images->value[i * FEATURES + 3] > 3) +
		    (images->value[i * FEATURES + 20] > 5);
	learner = learner_new(&images->data,
	    make_network(images->data.shape, 3, layers), 7, images->pool);
	learner_set_batch(learner, 50);
	for (int i = 0; i < 60; i++)
		learner_step(learner, &report);
	return learner;
}

/* What a factored H is for: (U + I) D (U + I)^T is H again. */
static void test_factor(void **state)
{
	enum { N = 70 };
	struct random_key key = {.seed = 3, .stream = RANDOM_DATA};
	struct pool *pool = pool_new(2);
	real *x = reals_new(3 * N * N), *h = reals_new(N * N);
	real *f = reals_new(N * N);

	(void)state;
	random_normal(key, 0, 3 * N * N, x);
	for (int i = 0; i < N * N; i++)
		for (int s = 0; s < 3 * N; s++)
			h[i] += x[s * N + i / N] * x[s * N + i % N];
	memcpy(f, h, N * N * sizeof(real));
	hessian_factor(f, N, pool);
	for (int i = 0; i < N; i++) {
		for (int j = 0; j <= i; j++) {
			double sum = 0;

			/* column k of U is row k of f */
			for (int k = i; k < N; k++)
				sum += (double)f[k * N + k] *
				    (k == i ? 1 : (double)f[k * N + i]) *
				    (k == j ? 1 : (double)f[k * N + j]);
			assert_true(fabs(sum - (double)h[i * N + j]) < 1e-2);
		}
	}
	reals_free(x);
	reals_free(h);
	reals_free(f);
	pool_free(pool);
}

/* On correlated inputs feedback does better, dense and convolution alike. */
static void test_gptq_beats_nearest(void **state)
{
	static const char *const layers[] = {"flatten;dense 20;relu;dense 3",
		"conv 6 k=3 pad=1;relu;conv 6 k=3 groups=6;relu;flatten;"
		"dense 3"};
	struct images images;

	(void)state;
	for (int k = 0; k < 2; k++) {
		images_make(&images, (struct shape){1, 6, 6, false});
		struct network *network = make_network(images.data.shape, 3,
		    layers[k]);
		real *w = random_weights(network, 0);

		for (int bits = 3; bits <= 5; bits++) {
			char line[64], better[64];

			text_format(line, sizeof(line), "quant %d", bits);
			text_format(better, sizeof(better),
			    "quant %d rounding=gptq", bits);
			assert_true(damage(&images, network, w, better) <
			    0.9 * damage(&images, network, w, line));
		}
		reals_free(w);
		network_free(network);
		pool_free(images.pool);
	}
}

/* Trained weights: what a layer gives moves less far at 2 and 3 bits, for any
 * grid of levels. The layer is the last one, so that logits tell. */
static void test_adaround_beats_nearest(void **state)
{
	static const char *const layers[] = {"flatten;dense 20;relu;dense 3",
		"conv 8 k=3;relu;conv 3 k=4;flatten"};
	static const int last[] = {4, 3};
	static const char *const grids[] = {"", " scheme=affine",
		" scheme=codebook", " per=group group=6"};
	struct images images;

	(void)state;
	for (int k = 0; k < 2; k++) {
		images_make(&images, (struct shape){1, 6, 6, false});
		struct learner *learner = trained(&images, layers[k]);
		const real *w = learner_weights(learner);

		for (int i = 0; i < 8; i++) {
			char line[64], better[96];

			text_format(line, sizeof(line), "quant %d layer=%d%s",
			    2 + i / 4, last[k], grids[i % 4]);
			text_format(better, sizeof(better),
			    "%s rounding=adaround", line);
			if (damage(&images, learner->network, w, better) >
			    0.9 * damage(&images, learner->network, w, line))
				fail_msg("%s: %s: %g, not %g", layers[k],
				    better, damage(&images, learner->network,
					w, better), damage(&images,
					learner->network, w, line));
		}
		learner_free(learner);
		pool_free(images.pool);
	}
}

/* Pruned weights stay pruned whatever the feedback. */
static void keeps_zeros(const char *rounding)
{
	char line[64];
	struct images images;
	struct network *network;
	struct compressed pruned, both;
	real *w;

	images_make(&images, (struct shape){1, 6, 6, false});
	network = make_network(images.data.shape, 3,
	    "flatten;dense 20;relu;dense 3");
	w = random_weights(network, 0);
	text_format(line, sizeof(line), "prune 0.5;quant 4 rounding=%s",
	    rounding);
	pruned = make_on(&images, network, w, "prune 0.5");
	both = make_on(&images, network, w, line);
	for (size_t i = 0; i < network->parameters; i++)
		assert_true(pruned.w[i] != 0 || both.w[i] == 0);
	compressed_free(&pruned);
	compressed_free(&both);
	reals_free(w);
	network_free(network);
	pool_free(images.pool);
}

static void test_rounding_keeps_zeros(void **state)
{
	(void)state;
	keeps_zeros("gptq");
	keeps_zeros("adaround");
}

/* The mean of each logit comes back. */
static void test_bias_correction(void **state)
{
	struct images images;
	struct network *network;
	struct compressed c;
	real *w, *before, *after;

	(void)state;
	images_make(&images, (struct shape){1, 6, 6, false});
	network = make_network(images.data.shape, 3,
	    "conv 5 k=3;relu;flatten;dense 3");
	w = random_weights(network, 0);
	c = make_on(&images, network, w, "quant 2 bias_correction=on");
	before = logits_of(&images, network, w, NULL);
	after = logits_of(&images, c.network, c.w, c.buffers);
	for (int class = 0; class < 3; class++) {
		double sum = 0;

		for (int i = class; i < 3 * SAMPLES; i += 3)
			sum += (double)before[i] - (double)after[i];
		assert_true(fabs(sum / SAMPLES) < 1e-3);
	}
	compressed_free(&c);
	reals_free(before);
	reals_free(after);
	reals_free(w);
	network_free(network);
	pool_free(images.pool);
}

/* Of each logit over the images that batch norm has seen. */
static void logit_moments(const struct images *images,
    const struct compressed *c, double *mean, double *deviation)
{
	double sum[3] = {0}, square[3] = {0};
	real *y = logits_of(images, c->network, c->w, c->buffers);

	for (int i = 0; i < 3 * SEEN; i++) {
		sum[i % 3] += (double)y[i];
		square[i % 3] += (double)y[i] * (double)y[i];
	}
	for (int o = 0; o < 3; o++) {
		mean[o] = sum[o] / SEEN;
		deviation[o] = sqrt(square[o] / SEEN - mean[o] * mean[o]);
	}
	reals_free(y);
}

/* Whatever rounding does, what batch norm gives has the mean and deviation
 * that its parameters say, and the codes are those of plain rounding. */
static void restates(const char *manner)
{
	struct images images;
	struct network *network;
	struct compressed kept, anew;
	char line[96];
	double mean[3], deviation[3];
	const struct segment *gain;
	real *w, *buffers;

	images_make(&images, (struct shape){1, 6, 6, false});
	network = make_network(images.data.shape, 3,
	    "conv 4 k=3 bias=off;bn;relu;flatten;dense 3;bn");
	gain = network->segment + network->layer[6].segment;
	w = random_weights(network, 0);
	buffers = random_statistics(network);
	text_format(line, sizeof(line), "quant 2 calib_n=%d %s", SEEN,
	    manner);
	kept = make_with(&images, network, w, buffers, line);
	text_format(line, sizeof(line), "quant 2 calib_n=%d %s bn=reestimate",
	    SEEN, manner);
	anew = make_with(&images, network, w, buffers, line);
	for (int k = 0; k < kept.quantised->segments; k++) {
		const struct coded *a = &kept.quantised->segment[k];
		const struct coded *b = &anew.quantised->segment[k];

		assert_int_equal(a->count, b->count);
		for (size_t i = 0; i < a->count; i++)
			assert_int_equal(a->code[i], b->code[i]);
	}
	logit_moments(&images, &anew, mean, deviation);
	assert_string_equal(gain->name, "6.weight");
	for (int o = 0; o < 3; o++) {
		assert_true(fabs(mean[o] -
		    (double)w[gain[1].offset + (size_t)o]) < 1e-2);
		assert_true(fabs(deviation[o] /
		    fabs((double)w[gain->offset + (size_t)o]) - 1) < 0.01);
	}
	compressed_free(&kept);
	compressed_free(&anew);
	reals_free(w);
	reals_free(buffers);
	network_free(network);
	pool_free(images.pool);
}

static void test_batch_norm_anew(void **state)
{
	(void)state;
	restates("");
	restates("scheme=affine");
	restates("scheme=codebook");
	restates("per=group group=4");
}

/* Nothing changes but the ranges. */
static void test_equalise(void **state)
{
	struct images images;
	struct network *network;
	real *w, *other, *before, *after;

	(void)state;
	images_make(&images, (struct shape){1, 6, 6, false});
	network = make_network(images.data.shape, 3, "conv 4 k=3 pad=1;relu;"
	    "conv 4 k=3 groups=4;relu;conv 6 k=1 bias=off;relu;maxpool 2;"
	    "flatten;dense 9;relu;dense 3");
	w = random_weights(network, 0);
	for (int i = 0; i < 9; i++)
		w[i] *= 100;	/* one channel of the first layer */
	other = random_weights(network, 0);
	before = logits_of(&images, network, w, NULL);
	assert_int_equal(equalise_layers(network, w, other), 4);
	after = logits_of(&images, network, w, NULL);
	assert_true(distance(before, after) < 1e-4 * (1 + fabs(
	    (double)before[0])) * 100);
	assert_true(fabs((double)w[0]) < 30);
	reals_free(before);
	reals_free(after);
	reals_free(w);
	reals_free(other);
	network_free(network);
	pool_free(images.pool);
}

static void test_equalise_helps_tensors(void **state)
{
	struct images images;
	struct network *network;
	real *w;

	(void)state;
	images_make(&images, (struct shape){1, 6, 6, false});
	network = make_network(images.data.shape, 3,
	    "conv 4 k=3;relu;flatten;dense 3");
	w = random_weights(network, 0);
	for (int i = 0; i < 9; i++)
		w[i] *= 100;
	assert_true(damage(&images, network, w,
	    "quant 4 per=tensor equalise=on") <
	    0.5 * damage(&images, network, w, "quant 4 per=tensor"));
	reals_free(w);
	network_free(network);
	pool_free(images.pool);
}

static void test_codebook(void **state)
{
	static const real w[10] = {1, 1.1F, 0.9F, 5, 5, -3, -3.2F, -2.8F, 0, 0};
	static const real wanted[4] = {-3, 0, 1, 5};
	real book[4];

	(void)state;
	assert_int_equal(codebook_fit(w, 10, 2, book), 1);
	for (int i = 0; i < 4; i++)
		assert_true(fabs((double)(book[i] - wanted[i])) < 1e-6);
	assert_int_equal(codebook_code(book, 2, 2.9F), 2);
	assert_int_equal(codebook_code(book, 2, 3.1F), 3);
	assert_int_equal(codebook_code(book, 2, -9), 0);
}

/* Many cheap weights go first, and no bit of the budget is left that helps. */
static void test_widths(void **state)
{
	double damage[2][BITS_MOST + 1];
	const double weights[2] = {100, 10};
	struct width_costs costs = {2, (const double (*)[BITS_MOST + 1])damage,
		weights};
	int bits[2];

	(void)state;
	for (int b = BITS_LEAST; b <= BITS_MOST; b++) {
		damage[0][b] = pow(4, -b);
		damage[1][b] = 10 * pow(4, -b);
	}
	assert_true(widths_allocate(&costs, 8, bits) == 8);
	assert_true(widths_allocate(&costs, 4, bits) <= 4);
	assert_true(bits[0] >= 3 && bits[1] > bits[0]);
	assert_true(widths_allocate(&costs, 2, bits) == 2);
	assert_true(bits[0] == 2 && bits[1] == 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_factor),
		cmocka_unit_test(test_gptq_beats_nearest),
		cmocka_unit_test(test_adaround_beats_nearest),
		cmocka_unit_test(test_rounding_keeps_zeros),
		cmocka_unit_test(test_bias_correction),
		cmocka_unit_test(test_batch_norm_anew),
		cmocka_unit_test(test_equalise),
		cmocka_unit_test(test_equalise_helps_tensors),
		cmocka_unit_test(test_codebook),
		cmocka_unit_test(test_widths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
