/*
 * Sharpness measures as conversations: a measure asks for a loss, a gradient
 * or a Hessian-vector product of the probe set at a point, gets the answer,
 * and asks again or is done. So it knows neither data nor chunks, and whoever
 * runs it can interleave, count, time and cancel. Definitions: the manual,
 * snt-commands(7); all on the folded network, running statistics frozen.
 *
 * To add a measure: write src/sharpness/NAME.c (its side of the conversation
 * is ask.h), add a row to measures.c.
 */
#ifndef SNT_SHARPNESS_MEASURE_H
#define SNT_SHARPNESS_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/option.h"
#include "net/evaluation.h"
#include "transform/transform.h"

/* What is more than one number: eigenvalues, a density, a grid of losses. */
struct measure_list {
	const char *name;	/* "values"; NULL: unused */
	int rows, columns;	/* rows 1: a plain list */
	double *value;		/* (rows, columns), the measure's */
};

enum { MEASURE_LISTS = 4 };

struct measure_result {
	double value;
	double error;		/* residual or standard error; NAN: none */
	double rho;		/* radius used; NAN: none */
	int gradients;		/* evaluations: forward and backward 1, a
				 * product 2, forward alone 1/3 (rounded up
				 * at the end) */
	int products;
	uint32_t n;		/* samples of the probe set */
	double seconds;
	bool converged;		/* false: the limit ended it */
	/* Both gone with the measure: */
	const char *note;	/* "stopped at 100 products", or NULL */
	const struct measure_list *list;	/* [MEASURE_LISTS] */
};

struct measure_method;

struct measure_kind {
	const char *name;	/* "lambda", "sam" */
	const char *title;	/* "largest Hessian eigenvalue" */
	const char *help;
	const struct option *options;
	bool warm;		/* profits from the vector of the last probe */
	bool along_weights;	/* leaves biases and norms alone */
	const struct measure_method *method;	/* ask.h */
};

const struct measure_kind *measure_kinds(int *count);
const struct measure_kind *measure_find(const char *name);
/* Whether a layer (0: any) has what the measure moves. */
bool measure_reaches(const struct measure_kind *kind,
    const struct network *network, int layer);

struct measure;

/* To measure in theta, w = T(theta); theta_space.h. */
struct measure_theta {
	struct transform *transform;	/* stays the caller's, as it is */
	const real *theta;	/* (transform_size) */
	const uint8_t *mask;	/* (parameters) 0 = zero in w; or NULL */
	struct pool *pool;
};

struct measure_request {
	const struct measure_kind *kind;
	struct option_values options;
	struct engine *engine;
	const struct dataset *dataset;
	enum split_name split;
	uint32_t count;
	const struct measure_theta *theta;	/* NULL: measure in w */
	const real *w;		/* copied; unused with theta */
	const real *buffers;	/* copied */
	int layer;		/* only this layer's parameters; 0: all */
	uint64_t seed;		/* of random directions */
	real *warm;		/* (like w or theta) in: start vector when not all
				 * zero; out: where to start the next time
				 * (mostly the vector found). Or NULL */
};

struct measure *measure_new(const struct measure_request *request);
void measure_free(struct measure *measure);
/* One chunk of work. 1: done, 0: go on, -1: failed (message: e.g. the loss
 * is not a number, or the layer has no parameters). Freeing a measure before
 * it is done is all there is to cancelling. */
int measure_advance(struct measure *measure, struct measure_result *result,
    struct error *error);
/* A guess at the share done, 0..1. */
double measure_progress(const struct measure *measure);

#endif
