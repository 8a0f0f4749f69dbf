/* The largest eigenvalue, against the dense Hessian; that one in the double
 * build also against finite differences of the gradient. */
#include "unit/sharpness_scene.h"

static void test_hessian(void **state)
{
	struct scene *scene = scene_new(smooth);
	size_t n = scene->n;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < i; k++)
			assert_close(scene->hessian[i * n + k],
			    scene->hessian[k * n + i], CLOSE);
	}
#ifdef SNT_DOUBLE
	for (size_t i = 0; i < n; i++) {
		const double h = 1e-5;
		real *up = reals_new(n), *down = reals_new(n), w = scene->w[i];

		scene->w[i] = w + h;
		gradient_at(scene, scene->w, up);
		scene->w[i] = w - h;
		gradient_at(scene, scene->w, down);
		scene->w[i] = w;
		for (size_t k = 0; k < n; k++)
			assert_close(scene->hessian[i * n + k],
			    (up[k] - down[k]) / (2 * h), 1e-8);
		reals_free(up);
		reals_free(down);
	}
#endif
	scene_free(scene);
}

static void check_lambda(const char *const *lines)
{
	struct scene *scene = scene_new(lines);
	double top = scene->eigenvalue[scene->n - 1];
	struct measure_result result = measure(scene, "lambda");

	assert_true(result.converged);
	assert_true(result.error <= 1e-3);
	/* |residual|^2 / gap bounds the error; the residual itself surely. */
	assert_close(result.value, top, 1e-3 * top);
	assert_true(result.products > 2 && result.products < 40);
	assert_int_equal(result.gradients, 2 * result.products);
	assert_int_equal(result.n, SAMPLES);
	assert_true(isnan(result.rho));
	assert_null(result.note);
	result = measure(scene, "lambda tol=1e-5");
	assert_close(result.value, top, 10 * CLOSE * top);
	scene_free(scene);
}

static void test_lambda(void **state)
{
	(void)state;
	check_lambda(smooth);
	check_lambda(kinked);
}

/* The most negative eigenvalue is the larger one in size. */
static void test_lambda_beside_negative_curvature(void **state)
{
	struct scene *scene = scene_new(smooth);
	struct measure_request request = request_of(scene, "lambda tol=1e-4");
	struct measure_result result;
	char note[128], *number;
	double least, most;
	uint64_t draw = 0;

	(void)state;
	/* Points labelled wrongly with confidence curve downwards. */
	do {
		assert_true(++draw < 200);
		fill_weights(scene, draw, 1.5);
		least = scene->eigenvalue[0];
		most = scene->eigenvalue[scene->n - 1];
	} while (-least < 1.1 * most);
	result = run(&request, note);
	assert_close(result.value, most, 1e-3 * most);
	assert_true(result.value > 0);
	number = strrchr(note, ' ');
	assert_non_null(strstr(note, "negative curvature dominates"));
	assert_close(strtod(number, NULL), least, 0.1 * -least);
	scene_free(scene);
}

static void test_lambda_stops_at_its_limit(void **state)
{
	struct scene *scene = scene_new(smooth);
	struct measure_request request = request_of(scene,
	    "lambda most=3 tol=1e-9");
	char note[128];
	struct measure_result result = run(&request, note);

	(void)state;
	assert_false(result.converged);
	assert_int_equal(result.products, 3);
	assert_non_null(strstr(note, "stopped at 3 products"));
	assert_true(result.error > 1e-9);
	/* A Ritz value never exceeds the eigenvalue. */
	assert_true(result.value <= scene->eigenvalue[scene->n - 1] + CLOSE);
	scene_free(scene);
}

static void test_lambda_of_a_layer(void **state)
{
	struct scene *scene = scene_new(smooth);

	(void)state;
	for (int id = 1; id <= 5; id += 2) {
		const struct layer *layer = &scene->network->layer[id];
		struct measure_request request = request_of(scene,
		    "lambda tol=1e-5");
		double *value = xcalloc(layer->parameters, sizeof(double));

		request.layer = id;
		eigenvalues(scene, layer->parameter, layer->parameters, value);
		assert_close(run(&request, NULL).value,
		    value[layer->parameters - 1], 10 * CLOSE);
		free(value);
	}
	scene_free(scene);
}

/* A probe some steps later, started from the vector found before. */
static void test_warm_start(void **state)
{
	struct scene *scene = scene_new(smooth);
	struct measure_request request = request_of(scene, "lambda");
	real *warm = reals_new(scene->n), *direction = reals_new(scene->n);
	struct measure_result cold, again;
	double top;

	(void)state;
	request.warm = warm;
	cold = run(&request, NULL);
	/* Mostly the eigenvector: its Rayleigh quotient is close. */
	product_at(scene, warm, direction);
	assert_close(vector_dot(warm, direction, scene->n) /
	    vector_dot(warm, warm, scene->n), cold.value, 0.1 * cold.value);
	again = run(&request, NULL);
	assert_true(again.products < cold.products);
	assert_close(again.value, cold.value, 1e-3 * cold.value);
	/* A step along the gradient turns the eigenvector a little. */
	vector_add(scene->w, -0.1, scene->gradient, scene->n);
	fill_hessian(scene);
	eigenvalues(scene, 0, scene->n, scene->eigenvalue);
	top = scene->eigenvalue[scene->n - 1];
	again = run(&request, NULL);
	assert_true(again.products < cold.products);
	assert_close(again.value, top, 1e-3 * top);
	reals_free(warm);
	reals_free(direction);
	scene_free(scene);
}

/* Even an eigenvector of another eigenvalue is no trap. */
static void test_warm_start_from_the_wrong_vector(void **state)
{
	struct scene *scene = scene_new(smooth);
	struct measure_request request = request_of(scene, "lambda");
	real *warm = reals_new(scene->n), *product = reals_new(scene->n);
	double top = scene->eigenvalue[scene->n - 1];
	size_t n = scene->n;

	(void)state;
	/* (H - top) takes the top eigenvector out of the one found. */
	request.warm = warm;
	warm[0] = 1;
	for (int k = 0; k < 300; k++) {
		product_at(scene, warm, product);
		vector_add(product, -top, warm, n);
		memcpy(warm, product, n * sizeof(real));
		vector_scale(warm, 1 / vector_norm(product, n), n);
	}
	assert_close(run(&request, NULL).value, top, 2e-3 * top);
	reals_free(warm);
	reals_free(product);
	scene_free(scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hessian),
		cmocka_unit_test(test_lambda),
		cmocka_unit_test(test_lambda_beside_negative_curvature),
		cmocka_unit_test(test_lambda_stops_at_its_limit),
		cmocka_unit_test(test_lambda_of_a_layer),
		cmocka_unit_test(test_warm_start),
		cmocka_unit_test(test_warm_start_from_the_wrong_vector),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
