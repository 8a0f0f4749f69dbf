/*
 * The largest eigenvalue of the Hessian by Lanczos iteration, started from
 * what the last probe found. Lanczos sees both ends of the spectrum, so the
 * largest eigenvalue is found even where the most negative one is larger in
 * size (power iteration would find that one).
 */
#include "sharpness/ask.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/vector.h"
#include "sharpness/lanczos.h"

const struct option lambda_options[] = {
	{"tol", OPTION_REAL, 1e-3, 1e-12, 1, NULL,
	    "residual |Hv - lv|/|l| to stop at", false},
	{"k", OPTION_INTEGER, 1, 1, 20, NULL,
	    "eigenvalues, the largest first", false},
	{"most", OPTION_INTEGER, 100, 1, 100000, NULL,
	    "Hessian-vector products at most", false},
	{0}
};

/* Vectors kept at most, as far as the memory for them allows, and the share
 * of them that survives a restart. */
enum { VECTORS_MOST = 32, KEEP_SHARE = 3 };

/* The second pair has to be known this many times less well than the first.
 * A Krylov space can satisfy the tolerance with an eigenvector while it still
 * hides a larger one of which the start had little; the pair that it shows
 * in second place is then far from converged. */
static const double second_slack = 10;

struct lambda {
	struct lanczos *lanczos;
	int wanted;		/* eigenvalues */
	int least, most;	/* products */
	int capacity;
	double tolerance;
	double smallest;	/* Ritz value seen */
	double worst;		/* relative residual of those wanted */
	double second;		/* residual of the pair after them, by |l| */
};

/*
 * What the next probe starts from: the vector found and a share of the next
 * one in the spectrum. By then that one may have overtaken it, and an
 * iteration started from an eigenvector alone would be satisfied with it.
 */
static void leave_start(struct measure *measure)
{
	const struct lambda *lambda = measure->state;
	const double share = 0.3;
	real *second;

	lanczos_vector(lambda->lanczos, 0, measure->warm);
	if (lanczos_size(lambda->lanczos) < 2)
		return;
	second = reals_new(measure->n);
	lanczos_vector(lambda->lanczos, 1, second);
	vector_add(measure->warm, share, second, measure->n);
	reals_free(second);
}

/* And a share of random noise, for what was not seen at all. */
static void mix_start(const struct measure *measure, real *start)
{
	const double share = 0.1;
	double length = vector_norm(start, measure->n);
	double warm = vector_norm(measure->warm, measure->n);

	vector_scale(start, share / length, measure->n);
	vector_add(start, 1 / warm, measure->warm, measure->n);
}

/* What a restart keeps has to hold the wanted pairs and the next one. */
static int basis_capacity(const struct measure *measure, int wanted)
{
	int fit = measure_basis(measure, VECTORS_MOST);
	int needed = KEEP_SHARE * (wanted + 1);

	return fit > needed ? fit : needed;
}

static enum ask ask_next(struct measure *measure)
{
	const struct lambda *lambda = measure->state;

	memcpy(measure->direction, lanczos_direction(lambda->lanczos),
	    measure->n * sizeof(real));
	return ASK_PRODUCT;
}

static enum ask lambda_begin(struct measure *measure)
{
	struct lambda *lambda = measure->state;
	bool warm = measure->warm && !vector_zero(measure->warm, measure->n) &&
	    vector_finite(measure->warm, measure->n);
	real *start = reals_new(measure->n);

	lambda->tolerance = measure_option(measure, "tol");
	lambda->most = (int)measure_option(measure, "most");
	lambda->wanted = (int)measure_option(measure, "k");
	lambda->least = lambda->wanted + (warm ? 2 : 1);
	lambda->capacity = basis_capacity(measure, lambda->wanted);
	measure->expected = (warm ? 6 : 20) + 4 * (lambda->wanted - 1);
	measure_normals(measure, 0, start);
	if (warm)
		mix_start(measure, start);
	lambda->lanczos = lanczos_new(measure->n, lambda->capacity, start);
	reals_free(start);
	return ask_next(measure);
}

static void write_note(struct measure *measure)
{
	const struct lambda *lambda = measure->state;
	double value = measure->result.value;
	char stopped[48] = "";

	if (!measure->result.converged)
		text_format(stopped, sizeof(stopped), "stopped at %d products",
		    measure->result.products);
	if (-lambda->smallest > fabs(value))
		text_format(measure->note, MEASURE_NOTE,
		    "%s%snegative curvature dominates: %.4g", stopped,
		    stopped[0] ? "; " : "", lambda->smallest);
	else
		text_copy(measure->note, MEASURE_NOTE, stopped);
}

static void list_values(struct measure *measure)
{
	const struct lambda *lambda = measure->state;
	int size = lanczos_size(lambda->lanczos);
	int count = lambda->wanted < size ? lambda->wanted : size;
	double *value = xcalloc((size_t)size, sizeof(double));
	double *residual = xcalloc((size_t)size, sizeof(double));

	lanczos_ritz(lambda->lanczos, value, residual, NULL);
	memcpy(measure_list(measure, "values", 1, count), value,
	    (size_t)count * sizeof(double));
	memcpy(measure_list(measure, "residuals", 1, count), residual,
	    (size_t)count * sizeof(double));
	free(value);
	free(residual);
}

static enum ask finish(struct measure *measure)
{
	const struct lambda *lambda = measure->state;

	write_note(measure);
	if (lambda->wanted > 1)
		list_values(measure);
	if (measure->warm)
		leave_start(measure);
	return ASK_DONE;
}

static double relative(double residual, double value)
{
	return residual > 0 ? residual / fabs(value) : 0;
}

/* The largest Ritz value, the residuals of those wanted and of the next, the
 * smallest. */
static void read_ritz(struct measure *measure)
{
	struct lambda *lambda = measure->state;
	int size = lanczos_size(lambda->lanczos), wanted = lambda->wanted;
	double *value = xcalloc((size_t)size, sizeof(double));
	double *residual = xcalloc((size_t)size, sizeof(double));

	lanczos_ritz(lambda->lanczos, value, residual, NULL);
	lambda->worst = 0;
	for (int k = 0; k < wanted && k < size; k++)
		lambda->worst = fmax(lambda->worst, relative(residual[k],
			value[k]));
	measure->result.value = value[0];
	measure->result.error = relative(residual[0], value[0]);
	lambda->second = size > wanted ?
	    relative(residual[wanted], value[0]) : 0;
	lambda->smallest = fmin(lambda->smallest, value[size - 1]);
	free(value);
	free(residual);
}

static bool settled(const struct measure *measure)
{
	const struct lambda *lambda = measure->state;

	return lambda->worst <= lambda->tolerance &&
	    lambda->second <= second_slack * lambda->tolerance;
}

static enum ask lambda_answer(struct measure *measure)
{
	struct lambda *lambda = measure->state;
	int products = measure->result.products;
	bool room = lanczos_take(lambda->lanczos, measure->answer);

	read_ritz(measure);
	measure->result.converged = lanczos_exhausted(lambda->lanczos) ||
	    (products >= lambda->least && settled(measure));
	if (measure->result.converged || products >= lambda->most)
		return finish(measure);
	if (!room)
		lanczos_restart(lambda->lanczos,
		    lambda->capacity / KEEP_SHARE);
	return ask_next(measure);
}

static void lambda_end(struct measure *measure)
{
	struct lambda *lambda = measure->state;

	lanczos_free(lambda->lanczos);
}

const struct measure_method lambda_method = {
	.state = sizeof(struct lambda),
	.begin = lambda_begin,
	.answer = lambda_answer,
	.end = lambda_end,
};
