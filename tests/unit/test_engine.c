/*
 * The engine: gradients against finite differences of losses and products
 * against those of gradients (in the double build), the same bits for every
 * number of threads and capacity, branches and values computed in place.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/vector.h"
#include "net/engine.h"

enum { WORDS_MAX = 12 };

/* A network and a batch for it. */
struct subject {
	struct network *network;
	int n;
	real *w, *buffers, *x, *direction;
	int32_t *labels;
	uint64_t step;
};

static int split(char *text, const char **word)
{
	char *save = NULL;
	int words = 0;

	for (char *p = strtok_r(text, " ", &save); p && words < WORDS_MAX;
	    p = strtok_r(NULL, " ", &save))
		word[words++] = p;
	return words;
}

/* "conv 4 k=3 pad=1; relu; add @ 2 1": layers, and where they take their
 * inputs from when that is not the layer before. */
static struct network *lines(struct shape input, int classes, const char *text)
{
	struct network *network = network_new(input, classes);
	char *copy = xstrdup(text), *save = NULL;

	for (char *p = strtok_r(copy, ";", &save); p;
	    p = strtok_r(NULL, ";", &save)) {
		const char *word[WORDS_MAX];
		int from[INPUTS_MAX] = {network->layers, -1};
		char *at = strchr(p, '@');
		struct error error = {{0}};
		struct network *next;

		if (at) {
			*at = '\0';
			sscanf(at + 1, "%d %d", &from[0], &from[1]);
		}
		next = network_insert(network, network->layers + 1, from,
		    split(p, word), word, &error);
		if (!next)
			fail_msg("%s", error.text);
		network_free(network);
		network = next;
	}
	free(copy);
	return network;
}

static struct network *named(struct shape input, int classes, const char *text)
{
	const char *word[WORDS_MAX];
	char *copy = xstrdup(text);
	struct error error = {{0}};
	struct network *network = network_named(split(copy, word), word, input,
	    classes, &error);

	if (!network)
		fail_msg("%s", error.text);
	free(copy);
	return network;
}

static real *normal(uint64_t step, size_t count)
{
	real *values = reals_new(count);

	random_normal((struct random_key) {3, RANDOM_PROBE, step}, 0, count,
	    values);
	return values;
}

static struct subject subject_new(struct network *network, int n)
{
	size_t parameters = network->parameters;
	struct subject s = {
		.network = network,
		.n = n,
		.w = reals_new(parameters),
		.buffers = reals_new(network->buffers),
		.x = normal(1, (size_t)n * shape_size(network->input)),
		.direction = normal(2, parameters),
		.labels = xcalloc((size_t)n, sizeof(*s.labels)),
	};
	real *noise = normal(4, parameters);

	network_initialise(network, 5, s.w, s.buffers);
	/* Biases and norms that are neither 0 nor 1. */
	vector_add(s.w, 0.1, noise, parameters);
	for (int i = 0; i < network->buffer_segments; i++)
		for (size_t j = 0; j < network->buffer_segment[i].count; j++)
			s.buffers[network->buffer_segment[i].offset + j] +=
			    (real)0.05 * (real)(j % 7);
	for (int i = 0; i < n; i++)
		s.labels[i] = i * 7 % network->classes;
	reals_free(noise);
	return s;
}

static void subject_free(struct subject *s)
{
	network_free(s->network);
	reals_free(s->w);
	reals_free(s->buffers);
	reals_free(s->x);
	reals_free(s->direction);
	free(s->labels);
}

static void load(const struct subject *s, struct engine *engine)
{
	memcpy(engine_input(engine), s->x, (size_t)s->n *
	    shape_size(s->network->input) * sizeof(real));
	memcpy(engine_labels(engine), s->labels, (size_t)s->n *
	    sizeof(*s->labels));
	engine_set_buffers(engine, s->buffers);
	engine_set_weights(engine, s->w);
}

static struct engine *engine_for(const struct subject *s, struct pool *pool)
{
	struct engine *engine = engine_new(s->network, s->n, pool);

	load(s, engine);
	return engine;
}

static struct engine_request request_of(const struct subject *s,
    enum engine_mode mode)
{
	return (struct engine_request) {
		.mode = mode, .n = s->n, .seed = 9, .step = 4
	};
}

