/*
 * Operations: each forward pass against its formula
 * written naively in double precision, and (in the double build) backward and
 * tangent passes against finite differences, over awkward shapes and shards.
 */
#include "unit/op_harness.h"

#ifdef SNT_DOUBLE
#define ROUNDING 1e-12
#else
#define ROUNDING 2e-5
#endif

enum { INFERENCE, TRAINING };

struct setting {
	const char *line;
	struct shape a, b;
	int n, shard;
};

#define IMAGE(C, H, W) {C, H, W, false}
#define TOKENS(C, H, W) {C, H, W, true}
#define NONE {0, 0, 0, false}

/* 1x1 images, one channel, one sample, ragged last shards. */
static const struct setting settings[] = {
	{"add", IMAGE(3, 4, 5), IMAGE(3, 4, 5), 5, 2},
	{"add", IMAGE(1, 1, 1), IMAGE(1, 1, 1), 1, 1},
	{"add", TOKENS(4, 3, 2), TOKENS(4, 3, 2), 3, 2},
	{"tanh", IMAGE(3, 4, 5), NONE, 5, 2},
	{"tanh", IMAGE(1, 1, 1), NONE, 1, 1},
	{"gelu", IMAGE(3, 4, 5), NONE, 5, 2},
	{"gelu", TOKENS(6, 3, 3), NONE, 2, 1},
	{"gelu", IMAGE(1, 1, 1), NONE, 1, 1},
	{"dropout", IMAGE(3, 4, 5), NONE, 5, 2},
	{"dropout p=0", IMAGE(3, 1, 1), NONE, 2, 2},
	{"avgpool", IMAGE(3, 6, 4), NONE, 3, 2},
	{"avgpool 3 stride=2 pad=1", IMAGE(2, 7, 6), NONE, 3, 2},
	{"avgpool 1", IMAGE(1, 1, 1), NONE, 1, 1},
	{"avgpool 2 stride=1 pad=1", IMAGE(1, 3, 5), NONE, 2, 1},
	{"avgpool 2 stride=3", IMAGE(17, 5, 5), NONE, 2, 2},
	{"globalavg", IMAGE(3, 4, 5), NONE, 5, 2},
	{"globalavg", IMAGE(19, 1, 1), NONE, 1, 1},
	{"globalavg", IMAGE(1, 3, 3), NONE, 2, 1},
	{"tokenmean", TOKENS(5, 3, 2), NONE, 5, 2},
	{"tokenmean", TOKENS(1, 1, 1), NONE, 1, 1},
	{"positions", IMAGE(5, 3, 2), NONE, 5, 2},
	{"positions", IMAGE(1, 1, 1), NONE, 1, 1},
	{"positions", TOKENS(17, 2, 2), NONE, 3, 1},
	{"layernorm", TOKENS(5, 3, 2), NONE, 5, 2},
	{"layernorm", IMAGE(18, 2, 1), NONE, 2, 2},
	{"layernorm", IMAGE(7, 1, 1), NONE, 3, 2},
	{"layernorm", IMAGE(1, 2, 2), NONE, 1, 1},
	{"batchnorm", IMAGE(3, 4, 5), NONE, 5, 2},
	{"batchnorm", IMAGE(19, 1, 1), NONE, 7, 3},
	{"batchnorm", IMAGE(1, 3, 3), NONE, 1, 1},
	{"batchnorm", IMAGE(2, 1, 1), NONE, 2, 1},
	{"attention 2", TOKENS(6, 3, 2), NONE, 3, 2},
	{"attention 1", TOKENS(3, 1, 1), NONE, 2, 1},
	{"attention", TOKENS(4, 2, 2), NONE, 1, 1},
	{"attention 3", TOKENS(9, 1, 3), NONE, 4, 3},
};

enum { SETTINGS = sizeof(settings) / sizeof(*settings) };

static struct op *setting_new(const struct setting *s)
{
	return op_new(s->line, s->a, s->b, s->n, s->shard);
}

static bool is(const struct setting *s, const char *name)
{
	size_t length = strlen(name);

	return strncmp(s->line, name, length) == 0 &&
	    (s->line[length] == 0 || s->line[length] == ' ');
}

