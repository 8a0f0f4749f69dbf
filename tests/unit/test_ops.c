/*
 * Dense, convolution, max pooling, relu and flatten against plain loops in
 * double precision, over their options and awkward shapes; their tangents
 * against finite differences (in the double build); and the same bits from
 * every table of kernels.
 */
#include "unit/op_harness.h"

#include "net/kernels.h"

#ifdef SNT_DOUBLE
#define TOLERANCE 1e-11
#else
#define TOLERANCE 3e-5
#endif

enum { SHARD = 2 };

/* All passes, with some samples in each of several shards. */
static void compute(struct op *t)
{
	op_forward(t);
	op_backward(t);
	op_tangent_forward(t);
	op_tangent_backward(t);
}

static struct op *subject(const char *line, struct shape in, int n)
{
	return op_new(line, in, (struct shape) {0}, n, SHARD);
}

/* Against the largest number there. */
static void check(const char *line, const char *what, const real *computed,
    const double *expected, size_t count)
{
	double largest = 1;

	for (size_t i = 0; i < count; i++)
		largest = fmax(largest, fabs(expected[i]));
	for (size_t i = 0; i < count; i++)
		if (!(fabs((double)computed[i] - expected[i]) <=
		    TOLERANCE * largest))
			fail_msg("%s: %s[%zu] is %.9g, expected %.9g", line,
			    what, i, (double)computed[i], expected[i]);
}

/*
 * A layer linear in x and in w is a list of terms y[o] += x[i] * w[k].
 * Each place of y, dx and dw, and their tangents, follow from the list.
 */
struct expected {
	double *y, *dx, *dw, *ty, *tdx, *tdw;
};

static struct expected expected_new(const struct op *s)
{
	struct expected e = {
		xcalloc(s->out, 8), xcalloc(s->in[0], 8),
		xcalloc(s->layer.parameters, 8), xcalloc(s->out, 8),
		xcalloc(s->in[0], 8), xcalloc(s->layer.parameters, 8)
	};

	return e;
}

static void expected_free(struct expected *e)
{
	free(e->y);
	free(e->dx);
	free(e->dw);
	free(e->ty);
	free(e->tdx);
	free(e->tdw);
}

static void term(const struct op *s, struct expected *e, size_t o,
    size_t i, size_t k)
{
	double x = (double)s->x[0][i], tx = (double)s->tx[0][i];
	double w = (double)s->w[k], tw = (double)s->tw[k];
	double dy = (double)s->dy[o], tdy = (double)s->tdy[o];

	e->y[o] += x * w;
	e->dx[i] += dy * w;
	e->dw[k] += dy * x;
	e->ty[o] += tx * w + x * tw;
	e->tdx[i] += tdy * w + dy * tw;
	e->tdw[k] += tdy * x + dy * tx;
}

static void bias_term(const struct op *s, struct expected *e, size_t o,
    size_t k)
{
	e->y[o] += (double)s->w[k];
	e->dw[k] += (double)s->dy[o];
	e->ty[o] += (double)s->tw[k];
	e->tdw[k] += (double)s->tdy[o];
}

/* Compute and compare; frees both. */
static void check_all(const char *line, struct op *t, struct expected *e)
{
	size_t parameters = t->layer.parameters;

	compute(t);
	check(line, "y", t->y, e->y, t->out);
	check(line, "dx", t->dx[0], e->dx, t->in[0]);
	check(line, "dw", t->dw, e->dw, parameters);
	check(line, "ty", t->ty, e->ty, t->out);
	check(line, "tdx", t->tdx[0], e->tdx, t->in[0]);
	check(line, "tdw", t->tdw, e->tdw, parameters);
	expected_free(e);
	op_free(t);
}