static double loss_at(const struct subject *s, struct engine *engine,
    const real *w, enum engine_mode mode)
{
	struct engine_request request = request_of(s, mode);
	struct engine_result result;

	engine_set_weights(engine, w);
	engine_forward(engine, &request, &result);
	return result.loss;
}

static void gradient_at(const struct subject *s, struct engine *engine,
    const real *w, enum engine_mode mode, real *gradient)
{
	struct engine_request request = request_of(s, mode);

	memset(gradient, 0, s->network->parameters * sizeof(real));
	engine_set_weights(engine, w);
	engine_gradient(engine, &request, NULL, 1, gradient, NULL);
}

static void product_at(struct engine *engine, int n, const real *direction,
    real *product, struct engine_result *result)
{
	engine_product(engine, &(struct product_request) {
	    .n = n, .direction = direction, .scale = 1, .product = product},
	    result);
}

#ifdef SNT_DOUBLE
/* Small, so that hardly a relu or a maximum changes between two points. */
static const double step = 1e-8;

/* The slope along `direction` in one segment, on one side of the point. */
static double slope_of(const struct subject *s, struct engine *engine,
    enum engine_mode mode, const struct segment *segment, double by)
{
	size_t parameters = s->network->parameters;
	real *w = reals_new(parameters);
	double slope;

	memcpy(w, s->w, parameters * sizeof(*w));
	vector_add(w + segment->offset, by, s->direction + segment->offset,
	    segment->count);
	slope = loss_at(s, engine, w, mode);
	slope = (slope - loss_at(s, engine, s->w, mode)) / by;
	reals_free(w);
	return slope;
}

/* A relu or a maximum may change between two points, but not on both sides:
 * the nearer of the two slopes is the one to compare with. */
static void check_gradient(const struct subject *s, enum engine_mode mode,
    double tolerance)
{
	struct engine *engine = engine_for(s, NULL);
	real *gradient = reals_new(s->network->parameters);

	gradient_at(s, engine, s->w, mode, gradient);
	for (int i = 0; i < s->network->segments; i++) {
		const struct segment *segment = &s->network->segment[i];
		double expected = vector_dot(gradient + segment->offset,
		    s->direction + segment->offset, segment->count);
		double up = slope_of(s, engine, mode, segment, step);
		double down = slope_of(s, engine, mode, segment, -step);
		double nearer = fmin(fabs(up - expected),
		    fabs(down - expected));

		if (!(nearer <= tolerance * (1 + fabs(expected))))
			fail_msg("%s: %s: gradient %.9g, differences %.9g "
			    "and %.9g", s->network->name, segment->name,
			    expected, up, down);
	}
	reals_free(gradient);
	engine_free(engine);
}

static void check_product(const struct subject *s, double tolerance)
{
	size_t parameters = s->network->parameters;
	struct engine *engine = engine_for(s, NULL);
	real *product = reals_new(parameters), *w = reals_new(parameters);
	real *after = reals_new(parameters), *before = reals_new(parameters);

	product_at(engine, s->n, s->direction, product, NULL);
	memcpy(w, s->w, parameters * sizeof(*w));
	vector_add(w, step, s->direction, parameters);
	gradient_at(s, engine, w, ENGINE_INFERENCE, after);
	vector_add(w, -2 * step, s->direction, parameters);
	gradient_at(s, engine, w, ENGINE_INFERENCE, before);
	vector_add(after, -1, before, parameters);
	vector_scale(after, 1 / (2 * step), parameters);
	for (int i = 0; i < s->network->segments; i++) {
		const struct segment *segment = &s->network->segment[i];
		const real *a = after + segment->offset;
		const real *p = product + segment->offset;
		double scale = vector_norm(a, segment->count);

		for (size_t j = 0; j < segment->count; j++)
			if (!(fabs(a[j] - p[j]) <= tolerance * (1 + scale)))
				fail_msg("%s: %s[%zu]: product %.9g, "
				    "difference %.9g", s->network->name,
				    segment->name, j, p[j], a[j]);
	}
	reals_free(product);
	reals_free(after);
	reals_free(before);
	reals_free(w);
	engine_free(engine);
}
#else
/* Single precision drowns the differences; it has the golden tests. */
static void check_gradient(const struct subject *s, enum engine_mode mode,
    double tolerance)
{
	(void)s, (void)mode, (void)tolerance;
}