/* The formulas, naively. x (n, h, w, c) and w of the layer, y expected. */
static double *expected_new(const struct op *t)
{
	return xcalloc(t->out, sizeof(double));
}

static void naive_tanh(const struct op *t, double *y)
{
	for (size_t i = 0; i < t->out; i++)
		y[i] = tanh((double)t->x[0][i]);
}

static void naive_gelu(const struct op *t, double *y)
{
	for (size_t i = 0; i < t->out; i++) {
		double x = (double)t->x[0][i];

		y[i] = x * 0.5 * erfc(-x / sqrt(2));
	}
}

static void naive_add(const struct op *t, double *y)
{
	for (size_t i = 0; i < t->out; i++)
		y[i] = (double)t->x[0][i] + (double)t->x[1][i];
}

static void naive_copy(const struct op *t, double *y)
{
	for (size_t i = 0; i < t->out; i++)
		y[i] = (double)t->x[0][i];
}

static void naive_positions(const struct op *t, double *y)
{
	for (size_t i = 0; i < t->out; i++)
		y[i] = (double)t->x[0][i] +
		    (double)t->w[i % shape_size(t->layer.out)];
}

/* Number (n, r, s, j) of an image, zero outside of it. */
static double pixel(const struct op *t, int n, int r, int s, int j)
{
	struct shape in = t->layer.in[0];

	if (r < 0 || s < 0 || r >= in.h || s >= in.w)
		return 0;
	return (double)t->x[0][((n * in.h + r) * in.w + s) * in.c + j];
}

static double window(const struct op *t, int n, int r, int s, int j)
{
	int k = layer_integer(&t->layer, "k");
	int step = layer_integer(&t->layer, "stride");
	int pad = layer_integer(&t->layer, "pad");
	double sum = 0;

	step = step ? step : k;
	for (int i = 0; i < k * k; i++)
		sum += pixel(t, n, r * step - pad + i / k,
		    s * step - pad + i % k, j);
	return sum / (k * k);
}

static void naive_avgpool(const struct op *t, double *y)
{
	struct shape out = t->layer.out;

	for (int n = 0; n < t->n; n++)
		for (int r = 0; r < out.h; r++)
			for (int s = 0; s < out.w; s++)
				for (int j = 0; j < out.c; j++)
					*y++ = window(t, n, r, s, j);
}

static void naive_mean(const struct op *t, double *y)
{
	struct shape in = t->layer.in[0];

	for (int n = 0; n < t->n; n++)
		for (int j = 0; j < in.c; j++, y++)
			for (int i = 0; i < in.h * in.w; i++)
				*y += pixel(t, n, i / in.w, i % in.w, j) /
				    (in.h * in.w);
}

struct naive_moments {
	double mean, variance, unbiased;
};

/* Of x[first + i step], i < count. */
static struct naive_moments moments(const real *x, size_t first, size_t step,
    size_t count)
{
	struct naive_moments m = {0};

	for (size_t i = 0; i < count; i++)
		m.mean += (double)x[first + i * step] / (double)count;
	for (size_t i = 0; i < count; i++)
		m.variance += pow((double)x[first + i * step] - m.mean, 2) /
		    (double)count;
	m.unbiased = m.variance * (double)count /
	    (double)(count > 1 ? count - 1 : 1);
	return m;
}

static double normalise(const struct op *t, size_t i, struct naive_moments m)
{
	size_t c = (size_t)t->layer.out.c, j = i % c;

	return ((double)t->x[0][i] - m.mean) / sqrt(m.variance + 1e-5) *
	    (double)t->w[j] + (double)t->w[c + j];
}

static void naive_layernorm(const struct op *t, double *y)
{
	size_t c = (size_t)t->layer.out.c;

	for (size_t i = 0; i < t->out; i++)
		y[i] = normalise(t, i, moments(t->x[0], i / c * c, 1, c));
}

static void naive_batchnorm(const struct op *t, double *y)
{
	size_t c = (size_t)t->layer.out.c;

	for (size_t i = 0; i < t->out; i++) {
		struct naive_moments m = {
			.mean = (double)t->buffers[i % c],
			.variance = (double)t->buffers[c + i % c],
		};

		if (t->training)
			m = moments(t->x[0], i % c, c, t->out / c);
		y[i] = normalise(t, i, m);
	}
}

