/* Several eigenvalues, the density of them, and the loss around the weights:
 * against dense Hessians and the definitions. */
#include "unit/sharpness_scene.h"

static const char *const wide[] = {"dense 24 bias=off", "tanh", "dense 16",
	"relu", "dense 3", NULL};
static const char *const line_three[] = {"dense 3", NULL};

static void check_top_five(const char *const *lines)
{
	struct scene *scene = scene_new(lines);
	struct measure_result result;
	struct measure *measure = finished(scene, "lambda k=5 tol=1e-3",
	    &result);
	const struct measure_list *values = list_named(&result, "values");

	assert_true(result.converged);
	assert_int_equal(values->columns, 5);
	for (size_t k = 0; k < 5; k++) {
		double exact = scene->eigenvalue[scene->n - 1 - k];

		assert_close(values->value[k], exact, 1e-4 * fabs(exact));
	}
	assert_true(values->value[0] == result.value);
	measure_free(measure);
	scene_free(scene);
}

static void test_top_five(void **state)
{
	(void)state;
	check_top_five(smooth);
	check_top_five(kinked);
	check_top_five(wide);
}

static void check_spectrum(const char *line)
{
	struct scene *scene = scene_new(wide);
	struct measure_result result;
	struct measure *measure = finished(scene, line, &result);
	const struct measure_list *at = list_named(&result, "at");
	const struct measure_list *density = list_named(&result, "density");
	double top = scene->eigenvalue[scene->n - 1], integral = 0;

	assert_close(result.value, top, 1e-3 * top);
	assert_close(found_mass(&result, 2 * top), 1, 1e-6);
	for (int k = 1; k < 10; k++)
		assert_close(found_mass(&result, 0.1 * k * top),
		    exact_mass(scene, 0.1 * k * top), 0.02);
	for (int i = 1; i < at->columns; i++)
		integral += (at->value[i] - at->value[i - 1]) *
		    (density->value[i] + density->value[i - 1]) / 2;
	assert_close(integral, 1, 0.02);
	measure_free(measure);
	scene_free(scene);
}

static void test_spectrum(void **state)
{
	(void)state;
	check_spectrum("spectrum draws=20 steps=60 points=400");
	check_spectrum("spectrum 40 steps=60 probes=normal points=400");
}

static void test_line(void **state)
{
	struct scene *scene = scene_new(smooth);
	struct measure_result result;
	struct measure *measure = finished(scene, "landscape points=5 range=2",
	    &result);
	const struct measure_list *losses = list_named(&result, "losses");
	const struct measure_list *at = list_named(&result, "at");

	(void)state;
	assert_int_equal(losses->rows, 1);
	assert_int_equal(losses->columns, 5);
	assert_true(at->value[0] == -2 && at->value[2] == 0 &&
	    at->value[4] == 2);
	assert_close(losses->value[2], scene->loss, CLOSE);
	assert_close(result.value, (losses->value[0] + losses->value[4]) / 2 -
	    scene->loss, CLOSE);
	measure_free(measure);
	scene_free(scene);
}

/* The first direction by hand: noise of the stream, every row as long as the
 * row of the weights, the bias untouched. */
static void test_direction(void **state)
{
	struct scene *scene = scene_new(line_three);
	struct random_key key = {.seed = 7, .stream = RANDOM_LANDSCAPE};
	size_t weights = (size_t)INPUTS * CLASSES;
	real *noise = reals_new(scene->n);
	struct measure_result result;
	struct measure *measure = finished(scene, "landscape points=3 range=1",
	    &result);

	(void)state;
	assert_int_equal(scene->n, weights + CLASSES);
	random_normal(key, 0, weights, noise);
	for (size_t row = 0; row < CLASSES; row++) {
		real *d = noise + row * INPUTS;

		vector_scale(d, vector_norm(scene->w + row * INPUTS, INPUTS) /
		    vector_norm(d, INPUTS), INPUTS);
	}
	vector_add(noise, 1, scene->w, scene->n);
	assert_close(list_named(&result, "losses")->value[2],
	    loss_at(scene, noise), CLOSE);
	measure_free(measure);
	reals_free(noise);
	scene_free(scene);
}

/* A plane's middle row is the line, and its first column goes the other way. */
static void test_plane(void **state)
{
	struct scene *scene = scene_new(smooth);
	struct measure_result line, plane;
	struct measure *a = finished(scene, "landscape points=5", &line);
	struct measure *b = finished(scene, "landscape dim=2 points=5",
	    &plane);
	const struct measure_list *losses = list_named(&plane, "losses");

	(void)state;
	assert_int_equal(losses->rows, 5);
	assert_int_equal(losses->columns, 5);
	for (int i = 0; i < 5; i++)
		assert_close(losses->value[10 + i],
		    list_named(&line, "losses")->value[i], CLOSE);
	assert_true(fabs(losses->value[2] - losses->value[10]) > 1e-3);
	measure_free(a);
	measure_free(b);
	scene_free(scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_top_five),
		cmocka_unit_test(test_spectrum),
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_direction),
		cmocka_unit_test(test_plane),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
