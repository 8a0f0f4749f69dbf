/* What folding changes: the running path against the folded network. */
#include "train/learner.h"

#include <math.h>

#include "base/memory.h"
#include "net/evaluation.h"

static void all_logits(const struct learner *learner, const real *w,
    enum split_name split, real *logits)
{
	struct evaluation evaluation = {.kind = EVALUATE_LOSS,
		.engine = learner->engine, .dataset = learner->dataset,
		.split = split, .w = w, .buffers = learner->buffers,
		.logits = logits};

	evaluation_run(&evaluation);
}

static int largest(const real *logit, int classes)
{
	int best = 0;

	for (int i = 1; i < classes; i++) {
		if (logit[i] > logit[best])
			best = i;
	}
	return best;
}

static void compare_logits(const real *a, const real *b, int classes,
    struct fold_report *report)
{
	for (uint32_t i = 0; i < report->n; i++) {
		const real *x = a + (size_t)i * (size_t)classes;
		const real *y = b + (size_t)i * (size_t)classes;

		report->flips += largest(x, classes) != largest(y, classes);
		for (int j = 0; j < classes; j++)
			report->max_abs_diff = fmax(report->max_abs_diff,
			    fabs((double)x[j] - (double)y[j]));
	}
}

void learner_check_fold(struct learner *learner, enum split_name split,
    struct fold_report *report)
{
	uint32_t n = learner->dataset->split[split].count;
	size_t size = (size_t)n * (size_t)learner->network->classes;
	real *running = reals_new(size), *folded = reals_new(size);
	real *w = reals_new(learner->network->parameters);

	/* The running path composes anew what the folded network stores. */
	transform_compose(learner->transform, learner->theta, w,
	    learner->pool);
	for (size_t i = 0; learner->mask && i < learner->network->parameters;
	    i++)
		w[i] = learner->mask[i] ? w[i] : 0;
	all_logits(learner, w, split, running);
	all_logits(learner, learner_weights(learner), split, folded);
	*report = (struct fold_report){.n = n};
	compare_logits(running, folded, learner->network->classes, report);
	reals_free(w);
	reals_free(folded);
	reals_free(running);
}