/* Row i of x (rows, d) times row `out` of w (., d), and its bias. */
static double project(const double *x, size_t d, const real *w,
    const real *bias, size_t out)
{
	double sum = (double)bias[out];

	for (size_t k = 0; k < d; k++)
		sum += x[k] * (double)w[out * d + k];
	return sum;
}

/* o (head) of token i: q, k, v at qkv (t, 3d), columns `first` on. */
static void naive_head(const double *qkv, size_t tokens, size_t d,
    size_t head, size_t first, size_t i, double *o)
{
	double a[64], sum = 0;

	for (size_t j = 0; j < tokens; j++) {
		a[j] = 0;
		for (size_t k = first; k < first + head; k++)
			a[j] += qkv[i * 3 * d + k] * qkv[j * 3 * d + d + k];
		a[j] = exp(a[j] / sqrt((double)head));
		sum += a[j];
	}
	for (size_t k = 0; k < head; k++) {
		o[k] = 0;
		for (size_t j = 0; j < tokens; j++)
			o[k] += a[j] / sum *
			    qkv[j * 3 * d + 2 * d + first + k];
	}
}

static void naive_attention_sample(const struct op *t, const real *x,
    double *y)
{
	size_t d = (size_t)t->layer.in[0].c;
	size_t tokens = shape_size(t->layer.in[0]) / d;
	size_t head = d / (size_t)layer_integer(&t->layer, "heads");
	const real *bias = t->w + 3 * d * d, *proj = bias + 3 * d;
	double row[64], o[64];
	double *qkv = xcalloc(tokens * 3 * d, sizeof(double));

	for (size_t i = 0; i < tokens; i++) {
		for (size_t k = 0; k < d; k++)
			row[k] = (double)x[i * d + k];
		for (size_t k = 0; k < 3 * d; k++)
			qkv[i * 3 * d + k] = project(row, d, t->w, bias, k);
	}
	for (size_t i = 0; i < tokens; i++) {
		for (size_t first = 0; first < d; first += head)
			naive_head(qkv, tokens, d, head, first, i, o + first);
		for (size_t k = 0; k < d; k++)
			y[i * d + k] = project(o, d, proj, proj + d * d, k);
	}
	free(qkv);
}

static void naive_attention(const struct op *t, double *y)
{
	size_t size = shape_size(t->layer.in[0]);

	for (int n = 0; n < t->n; n++)
		naive_attention_sample(t, t->x[0] + (size_t)n * size,
		    y + (size_t)n * size);
}

static const struct {
	const char *name;
	void (*naive)(const struct op *t, double *y);
} formulas[] = {
	{"add", naive_add},
	{"tanh", naive_tanh},
	{"gelu", naive_gelu},
	{"dropout", naive_copy},
	{"avgpool", naive_avgpool},
	{"globalavg", naive_mean},
	{"tokenmean", naive_mean},
	{"positions", naive_positions},
	{"layernorm", naive_layernorm},
	{"batchnorm", naive_batchnorm},
	{"attention", naive_attention},
};

static void check_formula(const struct setting *s, bool training)
{
	struct op *t = setting_new(s);
	double *y = expected_new(t);
	size_t i = 0;

	while (!is(s, formulas[i].name))
		i++;
	t->training = training;
	op_forward(t);
	formulas[i].naive(t, y);
	op_assert_all(t->out, t->y, y, ROUNDING, s->line);
	free(y);
	op_free(t);
}

static void test_formulas(void **state)
{
	(void)state;
	for (int i = 0; i < SETTINGS; i++) {
		check_formula(&settings[i], INFERENCE);
		if (!is(&settings[i], "dropout"))
			check_formula(&settings[i], TRAINING);
	}
}

static void test_in_place(void **state)
{
	(void)state;
	for (int i = 0; i < SETTINGS; i++) {
		struct op *t = setting_new(&settings[i]);

		if (t->layer.operation->flags & OPERATION_IN_PLACE)
			op_check_in_place(t);
		op_free(t);
	}
}

