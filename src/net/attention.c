#include "net/attention.h"

#include <math.h>

#include "net/gemm.h"
#include "net/kernels.h"
#include "net/pass.h"

struct sizes attention_sizes(const struct layer *layer, int n)
{
	struct sizes s = {
		.tokens = shape_positions(layer->in[0]),
		.width = layer->in[0].c,
		.heads = layer_integer(layer, "heads"),
	};

	s.head = s.width / s.heads;
	s.rows = n * s.tokens;
	s.scale = (real)(1 / sqrt(s.head));
	return s;
}

/* The same layout for parameters and for gradients, which are written. */
struct projections attention_projections(const real *w, struct sizes s)
{
	size_t d = (size_t)s.width;
	real *at = (real *)w;

	return (struct projections) {
		at, at + 3 * d * d, at + 3 * d * d + 3 * d,
		at + 4 * d * d + 3 * d
	};
}

struct kept attention_kept(const real *saved, struct sizes s)
{
	size_t all = (size_t)s.rows * (size_t)s.width;
	real *at = (real *)saved;

	return (struct kept) {at, at + 3 * all, at + 8 * all};
}

struct kept attention_gradients(const real *saved, struct sizes s, real *a)
{
	size_t all = (size_t)s.rows * (size_t)s.width;
	real *at = (real *)saved + 4 * all;

	return (struct kept) {at, at + 3 * all, a};
}

void attention_project(struct sizes s, int out, const real *x, const real *w,
    real beta, real *y)
{
	gemm(false, true, s.rows, out, s.width, 1, x, s.width, w, s.width,
	    beta, y, out);
}

void attention_project_back(struct sizes s, int out, const real *dy,
    const real *w, real beta, real *dx)
{
	gemm(false, false, s.rows, s.width, out, 1, dy, out, w, s.width,
	    beta, dx, s.width);
}

void attention_project_gradient(struct sizes s, int out, const real *dy,
    const real *x, real beta, real *dw)
{
	gemm(true, false, out, s.width, s.rows, 1, dy, out, x, s.width, beta,
	    dw, s.width);
}

void attention_add_bias(struct sizes s, int out, const real *bias, real *y)
{
	kernels()->add_bias((size_t)s.rows, (size_t)out, (size_t)out, bias, y);
}

static struct view view_of(struct sizes s, real *matrix, int parts, int part,
    int sample, int head)
{
	int step = parts * s.width;

	return (struct view) {
		matrix + (size_t)sample * (size_t)s.tokens * (size_t)step +
		    (size_t)(part * s.width + head * s.head), step
	};
}

struct head attention_head(struct sizes s, struct kept kept, int sample,
    int head)
{
	size_t place = (size_t)(sample * s.heads + head);

	return (struct head) {
		.q = view_of(s, kept.qkv, 3, 0, sample, head),
		.k = view_of(s, kept.qkv, 3, 1, sample, head),
		.v = view_of(s, kept.qkv, 3, 2, sample, head),
		.o = view_of(s, kept.o, 1, 0, sample, head),
		.a = kept.a + place * (size_t)s.tokens * (size_t)s.tokens,
	};
}

struct head attention_gradient_head(struct sizes s, struct kept gradients,
    int sample, int head)
{
	struct head result = attention_head(s, gradients, sample, head);

	result.a = gradients.a;
	return result;
}

void attention_match(struct sizes s, real alpha, struct view x, struct view y,
    real beta, real *out)
{
	gemm(false, true, s.tokens, s.tokens, s.head, alpha, x.at, x.step,
	    y.at, y.step, beta, out, s.tokens);
}

void attention_mix(struct sizes s, real alpha, const real *a, struct view x,
    real beta, struct view out)
{
	gemm(false, false, s.tokens, s.head, s.tokens, alpha, a, s.tokens,
	    x.at, x.step, beta, out.at, out.step);
}

void attention_mix_back(struct sizes s, real alpha, const real *a,
    struct view x, real beta, struct view out)
{
	gemm(true, false, s.tokens, s.head, s.tokens, alpha, a, s.tokens,
	    x.at, x.step, beta, out.at, out.step);
}
