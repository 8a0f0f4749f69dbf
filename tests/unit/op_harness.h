/*
 * A harness around one operation: a layer made from its words, a batch cut
 * into shards as the engine does, and checks that every operation must pass.
 *
 * Outputs and scratch are filled with NaN before each pass, so that what a
 * pass forgets to write, or reads though it may not, is seen.
 */
#ifndef SNT_TESTS_OP_HARNESS_H
#define SNT_TESTS_OP_HARNESS_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/option.h"
#include "net/batchnorm.h"
#include "net/operation.h"

struct op {
	struct layer layer;
	int n, shard;		/* samples, and of them at most in a shard */
	bool training;
	bool first_layer;	/* tx and dx are not there */
	bool no_weights;	/* the gradient of the parameters is not
				 * wanted */
	struct random_key random;

	size_t in[INPUTS_MAX], out;	/* of the whole batch */
	real *x[INPUTS_MAX], *dx[INPUTS_MAX];
	real *tx[INPUTS_MAX], *tdx[INPUTS_MAX];
	real *y, *dy, *ty, *tdy;
	real *w, *dw, *tw, *tdw, *buffers;
	real *running;		/* updated when training, or NULL */

	real *packed, *tpacked, *saved, *tsaved;
	real *gradient, *statistics, *joined, *scratch;
	size_t scratch_size;
	real *whole;		/* where weight_gradient adds to, meanwhile */
};

static inline size_t op_size(size_t (*size)(const struct layer *),
    const struct layer *layer)
{
	return size ? size(layer) : 0;
}

static inline size_t op_gradient_size(const struct op *t)
{
	const struct layer *layer = &t->layer;

	return layer->operation->gradient ?
	    layer->operation->gradient(layer) : layer->parameters;
}

/* Exactly so many numbers, so that the address sanitizer sees one more. */
static inline real *op_reals(size_t count)
{
	real *values = xmalloc(count * sizeof(real) + (count == 0));

	for (size_t i = 0; i < count; i++)
		values[i] = (real)NAN;
	return values;
}

static inline real *op_random(size_t count, uint64_t step)
{
	struct random_key key = {.seed = 42, .stream = 77, .step = step};
	real *values = op_reals(count);

	random_normal(key, 0, count, values);
	return values;
}

static inline real *op_copy(size_t count, const real *values)
{
	real *copy = op_reals(count);

	if (count)
		memcpy(copy, values, count * sizeof(real));
	return copy;
}

static inline void op_nan(size_t count, real *values)
{
	for (size_t i = 0; values && i < count; i++)
		values[i] = (real)NAN;
}

static inline int op_shards(const struct op *t)
{
	return (t->n + t->shard - 1) / t->shard;
}

/* Split "bn" or "avgpool 3 stride=2" and make the layer. */
static inline int op_layer(struct layer *layer, const char *line,
    struct error *error)
{
	char text[128];
	const char *word[16];
	int words = 0;

	snprintf(text, sizeof(text), "%s", line);
	for (char *at = strtok(text, " "); at; at = strtok(NULL, " "))
		word[words++] = at;
	layer->id = 3;
	layer->operation = operation_find(word[0]);
	assert_non_null(layer->operation);
	options_default(layer->operation->options, &layer->options);
	if (options_parse(layer->operation->options, words - 1, word + 1,
	    &layer->options, error))
		return -1;
	return layer->operation->shape(layer, error);
}

static inline void op_parameters(struct layer *layer)
{
	struct segment_list list = {.layer = layer->id};

	if (layer->operation->parameters)
		layer->operation->parameters(layer, &list);
	layer->segments = list.segments;
	layer->buffer_segments = list.buffer_segments;
	layer->parameters = list.parameters;
	layer->buffers = list.buffers;
	free(list.segment);
	free(list.buffer_segment);
}

