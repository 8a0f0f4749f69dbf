/*
 * max L(w + T u) - L(w) over |u| <= rho, T = diag(|w|), by projected ascent
 * in u: u <- P(u + a T g/|T g|). The first step is that of `adaptive`, so the
 * result is never smaller; a step that does not rise goes back to the best
 * point and halves a (the plateau rule of Croce & Hein 2020, simplified).
 */
#include "sharpness/ask.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/vector.h"

const struct option worst_options[] = {
	{"rho", OPTION_REAL, 0.5, 0, 1e6, NULL, "radius of the adaptive ball",
	    true},
	{"steps", OPTION_INTEGER, 20, 1, 100000, NULL, "steps of ascent",
	    false},
	{0}
};

struct worst {
	double base;		/* loss at w */
	double best;		/* and the largest found */
	double length;		/* a, the step in u */
	int steps, done;
	real *u;		/* the point asked about */
	real *best_u;
	real *uphill;		/* T g/|T g| at the best point */
};

static enum ask worst_begin(struct measure *measure)
{
	struct worst *worst = measure->state;

	worst->steps = (int)measure_option(measure, "steps");
	measure->expected = worst->steps + 1;
	measure->result.rho = measure_option(measure, "rho");
	worst->length = measure->result.rho;
	worst->u = reals_new(measure->n);
	worst->best_u = reals_new(measure->n);
	worst->uphill = reals_new(measure->n);
	return ASK_GRADIENT;
}

/* The point asked about is the best so far: keep it and its T g/|T g|. */
static void keep_best(struct measure *measure)
{
	struct worst *worst = measure->state;
	double length;

	worst->best = measure->loss;
	memcpy(worst->best_u, worst->u, measure->n * sizeof(real));
	if (measure->ask != ASK_GRADIENT)
		return;
	for (size_t i = 0; i < measure->n; i++)
		worst->uphill[i] = real_fabs(measure->w[i]) *
		    measure->answer[i];
	length = vector_norm(worst->uphill, measure->n);
	if (length > 0)
		vector_scale(worst->uphill, 1 / length, measure->n);
}

/* u <- P(best + a uphill), point <- w + T u. The last step needs no gradient
 * where it ends. */
static enum ask ask_step(struct measure *measure)
{
	struct worst *worst = measure->state;
	double length;

	memcpy(worst->u, worst->best_u, measure->n * sizeof(real));
	vector_add(worst->u, worst->length, worst->uphill, measure->n);
	length = vector_norm(worst->u, measure->n);
	if (length > measure->result.rho)
		vector_scale(worst->u, measure->result.rho / length,
		    measure->n);
	for (size_t i = 0; i < measure->n; i++)
		measure->point[i] = (real)((double)measure->w[i] +
		    fabs((double)measure->w[i]) * (double)worst->u[i]);
	return ++worst->done < worst->steps ? ASK_GRADIENT : ASK_LOSS;
}

static enum ask worst_answer(struct measure *measure)
{
	struct worst *worst = measure->state;

	if (measure->asked == 1)
		worst->base = measure->loss;
	if (measure->asked == 1 || measure->loss > worst->best)
		keep_best(measure);
	else
		worst->length /= 2;
	if (worst->done < worst->steps &&
	    !vector_zero(worst->uphill, measure->n))
		return ask_step(measure);
	if (worst->done == 0)
		text_copy(measure->note, MEASURE_NOTE,
		    "the scaled gradient is zero");
	measure->result.value = worst->best - worst->base;
	return ASK_DONE;
}

static void worst_end(struct measure *measure)
{
	struct worst *worst = measure->state;

	reals_free(worst->u);
	reals_free(worst->best_u);
	reals_free(worst->uphill);
}

const struct measure_method worst_method = {
	.state = sizeof(struct worst),
	.begin = worst_begin,
	.answer = worst_answer,
	.end = worst_end,
};