/* All terms of one output (n, row, column, channel) of a convolution. */
static void conv_terms(const struct op *s, struct expected *e, int n,
    int r, int c, int o)
{
	const struct layer *l = &s->layer;
	int k = layer_integer(l, "k"), stride = layer_integer(l, "stride");
	int pad = layer_integer(l, "pad"), groups = layer_integer(l, "groups");
	int h = l->in[0].h, w = l->in[0].w, channels = l->in[0].c;
	int inputs = channels / groups, outputs = l->out.c / groups;
	size_t to = (size_t)(((n * l->out.h + r) * l->out.w + c) *
	    l->out.c + o);

	for (int a = 0; a < k; a++)
		for (int b = 0; b < k; b++)
			for (int i = 0; i < inputs; i++) {
				int y = r * stride + a - pad;
				int x = c * stride + b - pad;

				if (y < 0 || y >= h || x < 0 || x >= w)
					continue;
				term(s, e, to, (size_t)(((n * h + y) * w + x) *
				    channels + o / outputs * inputs + i),
				    (size_t)(((o * inputs + i) * k + a) * k +
				    b));
			}
	if (layer_integer(l, "bias"))
		bias_term(s, e, to, (size_t)(l->out.c * inputs * k * k + o));
}

static void check_conv(struct shape in, int n, const char *line)
{
	struct op *t = subject(line, in, n);
	struct expected e = expected_new(t);
	struct shape out = t->layer.out;

	for (int i = 0; i < n; i++)
		for (int r = 0; r < out.h; r++)
			for (int c = 0; c < out.w; c++)
				for (int o = 0; o < out.c; o++)
					conv_terms(t, &e, i, r, c, o);
	check_all(line, t, &e);
}

/* Channels in, out, groups. */
static const int conv_channels[][3] = {
	{1, 1, 1}, {1, 20, 1}, {3, 7, 1}, {5, 33, 1}, {16, 16, 1},
	{20, 50, 1}, {50, 20, 1}, {4, 6, 2}, {40, 36, 2}, {5, 5, 5},
	{19, 19, 19}, {48, 48, 48}, {3, 6, 3}
};

static const int conv_sizes[][2] = {
	{1, 1}, {2, 5}, {7, 7}, {4, 17}, {12, 3}, {9, 1}
};

static void try_conv(int k, int stride, int pad, const int *channels, int turn)
{
	int sizes = (int)(sizeof(conv_sizes) / sizeof(conv_sizes[0]));
	char line[96];

	for (int i = 0; i < sizes; i++) {
		const int *size = conv_sizes[(turn + i) % sizes];
		struct shape in = {channels[0], size[0], size[1], false};

		if (size[0] + 2 * pad < k || size[1] + 2 * pad < k)
			continue;
		snprintf(line, sizeof(line),
		    "conv %d k=%d stride=%d pad=%d groups=%d bias=%s", channels[1],
		    k, stride, pad, channels[2], turn % 3 ? "on" : "off");
		check_conv(in, 1 + turn % 4, line);
		return;
	}
}

static void test_conv(void **state)
{
	size_t rows = sizeof(conv_channels) / sizeof(conv_channels[0]);
	int turn = 0;

	(void)state;
	for (int k = 1; k <= 7; k += 2)
		for (int stride = 1; stride <= 3; stride++)
			for (int pad = 0; pad <= 2; pad++)
				for (size_t i = 0; i < rows; i++)
					try_conv(k, stride, pad,
					    conv_channels[i], turn++);
	check_conv((struct shape) {3, 5, 5, false}, 2, "conv 4 k=2 stride=3");
	check_conv((struct shape) {3, 5, 6, false}, 2, "conv 4 k=4 stride=2 pad=1");
	check_conv((struct shape) {1, 28, 28, false}, 2, "conv 20 k=5");
	check_conv((struct shape) {20, 12, 12, false}, 2, "conv 50 k=5");
	/* By tiles (conv_winograd.c): whole tiles and all that may be left of
	 * one, all borders, full and partial vectors of channels, several
	 * groups of tiles. */
	check_conv((struct shape) {16, 8, 8, false}, 3, "conv 16 pad=1");
	check_conv((struct shape) {17, 9, 14, false}, 2, "conv 40 pad=1");
	check_conv((struct shape) {16, 7, 11, false}, 2, "conv 18 pad=1");
	check_conv((struct shape) {32, 12, 10, false}, 2, "conv 33 pad=0");
	check_conv((struct shape) {16, 10, 11, false}, 2, "conv 32 pad=2");
	check_conv((struct shape) {18, 16, 40, false}, 2, "conv 20 pad=1");
	check_conv((struct shape) {16, 8, 8, false}, 3, "conv 16 k=5 pad=2");
	check_conv((struct shape) {17, 9, 14, false}, 2, "conv 40 k=5 pad=2");
	check_conv((struct shape) {18, 16, 34, false}, 2,
	    "conv 33 k=5 pad=0");
	check_conv((struct shape) {16, 10, 11, false}, 2,
	    "conv 20 k=5 pad=4");
	/* By folding (conv_fold.c). */
	check_conv((struct shape) {5, 9, 8, false}, 2, "conv 7 k=5 pad=2");
	check_conv((struct shape) {20, 11, 9, false}, 2,
	    "conv 9 k=4 pad=1 stride=2");
}

