/* The other measures against their definitions, and the conversation: chunks,
 * threads, interleaving, cancelling, failures. */
#include "unit/sharpness_scene.h"

static const char *const all_lines[] = {"lambda tol=1e-4", "trace draws=5",
	"sam", "adaptive", "average", "worst"};
enum { LINES = sizeof(all_lines) / sizeof(all_lines[0]) };

/* In the middle of each: what is measured next does not notice. */
static void test_cancel_in_the_middle(void **state)
{
	static const char *const more[] = {"lambda k=3", "spectrum draws=2",
		"landscape", "landscape dim=2 points=5"};
	const int lines = LINES + sizeof(more) / sizeof(*more);
	struct scene *scene = scene_new(smooth);
	struct measure_result result;
	struct error error;

	(void)state;
	for (int i = 0; i < lines; i++) {
		struct measure_request request = request_of(scene, i < LINES ?
		    all_lines[i] : more[i - LINES]);
		double whole = run(&request, NULL).value;
		struct measure *measure = measure_new(&request);

		do {
			assert_int_equal(measure_advance(measure, &result,
				&error), 0);
		} while (measure_progress(measure) < 0.3);
		measure_free(measure);
		assert_true(run(&request, NULL).value == whole);
	}
	scene_free(scene);
}

static void test_cancel_leaves_everything(void **state)
{
	struct scene *scene = scene_new(smooth);
	struct measure_request request = request_of(scene, "lambda");
	real *warm = reals_new(scene->n), *w = reals_new(scene->n);
	struct measure_result result;
	struct measure *measure;
	struct error error;

	(void)state;
	warm[3] = 2;
	memcpy(w, scene->w, scene->n * sizeof(real));
	request.warm = warm;
	measure = measure_new(&request);
	for (int k = 0; k < 4; k++)
		assert_int_equal(measure_advance(measure, &result, &error), 0);
	measure_free(measure);
	measure_free(measure_new(&request));
	assert_true(warm[3] == 2 && vector_norm(warm, scene->n) == 2);
	assert_memory_equal(w, scene->w, scene->n * sizeof(real));
	reals_free(warm);
	reals_free(w);
	scene_free(scene);
}

