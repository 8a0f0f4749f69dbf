/*
 * The integer path: kernels against plain loops, and every kind of network
 * against its simulation, bit for bit, with every table of kernels.
 */
#include <math.h>
#include <stdlib.h>

#include "unit/compress_scene.h"

#include "compress/integer_run.h"
#include "net/engine.h"
#include "net/integers.h"
#include "net/operation.h"

static const char *const tables[] = {"portable", "avx2", "vnni"};
enum { TABLES = 3, SAMPLES = 37 };

static uint8_t byte_at(uint32_t position)
{
	struct random_key key = {.seed = 8, .stream = RANDOM_DATA};

	return (uint8_t)random_bits(key, position);
}

/* A row's k numbers lie in `runs` runs, which stand as far apart as rows. */
static void check_product(int rows, int k, int runs, int channels)
{
	int blocks = integer_blocks(channels), width = blocks * INTEGER_BLOCK;
	int run = k / runs, step = rows * run;
	const struct integer_kernels *kernels = integer_kernels();
	uint8_t *x = xcalloc((size_t)(rows * k), 1);
	const uint8_t **row = xcalloc((size_t)rows, sizeof(*row));
	int8_t *w = xcalloc((size_t)(channels * k), 1);
	void *packed = xcalloc(kernels->packed(channels, k), 1);
	int32_t *sums = xcalloc((size_t)(rows * width), sizeof(*sums));
	struct integer_product p = {rows, k, blocks, row, run, (size_t)step,
		packed, sums};

	for (int r = 0; r < rows; r++)
		row[r] = x + (rows - 1 - r) * run;
	for (int i = 0; i < rows * k; i++)
		x[i] = i % 3 ? byte_at((uint32_t)i) : 255;
	for (int i = 0; i < channels * k; i++)
		w[i] = i % 5 ? (int8_t)byte_at((uint32_t)(i + 99999)) : -128;
	kernels->pack(channels, k, w, packed);
	kernels->multiply(&p);
	for (int i = 0; i < rows * channels; i++) {
		int r = i / channels, c = i % channels;
		int32_t sum = 0;

		for (int j = 0; j < k; j++)
			sum += row[r][j / run * step + j % run] *
			    w[c * k + j];
		assert_int_equal(sums[r * width + c], sum);
	}
	free(x);
	free(row);
	free(w);
	free(packed);
	free(sums);
}

static void test_products(void **state)
{
	(void)state;
	for (int t = 0; t < TABLES; t++) {
		if (integer_kernels_choose(tables[t]))
			continue;
		check_product(1, 4, 1, 1);
		check_product(9, 28, 1, 20);
		check_product(11, 84, 3, 20);
		check_product(17, 1028, 1, 33);
		check_product(8, 2052, 1, 64);
		check_product(10, 1620, 5, 40);
	}
	integer_kernels_choose("auto");
}

/* The rounding of plain division, at the ties and beside them, below and above
 * the range. */
static void check_codes(float step, int zero, int top)
{
	enum { NEAR = 9 };
	size_t count = (size_t)(2 * top + 8) * NEAR;
	real *x = reals_new(count);
	uint8_t *code = xcalloc(count, 1);

	for (size_t i = 0; i < count; i++) {
		float at = ((float)(i / NEAR) * 0.5F - (float)zero - 2) *
		    step;

		for (size_t k = 0; k < i % NEAR; k++)
			at = nextafterf(at, k % 2 ? INFINITY : -INFINITY);
		for (size_t k = 0; k < i % NEAR / 2; k++)
			at = nextafterf(at, i % 2 ? INFINITY : -INFINITY);
		x[i] = (real)at;
	}
	integer_kernels()->encode(count, x, step, (float)-zero,
	    (float)(top - zero), zero, code);
	for (size_t i = 0; i < count; i++) {
		float v = fmaxf((float)x[i] / step, (float)-zero);

		v = rintf(fminf(v, (float)(top - zero)));
		assert_int_equal(code[i], (int)v + zero);
	}
	reals_free(x);
	free(code);
}

static void test_codes(void **state)
{
	(void)state;
	for (int t = 0; t < TABLES; t++) {
		if (integer_kernels_choose(tables[t]))
			continue;
		for (uint32_t i = 0; i < 300; i++) {
			float mantissa = 1 + (float)byte_at(i) / 256 +
			    (float)byte_at(i + 1000) / 65536 +
			    (float)byte_at(i + 2000) / 0x1p24F;

			check_codes(ldexpf(mantissa, (int)(i % 101) - 50),
			    byte_at(i + 3000) & 15, i % 2 ? 255 : 15);
		}
	}
	integer_kernels_choose("auto");
}

