/*
 * Loss, logits, gradient, Hessian-vector product and sharpness of every named
 * network against reference values from PyTorch in double precision; and the
 * same bits at any number of threads.
 */
#include "unit/golden.h"

#include "base/pool.h"
#include "base/vector.h"
#include "net/engine.h"
#include "sharpness/measure.h"

#ifdef SNT_DOUBLE
enum { DOUBLE = 1 };
#else
enum { DOUBLE = 0 };
#endif

/* Stated tolerances: what rounding to single precision may do. */
static const struct reference {
	const char *name;
	double tolerance;
} references[] = {
	{"mlp-32-16", 1e-4},
	{"mlp-300-100", 1e-4},
	{"lenet5", 1e-4},
	{"lenet5-colour", 1e-4},
	{"vgg8", 1e-3},
	{"vgg8-odd", 1e-3},
	{"resnet20", 1e-3},
	{"resnet20-odd", 1e-3},
	{"mobilenet", 1e-3},
	{"vit", 1e-3},
	{"vit-colour", 1e-3},
};

enum { REFERENCES = sizeof(references) / sizeof(*references) };

static double tolerance_of(const struct reference *r)
{
	return DOUBLE ? 1e-8 : r->tolerance;
}

struct subject {
	struct golden *g;
	struct pool *pool;
	struct engine *engine;
	int n;
	double tolerance;
};

static struct subject subject_new(const struct reference *r)
{
	struct subject s = {.g = golden_new(r->name, 0)};

	s.n = (int)s.g->dataset.split[SPLIT_TRAIN].count;
	s.tolerance = tolerance_of(r);
	s.pool = pool_new(2);
	s.engine = engine_new(s.g->network, s.n, s.pool);
	engine_set_weights(s.engine, s.g->w);
	engine_set_buffers(s.engine, s.g->buffers);
	split_gather(&s.g->dataset, SPLIT_TRAIN, 0, s.n, NULL,
	    engine_input(s.engine), engine_labels(s.engine));
	return s;
}

static void subject_free(struct subject s)
{
	engine_free(s.engine);
	pool_free(s.pool);
	golden_free(s.g);
}

static void check_loss(const struct subject *s, double sum)
{
	golden_close(s->g, "loss", sum / s->n, golden_number(s->g, "loss"), 0,
	    s->tolerance);
}

static void test_logits(void **state)
{
	struct subject s = subject_new(*state);
	struct engine_request request = {.mode = ENGINE_INFERENCE, .n = s.n};
	const cJSON *logits = cJSON_GetObjectItemCaseSensitive(s.g->json,
	    "logits");
	struct engine_result result;

	engine_forward(s.engine, &request, &result);
	check_loss(&s, result.loss);
	for (int i = 0; i < cJSON_GetArraySize(logits); i++)
		golden_close(s.g, "a logit",
		    (double)engine_logits(s.engine)[i], golden_at(logits, i),
		    1, s.tolerance);
	subject_free(s);
}

/* A segment's norm, its sum weighted by the direction, and two entries. */
static void check_segment(const struct subject *s,
    const struct segment *segment, const real *vector, const cJSON *digest)
{
	const real *part = vector + segment->offset;
	size_t n = segment->count;
	double norm = golden_at(digest, 0);
	double one = norm / sqrt((double)n);

	golden_close(s->g, segment->name, vector_norm(part, n), norm, 1e-9,
	    s->tolerance);
	golden_close(s->g, segment->name, vector_dot(part, s->g->direction +
	    segment->offset, n), golden_at(digest, 1), norm, s->tolerance);
	golden_close(s->g, segment->name, (double)part[n / 3],
	    golden_at(digest, 2), one, s->tolerance);
	golden_close(s->g, segment->name, (double)part[n - 1],
	    golden_at(digest, 3), one, s->tolerance);
}

static void check_vector(const struct subject *s, const char *key,
    const real *vector)
{
	const cJSON *digests = cJSON_GetObjectItemCaseSensitive(s->g->json,
	    key);
	const struct network *network = s->g->network;

	assert_int_equal(cJSON_GetArraySize(digests), network->segments);
	for (int i = 0; i < network->segments; i++) {
		const struct segment *segment = &network->segment[i];
		const cJSON *digest = cJSON_GetObjectItemCaseSensitive(
		    digests, segment->name);

		if (!digest)
			fail_msg("%s: %s has no segment %s", s->g->name, key,
			    segment->name);
		check_segment(s, segment, vector, digest);
	}
}

static void test_gradient(void **state)
{
	struct subject s = subject_new(*state);
	struct engine_request request = {.mode = ENGINE_INFERENCE, .n = s.n};
	real *gradient = reals_new(s.g->network->parameters);
	struct engine_result result;

	engine_gradient(s.engine, &request, NULL, 1.0 / s.n, gradient,
	    &result);
	check_loss(&s, result.loss);
	check_vector(&s, "gradient", gradient);
	reals_free(gradient);
	subject_free(s);
}

