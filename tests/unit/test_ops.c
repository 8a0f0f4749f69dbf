/*
 * Dense, convolution, max pooling, relu and flatten against plain loops in
 * double precision, over their options and awkward shapes; their tangents
 * against finite differences (in the double build); and the same bits from
 * every table of kernels.
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
#include "net/kernels.h"
#include "net/operation.h"

#ifdef SNT_DOUBLE
#define TOLERANCE 1e-11
#else
#define TOLERANCE 3e-5
#endif

enum { GUARD = 64, WORDS_MAX = 8 };

static const real guard_value = (real)12345.678;

/* An array with a guard behind it, filled with `value`. */
static real *array(size_t count, real value)
{
	real *a = xmalloc((count + GUARD) * sizeof(*a));

	for (size_t i = 0; i < count + GUARD; i++)
		a[i] = i < count ? value : guard_value;
	return a;
}

static real *unwritten(size_t count)
{
	return array(count, (real)NAN);
}

static real *normal(uint64_t stream, size_t count)
{
	real *a = array(count, 0);
	struct random_key key = {7, RANDOM_PROBE, stream};

	random_normal(key, 0, count, a);
	return a;
}

static void release(real *a, size_t count)
{
	for (size_t i = count; i < count + GUARD; i++)
		assert_true(a[i] == guard_value);
	free(a);
}

/* One layer, its inputs, and everything its passes compute. */
struct subject {
	struct layer layer;
	char text[128];
	int n;
	size_t in, out, parameters, gradient;
	real *x, *w, *dy, *tx, *tw, *tdy;		/* given */
	real *y, *dx, *dw, *ty, *tdx, *tdw;	/* computed */
};

static void subject_layer(struct subject *s, const struct operation *operation,
    struct shape in, const char *words)
{
	const char *word[WORDS_MAX];
	char copy[128], *save = NULL;
	struct segment_list list = {0};
	struct error error;
	int count = 0;

	snprintf(copy, sizeof(copy), "%s", words);
	for (char *p = strtok_r(copy, " ", &save); p;
	    p = strtok_r(NULL, " ", &save))
		word[count++] = p;
	s->layer = (struct layer) {.operation = operation, .id = 1};
	s->layer.in[0] = in;
	options_default(operation->options, &s->layer.options);
	assert_int_equal(options_parse(operation->options, count, word,
	    &s->layer.options, &error), 0);
	if (operation->shape(&s->layer, &error) < 0)
		fail_msg("%s: %s", words, error.text);
	if (operation->parameters)
		operation->parameters(&s->layer, &list);
	s->layer.parameters = list.parameters;
	free(list.segment);
	free(list.buffer_segment);
}

static void subject_new(struct subject *s, const struct operation *operation,
    struct shape in, int n, const char *words)
{
	subject_layer(s, operation, in, words);
	snprintf(s->text, sizeof(s->text), "%s %s in %dx%dx%d n=%d",
	    operation->name, words, in.c, in.h, in.w, n);
	s->n = n;
	s->in = (size_t)n * shape_size(in);
	s->out = (size_t)n * shape_size(s->layer.out);
	s->parameters = s->layer.parameters;
	s->gradient = operation->gradient ? operation->gradient(&s->layer) :
	    s->parameters;
	s->x = normal(1, s->in);
	s->w = normal(2, s->parameters);
	s->dy = normal(3, s->out);
	s->tx = normal(4, s->in);
	s->tw = normal(5, s->parameters);
	s->tdy = normal(6, s->out);
	s->y = unwritten(s->out);
	s->dx = unwritten(s->in);
	s->dw = array(s->parameters, 0);
	s->ty = unwritten(s->out);
	s->tdx = unwritten(s->in);
	s->tdw = array(s->parameters, 0);
}

static void subject_free(struct subject *s)
{
	real *in[] = {s->x, s->dx, s->tx, s->tdx};
	real *out[] = {s->y, s->dy, s->ty, s->tdy};
	real *parameters[] = {s->w, s->dw, s->tw, s->tdw};

	for (int i = 0; i < 4; i++) {
		release(in[i], s->in);
		release(out[i], s->out);
		release(parameters[i], s->parameters);
	}
}