static void check_product(const struct subject *s, double tolerance)
{
	(void)s, (void)tolerance;
}
#endif

static bool same(const real *a, const real *b, size_t n)
{
	return memcmp(a, b, n * sizeof(*a)) == 0;
}

/* Everything an engine computes of a subject. */
struct everything {
	real *logits, *gradient, *training, *product, *running;
	double loss;
};

static struct everything compute(const struct subject *s, int capacity,
    struct pool *pool)
{
	size_t parameters = s->network->parameters;
	struct everything e = {
		reals_new((size_t)s->n * (size_t)s->network->classes),
		reals_new(parameters), reals_new(parameters),
		reals_new(parameters), reals_new(s->network->buffers), 0
	};
	struct engine *engine = engine_new(s->network, capacity, pool);
	struct engine_request request = request_of(s, ENGINE_TRAINING);
	struct engine_result result;

	memcpy(e.running, s->buffers, s->network->buffers * sizeof(real));
	request.running = e.running;
	load(s, engine);
	engine_gradient(engine, &request, NULL, 1, e.training, &result);
	product_at(engine, s->n, s->direction, e.product, NULL);
	gradient_at(s, engine, s->w, ENGINE_INFERENCE, e.gradient);
	e.loss = result.loss + loss_at(s, engine, s->w, ENGINE_INFERENCE);
	memcpy(e.logits, engine_logits(engine), (size_t)s->n *
	    (size_t)s->network->classes * sizeof(real));
	engine_free(engine);
	return e;
}

static void everything_free(struct everything *e)
{
	reals_free(e->logits);
	reals_free(e->gradient);
	reals_free(e->training);
	reals_free(e->product);
	reals_free(e->running);
}

static void check_same(const struct subject *s, const struct everything *a,
    const struct everything *b)
{
	size_t parameters = s->network->parameters;

	assert_true(same(a->logits, b->logits, (size_t)s->n *
	    (size_t)s->network->classes));
	assert_true(same(a->gradient, b->gradient, parameters));
	assert_true(same(a->training, b->training, parameters));
	assert_true(same(a->product, b->product, parameters));
	assert_true(same(a->running, b->running, s->network->buffers));
	assert_true(a->loss == b->loss);
}

/* The same bits with 1, 2 and 3 threads and a capacity beyond the batch. */
static void check_bits(const struct subject *s)
{
	struct everything one = compute(s, s->n, NULL);

	assert_true(vector_finite(one.product, s->network->parameters));
	assert_false(vector_zero(one.product, s->network->parameters));
	for (int threads = 2; threads <= 3; threads++) {
		struct pool *pool = pool_new(threads);
		struct everything more = compute(s, s->n + 37 * threads,
		    pool);

		check_same(s, &one, &more);
		everything_free(&more);
		pool_free(pool);
	}
	everything_free(&one);
}

static void check_all(struct network *network, int n)
{
	struct subject s = subject_new(network, n);

	check_gradient(&s, ENGINE_INFERENCE, 3e-4);
	check_gradient(&s, ENGINE_TRAINING, 3e-4);
	check_product(&s, 1e-4);
	check_bits(&s);
	subject_free(&s);
}

static const struct shape image = {1, 28, 28, false};
static const struct shape small = {3, 8, 8, false};
static const struct shape plain = {6, 1, 1, false};

static void test_mlp(void **state)
{
	(void)state;
	check_all(named(image, 10, "mlp 300-100"), 130);
	check_all(named(plain, 3, "mlp 16"), 5);
}

static void test_lenet5(void **state)
{
	(void)state;
	check_all(named(image, 10, "lenet5"), 30);
}

static void test_batch_norm(void **state)
{
	(void)state;
	check_all(named(small, 10, "vgg8"), 37);
	check_all(named(small, 10, "mobilenet"), 37);
}

static void test_residual(void **state)
{
	(void)state;
	check_all(named(small, 10, "resnet20"), 37);
}

static void test_tokens(void **state)
{
	(void)state;
	check_all(named((struct shape) {1, 9, 9, false}, 10, "vit"), 11);
}