static void dense_terms(const struct op *s, struct expected *e, int row,
    int o)
{
	struct shape in = s->layer.in[0];
	int out = s->layer.out.c, features = in.c;
	size_t to = (size_t)(row * out + o);

	for (int i = 0; i < features; i++)
		term(s, e, to, (size_t)(row * features + i),
		    (size_t)(o * features + i));
	if (layer_integer(&s->layer, "bias"))
		bias_term(s, e, to, (size_t)(out * features + o));
}

static void check_dense(struct shape in, int n, const char *line)
{
	struct op *t = subject(line, in, n);
	struct expected e = expected_new(t);
	int rows = in.tokens ? n * in.h * in.w : n;

	for (int row = 0; row < rows; row++)
		for (int o = 0; o < t->layer.out.c; o++)
			dense_terms(t, &e, row, o);
	check_all(line, t, &e);
}

static void test_dense(void **state)
{
	(void)state;
	check_dense((struct shape) {1, 1, 1, false}, 1, "dense 1");
	check_dense((struct shape) {1, 1, 1, false}, 3, "dense 10 bias=off");
	check_dense((struct shape) {784, 1, 1, false}, 5, "dense 300");
	check_dense((struct shape) {300, 1, 1, false}, 1, "dense 100 bias=off");
	check_dense((struct shape) {100, 1, 1, false}, 17, "dense 10");
	check_dense((struct shape) {130, 1, 1, false}, 4, "dense 1025");
	check_dense((struct shape) {64, 7, 7, true}, 2, "dense 192");
	check_dense((struct shape) {3, 1, 2, true}, 1, "dense 5 bias=off");
}

/* Max pooling by its definition; dx gets dy at the place of the maximum. */
static void pool_terms(const struct op *s, struct expected *e, int n,
    int r, int c, int o)
{
	const struct layer *l = &s->layer;
	int k = layer_integer(l, "k"), stride = layer_integer(l, "stride");
	int pad = layer_integer(l, "pad");
	int h = l->in[0].h, w = l->in[0].w, channels = l->in[0].c;
	size_t best = SIZE_MAX;
	size_t to = (size_t)(((n * l->out.h + r) * l->out.w + c) *
	    channels + o);

	stride = stride ? stride : k;
	for (int y = r * stride - pad; y < r * stride - pad + k; y++)
		for (int x = c * stride - pad; x < c * stride - pad + k; x++) {
			size_t at = (size_t)(((n * h + y) * w + x) *
			    channels + o);

			if (y < 0 || y >= h || x < 0 || x >= w)
				continue;
			if (best == SIZE_MAX || s->x[0][at] > s->x[0][best])
				best = at;
		}
	e->y[to] = (double)s->x[0][best];
	e->ty[to] = (double)s->tx[0][best];
	e->dx[best] += (double)s->dy[to];
	e->tdx[best] += (double)s->tdy[to];
}

static void check_pool(struct shape in, int n, const char *line, bool ties)
{
	struct op *t = subject(line, in, n);
	struct expected e = expected_new(t);
	struct shape out = t->layer.out;

	for (size_t i = 0; ties && i < t->in[0]; i++)
		t->x[0][i] = (real)((int)(t->x[0][i] * 2));
	for (int i = 0; i < n; i++)
		for (int r = 0; r < out.h; r++)
			for (int c = 0; c < out.w; c++)
				for (int o = 0; o < out.c; o++)
					pool_terms(t, &e, i, r, c, o);
	check_all(line, t, &e);
}

