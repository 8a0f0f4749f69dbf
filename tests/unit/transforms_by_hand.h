/*
 * Every transform of one weight matrix W (OUT, IN) with a bias (OUT), written
 * out in double precision: w = T(theta), and g_theta = J^T g_w.
 */
#ifndef SNT_TESTS_TRANSFORMS_BY_HAND_H
#define SNT_TESTS_TRANSFORMS_BY_HAND_H

#include <math.h>
#include <string.h>

#include "base/real.h"

enum { OUT = 3, IN = 4, WEIGHTS = OUT * IN, PARAMETERS = WEIGHTS + OUT };
enum { THETA_MOST = 64 };

struct hand {
	const char *words[4];
	int n;				/* numbers of theta */
	void (*compose)(const double *theta, double *w);
	void (*pull_back)(const double *theta, const double *g_w, double *g);
	void (*take)(const real *state);	/* of the transform, or NULL */
};

/* c (rows, columns) = a (rows, inner) b (inner, columns) */
static inline void multiply(int rows, int inner, int columns, const double *a,
    const double *b, double *c)
{
	for (int r = 0; r < rows; r++) {
		for (int j = 0; j < columns; j++) {
			c[r * columns + j] = 0;
			for (int k = 0; k < inner; k++)
				c[r * columns + j] += a[r * inner + k] *
				    b[k * columns + j];
		}
	}
}

static inline void transpose(int rows, int columns, const double *a,
    double *out)
{
	for (int r = 0; r < rows; r++) {
		for (int j = 0; j < columns; j++)
			out[j * rows + r] = a[r * columns + j];
	}
}

static inline double dot_of(int n, const double *x, const double *y)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += x[i] * y[i];
	return sum;
}

static inline void none_compose(const double *theta, double *w)
{
	memcpy(w, theta, PARAMETERS * sizeof(*w));
}

static inline void none_pull_back(const double *theta, const double *g_w,
    double *g)
{
	(void)theta;
	memcpy(g, g_w, PARAMETERS * sizeof(*g));
}

/* w_o = g_o u_o / |u_o| */
static inline void rows_by_hand(const double *gain, const double *u, double *w)
{
	for (int k = 0; k < WEIGHTS; k++) {
		const double *row = u + k / IN * IN;

		w[k] = gain[k / IN] * u[k] / sqrt(dot_of(IN, row, row));
	}
}

/* dw_oj / du_oi = g_o (delta_ij - u_oi u_oj / |u_o|^2) / |u_o| */
static inline void rows_back(const double *gain, const double *u,
    const double *g_w, double *g_gain, double *g_u)
{
	for (int o = 0; o < OUT; o++) {
		const double *row = u + o * IN, *g = g_w + o * IN;
		double square = dot_of(IN, row, row);

		g_gain[o] = dot_of(IN, g, row) / sqrt(square);
		for (int i = 0; i < IN; i++)
			g_u[o * IN + i] = gain[o] / sqrt(square) * (g[i] -
			    dot_of(IN, g, row) * row[i] / square);
	}
}

/* theta: v, gains, bias */
static inline void wn_compose(const double *theta, double *w)
{
	rows_by_hand(theta + WEIGHTS, theta, w);
	memcpy(w + WEIGHTS, theta + WEIGHTS + OUT, OUT * sizeof(*w));
}

static inline void wn_pull_back(const double *theta, const double *g_w,
    double *g)
{
	rows_back(theta + WEIGHTS, theta, g_w, g + WEIGHTS, g);
	memcpy(g + WEIGHTS + OUT, g_w + WEIGHTS, OUT * sizeof(*g));
}

static inline void centre(double *v)
{
	for (int o = 0; o < OUT; o++) {
		double mean = 0;

		for (int i = 0; i < IN; i++)
			mean += v[o * IN + i] / IN;
		for (int i = 0; i < IN; i++)
			v[o * IN + i] -= mean;
	}
}

static inline void ws_compose(const double *theta, double *w)
{
	double centred[PARAMETERS + OUT];

	memcpy(centred, theta, sizeof(centred));
	centre(centred);
	wn_compose(centred, w);
}

/* The state of weight standardisation: the means that stay. */
static double kept_mean[OUT];

static inline void take_means(const real *state)
{
	for (int o = 0; o < OUT; o++)
		kept_mean[o] = (double)state[o];
}

static inline void ws_kept_compose(const double *theta, double *w)
{
	ws_compose(theta, w);
	for (int k = 0; k < WEIGHTS; k++)
		w[k] += kept_mean[k / IN];
}

static inline void ws_pull_back(const double *theta, const double *g_w,
    double *g)
{
	double centred[PARAMETERS + OUT];

	memcpy(centred, theta, sizeof(centred));
	centre(centred);
	wn_pull_back(centred, g_w, g);
	centre(g);
}

/* theta: F_depth (OUT, IN), ..., F_1 (OUT, OUT): W = F_1 ... F_depth */
static inline const double *factor_of(const double *theta, int depth, int i)
{
	return i == depth ? theta : theta + WEIGHTS +
	    (depth - 1 - i) * OUT * OUT;
}

static inline void product_by_hand(const double *theta, int depth, double *w)
{
	double next[WEIGHTS];

	memcpy(w, theta, WEIGHTS * sizeof(*w));
	for (int i = depth - 1; i >= 1; i--) {
		multiply(OUT, OUT, IN, factor_of(theta, depth, i), w, next);
		memcpy(w, next, sizeof(next));
	}
}

/* dF_i = (F_1 ... F_(i-1))^T G (F_(i+1) ... F_d)^T, all but the last square:
 * the transposed product on the left is made as i goes up. */