/* Images and a data set of them. */
struct images {
	struct dataset data;
	struct pool *pool;
	float *value;
	int32_t label[SAMPLES];
};

static struct images images_of(struct shape shape)
{
	struct random_key key = {.seed = 4, .stream = RANDOM_DATA};
	size_t count = SAMPLES * shape_size(shape);
	struct images images = {.pool = pool_new(2),
		.value = xcalloc(count, sizeof(float))};
	real *noise = reals_new(count);

	random_normal(key, 0, count, noise);
	for (size_t i = 0; i < count; i++)
		images.value[i] = (float)noise[i] + 0.3F;
	reals_free(noise);
	images.data.shape = shape;
	images.data.classes = 10;
	return images;
}

static void images_point(struct images *images)
{
	images->data.split[SPLIT_TRAIN] = (struct split){.count = SAMPLES,
		.values = images->value, .labels = images->label};
}

static struct compressed compress(struct images *images,
    const struct network *network, const real *w, const real *buffers,
    const char *line)
{
	struct compress_settings settings = settings_of(network, line);
	struct calibration calibration = {&images->data, images->pool};
	struct compressed c;
	struct error error;

	if (compress_make(network, w, buffers, &settings, NULL, &calibration,
		&c, &error))
		fail_msg("%s: %s", line, error.text);
	compress_settings_free(&settings);
	return c;
}

/* (SAMPLES, classes) by an engine, which loads the images. */
static const real *simulated(struct engine *engine, struct images *images,
    const real *w, const real *buffers)
{
	struct engine_request request = {.mode = ENGINE_INFERENCE,
		.n = SAMPLES};
	struct engine_result result;

	engine_set_weights(engine, w);
	engine_set_buffers(engine, buffers);
	split_gather(&images->data, SPLIT_TRAIN, 0, SAMPLES, NULL,
	    engine_input(engine), engine_labels(engine));
	engine_forward(engine, &request, &result);
	return engine_logits(engine);
}

static void check_path(struct images *images, const struct integer_form *form,
    const struct compressed *c, const char *what)
{
	size_t count = SAMPLES * (size_t)form->network->classes;
	struct engine *engine = engine_new(form->network, SAMPLES,
	    images->pool);
	const real *expected;
	int32_t labels[SAMPLES];
	size_t in = SAMPLES * shape_size(form->network->input);
	real *x = reals_new(in), *logits = reals_new(count);

	split_gather(&images->data, SPLIT_TRAIN, 0, SAMPLES, NULL, x, labels);
	expected = simulated(engine, images, form->w, c->buffers);
	for (int t = 0; t < TABLES; t++) {
		struct integer_run *run;

		if (integer_kernels_choose(tables[t]))
			continue;
		run = integer_run_new(form, c->buffers, images->pool);
		integer_run_forward(run, SAMPLES, x, logits);
		if (memcmp(logits, expected, count * sizeof(real)))
			fail_msg("%s with %s: other bits", what, tables[t]);
		integer_run_free(run);
	}
	integer_kernels_choose("auto");
	reals_free(x);
	reals_free(logits);
	engine_free(engine);
}

/* The simulation is what is shipped, up to rounding. */
static void check_close(struct images *images, const struct integer_form *form,
    const struct compressed *c, const char *what)
{
	size_t count = SAMPLES * (size_t)form->network->classes;
	struct engine *whole = engine_new(form->network, SAMPLES,
	    images->pool);
	struct engine *levels = engine_new(c->network, SAMPLES, images->pool);
	const real *a = simulated(whole, images, form->w, c->buffers);
	const real *b = simulated(levels, images, c->w, c->buffers);
	double moved = 0, size = 0;

	for (size_t i = 0; i < count; i++) {
		moved += fabs((double)a[i] - (double)b[i]);
		size += fabs((double)b[i]);
	}
	if (moved > 0.02 * size)
		fail_msg("%s: moved by %g of %g", what, moved, size);
	engine_free(whole);
	engine_free(levels);
}