/* One value taken by three layers, one of them twice. */
static void test_branches(void **state)
{
	(void)state;
	check_all(lines(small, 4, "conv 4 k=3 pad=1; tanh;"
	    "conv 4 k=3 pad=1 @ 2; conv 4 k=1 @ 2; add @ 3 4; add @ 5 2;"
	    "add @ 6 6; bn; relu; add @ 9 6; globalavg; dense 4"), 50);
	/* The sum's gradient stays in place for one branch. */
	check_all(lines(small, 4, "conv 4 k=3 pad=1; tanh;"
	    "conv 6 k=3 stride=2 pad=1; conv 6 k=1 stride=2 @ 2;"
	    "add @ 3 4; globalavg; dense 4"), 5);
	check_all(lines(plain, 3, "dense 20; tanh; dense 20; tanh; add @ 4 2;"
	    "dense 20 @ 2; add @ 6 5; add @ 7 5; dense 3"), 70);
}

/* Values in place of others, one after the other, where that is allowed. */
static void test_in_place(void **state)
{
	(void)state;
	check_all(lines(small, 4, "conv 4 k=3; bn; tanh; dropout 0.3; relu;"
	    "maxpool 2; flatten; dropout 0.2; dense 8; flatten; relu;"
	    "flatten; tanh; dense 4"), 40);
	check_all(lines(small, 4, "flatten; relu; dropout 0.1; dense 4"), 9);
	check_all(lines(small, 4, "conv 8 k=2 stride=2; positions; layernorm;"
	    "gelu; tokenmean; dense 4"), 33);
	check_all(lines(small, 4, "flatten; dense 12; relu; flatten; flatten;"
	    "add @ 5 3; dense 4"), 9);
}

/* A flatten of the input must leave the input as it is. */
static void test_input_stays(void **state)
{
	struct subject s = subject_new(lines(small, 4,
	    "flatten; relu; dense 4"), 6);
	struct engine *engine = engine_for(&s, NULL);

	(void)state;
	loss_at(&s, engine, s.w, ENGINE_INFERENCE);
	assert_true(same(engine_input(engine), s.x, 6 * 192));
	engine_free(engine);
	subject_free(&s);
}

/* Gradients add up, are scaled, and weigh samples. */
static void test_scale_and_weight(void **state)
{
	struct subject s = subject_new(named(plain, 3, "mlp 5"), 8);
	struct engine *engine = engine_for(&s, NULL);
	struct engine_request request = request_of(&s, ENGINE_INFERENCE);
	size_t n = s.network->parameters;
	real *all = reals_new(n), *sum = reals_new(n);
	real weight[8];

	(void)state;
	gradient_at(&s, engine, s.w, ENGINE_INFERENCE, all);
	for (int half = 0; half < 2; half++) {
		for (int i = 0; i < 8; i++)
			weight[i] = i % 2 == half ? 2 : 0;
		engine_gradient(engine, &request, weight, 0.5, sum, NULL);
	}
	for (size_t i = 0; i < n; i++)
		assert_true(fabs((double)(sum[i] - all[i])) < 1e-5);
	reals_free(all);
	reals_free(sum);
	engine_free(engine);
	subject_free(&s);
}

/* Two dropout layers behind each other: of masks that were the same, half of
 * the numbers would be left, of two that differ a quarter. */
static void test_two_dropouts(void **state)
{
	static const char *const lines[][2] = {
		{"dense", "10"}, {"dropout", "0.5"}, {"dropout", "0.5"}};
	struct network *network = network_new((struct shape) {3, 1, 1, false},
	    10);
	struct engine_request request = {.mode = ENGINE_TRAINING, .n = 100};
	struct engine *engine;
	real *w;
	int zeros = 0;

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct network *longer = network_insert(network, i + 1, NULL,
		    2, lines[i], NULL);

		network_free(network);
		network = longer;
	}
	w = normal(3, network->parameters);
	engine = engine_new(network, 100, NULL);
	for (int i = 0; i < 300; i++)
		engine_input(engine)[i] = (real)(i % 7 + 1);
	memset(engine_labels(engine), 0, 100 * sizeof(int32_t));
	engine_set_weights(engine, w);
	engine_forward(engine, &request, NULL);
	for (int i = 0; i < 1000; i++)
		zeros += engine_logits(engine)[i] == 0;
	assert_in_range(zeros, 700, 800);
	engine_free(engine);
	network_free(network);
	reals_free(w);
}

