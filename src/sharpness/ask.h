/*
 * A measure's side of the conversation. The machinery (measure.c) evaluates
 * what a method asks for, and hands the answer to the method, which asks
 * again or is done.
 *
 * A method sees only the parameters it was asked about: vectors here have
 * `n` entries, those of one layer or all. They are windows into vectors of
 * the whole network; outside the window the point is w and the direction is
 * zero, so restricting to a layer costs a method nothing.
 */
#ifndef SNT_SHARPNESS_ASK_H
#define SNT_SHARPNESS_ASK_H

#include "base/random.h"
#include "sharpness/measure.h"

enum ask {
	ASK_DONE,
	ASK_LOSS,	/* at the point */
	ASK_GRADIENT,	/* at the point, with the loss */
	ASK_PRODUCT	/* of the Hessian at the point with the direction */
};

enum { MEASURE_NOTE = 96 };

struct measure {
	size_t n;
	const real *w;
	real *point;		/* w at the start; the method's to move */
	real *direction;
	/* The last answer: */
	const real *answer;	/* gradient or product */
	double loss;
	void *state;		/* (method->state) bytes, zeroed */
	real *warm;		/* as in the request, or NULL */
	struct measure_result result;	/* value, error, rho, converged */
	char note[MEASURE_NOTE];
	struct measure_list list[MEASURE_LISTS];
	double expected;	/* questions, about; for the progress */

	struct measure_request request;
	struct evaluation evaluation;
	real *parameters, *buffers, *whole_point, *whole_direction,
	    *whole_answer;	/* of the whole network */
	struct theta_space *theta;	/* or NULL; then the network sees */
	real *w_point, *w_direction, *w_answer;	/* these (else the above) */
	size_t first;		/* where the window begins */
	enum ask ask, question;	/* of the method; under way for it */
	bool begun, evaluating, answered;
	int asked, thirds;	/* thirds of a gradient evaluation */
	uint64_t held;		/* by the engine, between products */
};

struct measure_method {
	size_t state;
	enum ask (*begin)(struct measure *measure);
	enum ask (*answer)(struct measure *measure);
	void (*end)(struct measure *measure);	/* free the state's; or NULL */
};

double measure_option(const struct measure *measure, const char *name);
/* Where draws come from: the key of the k-th vector, and the position of the
 * window in it, so that a layer's draw is its part of the whole one. */
struct random_key measure_key(const struct measure *measure, int draw);
void measure_signs(const struct measure *measure, int draw, real *out);
void measure_normals(const struct measure *measure, int draw, real *out);

/* Room for one more list of the result, zeroed. */
double *measure_list(struct measure *measure, const char *name, int rows,
    int columns);
/* How many vectors like the window fit into the memory that a Lanczos basis
 * may take, at most `most`. */
int measure_basis(const struct measure *measure, int most);

/* point <- w + e with e = rho T^2 g / |T g|, T = diag(|w|): the maximum of
 * g.e in the ball |T^-1 e| <= rho (Kwon et al. 2021). False when Tg = 0. */
bool measure_adaptive_step(struct measure *measure, const real *gradient,
    double rho);

/* Mean and standard error of draws, one at a time (Welford 1962). */
struct mean {
	int count;
	double mean, squares;
};
void mean_add(struct mean *mean, double value);
double mean_error(const struct mean *mean);

extern const struct measure_method lambda_method, trace_method, sam_method,
    adaptive_method, average_method, worst_method, spectrum_method,
    landscape_method;
extern const struct option lambda_options[], trace_options[], sam_options[],
    adaptive_options[], average_options[], worst_options[],
    spectrum_options[], landscape_options[];

#endif
