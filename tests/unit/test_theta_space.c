/* Curvature in theta, the factors of a transformed run: in the double build
 * against differences of the gradient there, in single precision against
 * itself. */
#include "unit/sharpness_scene.h"

static const char *const network[] = {"dense 4", "tanh", "dense 4", "tanh",
	"dense 3", NULL};

/* A scene and a theta that is a little off the start's balance. */
struct factors {
	struct scene *scene;
	struct transform *transform;
	size_t n;
	real *theta, *w, *g_w;
	struct measure_theta of;
};

static struct transform *make_transform(const struct scene *scene,
    const char *line)
{
	char copy[64], *save = NULL;
	const char *word[WORDS_MAX];
	int words = 0;
	struct option_values options;
	const struct transform_kind *kind;
	struct transform *transform;
	struct error error;

	text_copy(copy, sizeof(copy), line);
	kind = transform_find(strtok_r(copy, " ", &save));
	for (char *next; (next = strtok_r(NULL, " ", &save)) != NULL;)
		word[words++] = next;
	options_default(kind->options, &options);
	assert_int_equal(options_parse(kind->options, words, word, &options,
		&error), 0);
	transform = transform_new(kind, &options, scene->network, 5, &error);
	assert_non_null(transform);
	return transform;
}

static struct factors factors_new(const char *line)
{
	struct random_key key = {.seed = 8, .stream = RANDOM_WEIGHTS};
	struct factors f = {.scene = scene_new(network)};
	struct error error;
	real *noise;

	f.transform = make_transform(f.scene, line);
	f.n = transform_size(f.transform);
	f.theta = reals_new(f.n);
	f.w = reals_new(f.scene->n);
	f.g_w = reals_new(f.scene->n);
	assert_int_equal(transform_start(f.transform, f.scene->w, true,
		f.theta, &error), 0);
	noise = reals_new(f.n);
	random_normal(key, 0, f.n, noise);
	vector_add(f.theta, 0.1, noise, f.n);
	reals_free(noise);
	f.of = (struct measure_theta){f.transform, f.theta, NULL, NULL};
	return f;
}

static void factors_free(struct factors *f)
{
	transform_free(f->transform);
	reals_free(f->theta);
	reals_free(f->w);
	reals_free(f->g_w);
	scene_free(f->scene);
}

static double loss_in_theta(struct factors *f, const real *theta)
{
	transform_compose(f->transform, theta, f->w, NULL);
	return loss_at(f->scene, f->w);
}

static void gradient_in_theta(struct factors *f, const real *theta, real *out)
{
	transform_compose(f->transform, theta, f->w, NULL);
	gradient_at(f->scene, f->w, f->g_w);
	transform_pull_back(f->transform, theta, f->g_w, out, NULL);
}

static struct measure_request theta_request(const struct factors *f,
    const char *line)
{
	struct measure_request request = request_of(f->scene, line);

	request.theta = &f->of;
	return request;
}

#ifdef SNT_DOUBLE
/* (n, n), by differences of the gradient; row i is the column of theta_i. */
static double *dense_hessian(struct factors *f)
{
	const double h = 1e-5;
	double *hessian = xcalloc(f->n * f->n, sizeof(double));
	real *up = reals_new(f->n), *down = reals_new(f->n);

	for (size_t i = 0; i < f->n; i++) {
		real theta = f->theta[i];

		f->theta[i] = theta + h;
		gradient_in_theta(f, f->theta, up);
		f->theta[i] = theta - h;
		gradient_in_theta(f, f->theta, down);
		f->theta[i] = theta;
		for (size_t k = 0; k < f->n; k++)
			hessian[i * f->n + k] = (up[k] - down[k]) / (2 * h);
	}
	reals_free(up);
	reals_free(down);
	return hessian;
}

/* Ascending, of rows and columns [from, from + size). */
static double *window_eigenvalues(const struct factors *f,
    const double *hessian, size_t from, size_t size)
{
	double *value = xcalloc(size, sizeof(double));
	const struct scene window = {.n = f->n, .hessian = (double *)hessian};

	eigenvalues(&window, from, size, value);
	return value;
}

