/* Every transform's pull back and push forward against differences, and
 * against each other; what a start keeps; a normalised product by hand. */
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
#include "transform/svd.h"
#include "transform/transform.h"

enum { LINE_WORDS = 6 };

static struct network *network_of(size_t count,
    const char *const lines[][LINE_WORDS])
{
	struct network *network = network_new((struct shape){.c = 2, .h = 6,
		.w = 6}, 3);

	for (size_t i = 0; i < count; i++) {
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

static struct network *make_network(void)
{
	static const char *const lines[][LINE_WORDS] = {
		{"conv", "4", "k=3", "pad=1", NULL},
		{"conv", "4", "k=3", "groups=2", NULL},
		{"conv", "4", "k=3", "groups=4", NULL},
		{"conv", "4", "k=1", "groups=4", NULL},
		{"flatten", NULL}, {"dense", "3", NULL}};

	return network_of(sizeof(lines) / sizeof(*lines), lines);
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

enum { WORDS = 5, OUT = 3, INNER = 4, IN = 5 };

static struct transform *make_transform(const struct network *network,
    const char *const *word)
{
	const struct transform_kind *kind = transform_find(word[0]);
	struct option_values options;
	struct transform *transform;
	struct error error;
	int words = 0;

	while (word[words])
		words++;
	options_default(kind->options, &options);
	if (options_parse(kind->options, words - 1, word + 1, &options,
		&error))
		fail_msg("%s", error.text);
	transform = transform_new(kind, &options, network, 1, &error);
	if (!transform)
		fail_msg("%s", error.text);
	return transform;
}

static real *make_theta(struct transform *transform, const real *w)
{
	real *theta = reals_new(transform_size(transform));
	struct error error;

	if (transform_start(transform, w, true, theta, &error))
		fail_msg("%s", error.text);
	return theta;
}

static void check_transform(const char *const *word,
    struct network *network, struct pool *pool)
{
	struct transform *transform = make_transform(network, word);
	real *w = draw(1, network->parameters, 1);
	real *theta = make_theta(transform, w);

	check_derivatives(transform, theta, network->parameters, pool);
	reals_free(theta);
	reals_free(w);
	transform_free(transform);
}

static void test_derivatives(void **state)
{
	static const char *const other[][WORDS] = {
		{"expand", "depth=3"}, {"expand", "depth=4", "width=1.5"},
		{"expand", "norm=on"}, {"expand", "norm=on", "depth=3"},
		{"expand", "norm=on", "depth=4", "width=2"},
		{"expand", "norm=on", "width=0.5"},
		{"expand", "init=spread", "norm=on", "layers=1,2,6"},
		{"expand", "layers=1,6", "init=spread"},
		{"ws", "layers=conv"}, {"ws", "mean=removed"},
		{"sn", "gain=learned"}};
	struct network *network = make_network();
	struct pool *pool = pool_new(1);
	int count;
	const struct transform_kind *kind = transform_kinds(&count);

	(void)state;
	for (int i = 0; i < count; i++) {
		const char *word[WORDS] = {kind[i].name};

		check_transform(word, network, pool);
	}
	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++)
		check_transform(other[i], network, pool);
	pool_free(pool);
	network_free(network);
}

/* The largest |T(theta_0) - w|. */
static double start_moves(const struct network *network, const real *w,
    const char *const *word)
{
	struct transform *transform = make_transform(network, word);
	real *theta = make_theta(transform, w);
	real *composed = reals_new(network->parameters);
	double most = 0;

	transform_compose(transform, theta, composed, NULL);
	for (size_t i = 0; i < network->parameters; i++)
		most = fmax(most, fabs((double)(composed[i] - w[i])));
	reals_free(composed);
	reals_free(theta);
	transform_free(transform);
	return most;
}

static void starts_keep_the_function(void **state)
{
	static const char *const kept[][WORDS] = {{"none"}, {"wn"},
		{"ws"}, {"jitter"}, {"sn"}, {"sn", "gain=learned"},
		{"expand"}, {"expand", "depth=3", "width=2"},
		{"expand", "norm=on"},
		{"expand", "norm=on", "depth=3", "width=2"}};
	static const char *const cut[] = {"expand", "norm=on", "width=0.5",
		NULL};
	struct network *network = make_network();
	real *w = draw(1, network->parameters, 1);

	(void)state;
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		assert_true(start_moves(network, w, kept[i]) <
		    (sizeof(real) == 8 ? 1e-13 : 1e-5));
	assert_true(start_moves(network, w, cut) > 0.1);
	reals_free(w);
	network_free(network);
}

static void only_chosen_layers_are_transformed(void **state)
{
	static const struct {
		const char *word[WORDS];
		bool covered[7];	/* by layer; 5 flattens */
	} cases[] = {
		{{"expand", "layers=all"}, {0, 1, 1, 1, 1, 0, 1}},
		{{"expand", "layers=conv"}, {0, 1, 1, 1, 1, 0, 0}},
		{{"wn", "layers=dense"}, {0, 0, 0, 0, 0, 0, 1}},
		{{"expand", "layers=dense,2"}, {0, 0, 1, 0, 0, 0, 1}},
		{{"ws", "layers=3,1"}, {0, 1, 0, 1, 0, 0, 0}}};
	struct network *network = make_network();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct transform *transform = make_transform(network,
		    cases[i].word);

		for (int id = 1; id <= 6; id++)
			assert_int_equal(transform_covers(transform, id),
			    cases[i].covered[id]);
		transform_free(transform);
	}
	network_free(network);
}

static void layers_that_are_not_there_are_named(void **state)
{
	static const char *const wrong[][2] = {
		{"layers=7", "layers=7: the network has 6 layers"},
		{"layers=1,5", "layers=5: flatten has no weight matrix"},
		{"layers=attention",
		    "layers: the network has none of that kind"}};
	const struct transform_kind *kind = transform_find("expand");
	struct network *network = make_network();
	struct option_values options;
	struct error error;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		options_default(kind->options, &options);
		assert_int_equal(options_parse(kind->options, 1, wrong[i],
		    &options, &error), 0);
		assert_null(transform_new(kind, &options, network, 1,
		    &error));
		assert_string_equal(error.text, wrong[i][1]);
	}
	network_free(network);
}