/* All calls of one pass, as the engine makes them. */
static void each_part(const struct pass *pass, operation_pass *function,
    int parts)
{
	struct pass p = *pass;

	p.parts = parts;
	for (p.part = 0; function && p.part < parts; p.part++)
		function(&p);
}

static size_t size_of(size_t (*size)(const struct layer *),
    const struct layer *layer)
{
	return size ? size(layer) : 0;
}

/* Collected twice with half the weight: collecting adds. */
static void collect(const struct subject *s, const real *gradient, real *dw)
{
	const struct operation *o = s->layer.operation;

	for (int twice = 0; twice < 2; twice++) {
		if (o->collect) {
			o->collect(&s->layer, gradient, (real)0.5, dw);
			continue;
		}
		for (size_t i = 0; i < s->parameters; i++)
			dw[i] += (real)0.5 * gradient[i];
	}
}

static void run(struct subject *s, bool tangents)
{
	const struct operation *o = s->layer.operation;
	size_t packed = size_of(o->packed, &s->layer);
	size_t saved = (size_t)s->n * size_of(o->saved, &s->layer);
	size_t scratch = o->scratch ? o->scratch(&s->layer, s->n) : 0;
	int parts = o->parts ? o->parts(&s->layer, s->n) : 1;
	int gradient_parts = o->gradient_parts ?
	    o->gradient_parts(&s->layer, s->n) : 1;
	real *buffer[] = {
		unwritten(packed), unwritten(packed), unwritten(saved),
		unwritten(scratch), unwritten(s->gradient),
		unwritten(s->gradient)
	};
	size_t size[] = {
		packed, packed, saved, scratch, s->gradient, s->gradient
	};
	struct pass p = {
		.layer = &s->layer, .n = s->n, .parts = 1,
		.x = {s->x}, .y = s->y, .w = s->w, .packed = buffer[0],
		.dy = s->dy, .dx = {s->dx}, .dw = buffer[4],
		.tx = {s->tx}, .ty = s->ty, .tw = s->tw,
		.tpacked = buffer[1], .tdy = s->tdy, .tdx = {s->tdx},
		.tdw = buffer[5], .saved = buffer[2], .scratch = buffer[3],
	};

	if (o->pack) {
		o->pack(&s->layer, s->w, buffer[0]);
		o->pack(&s->layer, s->tw, buffer[1]);
	}
	each_part(&p, o->forward, parts);
	each_part(&p, o->backward, parts);
	each_part(&p, o->weight_gradient, gradient_parts);
	collect(s, buffer[4], s->dw);
	if (tangents) {
		each_part(&p, o->tangent_forward, parts);
		each_part(&p, o->tangent_backward, parts);
		each_part(&p, o->tangent_weight_gradient, gradient_parts);
		collect(s, buffer[5], s->tdw);
	}
	for (int i = 0; i < 6; i++)
		release(buffer[i], size[i]);
}

static void check(const struct subject *s, const char *what,
    const real *computed, const double *expected, size_t count,
    double tolerance)
{
	double largest = 1;

	for (size_t i = 0; i < count; i++)
		largest = fmax(largest, fabs(expected[i]));
	for (size_t i = 0; i < count; i++)
		if (!(fabs((double)computed[i] - expected[i]) <=
		    tolerance * largest))
			fail_msg("%s: %s[%zu] is %.9g, expected %.9g", s->text,
			    what, i, (double)computed[i], expected[i]);
}

/*
 * A layer linear in x and in w is a list of terms y[o] += x[i] * w[k].
 * Each place of y, dx and dw, and their tangents, follow from the list.
 */
struct expected {
	double *y, *dx, *dw, *ty, *tdx, *tdw;
};