/* A product of samples first .. first + n - 1 of a set. */
static void held_product(const struct subject *s, struct engine *engine,
    uint64_t set, int first, int n, struct everything *e)
{
	size_t size = shape_size(s->network->input);
	struct product_request request = {
		.n = n, .direction = s->direction, .scale = 1,
		.product = e->product, .gradient = e->gradient,
		.set = set, .first = (uint32_t)first,
	};
	struct engine_result result;

	memcpy(engine_input(engine), s->x + (size_t)first * size,
	    (size_t)n * size * sizeof(real));
	memcpy(engine_labels(engine), s->labels + first,
	    (size_t)n * sizeof(*s->labels));
	engine_set_weights(engine, s->w);
	engine_product(engine, &request, &result);
	e->loss += result.loss;
}

static void check_set(const struct subject *s, struct engine *engine,
    uint64_t set, bool gradient, const struct everything *expected)
{
	size_t n = s->network->parameters;
	struct everything e = {.product = reals_new(n)};

	e.gradient = gradient ? reals_new(n) : NULL;
	held_product(s, engine, set, 0, 4, &e);
	loss_at(s, engine, s->direction, ENGINE_INFERENCE);
	held_product(s, engine, set, 4, s->n - 4, &e);
	assert_true(same(e.product, expected->product, n));
	assert_true(!gradient || same(e.gradient, expected->gradient, n));
	assert_true(e.loss == expected->loss);
	reals_free(e.product);
	reals_free(e.gradient);
}

/* What products of one set share changes no bit, whatever comes between, and
 * nor does a set that is gone. */
static void test_held(void **state)
{
	static const char *const names[] = {
		"mlp 20-10", "lenet5", "vgg8", "resnet20", "mobilenet", "vit"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct subject s = subject_new(named(image, 10, names[i]), 7);
		struct engine *engine = engine_for(&s, NULL);
		size_t n = s.network->parameters;
		struct everything e = {
			.product = reals_new(n), .gradient = reals_new(n)
		};
		uint64_t set, gone = engine_hold(engine, 7);

		held_product(&s, engine, 0, 0, 4, &e);
		held_product(&s, engine, 0, 4, 3, &e);
		set = engine_hold(engine, 7);
		assert_true(set != gone);
		check_set(&s, engine, set, i % 2, &e);
		check_set(&s, engine, set, false, &e);
		check_set(&s, engine, set, true, &e);
		check_set(&s, engine, gone, false, &e);
		reals_free(e.product);
		reals_free(e.gradient);
		engine_free(engine);
		subject_free(&s);
	}
}

/* A batch cut in two draws the dropout of the whole. */
static void test_origin(void **state)
{
	struct subject s = subject_new(lines(plain, 3,
	    "dense 8; dropout 0.5; dense 3"), 8);
	struct engine *engine = engine_for(&s, NULL);
	struct engine_request request = request_of(&s, ENGINE_TRAINING);
	struct engine_result result;
	double whole;

	(void)state;
	whole = loss_at(&s, engine, s.w, ENGINE_TRAINING);
	request.n = 4;
	engine_forward(engine, &request, &result);
	whole -= result.loss;
	memmove(engine_input(engine), s.x + 4 * 6, 4 * 6 * sizeof(real));
	memmove(engine_labels(engine), s.labels + 4, 4 * sizeof(int32_t));
	request.origin = 4;
	engine_forward(engine, &request, &result);
	assert_true(fabs(whole - result.loss) < 1e-5);
	request.origin = 0;
	engine_forward(engine, &request, &result);
	assert_true(fabs(whole - result.loss) > 1e-3);
	engine_free(engine);
	subject_free(&s);
}

static void check_logits(const struct subject *s, struct engine *engine,
    const real *w, uint64_t ticket, const real *expected)
{
	struct engine_request request = request_of(s, ENGINE_INFERENCE);
	struct engine_result result;

	engine_set_weights_once(engine, w, ticket);
	engine_forward(engine, &request, &result);
	assert_memory_equal(engine_logits(engine), expected, (size_t)s->n *
	    (size_t)s->network->classes * sizeof(real));
}