static double length(const real *x, size_t n)
{
	return sqrt(dot(n, x, x));
}

/* Fresh factors have another product, of the same size; factors of given
 * weights have these weights. */
static void a_spread_start_keeps_the_size(void **state)
{
	static const char *const word[] = {"expand", "init=spread", NULL};
	struct network *network = make_network();
	struct transform *transform = make_transform(network, word);
	real *w = draw(1, network->parameters, 1);
	real *theta = make_theta(transform, w);
	real *composed = reals_new(network->parameters);
	double close = sizeof(real) == 8 ? 1e-12 : 1e-5;

	(void)state;
	transform_compose(transform, theta, composed, NULL);
	for (int i = 0; i < network->segments; i++) {
		const struct segment *s = &network->segment[i];

		assert_true(fabs(length(composed + s->offset, s->count) /
		    length(w + s->offset, s->count) - 1) < close);
		if (s->role == ROLE_WEIGHT)
			assert_true(fabs((double)(composed[s->offset] -
			    w[s->offset])) > 1e-3);
	}
	assert_int_equal(transform_start(transform, w, false, theta, NULL),
	    0);
	transform_compose(transform, theta, composed, NULL);
	for (size_t i = 0; i < network->parameters; i++)
		assert_true(fabs((double)(composed[i] - w[i])) < close * 10);
	reals_free(composed);
	reals_free(theta);
	reals_free(w);
	transform_free(transform);
	network_free(network);
}

/* w_o = g_o u_o / |u_o| with u = B A, and dL/d(B, A, g) for dL/dw = G, as
 * the chain rule has them, entry by entry. */
struct by_hand {
	double b[OUT][INNER], a[INNER][IN], g[OUT], u[OUT][IN], length[OUT];
	double w[OUT][IN], d_b[OUT][INNER], d_a[INNER][IN], d_g[OUT];
};

static void forward_by_hand(struct by_hand *h)
{
	for (int o = 0; o < OUT; o++) {
		h->length[o] = 0;
		for (int i = 0; i < IN; i++) {
			h->u[o][i] = 0;
			for (int k = 0; k < INNER; k++)
				h->u[o][i] += h->b[o][k] * h->a[k][i];
			h->length[o] += h->u[o][i] * h->u[o][i];
		}
		h->length[o] = sqrt(h->length[o]);
		for (int i = 0; i < IN; i++)
			h->w[o][i] = h->g[o] * h->u[o][i] / h->length[o];
	}
}

/* dw_oj / du_oi = g_o (delta_ij - u_oi u_oj / |u_o|^2) / |u_o| */
static void backward_by_hand(struct by_hand *h, const real *grad)
{
	double d_u;

	for (int o = 0; o < OUT; o++) {
		for (int i = 0; i < IN; i++) {
			const real *row = grad + o * IN;

			h->d_g[o] += (double)row[i] * h->u[o][i] /
			    h->length[o];
			d_u = 0;
			for (int j = 0; j < IN; j++)
				d_u += (double)row[j] * h->g[o] * ((i == j) -
				    h->u[o][i] * h->u[o][j] / h->length[o] /
				    h->length[o]) / h->length[o];
			for (int k = 0; k < INNER; k++) {
				h->d_b[o][k] += d_u * h->a[k][i];
				h->d_a[k][i] += d_u * h->b[o][k];
			}
		}
	}
}

/* theta is A, B, g, and then the bias, which is left alone. */
static void take_by_hand(struct by_hand *h, const real *theta)
{
	*h = (struct by_hand){0};
	for (int k = 0; k < INNER * IN; k++)
		h->a[k / IN][k % IN] = (double)*theta++;
	for (int k = 0; k < OUT * INNER; k++)
		h->b[k / INNER][k % INNER] = (double)*theta++;
	for (int o = 0; o < OUT; o++)
		h->g[o] = (double)*theta++;
}