static void test_shards(void **state)
{
	(void)state;
	for (int i = 0; i < SETTINGS; i++) {
		const struct setting *s = &settings[i];
		bool attention = is(s, "attention");
		double tolerance = attention ? 10 * ROUNDING : ROUNDING;

		op_check_shards(s->line, s->a, s->b, 7, 2, INFERENCE,
		    !attention, tolerance);
		op_check_shards(s->line, s->a, s->b, 7, 1, TRAINING,
		    !attention && !is(s, "batchnorm"), tolerance);
	}
}

/* When only dx is wanted it is the same. */
static void test_no_weights(void **state)
{
	(void)state;
	for (int i = 0; i < 2 * SETTINGS; i++) {
		struct op *t = setting_new(&settings[i / 2]);
		real *dx;

		t->training = i % 2;
		op_forward(t);
		op_backward(t);
		dx = op_copy(t->in[0], t->dx[0]);
		t->no_weights = true;
		op_backward(t);
		op_assert_same(t->in[0], t->dx[0], dx, "dx alone");
		free(dx);
		op_free(t);
	}
}

#ifdef SNT_DOUBLE
static void test_backward(void **state)
{
	(void)state;
	for (int i = 0; i < SETTINGS; i++)
		for (int training = 0; training < 2; training++) {
			struct op *t = setting_new(&settings[i]);

			t->training = training;
			op_check_backward(t, 1e-6);
			op_free(t);
		}
}

static void test_tangents(void **state)
{
	(void)state;
	for (int i = 0; i < SETTINGS; i++) {
		struct op *t = setting_new(&settings[i]);

		op_check_tangents(t, 1e-6);
		op_free(t);
	}
}

/* Without the gradient and the tangent of the input. */
static void test_first_layer(void **state)
{
	(void)state;
	for (int i = 0; i < SETTINGS; i++) {
		struct op *t = setting_new(&settings[i]);

		t->first_layer = true;
		op_check_backward(t, 1e-6);
		op_check_tangents(t, 1e-6);
		op_free(t);
	}
}
#endif

static void test_running_statistics(void **state)
{
	struct op *t = op_new("bn", (struct shape) IMAGE(3, 4, 5),
	    (struct shape) NONE, 5, 2);
	size_t c = 3;
	real *before = op_copy(t->layer.buffers, t->buffers);

	(void)state;
	t->training = true;
	t->running = op_copy(t->layer.buffers, t->buffers);
	op_forward(t);
	for (size_t j = 0; j < c; j++) {
		struct naive_moments m = moments(t->x[0], j, c, t->out / c);

		op_assert_close((double)t->running[j],
		    0.9 * (double)before[j] + 0.1 * m.mean, ROUNDING,
		    "running_mean", j);
		op_assert_close((double)t->running[c + j],
		    0.9 * (double)before[c + j] + 0.1 * m.unbiased, ROUNDING,
		    "running_var", j);
	}
	free(before);
	op_free(t);
}

/* A large mean must not eat the digits of the variance. */
static void test_large_mean(void **state)
{
	struct op *t = op_new("bn", (struct shape) IMAGE(2, 8, 8),
	    (struct shape) NONE, 9, 2);
	double *y = expected_new(t);

	(void)state;
	for (size_t i = 0; i < t->in[0]; i++)
		t->x[0][i] += 1000;
	t->training = true;
	op_forward(t);
	naive_batchnorm(t, y);
	op_assert_all(t->out, t->y, y, 100 * ROUNDING, "large mean");
	free(y);
	op_free(t);
}

/* A dropped number is 0, a kept one 1 / (1 - p) of what it was. */
static int dropped(const struct op *t)
{
	int zeros = 0;

	for (size_t i = 0; i < t->out; i++) {
		if (t->y[i] == 0)
			zeros++;
		else
			op_assert_close((double)t->y[i],
			    (double)t->x[0][i] / 0.75, ROUNDING, "kept", i);
	}
	return zeros;
}

static void test_dropout_rate(void **state)
{
	struct op *t = op_new("dropout 0.25", (struct shape) IMAGE(10, 10, 10),
	    (struct shape) NONE, 20, 3);
	double mean = 0.25 * 20000, deviation = sqrt(20000 * 0.25 * 0.75);

	(void)state;
	t->training = true;
	op_forward(t);
	assert_true(fabs(dropped(t) - mean) < 4 * deviation);
	op_backward(t);
	for (size_t i = 0; i < t->out; i++)
		assert_true((t->y[i] == 0) == (t->dx[0][i] == 0));
	op_free(t);
}

