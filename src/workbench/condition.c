#include "workbench/condition.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "workbench/bench.h"
#include "workbench/curve.h"

static const char names[] =
    "loss|acc|test_loss|test_acc|compressed_acc|lambda|trace|sam|adaptive|"
    "average|worst|epoch|step|lr";

static int curve_of(const char *name)
{
	for (int i = 0; i < CURVES; i++) {
		if (curve_kinds[i].word &&
		    strcmp(curve_kinds[i].word, name) == 0)
			return i;
	}
	return -1;
}

/* "acc>90" waits for ever. */
static bool is_beyond(const struct term *term)
{
	return text_ends(term->name, "acc") && !term->over[0] &&
	    term->value > 1 && strchr(">=", term->operation[0]);
}

int condition_parse(const char *text, struct expression *out,
    struct error *error)
{
	if (expression_parse(text, names, out, error))
		return -1;
	for (int i = 0; i < out->terms; i++) {
		const struct term *term = &out->term[i];

		if (is_beyond(term))
			return error_set(error, "condition %s: %s is at most 1, "
			    "or 100%%; did you mean %s%s%g%%?", text,
			    term->name, term->name, term->operation,
			    term->value);
	}
	return 0;
}

/* As it is now: the last report's, the last measurement's. */
static double value_now(const void *context, const char *name)
{
	const struct run *run = context;
	int curve = curve_of(name);
	double lr = NAN;

	switch (curve) {
	case CURVE_LOSS:
		return run->loss;
	case CURVE_ACCURACY:
		return run->accuracy;
	case CURVE_RATE:
		optimizer_get(run->learner->optimizer, "lr", &lr);
		return lr;
	case -1:
		return strcmp(name, "epoch") == 0 ?
		    learner_epoch(run->learner) : (double)run->learner->step;
	default:
		return run->reading[curve].known ? run->reading[curve].value :
		    NAN;
	}
}

bool condition_holds(const struct expression *expression,
    const struct run *run)
{
	return expression_holds(expression, value_now, run);
}

struct then {
	const struct run *run;
	double step;
};

/* The last value of a curve up to a step. */
static double value_then(const void *context, const char *name)
{
	const struct then *then = context;
	int curve = curve_of(name);
	const struct series *series;
	double value = NAN;

	if (strcmp(name, "epoch") == 0)
		return then->step / (double)learner_steps_per_epoch(
		    then->run->learner);
	if (curve < 0)
		return then->step;
	series = &then->run->curve[curve];
	for (int i = 0; i < series_size(series) &&
	    (double)series->point[i].x <= then->step; i++)
		value = (double)series->point[i].y;
	return value;
}

/* Is this a better answer than the one so far? */
static bool nearer(double x, long found, long step, bool back)
{
	if (back)
		return x < (double)step && (found < 0 || x > (double)found);
	return x > (double)step && (found < 0 || x < (double)found);
}

long condition_search(const struct expression *expression,
    const struct run *run, long step, bool back)
{
	long found = -1;

	for (int curve = 0; curve < CURVES; curve++) {
		const struct series *series = &run->curve[curve];

		for (int i = 0; i < series_size(series); i++) {
			struct then then = {run, (double)series->point[i].x};

			if (nearer(then.step, found, step, back) &&
			    expression_holds(expression, value_then, &then))
				found = (long)then.step;
		}
	}
	return found;
}