/* v'Hv of the very draws, their mean and standard error; and the trace. */
static void test_trace(void **state)
{
	struct scene *scene = scene_new(smooth);
	struct measure_result result = measure(scene, "trace draws=50");
	size_t n = scene->n;
	double trace = 0, sum = 0, squares = 0;
	real *sign = reals_new(n), *product = reals_new(n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		trace += scene->hessian[i * n + i];
	for (uint64_t draw = 0; draw < 50; draw++) {
		struct random_key key = {.seed = 7, .stream = RANDOM_PROBE,
			.step = draw};
		double value;

		random_sign(key, 0, n, sign);
		product_at(scene, sign, product);
		value = vector_dot(sign, product, n);
		sum += value;
		squares += value * value;
	}
	assert_close(result.value, sum / 50, CLOSE * fabs(sum));
	assert_close(result.error,
	    sqrt((squares - sum * sum / 50) / 49 / 50), 10 * CLOSE);
	assert_true(fabs(result.value - trace) < 4 * result.error);
	assert_int_equal(result.products, 50);
	assert_int_equal(result.gradients, 100);
	reals_free(sign);
	reals_free(product);
	scene_free(scene);
}

/* Over all sign vectors v'Hv has the trace as its exact mean, and what the
 * measure calls its standard error is that spread over sqrt(draws). */
static void test_trace_expectation(void **state)
{
	static const char *const tiny[] = {"dense 3 bias=off", NULL};
	struct scene *scene = scene_new(tiny);
	size_t n = scene->n;
	double trace = 0, sum = 0, squares = 0, deviation;
	real *sign = reals_new(n), *product = reals_new(n);
	struct measure_result result = measure(scene, "trace draws=2000");

	(void)state;
	assert_int_equal(n, 12);
	for (size_t i = 0; i < n; i++)
		trace += scene->hessian[i * n + i];
	for (unsigned bits = 0; bits < 1u << 12; bits++) {
		double value;

		for (size_t i = 0; i < n; i++)
			sign[i] = bits >> i & 1 ? 1 : -1;
		product_at(scene, sign, product);
		value = vector_dot(sign, product, n);
		sum += value;
		squares += value * value;
	}
	sum /= 1 << 12;
	assert_close(sum, trace, 10 * CLOSE);
	deviation = sqrt(squares / (1 << 12) - sum * sum);
	assert_close(result.error, deviation / sqrt(2000),
	    0.1 * result.error);
	assert_true(fabs(result.value - trace) < 4 * result.error);
	reals_free(sign);
	reals_free(product);
	scene_free(scene);
}

static void test_sam(void **state)
{
	struct scene *scene = scene_new(kinked);
	struct measure_result result = measure(scene, "sam");
	real *moved = reals_new(scene->n);
	double length = vector_norm(scene->gradient, scene->n);

	(void)state;
	for (size_t i = 0; i < scene->n; i++)
		moved[i] = (real)((double)scene->w[i] + 0.05 / length *
		    (double)scene->gradient[i]);
	assert_close(result.value, loss_at(scene, moved) - scene->loss,
	    CLOSE);
	assert_true(result.value > 0);
	assert_true(result.rho == 0.05);
	assert_true(isnan(result.error));
	/* A gradient and a third, rounded up. */
	assert_int_equal(result.gradients, 2);
	assert_int_equal(result.products, 0);
	/* To first order the rise is rho |g|. */
	result = measure(scene, "sam rho=1e-3");
	assert_close(result.value, 1e-3 * length, 1e-3 * length * 0.05);
	reals_free(moved);
	scene_free(scene);
}

static void test_sam_of_a_layer(void **state)
{
	struct scene *scene = scene_new(kinked);
	struct measure_request request = request_of(scene, "sam rho=0.3");
	const struct layer *layer = &scene->network->layer[3];
	real *moved = reals_new(scene->n);
	double length = vector_norm(scene->gradient + layer->parameter,
	    layer->parameters);

	(void)state;
	request.layer = 3;
	memcpy(moved, scene->w, scene->n * sizeof(real));
	vector_add(moved + layer->parameter, 0.3 / length,
	    scene->gradient + layer->parameter, layer->parameters);
	assert_close(run(&request, NULL).value,
	    loss_at(scene, moved) - scene->loss, CLOSE);
	reals_free(moved);
	scene_free(scene);
}

static void test_adaptive(void **state)
{
	struct scene *scene = scene_new(kinked);
	struct measure_result result = measure(scene, "adaptive");
	real *moved = reals_new(scene->n);
	double squares = 0;

	(void)state;
	for (size_t i = 0; i < scene->n; i++)
		squares += pow((double)scene->w[i] *
		    (double)scene->gradient[i], 2);
	for (size_t i = 0; i < scene->n; i++)
		moved[i] = (real)((double)scene->w[i] + 0.5 *
		    pow((double)scene->w[i], 2) * (double)scene->gradient[i] /
		    sqrt(squares));
	assert_close(result.value, loss_at(scene, moved) - scene->loss,
	    10 * CLOSE);
	assert_true(result.rho == 0.5 && result.gradients == 2);
	reals_free(moved);
	scene_free(scene);
}

/* (2 W1, W2/2) is the same function of a ReLU network without biases, and
 * just as sharp by the adaptive measure, not by the plain one. */
static void test_adaptive_ignores_rescaling(void **state)
{
	static const char *const bare[] = {"dense 8 bias=off", "relu",
		"dense 3 bias=off", NULL};
	struct scene *scene = scene_new(bare);
	double adaptive = measure(scene, "adaptive").value;
	double average = measure(scene, "average").value;
	double sam = measure(scene, "sam").value;

	(void)state;
	vector_scale(scene->w, 4, 32);
	vector_scale(scene->w + 32, 0.25, 24);
	assert_close(measure(scene, "adaptive").value, adaptive, 10 * CLOSE);
	assert_close(measure(scene, "average").value, average, 10 * CLOSE);
	assert_true(fabs(measure(scene, "sam").value - sam) > 0.05 * sam);
	scene_free(scene);
}

static void test_average(void **state)
{
	struct scene *scene = scene_new(smooth);
	struct measure_result result = measure(scene, "average rho=0.1");
	real *noise = reals_new(scene->n);
	double sum = 0, squares = 0;

	(void)state;
	for (uint64_t draw = 0; draw < 32; draw++) {
		struct random_key key = {.seed = 7, .stream = RANDOM_PROBE,
			.step = draw};
		double rise;

		random_normal(key, 0, scene->n, noise);
		for (size_t i = 0; i < scene->n; i++)
			noise[i] = (real)((double)scene->w[i] * (1 + 0.1 *
			    (double)noise[i]));
		rise = loss_at(scene, noise) - scene->loss;
		sum += rise;
		squares += rise * rise;
	}
	assert_close(result.value, sum / 32, CLOSE);
	assert_close(result.error, sqrt((squares - sum * sum / 32) / 31 / 32),
	    CLOSE);
	assert_int_equal(result.gradients, 11);	/* 33 forward passes */
	reals_free(noise);
	scene_free(scene);
}

/* Not below one step, and not below any of many random points of the ball. */
static void test_worst(void **state)
{
	struct scene *scene = scene_new(smooth);
	struct measure_result result = measure(scene, "worst");
	double one_step = measure(scene, "adaptive").value, found = 0;
	real *point = reals_new(scene->n);

	(void)state;
	assert_true(result.value >= one_step);
	assert_true(measure(scene, "worst steps=1").value >= one_step - CLOSE);
	assert_true(measure(scene, "worst rho=0.6").value >= result.value);
	assert_int_equal(result.gradients, 21);	/* 20 and a forward pass */
	for (uint64_t draw = 0; draw < 500; draw++) {
		struct random_key key = {.seed = 8, .stream = RANDOM_PROBE,
			.step = draw};
		double length;

		random_normal(key, 0, scene->n, point);
		length = vector_norm(point, scene->n);
		for (size_t i = 0; i < scene->n; i++)
			point[i] = (real)((double)scene->w[i] * (1 + 0.5 *
			    (double)point[i] / length));
		found = fmax(found, loss_at(scene, point) - scene->loss);
	}
	assert_true(result.value > found);
	reals_free(point);
	scene_free(scene);
}

static void test_chunks_make_no_difference(void **state)
{
	struct scene *whole = scene_sized(smooth, 1, 64);
	struct scene *parts = scene_sized(smooth, 1, 7);

	(void)state;
	for (int k = 0; k < LINES; k++) {
		double value = measure(whole, all_lines[k]).value;

		assert_close(measure(parts, all_lines[k]).value, value,
		    20 * CLOSE * (1 + fabs(value)));
	}
	scene_free(whole);
	scene_free(parts);
}

static void test_threads_give_the_same_bits(void **state)
{
	struct scene *one = scene_sized(kinked, 1, 64);
	struct scene *two = scene_sized(kinked, 2, 64);

	(void)state;
	for (int k = 0; k < LINES; k++)
		assert_true(measure(one, all_lines[k]).value ==
		    measure(two, all_lines[k]).value);
	scene_free(one);
	scene_free(two);
}

/* Interleaved with another measure on the same engine. */
static void test_interleaved(void **state)
{
	struct scene *scene = scene_new(smooth);

	(void)state;
	for (int k = 0; k < LINES; k++) {
		struct measure_request request = request_of(scene,
		    all_lines[k]);
		struct measure_request other = request_of(scene, "average");
		struct measure *a = measure_new(&request);
		struct measure *b = measure_new(&other);
		struct measure_result result, ignored;
		struct error error;
		int status = 0, busy = 0;

		while (status == 0) {
			status = measure_advance(a, &result, &error);
			if (busy == 0)
				busy = measure_advance(b, &ignored, &error);
		}
		assert_int_equal(status, 1);
		assert_true(result.value == measure(scene,
			all_lines[k]).value);
		measure_free(a);
		measure_free(b);
	}
	scene_free(scene);
}

static void expect_failure(const struct measure_request *request,
    const char *message)
{
	struct measure *measure = measure_new(request);
	struct measure_result result;
	struct error error = {""};
	int status;

	while ((status = measure_advance(measure, &result, &error)) == 0)
		;
	assert_int_equal(status, -1);
	if (!strstr(error.text, message))
		fail_msg("\"%s\" does not say \"%s\"", error.text, message);
	measure_free(measure);
}

static void test_failures(void **state)
{
	struct scene *scene = scene_new(kinked);
	struct measure_request request = request_of(scene, "sam");

	(void)state;
	request.layer = 2;
	expect_failure(&request, "layer 2 (relu) has no parameters");
	request.layer = 9;
	expect_failure(&request, "layer 9: there are layers 1 to 3");
	request.layer = 0;
	request.split = SPLIT_TEST;
	expect_failure(&request, "the probe set is empty");
	scene->w[2] = (real)NAN;
	for (int k = 0; k < LINES; k++) {
		request = request_of(scene, all_lines[k]);
		expect_failure(&request, "is not a number");
	}
	scene_free(scene);
}

/* Where nothing slopes, there is nothing to climb, and no division by 0. */
static void test_flat_point(void **state)
{
	struct scene *scene = scene_new(kinked);

	(void)state;
	memset(scene->w, 0, scene->n * sizeof(real));
	for (int k = 3; k < LINES; k++) {
		struct measure_request request = request_of(scene,
		    all_lines[k]);

		assert_true(run(&request, NULL).value == 0);
	}
	scene_free(scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cancel_in_the_middle),
		cmocka_unit_test(test_cancel_leaves_everything),
		cmocka_unit_test(test_trace),
		cmocka_unit_test(test_trace_expectation),
		cmocka_unit_test(test_sam),
		cmocka_unit_test(test_sam_of_a_layer),
		cmocka_unit_test(test_adaptive),
		cmocka_unit_test(test_adaptive_ignores_rescaling),
		cmocka_unit_test(test_average),
		cmocka_unit_test(test_worst),
		cmocka_unit_test(test_chunks_make_no_difference),
		cmocka_unit_test(test_threads_give_the_same_bits),
		cmocka_unit_test(test_interleaved),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_flat_point),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
