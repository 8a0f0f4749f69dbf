/* The tangents of attention: the product rule on every line of its passes,
 * with t... for R{...}. */
#include "net/attention.h"
#include "net/columns.h"
#include "net/kernels.h"
#include "net/pass.h"

/* Softmax's Jacobian is symmetric: its tangent is its backward pass. */
static void forward_head(struct sizes s, struct head h, struct head th)
{
	size_t t = (size_t)s.tokens;

	attention_match(s, s.scale, th.q, h.k, 0, th.a);
	attention_match(s, s.scale, h.q, th.k, 1, th.a);
	kernels()->softmax_rows_backward(t, t, h.a, th.a);
	attention_mix(s, 1, th.a, h.v, 0, th.o);
	attention_mix(s, 1, h.a, th.v, 1, th.o);
}

void attention_tangent_forward(const struct pass *p)
{
	struct sizes s = attention_sizes(p->layer, p->n);
	struct projections w = attention_projections(p->w, s);
	struct projections tw = attention_projections(p->tw, s);
	struct kept kept = attention_kept(p->saved, s);
	struct kept tkept = attention_kept(p->tsaved, s);

	attention_project(s, 3 * s.width, p->x[0], tw.qkv, 0, tkept.qkv);
	if (p->tx[0])
		attention_project(s, 3 * s.width, p->tx[0], w.qkv, 1,
		    tkept.qkv);
	attention_add_bias(s, 3 * s.width, tw.qkv_bias, tkept.qkv);
	for (int i = 0; i < p->n * s.heads; i++)
		forward_head(s,
		    attention_head(s, kept, i / s.heads, i % s.heads),
		    attention_head(s, tkept, i / s.heads, i % s.heads));
	attention_project(s, s.width, tkept.o, w.proj, 0, p->ty);
	attention_project(s, s.width, kept.o, tw.proj, 1, p->ty);
	attention_add_bias(s, s.width, tw.proj_bias, p->ty);
}

/* A head, its gradient, and the tangents of both. */
struct heads {
	struct head h, th, d, td;
};

static struct heads heads_of(struct sizes s, const struct kept kept[4], int i)
{
	int sample = i / s.heads, head = i % s.heads;

	return (struct heads) {
		.h = attention_head(s, kept[0], sample, head),
		.th = attention_head(s, kept[1], sample, head),
		.d = attention_gradient_head(s, kept[2], sample, head),
		.td = attention_gradient_head(s, kept[3], sample, head),
	};
}

/* The gradients d are those that backward left, but for d.a. */
static void backward_head(struct sizes s, struct heads e)
{
	real scale = s.scale;

	attention_match(s, 1, e.d.o, e.h.v, 0, e.d.a);
	attention_match(s, 1, e.td.o, e.h.v, 0, e.td.a);
	attention_match(s, 1, e.d.o, e.th.v, 1, e.td.a);
	attention_mix_back(s, 1, e.h.a, e.td.o, 0, e.td.v);
	attention_mix_back(s, 1, e.th.a, e.d.o, 1, e.td.v);
	kernels()->softmax_rows_tangent((size_t)s.tokens, (size_t)s.tokens,
	    e.h.a, e.th.a, e.d.a, e.td.a);
	attention_mix(s, scale, e.td.a, e.h.k, 0, e.td.q);
	attention_mix(s, scale, e.d.a, e.th.k, 1, e.td.q);
	attention_mix_back(s, scale, e.td.a, e.h.q, 0, e.td.k);
	attention_mix_back(s, scale, e.d.a, e.th.q, 1, e.td.k);
}

/* From R{dy} to R{d_o} and the gradient of proj. */
static void output_back(const struct pass *p, struct sizes s,
    const struct kept kept[4])
{
	struct projections w = attention_projections(p->w, s);
	struct projections tw = attention_projections(p->tw, s);
	struct projections tdw = attention_projections(p->tdw, s);

	attention_project_back(s, s.width, p->tdy, w.proj, 0, kept[3].o);
	attention_project_back(s, s.width, p->dy, tw.proj, 1, kept[3].o);
	attention_project_gradient(s, s.width, p->tdy, kept[0].o, 0,
	    tdw.proj);
	attention_project_gradient(s, s.width, p->dy, kept[1].o, 1, tdw.proj);
	columns_sum((size_t)s.rows, (size_t)s.width, 1, p->tdy,
	    tdw.proj_bias);
}

/* From R{d_qkv} to R{dx} and the gradient of qkv. */
static void input_back(const struct pass *p, struct sizes s,
    const struct kept kept[4])
{
	struct projections w = attention_projections(p->w, s);
	struct projections tw = attention_projections(p->tw, s);
	struct projections tdw = attention_projections(p->tdw, s);
	int out = 3 * s.width;

	attention_project_gradient(s, out, kept[3].qkv, p->x[0], 0, tdw.qkv);
	if (p->tx[0])
		attention_project_gradient(s, out, kept[2].qkv, p->tx[0], 1,
		    tdw.qkv);
	columns_sum((size_t)s.rows, (size_t)out, 1, kept[3].qkv,
	    tdw.qkv_bias);
	if (!p->tdx[0])
		return;
	attention_project_back(s, out, kept[3].qkv, w.qkv, 0, p->tdx[0]);
	attention_project_back(s, out, kept[2].qkv, tw.qkv, 1, p->tdx[0]);
}

void attention_tangent_backward(const struct pass *p)
{
	struct sizes s = attention_sizes(p->layer, p->n);
	size_t square = (size_t)s.tokens * (size_t)s.tokens;
	struct kept kept[4] = {
		attention_kept(p->saved, s),
		attention_kept(p->tsaved, s),
		attention_gradients(p->saved, s, p->scratch),
		attention_gradients(p->tsaved, s, p->scratch + square),
	};

	output_back(p, s, kept);
	for (int i = 0; i < p->n * s.heads; i++)
		backward_head(s, heads_of(s, kept, i));
	input_back(p, s, kept);
}