static void check_network(const struct network *network, const char *line,
    const char *what)
{
	struct images images = images_of(network->input);
	real *w = reals_new(network->parameters);
	real *buffers = reals_new(network->buffers);
	struct integer_form form;
	struct compressed c;
	struct error why = {""};

	images_point(&images);
	network_initialise(network, 3, w, buffers);
	for (int k = 0; k < network->segments; k++) {
		const struct segment *s = &network->segment[k];

		for (size_t i = 0; i < s->count; i++) {
			if (s->role == ROLE_BIAS)
				w[s->offset + i] = (real)0.01 * (real)(i % 9);
			else if (s->role == ROLE_NORM && i % 3 == 1)
				w[s->offset + i] = -w[s->offset + i];
		}
	}
	c = compress(&images, network, w, buffers, line);
	if (!integer_form_make(&c, &form, &why))
		fail_msg("%s: %s", what, why.text);
	check_path(&images, &form, &c, what);
	check_close(&images, &form, &c, what);
	integer_form_free(&form);
	compressed_free(&c);
	reals_free(w);
	reals_free(buffers);
	free(images.value);
	pool_free(images.pool);
}

static void test_backbones(void **state)
{
	static const char *const words[][2] = {{"mlp", "30-20"},
		{"lenet5", NULL}, {"vgg8", NULL}, {"resnet20", NULL},
		{"mobilenet", NULL}, {"vit", NULL}};
	const struct shape shape = {1, 28, 28, false};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct error error;
		struct network *network = network_named(words[i][1] ? 2 : 1,
		    words[i], shape, 10, &error);

		assert_non_null(network);
		check_network(network, "quant 8 act=8", words[i][0]);
		network_free(network);
	}
}

static void test_other_shapes(void **state)
{
	static const char *const layers[] = {
		"conv 5 k=3 stride=2 pad=1;relu;conv 10 k=1;maxpool 3 stride=2;"
		"flatten;dense 10",
		"conv 3 k=2 bias=off;tanh;conv 21 k=3 pad=2;"
		"conv 21 k=5 groups=21 pad=1 stride=2;relu;avgpool 2;flatten;"
		"dense 10",
		"conv 18 k=3;conv 18 k=3 groups=18;maxpool 2 pad=1;flatten;"
		"dropout;dense 10 bias=off",
		"conv 32 k=3 pad=1;relu;conv 16 k=3;conv 16 k=3 pad=2;conv 7 "
		"k=3;flatten;dense 10",
		"conv 32 k=3 pad=1;batchnorm;maxpool 2;relu;conv 20 k=1 "
		"bias=off;batchnorm;relu;maxpool 2;flatten;dense 10",
		"conv 16 k=3 pad=1;batchnorm;relu;conv 48 k=3 pad=1 bias=off;"
		"batchnorm;relu;maxpool 2;conv 48 k=3 groups=48;batchnorm;"
		"maxpool 2;flatten;dense 10",
		"conv 40 k=3 bias=off;batchnorm;maxpool 2;flatten;dense 10"};
	static const char *const lines[] = {"quant 8 act=8 per=tensor",
		"quant 5 act=4 calib=mse;prune 0.6", "quant 7 scheme=affine "
		"act=7 rounding=gptq", "quant 8 act=8", "quant 8 act=8",
		"quant 8 act=8", "quant 8 act=8 calib=mse"};
	const struct shape shape = {3, 13, 13, false};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct network *network = make_network(shape, 10, layers[i]);

		check_network(network, lines[i], layers[i]);
		network_free(network);
	}
}

/* What cannot be done in whole numbers is said. */
static void test_reasons(void **state)
{
	static const char *const lines[] = {"quant 8",
		"quant 8 act=8 scheme=codebook", "quant 8 act=8 per=group "
		"group=5",
		"quant 8 act=8;quant off layer=2"};
	struct images images = images_of((struct shape){4, 9, 1, false});
	struct network *network = make_network(images.data.shape, 10,
	    "flatten;dense 20;relu;dense 10");
	real *w = random_weights(network, 0);

	(void)state;
	images_point(&images);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct integer_form form;
		struct error why = {""};
		struct compressed c;

		c = compress(&images, network, w, NULL, lines[i]);
		assert_false(integer_form_make(&c, &form, &why));
		assert_non_null(strstr(why.text, "layer "));
		compressed_free(&c);
	}
	reals_free(w);
	network_free(network);
	free(images.value);
	pool_free(images.pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_products),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_backbones),
		cmocka_unit_test(test_other_shapes),
		cmocka_unit_test(test_reasons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