static void check_all(const double *expected, const real *got, int n)
{
	for (int i = 0; i < n; i++)
		assert_true(fabs(expected[i] - (double)got[i]) <
		    (sizeof(real) == 8 ? 1e-12 : 2e-5) *
		    (1 + fabs(expected[i])));
}

static struct network *one_dense_layer(void)
{
	const char *dense[] = {"dense", "3"};
	struct network *empty = network_new((struct shape){.c = IN, .h = 1,
		.w = 1}, OUT);
	struct network *network = network_insert(empty, 1, NULL, 2, dense,
	    NULL);

	network_free(empty);
	assert_non_null(network);
	return network;
}

static void a_normalised_product_by_hand(void **state)
{
	static const char *const word[] = {"expand", "norm=on", "width=1.34",
		NULL};
	struct network *network = one_dense_layer();
	struct transform *transform = make_transform(network, word);
	size_t n = transform_size(transform);
	real *theta = draw(4, n, 1), *g_w = draw(5, network->parameters, 1);
	real *w = reals_new(network->parameters), *g = reals_new(n);
	struct by_hand h;

	(void)state;
	assert_int_equal(n, INNER * IN + OUT * INNER + OUT + OUT);
	take_by_hand(&h, theta);
	forward_by_hand(&h);
	backward_by_hand(&h, g_w);
	transform_compose(transform, theta, w, NULL);
	transform_pull_back(transform, theta, g_w, g, NULL);
	check_all(h.w[0], w, OUT * IN);
	check_all(h.d_a[0], g, INNER * IN);
	check_all(h.d_b[0], g + INNER * IN, OUT * INNER);
	check_all(h.d_g, g + INNER * IN + OUT * INNER, OUT);
	assert_memory_equal(g + n - OUT, g_w + OUT * IN, OUT * sizeof(real));
	reals_free(g);
	reals_free(w);
	reals_free(g_w);
	reals_free(theta);
	transform_free(transform);
	network_free(network);
}

/* One step of power iteration: r = V^T l / |V^T l|, l = V r / |V r|; and w =
 * g V / l^T V r. */
static void iterate_by_hand(const real *v, double g, const real *before,
    double *after, double *w)
{
	double *l = after, *r = after + OUT, square = 0, sigma = 0;

	for (int i = 0; i < IN; i++) {
		r[i] = 0;
		for (int o = 0; o < OUT; o++)
			r[i] += (double)v[o * IN + i] *
			    (double)before[o];
		square += r[i] * r[i];
	}
	for (int i = 0; i < IN; i++)
		r[i] /= sqrt(square);
	for (int o = 0; o < OUT; o++) {
		l[o] = 0;
		for (int i = 0; i < IN; i++)
			l[o] += (double)v[o * IN + i] * r[i];
		sigma += l[o] * l[o];
	}
	for (int o = 0; o < OUT; o++)
		l[o] /= sqrt(sigma);
	for (int k = 0; k < OUT * IN; k++)
		w[k] = g * (double)v[k] / sqrt(sigma);
}

static double largest_singular_value(const real *w)
{
	real u[OUT * OUT], s[OUT], v[IN * OUT];

	assert_int_equal(svd(w, OUT, IN, u, s, v, NULL), 0);
	return (double)s[0];
}

static void a_spectral_norm_follows_by_power_iteration(void **state)
{
	static const char *const word[] = {"sn", NULL};
	struct network *network = one_dense_layer();
	struct transform *transform = make_transform(network, word);
	real *w = draw(4, network->parameters, 1);
	real *theta = make_theta(transform, w), *other = draw(5, OUT * IN, 1);
	double after[OUT + IN], expected[OUT * IN];
	double bound = largest_singular_value(w);
	size_t states;
	real before[OUT + IN + 1];
	real *own = transform_state(transform, &states);

	(void)state;
	assert_int_equal(states, OUT + IN + 1);
	memcpy(before, own, sizeof(before));
	assert_true(fabs((double)before[OUT + IN] / bound - 1) < 1e-5);
	memcpy(theta, other, OUT * IN * sizeof(real));
	iterate_by_hand(theta, (double)before[OUT + IN], before, after,
	    expected);
	transform_advance(transform, theta);
	transform_compose(transform, theta, w, NULL);
	check_all(after, own, OUT + IN);
	check_all(expected, w, OUT * IN);
	for (int i = 0; i < 200; i++)
		transform_advance(transform, theta);
	transform_compose(transform, theta, w, NULL);
	assert_true(fabs(largest_singular_value(w) / bound - 1) < 1e-5);
	reals_free(other);
	reals_free(theta);
	reals_free(w);
	transform_free(transform);
	network_free(network);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_derivatives),
		cmocka_unit_test(starts_keep_the_function),
		cmocka_unit_test(only_chosen_layers_are_transformed),
		cmocka_unit_test(layers_that_are_not_there_are_named),
		cmocka_unit_test(a_spread_start_keeps_the_size),
		cmocka_unit_test(a_normalised_product_by_hand),
		cmocka_unit_test(a_spectral_norm_follows_by_power_iteration)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