static inline void op_allocate(struct op *t)
{
	const struct layer *layer = &t->layer;
	const struct operation *o = layer->operation;
	size_t n = (size_t)t->n, shards = (size_t)op_shards(t);

	t->out = n * shape_size(layer->out);
	for (int i = 0; i < o->inputs; i++) {
		t->in[i] = n * shape_size(layer->in[i]);
		t->x[i] = op_random(t->in[i], 1 + (uint64_t)i);
		t->tx[i] = op_random(t->in[i], 3 + (uint64_t)i);
		t->dx[i] = op_reals(t->in[i]);
		t->tdx[i] = op_reals(t->in[i]);
	}
	t->y = op_reals(t->out);
	t->ty = op_reals(t->out);
	t->dy = op_random(t->out, 5);
	t->tdy = op_random(t->out, 6);
	t->w = op_random(layer->parameters, 7);
	t->tw = op_random(layer->parameters, 8);
	t->dw = op_reals(layer->parameters);
	t->tdw = op_reals(layer->parameters);
	t->buffers = op_random(layer->buffers, 9);
	for (size_t i = 0; i < layer->buffers; i++)
		t->buffers[i] = t->buffers[i] * t->buffers[i] + (real)0.1;
	t->packed = op_reals(op_size(o->packed, layer));
	t->tpacked = op_reals(op_size(o->packed, layer));
	t->saved = op_reals(n * op_size(o->saved, layer));
	t->tsaved = op_reals(n * op_size(o->saved, layer));
	t->gradient = op_reals(shards * op_gradient_size(t));
	t->statistics = op_reals(shards * op_size(o->statistics, layer));
	t->joined = op_reals(op_size(o->joined, layer));
	t->scratch_size = o->scratch ? o->scratch(layer,
	    o->parts ? t->n : t->shard) : 0;
	t->scratch = op_reals(t->scratch_size);
}

static inline struct op *op_new(const char *line, struct shape a,
    struct shape b, int n, int shard)
{
	struct op *t = xcalloc(1, sizeof(*t));
	struct error error = {{0}};

	t->layer.in[0] = a;
	t->layer.in[1] = b;
	if (op_layer(&t->layer, line, &error))
		fail_msg("%s: %s", line, error.text);
	op_parameters(&t->layer);
	t->n = n;
	t->shard = shard < n ? shard : n;
	t->random = (struct random_key) {
		.seed = 1, .stream = RANDOM_DROPOUT, .step = 10
	};
	op_allocate(t);
	return t;
}

