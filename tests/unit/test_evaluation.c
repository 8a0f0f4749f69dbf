/*
 * Evaluations: chunks add up to the whole, bits do not depend on what ran
 * between them, products of one chunk share their base passes.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/vector.h"
#include "net/evaluation.h"

enum { SAMPLES = 53, CLASSES = 4, FEATURES = 6 };

struct scene {
	struct dataset dataset;
	struct network *network;
	real *w, *direction;
};

/* Smooth, so that differences are what derivatives say. */
static struct network *smooth(struct shape input)
{
	static const char *const word[][2] = {
		{"dense", "9"}, {"tanh"}, {"dense", "4"}
	};
	struct network *network = network_new(input, CLASSES);

	for (int i = 0; i < 3; i++) {
		struct network *next = network_insert(network, i + 1, NULL,
		    i == 1 ? 1 : 2, word[i], NULL);

		network_free(network);
		network = next;
	}
	return network;
}

static int set_up(void **state)
{
	struct scene *s = xcalloc(1, sizeof(*s));
	struct split *test = &s->dataset.split[SPLIT_TEST];
	struct random_key key = {4, RANDOM_DATA, 0};

	s->dataset.shape = (struct shape) {FEATURES, 1, 1, false};
	s->dataset.classes = CLASSES;
	test->count = SAMPLES;
	test->values = xcalloc(SAMPLES * FEATURES, sizeof(*test->values));
	test->labels = xcalloc(SAMPLES, sizeof(*test->labels));
	for (uint32_t i = 0; i < SAMPLES * FEATURES; i++)
		test->values[i] = random_uniform(key, i) * 4 - 2;
	for (uint32_t i = 0; i < SAMPLES; i++)
		test->labels[i] = (int32_t)(random_bits(key, 1000 + i) %
		    CLASSES);
	s->network = smooth(s->dataset.shape);
	s->w = reals_new(s->network->parameters);
	s->direction = reals_new(s->network->parameters);
	network_initialise(s->network, 3, s->w, NULL);
	random_normal((struct random_key) {4, RANDOM_PROBE, 1}, 0,
	    s->network->parameters, s->direction);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	free(s->dataset.split[SPLIT_TEST].values);
	free(s->dataset.split[SPLIT_TEST].labels);
	network_free(s->network);
	reals_free(s->w);
	reals_free(s->direction);
	free(s);
	return 0;
}

static struct evaluation evaluation_of(const struct scene *s,
    enum evaluation_kind kind, struct engine *engine)
{
	return (struct evaluation) {
		.kind = kind, .engine = engine, .dataset = &s->dataset,
		.split = SPLIT_TEST, .w = s->w, .direction = s->direction,
	};
}

static void close_to(double a, double b)
{
	assert_true(fabs(a - b) <= 1e-6 * (1 + fabs(b)));
}

/* Chunks of 10 and one of all. */
static void test_chunks(void **state)
{
	const struct scene *s = *state;
	struct engine *small = engine_new(s->network, 10, NULL);
	struct engine *large = engine_new(s->network, 100, NULL);
	struct evaluation a = evaluation_of(s, EVALUATE_LOSS, small);
	struct evaluation b = evaluation_of(s, EVALUATE_LOSS, large);
	int chunks = 1;

	a.logits = reals_new(SAMPLES * CLASSES);
	b.logits = reals_new(SAMPLES * CLASSES);
	evaluation_begin(&a);
	assert_int_equal(a.count, SAMPLES);
	while (!evaluation_advance(&a, 0)) {
		assert_int_equal(a.done, 10 * chunks);
		chunks++;
	}
	assert_int_equal(chunks, 6);
	evaluation_run(&b);
	assert_int_equal(a.done, SAMPLES);
	assert_int_equal(b.done, SAMPLES);
	assert_int_equal(a.correct, b.correct);
	close_to(a.loss, b.loss);
	for (int i = 0; i < SAMPLES * CLASSES; i++)
		close_to((double)a.logits[i], (double)b.logits[i]);
	reals_free(a.logits);
	reals_free(b.logits);
	engine_free(small);
	engine_free(large);
}