/* Among as many numbers, those whose fate differs from before. */
static int changed(struct op *t, const real *before)
{
	int count = 0;

	op_forward(t);
	for (size_t i = 0; i < t->out; i++)
		count += (t->y[i] == 0) != (before[i] == 0);
	return count;
}

static void test_dropout_masks_differ(void **state)
{
	struct op *t = op_new("dropout", (struct shape) IMAGE(10, 10, 10),
	    (struct shape) NONE, 4, 4);
	real *before;

	(void)state;
	t->training = true;
	op_forward(t);
	before = op_copy(t->out, t->y);
	assert_int_equal(changed(t, before), 0);
	t->random.step++;
	assert_true(changed(t, before) > 1500);
	t->random.step--;
	t->random.stream += 1 << 8;
	assert_true(changed(t, before) > 1500);
	t->random.stream -= 1 << 8;
	t->random.seed++;
	assert_true(changed(t, before) > 1500);
	free(before);
	op_free(t);
}

static void test_refusals(void **state)
{
	static const struct {
		const char *line, *expected;
		struct shape a, b;
	} cases[] = {
		{"add", "3x4x4 and 3x2x2", IMAGE(3, 4, 4), IMAGE(3, 2, 2)},
		{"attention 3", "heads=3", TOKENS(4, 2, 2), NONE},
		{"attention", "3x2x2", IMAGE(3, 2, 2), NONE},
		{"tokenmean", "3x2x2", IMAGE(3, 2, 2), NONE},
		{"globalavg", "4 x 3", TOKENS(3, 2, 2), NONE},
		{"avgpool 3", "1x2x2", IMAGE(1, 2, 2), NONE},
		{"avgpool 2 pad=2", "pad=2", IMAGE(1, 4, 4), NONE},
		{"dropout 1.5", "p=1.5", IMAGE(1, 4, 4), NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct layer layer = {.in = {cases[i].a, cases[i].b}};
		struct error error = {{0}};

		assert_int_equal(op_layer(&layer, cases[i].line, &error), -1);
		if (!strstr(error.text, cases[i].expected))
			fail_msg("%s: %s", cases[i].line, error.text);
	}
}

/* Norms start as the identity, positions small, projections as Xavier. */
static void test_initial_values(void **state)
{
	struct op *t = op_new("attention", (struct shape) TOKENS(64, 1, 1),
	    (struct shape) NONE, 1, 1);
	struct random_key key = {.seed = 3, .stream = RANDOM_WEIGHTS};
	struct naive_moments m;

	(void)state;
	t->layer.operation->initialise(&t->layer, false, key, t->w, NULL);
	m = moments(t->w, 0, 1, 3 * 64 * 64);
	assert_true(fabs(m.mean) < 1e-2);
	assert_true(fabs(m.variance * 2 * 64 - 1) < 0.1);
	m = moments(t->w, 3 * 64 * 65, 1, 64 * 64);
	assert_true(fabs(m.variance * 64 - 1) < 0.1);
	assert_true(t->w[3 * 64 * 64] == 0);
	assert_true(t->w[t->layer.parameters - 1] == 0);
	op_free(t);
	t = op_new("bn", (struct shape) IMAGE(2, 1, 1), (struct shape) NONE,
	    1, 1);
	t->layer.operation->initialise(&t->layer, false, key, t->w,
	    t->buffers);
	assert_true(t->w[1] == 1 && t->w[2] == 0);
	assert_true(t->buffers[1] == 0 && t->buffers[3] == 1);
	op_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formulas),
		cmocka_unit_test(test_in_place),
		cmocka_unit_test(test_shards),
		cmocka_unit_test(test_no_weights),
#ifdef SNT_DOUBLE
		cmocka_unit_test(test_backward),
		cmocka_unit_test(test_tangents),
		cmocka_unit_test(test_first_layer),
#endif
		cmocka_unit_test(test_running_statistics),
		cmocka_unit_test(test_large_mean),
		cmocka_unit_test(test_dropout_rate),
		cmocka_unit_test(test_dropout_masks_differ),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_initial_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