static inline void op_free(struct op *t)
{
	real *all[] = {
		t->x[0], t->x[1], t->dx[0], t->dx[1], t->tx[0], t->tx[1],
		t->tdx[0], t->tdx[1], t->y, t->dy, t->ty, t->tdy, t->w, t->dw,
		t->tw, t->tdw, t->buffers, t->running, t->packed, t->tpacked,
		t->saved, t->tsaved, t->gradient, t->statistics, t->joined,
		t->scratch
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		free(all[i]);
	free(t);
}

/* What one call sees of the batch from sample `first` on. */
static inline struct pass op_pass(struct op *t, int first, int n)
{
	const struct layer *layer = &t->layer;
	const struct operation *o = layer->operation;
	size_t at = (size_t)first, y = at * shape_size(layer->out);
	size_t saved = at * op_size(o->saved, layer);
	int shard = first / t->shard;
	struct pass p = {
		.layer = layer, .n = n, .first = first, .part = 0, .parts = 1,
		.shard = shard, .training = t->training,
		.y = t->y + y, .dy = t->dy + y,
		.ty = t->ty + y, .tdy = t->tdy + y,
		.w = t->w, .packed = t->packed, .buffers = t->buffers,
		.tw = t->tw, .tpacked = t->tpacked,
		.dw = t->gradient + (size_t)shard * op_gradient_size(t),
		.tdw = t->gradient + (size_t)shard * op_gradient_size(t),
		.saved = t->saved + saved, .tsaved = t->tsaved + saved,
		.statistics = t->statistics +
		    (size_t)shard * op_size(o->statistics, layer),
		.joined = t->joined, .scratch = t->scratch, .scale = 1,
		.random = t->random,
	};

	if (t->whole)
		p.dw = p.tdw = t->whole;
	if (t->no_weights)
		p.dw = NULL;
	for (int i = 0; i < o->inputs; i++) {
		size_t x = at * shape_size(layer->in[i]);

		p.x[i] = t->x[i] + x;
		if (t->first_layer)
			continue;
		p.dx[i] = t->dx[i] + x;
		p.tx[i] = t->tx[i] + x;
		p.tdx[i] = t->tdx[i] + x;
	}
	return p;
}

static inline void op_run_parts(struct op *t, operation_pass *pass, int parts)
{
	for (int i = parts - 1; i >= 0; i--) {
		struct pass p = op_pass(t, 0, t->n);

		p.part = i;
		p.parts = parts;
		op_nan(t->scratch_size, t->scratch);
		pass(&p);
	}
}

/* Shards, last one first: their order must not matter. */
static inline void op_run(struct op *t, operation_pass *pass)
{
	const struct operation *o = t->layer.operation;

	if (!pass)
		return;
	if (o->parts) {
		op_run_parts(t, pass, o->parts(&t->layer, t->n));
		return;
	}
	for (int i = op_shards(t) - 1; i >= 0; i--) {
		int first = i * t->shard;
		int n = t->n - first < t->shard ? t->n - first : t->shard;
		struct pass p = op_pass(t, first, n);

		op_nan(t->scratch_size, t->scratch);
		pass(&p);
	}
}

static inline void op_pack(struct op *t)
{
	const struct operation *o = t->layer.operation;

	if (!o->pack)
		return;
	o->pack(&t->layer, t->w, t->packed);
	o->pack(&t->layer, t->tw, t->tpacked);
}

static inline void op_forward(struct op *t)
{
	const struct operation *o = t->layer.operation;
	struct pass whole = op_pass(t, 0, t->n);

	op_pack(t);
	op_nan(t->out, t->y);
	if (t->training && o->forward_statistics) {
		op_run(t, o->forward_statistics);
		o->forward_join(&whole, op_shards(t), t->running,
		    BATCHNORM_MOMENTUM);
	}
	op_run(t, o->forward);
}

/* The shards' gradients added in order, and turned into the layer's. */
static inline void op_collect(struct op *t, real *dw)
{
	const struct layer *layer = &t->layer;
	size_t size = op_gradient_size(t);

	for (int i = 1; i < op_shards(t); i++)
		for (size_t j = 0; j < size; j++)
			t->gradient[j] += t->gradient[(size_t)i * size + j];
	if (layer->operation->collect)
		layer->operation->collect(layer, t->gradient, 1, dw);
	else
		for (size_t j = 0; j < size; j++)
			dw[j] += t->gradient[j];
}

static inline void op_gradient(struct op *t, operation_pass *pass,
    operation_pass *weight_pass, real *dw)
{
	const struct operation *o = t->layer.operation;

	op_nan((size_t)op_shards(t) * op_gradient_size(t), t->gradient);
	op_run(t, pass);
	if (t->no_weights)
		return;
	memset(dw, 0, t->layer.parameters * sizeof(real));
	if (weight_pass) {
		t->whole = dw;
		op_run_parts(t, weight_pass, o->gradient_parts ?
		    o->gradient_parts(&t->layer, t->n) : 1);
		t->whole = NULL;
	} else if (t->layer.parameters) {
		op_collect(t, dw);
	}
}

static inline void op_backward(struct op *t)
{
	const struct operation *o = t->layer.operation;
	struct pass whole = op_pass(t, 0, t->n);

	for (int i = 0; i < o->inputs; i++)
		op_nan(t->in[i], t->dx[i]);
	if (t->training && o->backward_statistics) {
		op_nan((size_t)op_shards(t) * op_size(o->statistics,
		    &t->layer), t->statistics);
		op_run(t, o->backward_statistics);
		o->backward_join(&whole, op_shards(t));
	}
	op_gradient(t, o->backward, o->weight_gradient, t->dw);
}

static inline void op_tangent_forward(struct op *t)
{
	op_nan(t->out, t->ty);
	op_run(t, t->layer.operation->tangent_forward);
}

static inline void op_tangent_backward(struct op *t)
{
	const struct operation *o = t->layer.operation;

	for (int i = 0; i < o->inputs; i++)
		op_nan(t->in[i], t->tdx[i]);
	op_gradient(t, o->tangent_backward, o->tangent_weight_gradient,
	    t->tdw);
}

/* |a - b| against the larger of `floor` and both. */
static inline void op_assert_close(double a, double b, double tolerance,
    const char *what, size_t index)
{
	double size = fmax(1, fmax(fabs(a), fabs(b)));

	if (!(fabs(a - b) <= tolerance * size))
		fail_msg("%s[%zu]: %.12g, expected %.12g", what, index, a, b);
}

static inline void op_assert_all(size_t count, const real *a,
    const double *expected, double tolerance, const char *what)
{
	for (size_t i = 0; i < count; i++)
		op_assert_close((double)a[i], expected[i], tolerance, what, i);
}

static inline void op_assert_same(size_t count, const real *a, const real *b,
    const char *what)
{
	for (size_t i = 0; i < count; i++)
		if (memcmp(&a[i], &b[i], sizeof(real)))
			fail_msg("%s[%zu]: %.9g and %.9g differ", what, i,
			    (double)a[i], (double)b[i]);
}

/* sum dy y */
static inline double op_scalar(struct op *t)
{
	double sum = 0;

	op_forward(t);
	for (size_t i = 0; i < t->out; i++)
		sum += (double)t->dy[i] * (double)t->y[i];
	return sum;
}

/* Derivatives of the scalar by each number of `at`, against `expected`. */
static inline void op_check_entries(struct op *t, size_t count, real *at,
    const real *expected, double h, double tolerance, const char *what)
{
	for (size_t i = 0; i < count; i++) {
		real kept = at[i];
		double up, down;

		at[i] = (real)((double)kept + h);
		up = op_scalar(t);
		at[i] = (real)((double)kept - h);
		down = op_scalar(t);
		at[i] = kept;
		op_assert_close((double)expected[i], (up - down) / (2 * h),
		    tolerance, what, i);
	}
}

/* backward() against differences of forward(), number by number. */
static inline void op_check_backward(struct op *t, double tolerance)
{
	const char *name = t->layer.operation->name;

	op_forward(t);
	op_backward(t);
	op_check_entries(t, t->layer.parameters, t->w, t->dw, 1e-6, tolerance,
	    name);
	for (int i = 0; !t->first_layer && i < t->layer.operation->inputs; i++)
		op_check_entries(t, t->in[i], t->x[i], t->dx[i], 1e-6,
		    tolerance, name);
}

static inline void op_shift(size_t count, real *at, const real *direction,
    double h)
{
	for (size_t i = 0; i < count; i++)
		at[i] = (real)((double)at[i] + h * (double)direction[i]);
}

/* Everything that the tangents go along with. */
static inline void op_move(struct op *t, double h)
{
	op_shift(t->layer.parameters, t->w, t->tw, h);
	op_shift(t->out, t->dy, t->tdy, h);
	for (int i = 0; !t->first_layer && i < t->layer.operation->inputs; i++)
		op_shift(t->in[i], t->x[i], t->tx[i], h);
}

struct op_results {
	real *y, *dw, *dx[INPUTS_MAX];
};

static inline struct op_results op_results_at(struct op *t, double h)
{
	struct op_results r = {0};

	op_move(t, h);
	op_forward(t);
	op_backward(t);
	op_move(t, -h);
	r.y = op_copy(t->out, t->y);
	r.dw = op_copy(t->layer.parameters, t->dw);
	for (int i = 0; i < t->layer.operation->inputs; i++)
		r.dx[i] = op_copy(t->in[i], t->dx[i]);
	return r;
}

static inline void op_results_free(struct op_results r)
{
	free(r.y);
	free(r.dw);
	free(r.dx[0]);
	free(r.dx[1]);
}

static inline void op_check_difference(size_t count, const real *tangent,
    const real *up, const real *down, double h, double tolerance,
    const char *what)
{
	for (size_t i = 0; i < count; i++)
		op_assert_close((double)tangent[i],
		    ((double)up[i] - (double)down[i]) / (2 * h), tolerance,
		    what, i);
}

/* The tangent passes against differences of forward() and backward(). */
static inline void op_check_tangents(struct op *t, double tolerance)
{
	double h = 1e-6;
	struct op_results up = op_results_at(t, h);
	struct op_results down = op_results_at(t, -h);

	op_forward(t);
	op_tangent_forward(t);
	op_backward(t);
	op_tangent_backward(t);
	op_check_difference(t->out, t->ty, up.y, down.y, h, tolerance, "ty");
	op_check_difference(t->layer.parameters, t->tdw, up.dw, down.dw, h,
	    tolerance, "tdw");
	for (int i = 0; !t->first_layer && i < t->layer.operation->inputs; i++)
		op_check_difference(t->in[i], t->tdx[i], up.dx[i], down.dx[i],
		    h, tolerance, "tdx");
	op_results_free(up);
	op_results_free(down);
}

/* An operation that says so gives the same with y on x and dx on dy. */
static inline void op_check_in_place(struct op *t)
{
	real *x = t->x[0], *y = t->y, *dx = t->dx[0], *dy = t->dy;
	real *expected_y, *expected_dx, *on_x, *on_dy;

	assert_true(t->layer.operation->flags & OPERATION_IN_PLACE);
	op_forward(t);
	op_backward(t);
	expected_y = op_copy(t->out, y);
	expected_dx = op_copy(t->in[0], dx);
	on_x = op_copy(t->in[0], x);
	on_dy = op_copy(t->out, dy);
	t->x[0] = t->y = on_x;
	t->dx[0] = t->dy = on_dy;
	op_pack(t);
	op_run(t, t->layer.operation->forward);
	op_assert_same(t->out, t->y, expected_y, "y in place");
	op_run(t, t->layer.operation->backward);
	op_assert_same(t->in[0], t->dx[0], expected_dx, "dx in place");
	t->x[0] = x;
	t->y = y;
	t->dx[0] = dx;
	t->dy = dy;
	free(expected_y);
	free(expected_dx);
	free(on_x);
	free(on_dy);
}

/* One shard or many: where samples do not meet, outputs are the same bits
 * (`exact`; products of BLAS may depend on the number of rows). */
static inline void op_check_shards(const char *line, struct shape a,
    struct shape b, int n, int shard, bool training, bool exact,
    double tolerance)
{
	struct op *one = op_new(line, a, b, n, n);
	struct op *many = op_new(line, a, b, n, shard);
	double each = exact ? 0 : tolerance;

	one->training = many->training = training;
	op_forward(one);
	op_backward(one);
	op_forward(many);
	op_backward(many);
	for (size_t i = 0; i < one->out; i++)
		op_assert_close((double)many->y[i], (double)one->y[i],
		    each, "y of shards", i);
	for (size_t i = 0; i < one->in[0]; i++)
		op_assert_close((double)many->dx[0][i],
		    (double)one->dx[0][i], each, "dx of shards", i);
	for (size_t i = 0; i < one->layer.parameters; i++)
		op_assert_close((double)many->dw[i], (double)one->dw[i],
		    tolerance, "dw of shards", i);
	op_free(one);
	op_free(many);
}

#endif
