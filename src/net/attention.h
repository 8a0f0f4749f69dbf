/*
 * What the passes of attention (op_attention.c, attention_tangent.c) share:
 * where its matrices lie, and the products among them. t: tokens, d: width,
 * n: samples of the call. All matrices are row-major.
 */
#ifndef SNT_NET_ATTENTION_H
#define SNT_NET_ATTENTION_H

#include "net/operation.h"

struct sizes {
	int tokens, width;	/* t, d */
	int heads, head;	/* number, and columns of one */
	int rows;		/* n t */
	real scale;		/* 1 / sqrt(head) */
};

/* The parts of a vector of the layer's parameters. */
struct projections {
	real *qkv, *qkv_bias;	/* (3d, d), (3d) */
	real *proj, *proj_bias;	/* (d, d), (d) */
};

/* What forward keeps; and the gradients of the same, which backward keeps
 * for the tangents, but for those of `a`: of one head at a time, (t, t), in
 * scratch memory. */
struct kept {
	real *qkv;		/* (n t, 3d) */
	real *o;		/* (n t, d) */
	real *a;		/* (n, heads, t, t) */
};

/* A head's columns, (t, head), in a matrix of `step` columns. */
struct view {
	real *at;
	int step;
};

struct head {
	struct view q, k, v, o;
	real *a;		/* (t, t) */
};

struct sizes attention_sizes(const struct layer *layer, int n);
struct projections attention_projections(const real *w, struct sizes s);
struct kept attention_kept(const real *saved, struct sizes s);
/* The gradients within the same memory, `a` elsewhere. */
struct kept attention_gradients(const real *saved, struct sizes s, real *a);
struct head attention_head(struct sizes s, struct kept kept, int sample,
    int head);
struct head attention_gradient_head(struct sizes s, struct kept gradients,
    int sample, int head);

/* y (n t, out) = x w^T + beta y */
void attention_project(struct sizes s, int out, const real *x, const real *w,
    real beta, real *y);
void attention_add_bias(struct sizes s, int out, const real *bias, real *y);
/* dx (n t, d) = dy w + beta dx */
void attention_project_back(struct sizes s, int out, const real *dy,
    const real *w, real beta, real *dx);
/* dw (out, d) = dy^T x + beta dw */
void attention_project_gradient(struct sizes s, int out, const real *dy,
    const real *x, real beta, real *dw);

/* out (t, t) = alpha x y^T + beta out */
void attention_match(struct sizes s, real alpha, struct view x,
    struct view y, real beta, real *out);
/* out (t, head) = alpha a x + beta out, and with a^T */
void attention_mix(struct sizes s, real alpha, const real *a, struct view x,
    real beta, struct view out);
void attention_mix_back(struct sizes s, real alpha, const real *a,
    struct view x, real beta, struct view out);

void attention_tangent_forward(const struct pass *p);
void attention_tangent_backward(const struct pass *p);

#endif