static void check_top(const struct factors *f, const double *hessian,
    int layer, size_t from, size_t size, double close)
{
	double *value = window_eigenvalues(f, hessian, from, size);
	struct measure_request request = theta_request(f,
	    "lambda k=3 tol=1e-8");
	struct measure_result result;
	struct measure *measure;
	const struct measure_list *found;
	struct error error;

	request.layer = layer;
	measure = measure_new(&request);
	while (measure_advance(measure, &result, &error) == 0)
		;
	found = list_named(&result, "values");
	for (int k = 0; k < 3; k++)
		assert_close(found->value[k], value[size - 1 - (size_t)k],
		    close * value[size - 1]);
	measure_free(measure);
	free(value);
}

/* The first layer's factors lie first in theta, then its bias. */
static void check_curvature(const char *line, double close)
{
	struct factors f = factors_new(line);
	const struct segment *segment;
	int segments = transform_segments(f.transform, &segment), i = 0;
	double *hessian = dense_hessian(&f);
	size_t first = 0;

	for (; i < segments && segment[i].layer == 1; i++)
		first += segment[i].count;
	check_top(&f, hessian, 0, 0, f.n, close);
	check_top(&f, hessian, 1, 0, first, close);
	free(hessian);
	factors_free(&f);
}

/* Products are polynomials along a line, so that their change is exact. */
static void curvature_is_that_of_the_gradient(void **state)
{
	(void)state;
	check_curvature("expand", 1e-7);
	check_curvature("expand depth=3 width=1.5", 1e-7);
	check_curvature("expand depth=4", 1e-7);
	check_curvature("expand norm=on", 1e-5);
	check_curvature("ws", 1e-5);
	check_curvature("wn", 1e-5);
	check_curvature("sn gain=learned", 1e-5);
}
#endif

static void without_change_it_is_that_of_the_weights(void **state)
{
	struct factors f = factors_new("jitter");
	struct measure_request in_theta = theta_request(&f, "lambda"), in_w;
	struct measure_result there, here;

	(void)state;
	there = run(&in_theta, NULL);
	in_w = request_of(f.scene, "lambda");
	in_w.w = f.theta;
	here = run(&in_w, NULL);
	assert_close(there.value, here.value, 100 * CLOSE);
	/* The gradient that products rest on is counted too. */
	assert_int_equal(there.gradients, 2 * there.products + 1);
	factors_free(&f);
}

static void steps_are_taken_in_theta(void **state)
{
	struct factors f = factors_new("expand depth=3");
	struct measure_request request = theta_request(&f, "sam rho=0.05");
	real *g = reals_new(f.n), *there = reals_new(f.n);
	double before = loss_in_theta(&f, f.theta);

	(void)state;
	gradient_in_theta(&f, f.theta, g);
	memcpy(there, f.theta, f.n * sizeof(real));
	vector_add(there, 0.05 / vector_norm(g, f.n), g, f.n);
	assert_close(run(&request, NULL).value, loss_in_theta(&f, there) -
	    before, CLOSE);
	reals_free(g);
	reals_free(there);
	factors_free(&f);
}

/* A pruned weight stays zero whatever its factors do. */
static void pruned_weights_stay_zero(void **state)
{
	struct factors f = factors_new("expand");
	uint8_t *mask = xcalloc(f.scene->n, 1);
	struct measure_request request;

	(void)state;
	f.of.mask = mask;
	request = theta_request(&f, "worst steps=3");
	/* All of them: nothing moves. */
	assert_true(run(&request, NULL).value == 0);
	memset(mask, 1, f.scene->n);
	assert_true(run(&request, NULL).value > 0);
	free(mask);
	factors_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef SNT_DOUBLE
		cmocka_unit_test(curvature_is_that_of_the_gradient),
#endif
		cmocka_unit_test(without_change_it_is_that_of_the_weights),
		cmocka_unit_test(steps_are_taken_in_theta),
		cmocka_unit_test(pruned_weights_stay_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
