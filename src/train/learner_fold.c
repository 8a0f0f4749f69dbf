/* What folding changes: the running paths against the folded network. */
#include "train/learner.h"

#include <float.h>
#include <math.h>

#include "base/memory.h"
#include "net/evaluation.h"
#include "net/loss.h"
#include "train/factored.h"
#include "train/learner_private.h"

static void all_logits(const struct learner *learner, struct engine *engine,
    const real *w, enum split_name split, real *logits)
{
	struct evaluation evaluation = {.kind = EVALUATE_LOSS,
		.engine = engine, .dataset = learner->dataset,
		.split = split, .w = w, .buffers = learner->buffers,
		.logits = logits};

	evaluation_run(&evaluation);
}

static struct path_difference compare(const real *a, const real *b,
    uint32_t n, int classes)
{
	struct path_difference difference = {0};

	for (uint32_t i = 0; i < n; i++) {
		const real *x = a + (size_t)i * (size_t)classes;
		const real *y = b + (size_t)i * (size_t)classes;

		difference.flips += loss_class(classes, x) !=
		    loss_class(classes, y);
		for (int j = 0; j < classes; j++) {
			difference.max_abs_diff = fmax(
			    difference.max_abs_diff,
			    fabs((double)x[j] - (double)y[j]));
			difference.largest = fmax(difference.largest,
			    fabs((double)y[j]));
		}
	}
	return difference;
}

double path_ulps(const struct path_difference *difference)
{
	return difference->largest > 0 ? difference->max_abs_diff /
	    (difference->largest * (double)FLT_EPSILON) : 0;
}

/* Composes anew what the folded network stores. */
static void composed_logits(const struct learner *learner,
    enum split_name split, real *logits)
{
	size_t parameters = learner->network->parameters;
	real *w = reals_new(parameters);

	transform_compose(learner->transform, learner->theta, w,
	    learner->pool);
	learner_mask(learner, w);
	all_logits(learner, learner->engine, w, split, logits);
	reals_free(w);
}

void learner_check_fold(struct learner *learner, enum split_name split,
    struct fold_report *report)
{
	uint32_t n = learner->dataset->split[split].count;
	int classes = learner->network->classes;
	size_t size = (size_t)n * (size_t)classes;
	real *running = reals_new(size), *folded = reals_new(size);

	*report = (struct fold_report){.n = n};
	all_logits(learner, learner->engine, learner_weights(learner), split,
	    folded);
	composed_logits(learner, split, running);
	report->composed = compare(running, folded, n, classes);
	if (learner_runs_factors(learner)) {
		all_logits(learner, factored_engine(learner->factored),
		    factored_weights(learner->factored, learner->theta),
		    split, running);
		report->training = compare(running, folded, n, classes);
	}
	reals_free(folded);
	reals_free(running);
}

struct path_difference learner_compare(const struct learner *learner,
    const struct network *network, const real *w, const real *buffers,
    enum split_name split)
{
	uint32_t n = learner->dataset->split[split].count;
	size_t size = (size_t)n * (size_t)network->classes;
	real *mine = reals_new(size), *other = reals_new(size);
	struct engine *engine = engine_new(network,
	    engine_capacity(learner->engine), learner->pool);
	struct evaluation evaluation = {.kind = EVALUATE_LOSS,
		.engine = engine, .dataset = learner->dataset,
		.split = split, .w = w, .buffers = buffers, .logits = other};
	struct path_difference difference;

	all_logits(learner, learner->engine, learner_weights(learner), split,
	    mine);
	evaluation_run(&evaluation);
	difference = compare(mine, other, n, network->classes);
	engine_free(engine);
	reals_free(other);
	reals_free(mine);
	return difference;
}