static struct expected expected_new(const struct subject *s)
{
	struct expected e = {
		xcalloc(s->out, 8), xcalloc(s->in, 8),
		xcalloc(s->parameters, 8), xcalloc(s->out, 8),
		xcalloc(s->in, 8), xcalloc(s->parameters, 8)
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

static void term(const struct subject *s, struct expected *e, size_t o,
    size_t i, size_t k)
{
	double x = (double)s->x[i], tx = (double)s->tx[i];
	double w = (double)s->w[k], tw = (double)s->tw[k];
	double dy = (double)s->dy[o], tdy = (double)s->tdy[o];

	e->y[o] += x * w;
	e->dx[i] += dy * w;
	e->dw[k] += dy * x;
	e->ty[o] += tx * w + x * tw;
	e->tdx[i] += tdy * w + dy * tw;
	e->tdw[k] += tdy * x + dy * tx;
}

static void bias_term(const struct subject *s, struct expected *e, size_t o,
    size_t k)
{
	e->y[o] += (double)s->w[k];
	e->dw[k] += (double)s->dy[o];
	e->ty[o] += (double)s->tw[k];
	e->tdw[k] += (double)s->tdy[o];
}

static void check_all(const struct subject *s, const struct expected *e)
{
	check(s, "y", s->y, e->y, s->out, TOLERANCE);
	check(s, "dx", s->dx, e->dx, s->in, TOLERANCE);
	check(s, "dw", s->dw, e->dw, s->parameters, TOLERANCE);
	check(s, "ty", s->ty, e->ty, s->out, TOLERANCE);
	check(s, "tdx", s->tdx, e->tdx, s->in, TOLERANCE);
	check(s, "tdw", s->tdw, e->tdw, s->parameters, TOLERANCE);
}

extern const struct operation operation_dense, operation_conv,
    operation_maxpool, operation_relu, operation_flatten;

/* All terms of one output (n, row, column, channel) of a convolution. */
static void conv_terms(const struct subject *s, struct expected *e, int n,
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

static void check_conv(struct shape in, int n, const char *words)
{
	struct subject s;
	struct expected e;

	subject_new(&s, &operation_conv, in, n, words);
	e = expected_new(&s);
	for (int i = 0; i < n; i++)
		for (int r = 0; r < s.layer.out.h; r++)
			for (int c = 0; c < s.layer.out.w; c++)
				for (int o = 0; o < s.layer.out.c; o++)
					conv_terms(&s, &e, i, r, c, o);
	run(&s, true);
	check_all(&s, &e);
	expected_free(&e);
	subject_free(&s);
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
	char words[96];

	for (int i = 0; i < sizes; i++) {
		const int *size = conv_sizes[(turn + i) % sizes];
		struct shape in = {channels[0], size[0], size[1], false};

		if (size[0] + 2 * pad < k || size[1] + 2 * pad < k)
			continue;
		snprintf(words, sizeof(words),
		    "%d k=%d stride=%d pad=%d groups=%d bias=%s", channels[1],
		    k, stride, pad, channels[2], turn % 3 ? "on" : "off");
		check_conv(in, 1 + turn % 3, words);
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
	check_conv((struct shape) {3, 5, 5, false}, 2, "4 k=2 stride=3");
	check_conv((struct shape) {3, 5, 6, false}, 2, "4 k=4 stride=2 pad=1");
	check_conv((struct shape) {1, 28, 28, false}, 2, "20 k=5");
	check_conv((struct shape) {20, 12, 12, false}, 2, "50 k=5");
}

static void dense_terms(const struct subject *s, struct expected *e, int row,
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

static void check_dense(struct shape in, int n, const char *words)
{
	struct subject s;
	struct expected e;
	int rows = in.tokens ? n * in.h * in.w : n;

	subject_new(&s, &operation_dense, in, n, words);
	e = expected_new(&s);
	for (int row = 0; row < rows; row++)
		for (int o = 0; o < s.layer.out.c; o++)
			dense_terms(&s, &e, row, o);
	run(&s, true);
	check_all(&s, &e);
	expected_free(&e);
	subject_free(&s);
}

static void test_dense(void **state)
{
	(void)state;
	check_dense((struct shape) {1, 1, 1, false}, 1, "1");
	check_dense((struct shape) {1, 1, 1, false}, 3, "10 bias=off");
	check_dense((struct shape) {784, 1, 1, false}, 5, "300");
	check_dense((struct shape) {300, 1, 1, false}, 1, "100 bias=off");
	check_dense((struct shape) {100, 1, 1, false}, 17, "10");
	check_dense((struct shape) {130, 1, 1, false}, 4, "1025");
	check_dense((struct shape) {64, 7, 7, true}, 2, "192");
	check_dense((struct shape) {3, 1, 2, true}, 1, "5 bias=off");
}

/* Max pooling by its definition; dx gets dy at the place of the maximum. */
static void pool_terms(const struct subject *s, struct expected *e, int n,
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
			if (best == SIZE_MAX || s->x[at] > s->x[best])
				best = at;
		}
	e->y[to] = (double)s->x[best];
	e->ty[to] = (double)s->tx[best];
	e->dx[best] += (double)s->dy[to];
	e->tdx[best] += (double)s->tdy[to];
}

static void check_pool(struct shape in, int n, const char *words, bool ties)
{
	struct subject s;
	struct expected e;

	subject_new(&s, &operation_maxpool, in, n, words);
	for (size_t i = 0; ties && i < s.in; i++)
		s.x[i] = (real)((int)(s.x[i] * 2));
	e = expected_new(&s);
	for (int i = 0; i < n; i++)
		for (int r = 0; r < s.layer.out.h; r++)
			for (int c = 0; c < s.layer.out.w; c++)
				for (int o = 0; o < in.c; o++)
					pool_terms(&s, &e, i, r, c, o);
	run(&s, true);
	check_all(&s, &e);
	expected_free(&e);
	subject_free(&s);
}

static void test_maxpool(void **state)
{
	static const int channels[] = {1, 3, 16, 20, 50};
	char words[64];

	(void)state;
	for (int k = 1; k <= 4; k++)
		for (int stride = 0; stride <= 3; stride++)
			for (int pad = 0; 2 * pad <= k; pad++)
				for (int i = 0; i < 5; i++) {
					struct shape in = {
						channels[i], 4 + i, 9 - i,
						false
					};

					snprintf(words, sizeof(words),
					    "%d stride=%d pad=%d", k, stride,
					    pad);
					check_pool(in, 1 + i % 2, words,
					    (k + i) % 2);
				}
	check_pool((struct shape) {7, 1, 1, false}, 2, "1", false);
	check_pool((struct shape) {20, 24, 24, false}, 2, "2", true);
}

static void test_maxpool_keeps_nan(void **state)
{
	struct subject s;

	(void)state;
	subject_new(&s, &operation_maxpool, (struct shape) {1, 2, 4, false}, 1,
	    "2");
	s.x[5] = (real)NAN;
	run(&s, false);
	assert_true(isnan(s.y[0]));
	assert_true(s.y[1] == s.y[1]);
	assert_true(s.dx[5] == s.dy[0]);
	subject_free(&s);
}

static void test_relu(void **state)
{
	static const int sizes[] = {1, 7, 16, 33, 1000};
	struct subject s;

	(void)state;
	for (int i = 0; i < 5; i++) {
		struct shape in = {sizes[i], 1, 1, false};

		subject_new(&s, &operation_relu, in, 2, "");
		s.x[0] = 0;
		run(&s, true);
		for (size_t j = 0; j < s.out; j++) {
			bool on = s.x[j] > 0;

			assert_true(s.y[j] == (on ? s.x[j] : 0));
			assert_true(s.dx[j] == (on ? s.dy[j] : 0));
			assert_true(s.ty[j] == (on ? s.tx[j] : 0));
			assert_true(s.tdx[j] == (on ? s.tdy[j] : 0));
		}
		subject_free(&s);
	}
}

/* (n, h, w, c) to PyTorch's (n, c, h, w) and back. */
static void test_flatten(void **state)
{
	struct shape in = {3, 4, 5, false};
	struct subject s;

	(void)state;
	subject_new(&s, &operation_flatten, in, 2, "");
	run(&s, true);
	assert_int_equal(s.layer.out.c, 60);
	for (size_t i = 0; i < s.out; i++) {
		size_t n = i / 60, c = i % 60 / 20, position = i % 20;
		size_t at = n * 60 + position * 3 + c;

		assert_true(s.y[i] == s.x[at]);
		assert_true(s.ty[i] == s.tx[at]);
		assert_true(s.dx[at] == s.dy[i]);
		assert_true(s.tdx[at] == s.tdy[i]);
	}
	subject_free(&s);
}

/* In place, as the engine runs them. */
static void test_in_place(void **state)
{
	const struct operation *both[] = {
		&operation_relu, &operation_flatten
	};
	struct shape in = {3, 4, 5, false};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct subject a, b;

		subject_new(&a, both[i], in, 2, "");
		subject_new(&b, both[i], in, 2, "");
		run(&a, false);
		memcpy(b.y, b.x, b.in * sizeof(real));
		memcpy(b.dx, b.dy, b.in * sizeof(real));
		free(b.x);
		free(b.dy);
		b.x = b.y;
		b.dy = b.dx;
		run(&b, false);
		assert_memory_equal(a.y, b.y, a.out * sizeof(real));
		assert_memory_equal(a.dx, b.dx, a.in * sizeof(real));
		b.x = array(b.in, 0);
		b.dy = array(b.out, 0);
		subject_free(&a);
		subject_free(&b);
	}
}

/* Every table of kernels gives the bits of the first. */
static const struct {
	const struct operation *operation;
	struct shape in;
	const char *words;
} bit_cases[] = {
	{&operation_conv, {1, 28, 28, false}, "20 k=5"},
	{&operation_conv, {20, 12, 12, false}, "50 k=5"},
	{&operation_conv, {33, 9, 7, false}, "17 k=3 pad=1 stride=2"},
	{&operation_conv, {40, 7, 7, false}, "72 k=1"},
	{&operation_conv, {12, 7, 7, false}, "20 k=3 pad=1 groups=4"},
	{&operation_conv, {37, 14, 14, false}, "37 k=3 pad=1 groups=37"},
	{&operation_maxpool, {20, 8, 8, false}, "2"},
	{&operation_maxpool, {19, 8, 8, false}, "3 stride=2 pad=1"},
	{&operation_relu, {21, 5, 5, false}, ""},
};

static void check_bits(size_t number, const char *table)
{
	struct subject a, b;

	subject_new(&a, bit_cases[number].operation, bit_cases[number].in, 3,
	    bit_cases[number].words);
	subject_new(&b, bit_cases[number].operation, bit_cases[number].in, 3,
	    bit_cases[number].words);
	assert_int_equal(kernels_choose("portable"), 0);
	run(&a, true);
	if (kernels_choose(table) == 0) {
		run(&b, true);
		assert_memory_equal(a.y, b.y, a.out * sizeof(real));
		assert_memory_equal(a.dx, b.dx, a.in * sizeof(real));
		assert_memory_equal(a.dw, b.dw, a.parameters * sizeof(real));
		assert_memory_equal(a.ty, b.ty, a.out * sizeof(real));
		assert_memory_equal(a.tdx, b.tdx, a.in * sizeof(real));
		assert_memory_equal(a.tdw, b.tdw, a.parameters * sizeof(real));
	}
	kernels_choose("auto");
	subject_free(&a);
	subject_free(&b);
}

static void test_same_bits(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bit_cases) / sizeof(bit_cases[0]); i++) {
		check_bits(i, "avx2");
		check_bits(i, "avx512");
	}
}

/* The result of a sample does not depend on its company. */
static void test_samples_are_independent(void **state)
{
	struct subject all, one;
	size_t in, out;

	(void)state;
	subject_new(&all, &operation_conv, (struct shape) {8, 6, 6, false}, 5,
	    "24 k=1");
	subject_new(&one, &operation_conv, (struct shape) {8, 6, 6, false}, 1,
	    "24 k=1");
	in = one.in;
	out = one.out;
	memcpy(one.x, all.x + 3 * in, in * sizeof(real));
	memcpy(one.dy, all.dy + 3 * out, out * sizeof(real));
	run(&all, false);
	run(&one, false);
	assert_memory_equal(one.y, all.y + 3 * out, out * sizeof(real));
	assert_memory_equal(one.dx, all.dx + 3 * in, in * sizeof(real));
	subject_free(&all);
	subject_free(&one);
}

#ifdef SNT_DOUBLE
/* a + step * b */
static void moved(real *a, const real *b, size_t count, double step)
{
	for (size_t i = 0; i < count; i++)
		a[i] += step * b[i];
}

/* Run at x + step tx, w + step tw, dy + step tdy. */
static void run_at(struct subject *s, double step)
{
	moved(s->x, s->tx, s->in, step);
	moved(s->w, s->tw, s->parameters, step);
	moved(s->dy, s->tdy, s->out, step);
	run(s, false);
}

static void check_difference(const struct subject *s, const char *what,
    const real *tangent, const real *after, const real *before, size_t count,
    double step)
{
	double *expected = xcalloc(count, sizeof(*expected));

	for (size_t i = 0; i < count; i++)
		expected[i] = (after[i] - before[i]) / (2 * step);
	check(s, what, tangent, expected, count, 1e-7);
	free(expected);
}

static void test_finite_differences(void **state)
{
	double step = 1e-6;

	(void)state;
	for (size_t i = 0; i < sizeof(bit_cases) / sizeof(bit_cases[0]); i++) {
		struct subject s[3];

		for (int j = 0; j < 3; j++)
			subject_new(&s[j], bit_cases[i].operation,
			    bit_cases[i].in, 2, bit_cases[i].words);
		run(&s[0], true);
		run_at(&s[1], step);
		run_at(&s[2], -step);
		check_difference(&s[0], "ty", s[0].ty, s[1].y, s[2].y,
		    s[0].out, step);
		check_difference(&s[0], "tdx", s[0].tdx, s[1].dx, s[2].dx,
		    s[0].in, step);
		check_difference(&s[0], "tdw", s[0].tdw, s[1].dw, s[2].dw,
		    s[0].parameters, step);
		for (int j = 0; j < 3; j++)
			subject_free(&s[j]);
	}
}
#endif

static void refuses(const struct operation *operation, struct shape in,
    double value[6], const char *expected)
{
	struct layer layer = {.operation = operation};
	struct error error = {""};

	layer.in[0] = in;
	memcpy(layer.options.value, value, 6 * sizeof(*value));
	assert_int_equal(operation->shape(&layer, &error), -1);
	assert_non_null(strstr(error.text, expected));
}

static void test_impossible_shapes(void **state)
{
	struct shape image = {6, 4, 4, false}, tokens = {6, 4, 4, true};

	(void)state;
	refuses(&operation_conv, image, (double[]) {8, 5, 1, 0, 1, 1},
	    "5x5 kernel does not fit into 6x4x4");
	refuses(&operation_conv, image, (double[]) {8, 3, 1, 0, 4, 1},
	    "groups=4 does not divide the 6 channels");
	refuses(&operation_conv, image, (double[]) {8, 3, 1, 0, 3, 1},
	    "groups=3 does not divide out=8");
	refuses(&operation_conv, tokens, (double[]) {8, 3, 1, 0, 1, 1},
	    "not tokens");
	refuses(&operation_maxpool, image, (double[6]) {5, 0, 0}, "5x5 window");
	refuses(&operation_maxpool, image, (double[6]) {3, 0, 2}, "pad=2");
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
#ifdef SNT_DOUBLE
		cmocka_unit_test(test_finite_differences),
#endif
		cmocka_unit_test(test_impossible_shapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