static void test_product(void **state)
{
	struct subject s = subject_new(*state);
	real *gradient = reals_new(s.g->network->parameters);
	real *product = reals_new(s.g->network->parameters);
	struct engine_result result;

	engine_product(s.engine, &(struct product_request) {
	    .n = s.n, .direction = s.g->direction, .scale = 1.0 / s.n,
	    .product = product, .gradient = gradient}, &result);
	check_loss(&s, result.loss);
	check_vector(&s, "gradient", gradient);
	check_vector(&s, "product", product);
	reals_free(gradient);
	reals_free(product);
	subject_free(s);
}

/* Everything that a number of threads could change: gradient and running
 * statistics of a training pass, and a product. */
struct bits {
	real *gradient, *running, *product;
};

static struct bits bits_at(struct subject *s, int threads)
{
	size_t n = s->g->network->parameters, buffers = s->g->network->buffers;
	struct bits b = {reals_new(n), reals_new(buffers), reals_new(n)};
	struct engine_request request = {
		.mode = ENGINE_TRAINING, .n = s->n, .seed = 1,
		.running = buffers ? b.running : NULL,
	};
	struct engine_result result;

	pool_set_threads(s->pool, threads);
	memcpy(b.running, s->g->buffers, buffers * sizeof(real));
	engine_gradient(s->engine, &request, NULL, 1.0 / s->n, b.gradient,
	    &result);
	engine_product(s->engine, &(struct product_request) {
	    .n = s->n, .direction = s->g->direction, .scale = 1.0 / s->n,
	    .product = b.product}, &result);
	return b;
}

static void bits_free(struct bits b)
{
	reals_free(b.gradient);
	reals_free(b.running);
	reals_free(b.product);
}

static void test_threads(void **state)
{
	struct subject s = subject_new(*state);
	size_t bytes = s.g->network->parameters * sizeof(real);
	struct bits one = bits_at(&s, 1);

	for (int threads = 2; threads < 5; threads++) {
		struct bits more = bits_at(&s, threads);

		assert_memory_equal(one.gradient, more.gradient, bytes);
		assert_memory_equal(one.product, more.product, bytes);
		assert_memory_equal(one.running, more.running,
		    s.g->network->buffers * sizeof(real));
		bits_free(more);
	}
	bits_free(one);
	subject_free(s);
}

static double measure(const struct subject *s, const char *name)
{
	struct measure_request request = {
		.kind = measure_find(name), .engine = s->engine,
		.dataset = &s->g->dataset, .split = SPLIT_TRAIN,
		.w = s->g->w, .buffers = s->g->buffers, .seed = 1,
	};
	struct measure_result result = {0};
	struct error error = {{0}};
	struct measure *measure;
	int status;

	assert_non_null(request.kind);
	options_default(request.kind->options, &request.options);
	measure = measure_new(&request);
	do
		status = measure_advance(measure, &result, &error);
	while (status == 0);
	if (status < 0)
		fail_msg("%s: %s: %s", s->g->name, name, error.text);
	measure_free(measure);
	return result.value;
}

/* lambda stops at a residual of 1e-3, which leaves an error of its square;
 * the others are differences of losses. */
static void test_sharpness(void **state)
{
	struct subject s = subject_new(*state);
	double loss = golden_number(s.g, "loss");

	golden_close(s.g, "lambda", measure(&s, "lambda"),
	    golden_number(s.g, "lambda"), 0, DOUBLE ? 1e-5 : s.tolerance);
	golden_close(s.g, "sam", measure(&s, "sam"),
	    golden_number(s.g, "sam"), DOUBLE ? 0 : 1e-3 * loss,
	    s.tolerance);
	golden_close(s.g, "adaptive", measure(&s, "adaptive"),
	    golden_number(s.g, "adaptive"), DOUBLE ? 0 : 1e-3 * loss,
	    s.tolerance);
	subject_free(s);
}

int main(void)
{
	static const struct {
		const char *name;
		CMUnitTestFunction function;
	} checks[] = {
		{"logits", test_logits},
		{"gradient", test_gradient},
		{"product", test_product},
		{"sharpness", test_sharpness},
		{"threads", test_threads},
	};
	enum { CHECKS = sizeof(checks) / sizeof(*checks) };
	struct CMUnitTest tests[REFERENCES * CHECKS];
	static char names[REFERENCES * CHECKS][64];

	for (size_t i = 0; i < REFERENCES * CHECKS; i++) {
		const struct reference *r = &references[i / CHECKS];

		snprintf(names[i], sizeof(names[i]), "%s of %s",
		    checks[i % CHECKS].name, r->name);
		tests[i] = (struct CMUnitTest) {
			.name = names[i],
			.test_func = checks[i % CHECKS].function,
			.initial_state = (void *)r,
		};
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