/* Weights in the form that an earlier pass left: the same bits, and never
 * those of other weights. */
static void test_weights_once(void **state)
{
	struct subject s = subject_new(lines(plain, 5,
	    "dense 300; relu; dense 97; dense 5"), 9);
	size_t count = 9 * 5;
	struct engine *fresh = engine_for(&s, NULL);
	struct engine *engine = engine_for(&s, NULL);
	real *expected = reals_new(count), *others = reals_new(count);
	uint64_t first = engine_ticket(engine), second;

	(void)state;
	loss_at(&s, fresh, s.w, ENGINE_INFERENCE);
	memcpy(expected, engine_logits(fresh), count * sizeof(real));
	loss_at(&s, fresh, s.direction, ENGINE_INFERENCE);
	memcpy(others, engine_logits(fresh), count * sizeof(real));
	assert_memory_not_equal(expected, others, count * sizeof(real));
	for (int i = 0; i < 3; i++)
		check_logits(&s, engine, s.w, first, expected);
	loss_at(&s, engine, s.direction, ENGINE_INFERENCE);
	assert_memory_equal(engine_logits(engine), others,
	    count * sizeof(real));
	check_logits(&s, engine, s.w, first, expected);
	second = engine_ticket(engine);
	for (int i = 0; i < 2; i++)
		check_logits(&s, engine, s.direction, second, others);
	reals_free(expected);
	reals_free(others);
	engine_free(fresh);
	engine_free(engine);
	subject_free(&s);
}

static void test_correct(void **state)
{
	struct subject s = subject_new(lines(plain, 3, "dense 3"), 4);
	struct engine_request request = request_of(&s, ENGINE_INFERENCE);
	struct engine *engine;
	struct engine_result result;

	(void)state;
	memset(s.w, 0, s.network->parameters * sizeof(*s.w));
	engine = engine_for(&s, NULL);
	engine_forward(engine, &request, &result);
	/* All logits tie, so class 0 is the answer; labels 0 1 2 0. */
	assert_int_equal(result.correct, 2);
	assert_true(fabs(result.loss - 4 * log(3)) < 1e-5);
	assert_true(fabs((double)engine_losses(engine)[3] - log(3)) < 1e-6);
	engine_free(engine);
	subject_free(&s);
}

static void test_memory(void **state)
{
	struct subject s = subject_new(named(small, 10, "resnet20"), 32);
	struct engine *engine = engine_for(&s, NULL);
	struct engine_memory before, after;

	(void)state;
	loss_at(&s, engine, s.w, ENGINE_INFERENCE);
	engine_memory(engine, &before);
	assert_int_equal(before.gradients, 0);
	assert_int_equal(before.tangents, 0);
	product_at(engine, 32, s.direction, s.direction, NULL);
	engine_memory(engine, &after);
	assert_true(after.gradients > 0 && after.tangents > after.gradients);
	assert_int_equal(engine_bytes(engine), after.activations +
	    after.gradients + after.tangents + after.packed +
	    after.workspace);
	engine_free(engine);
	subject_free(&s);
}

/* Outputs of batch norms with one reader and with several, behind one
 * another, read by what keeps its input and by what does not. */
static void test_computed_again(void **state)
{
	(void)state;
	check_all(lines(small, 4, "conv 4 k=3 pad=1; bn; bn; conv 4 k=3 pad=1;"
	    "bn; tanh; conv 4 k=1; bn; maxpool 2; bn; relu; flatten;"
	    "dense 4"), 37);
	check_all(lines(small, 4, "conv 4 k=3 pad=1; bn; relu;"
	    "conv 4 k=3 pad=1 @ 3; conv 4 k=1 @ 3; bn @ 4; bn @ 5; add @ 6 7;"
	    "relu; bn; conv 4 k=1; globalavg; dense 4"), 37);
	check_all(lines(small, 4, "bn; conv 4 k=3; bn; gelu; bn; relu; conv 4;"
	    "bn; relu; globalavg; dense 4"), 37);
}

