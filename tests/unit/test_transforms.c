/* Every transform's pull back and push forward against differences, and
 * against each other. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "transform/transform.h"

static struct network *make_network(void)
{
	static const char *const lines[][6] = {
		{"conv", "4", "k=3", "pad=1", NULL},
		{"conv", "4", "k=3", "groups=2", NULL},
		{"conv", "4", "k=3", "groups=4", NULL},
		{"conv", "4", "k=1", "groups=4", NULL},
		{"flatten", NULL}, {"dense", "3", NULL}};
	struct network *network = network_new((struct shape){.c = 2, .h = 6,
		.w = 6}, 3);

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct network *longer;
		struct error error;
		int words = 0;

		while (lines[i][words])
			words++;
		longer = network_insert(network, network->layers + 1, NULL,
		    words, lines[i], &error);
		if (!longer)
			fail_msg("%s", error.text);
		network_free(network);
		network = longer;
	}
	return network;
}

static real *draw(uint64_t seed, size_t n, real deviation)
{
	struct random_key key = {seed, RANDOM_DATA, 0};
	real *x = reals_new(n);

	random_normal(key, 0, n, x);
	for (size_t i = 0; i < n; i++)
		x[i] *= deviation;
	return x;
}

static double dot(size_t n, const real *x, const real *y)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)x[i] * (double)y[i];
	return sum;
}

/* (T(theta + h d) - T(theta - h d)) / 2h against J d, and g . J d against
 * (J^T g) . d. */
static void check_derivatives(struct transform *transform, real *theta,
    size_t n_w, struct pool *pool)
{
	size_t n = transform_size(transform);
	double h = sizeof(real) == 8 ? 1e-5 : 3e-3;
	double close = sizeof(real) == 8 ? 1e-8 : 2e-3;
	real *d = draw(2, n, 1), *g = draw(3, n_w, 1);
	real *up = reals_new(n_w), *down = reals_new(n_w);
	real *change = reals_new(n_w), *back = reals_new(n);

	transform_push_forward(transform, theta, d, change, pool);
	transform_pull_back(transform, theta, g, back, pool);
	for (size_t i = 0; i < n; i++)
		theta[i] += (real)h * d[i];
	transform_compose(transform, theta, up, pool);
	for (size_t i = 0; i < n; i++)
		theta[i] -= (real)(2 * h) * d[i];
	transform_compose(transform, theta, down, pool);
	for (size_t i = 0; i < n_w; i++)
		assert_true(fabs((double)(up[i] - down[i]) / (2 * h) -
		    (double)change[i]) < close * (1 +
		    fabs((double)change[i])));
	assert_true(fabs(dot(n_w, g, change) - dot(n, back, d)) <
	    close * 10 * (1 + fabs(dot(n, back, d))));
	reals_free(back);
	reals_free(change);
	reals_free(down);
	reals_free(up);
	reals_free(g);
	reals_free(d);
}

static void check_transform(const struct transform_kind *kind,
    struct network *network, struct pool *pool)
{
	struct option_values options;
	struct transform *transform;
	struct error error;
	real *w = draw(1, network->parameters, 1), *theta;

	options_default(kind->options, &options);
	transform = transform_new(kind, &options, network, 1, &error);
	theta = reals_new(transform_size(transform));
	if (transform_start(transform, w, theta, &error))
		fail_msg("%s", error.text);
	check_derivatives(transform, theta, network->parameters, pool);
	reals_free(theta);
	reals_free(w);
	transform_free(transform);
}

static void test_derivatives(void **state)
{
	struct network *network = make_network();
	struct pool *pool = pool_new(1);
	int count;
	const struct transform_kind *kind = transform_kinds(&count);

	(void)state;
	for (int i = 0; i < count; i++)
		check_transform(&kind[i], network, pool);
	pool_free(pool);
	network_free(network);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_derivatives)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