static inline void product_back(const double *theta, int depth,
    const double *g_w, double *g)
{
	double left[WEIGHTS], next[WEIGHTS], turned[WEIGHTS];

	memcpy(left, g_w, sizeof(left));
	for (int i = 1; i < depth; i++) {
		const double *f = factor_of(theta, depth, i);
		double tail[WEIGHTS];

		/* F_(i+1) ... F_d: theta begins with that product. */
		product_by_hand(theta, depth - i, tail);
		transpose(OUT, IN, tail, turned);
		multiply(OUT, IN, OUT, left, turned, g + (f - theta));
		transpose(OUT, OUT, f, turned);
		multiply(OUT, OUT, IN, turned, left, next);
		memcpy(left, next, sizeof(left));
	}
	memcpy(g, left, sizeof(left));
}

#define PRODUCT(name, depth) \
static inline void name##_compose(const double *theta, double *w) \
{ \
	product_by_hand(theta, depth, w); \
	memcpy(w + WEIGHTS, theta + WEIGHTS + ((depth) - 1) * OUT * OUT, \
	    OUT * sizeof(*w)); \
} \
static inline void name##_pull_back(const double *theta, const double *g_w, \
    double *g) \
{ \
	product_back(theta, depth, g_w, g); \
	memcpy(g + WEIGHTS + ((depth) - 1) * OUT * OUT, g_w + WEIGHTS, \
	    OUT * sizeof(*g)); \
}
PRODUCT(two, 2)
PRODUCT(three, 3)

/* theta: A, B, gains, bias */
enum { GAINS = WEIGHTS + OUT * OUT };

static inline void normed_compose(const double *theta, double *w)
{
	double u[WEIGHTS];

	product_by_hand(theta, 2, u);
	rows_by_hand(theta + GAINS, u, w);
	memcpy(w + WEIGHTS, theta + GAINS + OUT, OUT * sizeof(*w));
}

static inline void normed_pull_back(const double *theta, const double *g_w,
    double *g)
{
	double u[WEIGHTS], g_u[WEIGHTS];

	product_by_hand(theta, 2, u);
	rows_back(theta + GAINS, u, g_w, g + GAINS, g_u);
	product_back(theta, 2, g_u, g);
	memcpy(g + GAINS + OUT, g_w + WEIGHTS, OUT * sizeof(*g));
}

/* The state of spectral normalisation: l, r, and the gain that stays. */
static double spectral_l[OUT], spectral_r[IN], spectral_gain;

static inline void spectral_take(const real *state)
{
	for (int o = 0; o < OUT; o++)
		spectral_l[o] = (double)*state++;
	for (int i = 0; i < IN; i++)
		spectral_r[i] = (double)*state++;
	spectral_gain = (double)*state;
}

/* r = v^T l / |v^T l|, l = v r / |v r| */
static inline void spectral_advance(const double *v)
{
	double turned[WEIGHTS], length;

	transpose(OUT, IN, v, turned);
	multiply(IN, OUT, 1, turned, spectral_l, spectral_r);
	length = sqrt(dot_of(IN, spectral_r, spectral_r));
	for (int i = 0; i < IN; i++)
		spectral_r[i] /= length;
	multiply(OUT, IN, 1, v, spectral_r, spectral_l);
	length = sqrt(dot_of(OUT, spectral_l, spectral_l));
	for (int o = 0; o < OUT; o++)
		spectral_l[o] /= length;
}

static inline double spectral_sigma(const double *v)
{
	double along[OUT];

	multiply(OUT, IN, 1, v, spectral_r, along);
	return dot_of(OUT, spectral_l, along);
}

static inline void sn_compose(const double *theta, double *w)
{
	for (int k = 0; k < WEIGHTS; k++)
		w[k] = spectral_gain * theta[k] / spectral_sigma(theta);
	memcpy(w + WEIGHTS, theta + WEIGHTS, OUT * sizeof(*w));
}

/* dw_k / dv_m = g (delta_km / sigma - v_k (l r^T)_m / sigma^2) */
static inline void sn_pull_back(const double *theta, const double *g_w,
    double *g)
{
	double sigma = spectral_sigma(theta);
	double along = dot_of(WEIGHTS, g_w, theta);

	for (int k = 0; k < WEIGHTS; k++)
		g[k] = spectral_gain * (g_w[k] / sigma - along *
		    spectral_l[k / IN] * spectral_r[k % IN] / sigma / sigma);
	memcpy(g + WEIGHTS, g_w + WEIGHTS, OUT * sizeof(*g));
}

static const struct hand hands[] = {
	{{"none"}, PARAMETERS, none_compose, none_pull_back, NULL},
	{{"jitter", "noise=0"}, PARAMETERS, none_compose, none_pull_back,
	    NULL},
	{{"expand"}, PARAMETERS + OUT * OUT, two_compose, two_pull_back, NULL},
	{{"expand", "depth=3"}, PARAMETERS + 2 * OUT * OUT, three_compose,
	    three_pull_back, NULL},
	{{"expand", "norm=on"}, PARAMETERS + OUT * OUT + OUT, normed_compose,
	    normed_pull_back, NULL},
	{{"wn"}, PARAMETERS + OUT, wn_compose, wn_pull_back, NULL},
	{{"ws"}, PARAMETERS + OUT, ws_kept_compose, ws_pull_back, take_means},
	{{"ws", "mean=removed"}, PARAMETERS + OUT, ws_compose, ws_pull_back,
	    NULL},
	{{"sn"}, PARAMETERS, sn_compose, sn_pull_back, spectral_take}};

#endif