/* The gradient in training, of weights drawn alike. */
static real *training_gradient(const char *text, double *loss)
{
	struct subject s = subject_new(lines(small, 4, text), 9);
	struct engine *engine = engine_for(&s, NULL);
	struct engine_request request = request_of(&s, ENGINE_TRAINING);
	struct engine_result result;
	real *gradient = reals_new(s.network->parameters);

	engine_gradient(engine, &request, NULL, 1, gradient, &result);
	*loss = result.loss;
	engine_free(engine);
	subject_free(&s);
	return gradient;
}

/* Two texts of a network of so many parameters that computes the same. */
static void check_same_gradient(const char *text, const char *other,
    size_t parameters)
{
	double loss, other_loss;
	real *a = training_gradient(text, &loss);
	real *b = training_gradient(other, &other_loss);

	assert_true(loss == other_loss);
	for (size_t i = 0; i < parameters; i++)
		assert_true(a[i] == b[i]);
	reals_free(a);
	reals_free(b);
}

/* A relu before a pooling, which takes it along, and the same behind one. */
static void test_relu_of_pool(void **state)
{
	(void)state;
	check_same_gradient("conv 4 k=3 pad=1; relu; maxpool 2; flatten;"
	    "dense 4", "conv 4 k=3 pad=1; maxpool 2; relu; flatten; dense 4",
	    4 * 3 * 9 + 4 + 4 * 64 + 4);
}

/* A relu between dense layers, which take it along, and one that runs. */
static void test_relu_of_dense(void **state)
{
	(void)state;
	check_same_gradient("flatten; dense 99; relu; dense 9; relu; dense 4",
	    "flatten; dense 99; relu; flatten; dense 9; relu; flatten;"
	    "dense 4", 99 * 193 + 9 * 100 + 4 * 10);
	check_all(lines(small, 4, "flatten; dense 170; relu; dense 100; relu;"
	    "dense 4"), 33);
	check_all(lines(small, 4, "flatten; dense 9; relu; dense 9;"
	    "add @ 3 4; dense 4"), 9);
}

/* What the first gradient finds in its place does not matter. */
static void test_first(void **state)
{
	struct subject s = subject_new(lines(small, 4, "conv 4 k=3; bn; relu;"
	    "conv 4 k=1 groups=2; flatten; dense 200; tanh; dense 4"), 9);
	struct engine *engine = engine_for(&s, NULL);
	struct engine_request request = request_of(&s, ENGINE_TRAINING);
	size_t n = s.network->parameters;
	real *sum = reals_new(n), *first = reals_dup(s.w, n);

	(void)state;
	engine_gradient(engine, &request, NULL, 0.5, sum, NULL);
	request.first = true;
	engine_gradient(engine, &request, NULL, 0.5, first, NULL);
	for (size_t i = 0; i < n; i++)
		assert_true(first[i] == sum[i]);
	reals_free(sum);
	reals_free(first);
	engine_free(engine);
	subject_free(&s);
}

/* Of conv, batch norm and relu training keeps what the first leaves. */
static void test_memory_of_training(void **state)
{
	enum { N = 64, C = 8 };
	struct network *network = lines(small, 4, "conv 8 k=3 pad=1; bn; relu;"
	    "conv 8 k=3 pad=1; bn; relu; conv 8 k=3 pad=1; bn; relu;"
	    "globalavg; dense 4");
	struct engine *engine = engine_new(network, N, NULL);
	size_t area = (size_t)(small.h * small.w), pixels = shape_size(small);
	struct engine_memory memory;

	(void)state;
	engine_memory_of_gradient(engine, N, &memory);
	assert_in_range(memory.activations,
	    N * (pixels + 3 * C * area) * sizeof(real),
	    N * (pixels + 3 * C * area + 3 * C) * sizeof(real));
	engine_free(engine);
	network_free(network);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mlp),
		cmocka_unit_test(test_lenet5),
		cmocka_unit_test(test_batch_norm),
		cmocka_unit_test(test_residual),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_branches),
		cmocka_unit_test(test_in_place),
		cmocka_unit_test(test_input_stays),
		cmocka_unit_test(test_scale_and_weight),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_two_dropouts),
		cmocka_unit_test(test_origin),
		cmocka_unit_test(test_weights_once),
		cmocka_unit_test(test_correct),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_computed_again),
		cmocka_unit_test(test_memory_of_training),
		cmocka_unit_test(test_relu_of_pool),
		cmocka_unit_test(test_relu_of_dense),
		cmocka_unit_test(test_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