static void test_maxpool(void **state)
{
	static const int channels[] = {1, 3, 16, 20, 50};
	char line[64];

	(void)state;
	for (int k = 1; k <= 4; k++)
		for (int stride = 0; stride <= 3; stride++)
			for (int pad = 0; 2 * pad <= k; pad++)
				for (int i = 0; i < 5; i++) {
					struct shape in = {
						channels[i], 4 + i, 9 - i,
						false
					};

					snprintf(line, sizeof(line),
					    "maxpool %d stride=%d pad=%d", k,
					    stride, pad);
					check_pool(in, 1 + i, line,
					    (k + i) % 2);
				}
	check_pool((struct shape) {7, 1, 1, false}, 2, "maxpool 1", false);
	check_pool((struct shape) {20, 24, 24, false}, 2, "maxpool 2", true);
}

static void test_maxpool_keeps_nan(void **state)
{
	struct op *t = subject("maxpool 2", (struct shape) {1, 2, 4, false},
	    1);

	(void)state;
	t->x[0][5] = (real)NAN;
	compute(t);
	assert_true(isnan(t->y[0]));
	assert_true(t->y[1] == t->y[1]);
	assert_true(t->dx[0][5] == t->dy[0]);
	op_free(t);
}

static void test_relu(void **state)
{
	static const int sizes[] = {1, 7, 16, 33, 1000};

	(void)state;
	for (int i = 0; i < 5; i++) {
		struct op *t = subject("relu",
		    (struct shape) {sizes[i], 1, 1, false}, 3);

		t->x[0][0] = 0;
		compute(t);
		for (size_t j = 0; j < t->out; j++) {
			bool on = t->x[0][j] > 0;

			assert_true(t->y[j] == (on ? t->x[0][j] : 0));
			assert_true(t->dx[0][j] == (on ? t->dy[j] : 0));
			assert_true(t->ty[j] == (on ? t->tx[0][j] : 0));
			assert_true(t->tdx[0][j] == (on ? t->tdy[j] : 0));
		}
		op_free(t);
	}
}

/* (n, h, w, c) to PyTorch's (n, c, h, w) and back. */
static void test_flatten(void **state)
{
	struct op *t = subject("flatten", (struct shape) {3, 4, 5, false}, 3);

	(void)state;
	compute(t);
	assert_int_equal(t->layer.out.c, 60);
	for (size_t i = 0; i < t->out; i++) {
		size_t n = i / 60, c = i % 60 / 20, position = i % 20;
		size_t at = n * 60 + position * 3 + c;

		assert_true(t->y[i] == t->x[0][at]);
		assert_true(t->ty[i] == t->tx[0][at]);
		assert_true(t->dx[0][at] == t->dy[i]);
		assert_true(t->tdx[0][at] == t->tdy[i]);
	}
	op_free(t);
}

static void test_in_place(void **state)
{
	static const char *const lines[] = {"relu", "flatten"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct op *t = subject(lines[i],
		    (struct shape) {3, 4, 5, false}, 3);

		op_check_in_place(t);
		op_free(t);
	}
}

/* Every table of kernels gives the bits of the portable one. */
static const struct {
	struct shape in;
	const char *line;
} bit_cases[] = {
	{{1, 28, 28, false}, "conv 20 k=5"},
	{{1, 9, 28, false}, "conv 16 k=3 pad=1"},
	{{20, 12, 12, false}, "conv 50 k=5"},
	{{33, 9, 7, false}, "conv 17 k=3 pad=1 stride=2"},
	{{33, 9, 14, false}, "conv 18 pad=1"},
	{{16, 28, 28, false}, "conv 64 pad=1"},
	{{40, 7, 7, false}, "conv 72 k=1"},
	{{12, 7, 7, false}, "conv 20 k=3 pad=1 groups=4"},
	{{37, 14, 14, false}, "conv 37 k=3 pad=1 groups=37"},
	{{16, 9, 9, false}, "conv 16 k=3 pad=1 groups=16 stride=2"},
	{{20, 8, 8, false}, "maxpool 2"},
	{{19, 8, 8, false}, "maxpool 3 stride=2 pad=1"},
	{{21, 5, 5, false}, "relu"},
};