/* The mean loss and its gradient over the first samples. */
static void test_count(void **state)
{
	const struct scene *s = *state;
	size_t n = s->network->parameters;
	struct engine *engine = engine_new(s->network, 16, NULL);
	struct evaluation e = evaluation_of(s, EVALUATE_GRADIENT, engine);
	real *first = reals_new(n), *w = reals_new(n);
	double before;

	e.count = 20;
	e.gradient = first;
	evaluation_run(&e);
	assert_int_equal(e.done, 20);
	before = e.loss;
	/* A step along the gradient changes the loss as it says. */
	memcpy(w, s->w, n * sizeof(*w));
	vector_add(w, -1e-3, first, n);
	e.w = w;
	e.kind = EVALUATE_LOSS;
	evaluation_run(&e);
	assert_true(fabs((before - e.loss) / (1e-3 *
	    vector_dot(first, first, n)) - 1) < 0.02);
	e.count = 1000;
	evaluation_begin(&e);
	assert_int_equal(e.count, SAMPLES);
	reals_free(first);
	reals_free(w);
	engine_free(engine);
}

/* Another evaluation on the same engine, between chunks, changes no bit. */
static void test_interleaved(void **state)
{
	const struct scene *s = *state;
	size_t n = s->network->parameters;
	struct engine *engine = engine_new(s->network, 16, NULL);
	struct evaluation alone = evaluation_of(s, EVALUATE_PRODUCT, engine);
	struct evaluation other = evaluation_of(s, EVALUATE_LOSS, engine);
	struct evaluation mixed = alone;
	real *w = reals_new(n);

	alone.product = reals_new(n);
	mixed.product = reals_new(n);
	other.w = w;
	evaluation_run(&alone);
	evaluation_begin(&mixed);
	evaluation_begin(&other);
	while (!evaluation_advance(&mixed, 0))
		evaluation_advance(&other, 7);
	assert_memory_equal(alone.product, mixed.product, n * sizeof(*w));
	assert_true(alone.loss == mixed.loss);
	close_to(other.loss, log(CLASSES));
	reals_free(alone.product);
	reals_free(mixed.product);
	reals_free(w);
	engine_free(engine);
}

/* Products that share their base passes are those that do not, also when the
 * engine does something else in between, or for somebody else. */
static void check_held(const struct scene *s, int capacity)
{
	size_t n = s->network->parameters;
	struct engine *engine = engine_new(s->network, capacity, NULL);
	struct evaluation e = evaluation_of(s, EVALUATE_PRODUCT, engine);
	struct evaluation other = evaluation_of(s, EVALUATE_LOSS, engine);
	real *first = reals_new(n), *second = reals_new(n);
	uint64_t held = 0, others = 0, before;
	double loss;

	e.product = first;
	evaluation_run(&e);
	loss = e.loss;
	e.held = &held;
	e.product = second;
	evaluation_run(&e);
	before = held;
	assert_true(before != 0);
	assert_memory_equal(first, second, n * sizeof(*first));
	evaluation_run(&other);
	evaluation_run(&e);
	assert_true(held == before && e.loss == loss);
	assert_memory_equal(first, second, n * sizeof(*first));
	e.held = &others;
	evaluation_run(&e);
	e.held = &held;
	evaluation_run(&e);
	assert_true(others != before && e.loss == loss);
	assert_memory_equal(first, second, n * sizeof(*first));
	reals_free(first);
	reals_free(second);
	engine_free(engine);
}

static void test_held(void **state)
{
	check_held(*state, 64);
	check_held(*state, 20);
}

/* L(w + d) = L(w) + g.d + d.Hd/2 up to the third order. */
static void test_second_order(void **state)
{
	const struct scene *s = *state;
	size_t n = s->network->parameters;
	struct engine *engine = engine_new(s->network, 64, NULL);
	struct evaluation e = evaluation_of(s, EVALUATE_PRODUCT, engine);
	real *w = reals_new(n);
	double step = 1e-3, before, first, second;

	e.gradient = reals_new(n);
	e.product = reals_new(n);
	evaluation_run(&e);
	before = e.loss;
	first = step * vector_dot(e.gradient, s->direction, n);
	second = step * step / 2 * vector_dot(e.product, s->direction, n);
	memcpy(w, s->w, n * sizeof(*w));
	vector_add(w, step, s->direction, n);
	e.kind = EVALUATE_LOSS;
	e.w = w;
	evaluation_run(&e);
	assert_true(fabs(e.loss - before - first) > fabs(e.loss - before -
	    first - second));
	assert_true(fabs(e.loss - before - first - second) < 2e-6);
	reals_free(e.gradient);
	reals_free(e.product);
	reals_free(w);
	engine_free(engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chunks),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_interleaved),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_second_order),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
