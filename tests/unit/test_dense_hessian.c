/*
 * Curvature against the Hessian written down column by column, on networks
 * that have every operation between them: eigenvalues, trace, and the mass of
 * the spectrum. In the double build the columns themselves are compared with
 * differences of the gradient.
 */
#include "unit/sharpness_scene.h"

#include "net/operation.h"

/* The image is rounded; rounding in the midst of a network has a derivative
 * by convention only. */
static const char *const convolutional[] = {
	"quantise bits=8 scale=0.03 zero=128", "conv 8 k=3 pad=1 bias=off",
	"batchnorm", "relu", "conv 8 k=3 pad=1 groups=2", "batchnorm",
	"add @6,4", "maxpool 2", "conv 8 k=3 pad=1 groups=8", "rescale",
	"avgpool 2 stride=1", "conv 16 k=1", "tanh", "dropout p=0.3",
	"flatten", "dense 12", "relu", "dense 3", NULL};
static const char *const transformer[] = {
	"conv 8 k=2 stride=2", "positions", "layernorm",
	"attention heads=2", "add @4,2", "layernorm", "dense 16", "gelu",
	"dense 8", "add @9,5", "tokenmean", "dense 3", NULL};
static const char *const pooled[] = {"conv 6 k=3", "gelu", "globalavg",
	"dense 3", NULL};
static const char *const tiny[] = {"conv 1 k=2 bias=off", "tanh", "flatten",
	"dense 3", NULL};

static const struct subject {
	const char *const *lines;
	struct shape shape;
} subjects[] = {
	{convolutional, {.c = 2, .h = 6, .w = 6}},
	{transformer, {.c = 1, .h = 4, .w = 8}},
	{pooled, {.c = 2, .h = 6, .w = 6}}};

enum { SUBJECTS = sizeof(subjects) / sizeof(*subjects) };

static struct scene *scenes[SUBJECTS];

static int make_scenes(void **state)
{
	(void)state;
	for (int i = 0; i < SUBJECTS; i++)
		scenes[i] = scene_shaped(subjects[i].lines, subjects[i].shape,
		    0.3, 1, 64);
	return 0;
}

static int free_scenes(void **state)
{
	(void)state;
	for (int i = 0; i < SUBJECTS; i++)
		scene_free(scenes[i]);
	return 0;
}

static void no_operation_is_missing(void **state)
{
	int count;
	const struct operation *const *operation = operations(&count);

	(void)state;
	for (int i = 0; i < count; i++) {
		bool there = false;

		for (int k = 0; k < SUBJECTS; k++) {
			const struct network *network = scenes[k]->network;

			for (int id = 1; id <= network->layers; id++)
				there = there || network->layer[id].operation
				    == operation[i];
		}
		if (!there)
			fail_msg("no network has %s", operation[i]->name);
	}
}

static double largest(const struct scene *scene)
{
	return fmax(-scene->eigenvalue[0], scene->eigenvalue[scene->n - 1]);
}

static void check_symmetry(const struct scene *scene)
{
	size_t n = scene->n;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < i; k++)
			assert_close(scene->hessian[i * n + k],
			    scene->hessian[k * n + i], CLOSE *
			    largest(scene));
	}
}

#ifdef SNT_DOUBLE
/* Every seventh column; a step so short that hardly a kink is met. */
static void check_columns(struct scene *scene)
{
	const double h = 1e-6;
	size_t n = scene->n;
	real *up = reals_new(n), *down = reals_new(n);

	for (size_t i = 0; i < n; i += 7) {
		real w = scene->w[i];

		scene->w[i] = w + h;
		gradient_at(scene, scene->w, up);
		scene->w[i] = w - h;
		gradient_at(scene, scene->w, down);
		scene->w[i] = w;
		for (size_t k = 0; k < n; k++)
			assert_close(scene->hessian[i * n + k],
			    (up[k] - down[k]) / (2 * h), 1e-7 *
			    largest(scene));
	}
	reals_free(up);
	reals_free(down);
}
#endif

static void columns_are_those_of_the_hessian(void **state)
{
	(void)state;
	for (int i = 0; i < SUBJECTS; i++) {
		check_symmetry(scenes[i]);
#ifdef SNT_DOUBLE
		check_columns(scenes[i]);
#endif
	}
}

static void check_top_five(const struct scene *scene)
{
	struct measure_result result;
	struct measure *measure = finished(scene, "lambda k=5 tol=1e-4",
	    &result);
	const struct measure_list *values = list_named(&result, "values");

	assert_true(result.converged);
	for (size_t k = 0; k < 5; k++) {
		double exact = scene->eigenvalue[scene->n - 1 - k];

		assert_close(values->value[k], exact, 1e-4 * fabs(exact));
	}
	measure_free(measure);
}

static void the_top_five_are_found(void **state)
{
	(void)state;
	for (int i = 0; i < SUBJECTS; i++)
		check_top_five(scenes[i]);
}

static double trace_of(const struct scene *scene)
{
	double trace = 0;

	for (size_t i = 0; i < scene->n; i++)
		trace += scene->hessian[i * scene->n + i];
	return trace;
}

static void the_trace_is_within_two_errors(void **state)
{
	(void)state;
	for (int i = 0; i < SUBJECTS; i++) {
		struct measure_result result = measure(scenes[i],
		    "trace draws=200");

		assert_close(result.value, trace_of(scenes[i]),
		    2 * result.error);
		assert_true(result.error < 0.2 * fabs(result.value));
	}
}

/* The mean of v'Hv over all vectors of signs is the trace: what the draws are
 * draws of. */
static void the_trace_is_the_mean_over_all_signs(void **state)
{
	struct scene *scene = scene_shaped(tiny, (struct shape){.c = 1,
		.h = 2, .w = 2}, 0.7, 1, 64);
	size_t n = scene->n, vectors = (size_t)1 << n;
	real *v = reals_new(n), *product = reals_new(n);
	double sum = 0;

	(void)state;
	assert_int_equal(n, 10);
	for (size_t draw = 0; draw < vectors; draw++) {
		for (size_t i = 0; i < n; i++)
			v[i] = draw >> i & 1 ? 1 : -1;
		product_at(scene, v, product);
		sum += vector_dot(v, product, n);
	}
	assert_close(sum / (double)vectors, trace_of(scene), CLOSE);
	reals_free(product);
	reals_free(v);
	scene_free(scene);
}

static void check_mass(const struct scene *scene)
{
	struct measure_result result;
	struct measure *measure = finished(scene,
	    "spectrum draws=20 steps=60", &result);
	double least = scene->eigenvalue[0];
	double range = scene->eigenvalue[scene->n - 1] - least;

	/* Where eigenvalues are dense, as at 0, a point of the quadrature
	 * stands for many: thresholds keep clear of them. */
	for (int k = 1; k < 20; k++) {
		double x = least + 0.05 * k * range;

		if (fabs(x) > 0.02 * range)
			assert_close(found_mass(&result, x),
			    exact_mass(scene, x), 0.02);
	}
	measure_free(measure);
}

static void the_spectrum_has_its_mass(void **state)
{
	(void)state;
	for (int i = 0; i < SUBJECTS; i++)
		check_mass(scenes[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_operation_is_missing),
		cmocka_unit_test(columns_are_those_of_the_hessian),
		cmocka_unit_test(the_top_five_are_found),
		cmocka_unit_test(the_trace_is_within_two_errors),
		cmocka_unit_test(the_trace_is_the_mean_over_all_signs),
		cmocka_unit_test(the_spectrum_has_its_mass),
	};

	return cmocka_run_group_tests(tests, make_scenes, free_scenes);
}