enum { BIT_CASES = sizeof(bit_cases) / sizeof(bit_cases[0]) };

static void check_bits(int number, const char *table)
{
	const char *line = bit_cases[number].line;
	struct op *a = subject(line, bit_cases[number].in, 3);
	struct op *b = subject(line, bit_cases[number].in, 3);

	assert_int_equal(kernels_choose("portable"), 0);
	compute(a);
	if (kernels_choose(table) == 0) {
		compute(b);
		op_assert_same(a->out, a->y, b->y, line);
		op_assert_same(a->in[0], a->dx[0], b->dx[0], line);
		op_assert_same(a->layer.parameters, a->dw, b->dw, line);
		op_assert_same(a->out, a->ty, b->ty, line);
		op_assert_same(a->in[0], a->tdx[0], b->tdx[0], line);
		op_assert_same(a->layer.parameters, a->tdw, b->tdw, line);
	}
	kernels_choose("auto");
	op_free(a);
	op_free(b);
}

static void test_same_bits(void **state)
{
	(void)state;
	for (int i = 0; i < BIT_CASES; i++) {
		check_bits(i, "avx2");
		check_bits(i, "avx512");
	}
}

/* The result of a sample does not depend on its company. */
static void test_samples_are_independent(void **state)
{
	(void)state;
	for (int i = 0; i < BIT_CASES; i++)
		op_check_shards(bit_cases[i].line, bit_cases[i].in,
		    (struct shape) {0}, 5, 2, false, true, TOLERANCE * 10);
}

/* Without the weights' gradient, and without that of the input. */
static void test_parts_not_wanted(void **state)
{
	struct shape in = {6, 7, 7, false};
	struct op *all = subject("conv 20 pad=1", in, 3);
	struct op *t = subject("conv 20 pad=1", in, 3);

	(void)state;
	compute(all);
	t->no_weights = true;
	op_forward(t);
	op_backward(t);
	op_assert_same(t->in[0], t->dx[0], all->dx[0], "dx");
	t->no_weights = false;
	t->first_layer = true;
	op_backward(t);
	op_assert_same(t->layer.parameters, t->dw, all->dw, "dw");
	op_free(all);
	op_free(t);
}

#ifdef SNT_DOUBLE
static void test_finite_differences(void **state)
{
	(void)state;
	for (int i = 0; i < BIT_CASES; i++) {
		struct op *t = subject(bit_cases[i].line, bit_cases[i].in, 3);

		op_check_tangents(t, 1e-6);
		op_free(t);
	}
}
#endif

static void refuses(const char *line, struct shape in, const char *expected)
{
	struct layer layer = {.in = {in}};
	struct error error = {""};

	assert_int_equal(op_layer(&layer, line, &error), -1);
	if (!strstr(error.text, expected))
		fail_msg("%s: %s", line, error.text);
}

static void test_impossible_shapes(void **state)
{
	struct shape image = {6, 4, 4, false}, tokens = {6, 4, 4, true};

	(void)state;
	refuses("conv 8 k=5", image, "5x5 kernel does not fit into 6x4x4");
	refuses("conv 8 groups=4", image,
	    "groups=4 does not divide the 6 channels");
	refuses("conv 8 groups=3", image, "groups=3 does not divide out=8");
	refuses("conv 8", tokens, "not tokens");
	refuses("maxpool 5", image, "5x5 window");
	refuses("maxpool 3 pad=2", image, "pad=2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conv),
		cmocka_unit_test(test_dense),
		cmocka_unit_test(test_maxpool),
		cmocka_unit_test(test_maxpool_keeps_nan),
		cmocka_unit_test(test_relu),
		cmocka_unit_test(test_flatten),
		cmocka_unit_test(test_in_place),
		cmocka_unit_test(test_same_bits),
		cmocka_unit_test(test_samples_are_independent),
		cmocka_unit_test(test_parts_not_wanted),
#ifdef SNT_DOUBLE
		cmocka_unit_test(test_finite_differences),
#endif
		cmocka_unit_test(test_impossible_shapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
