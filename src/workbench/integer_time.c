#include "workbench/integer_time.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "compress/integer_run.h"

enum { TIMES = 3 };

double integer_milliseconds(const struct integer_form *form,
    const real *buffers, const struct dataset *dataset, struct pool *pool,
    int n)
{
	const struct network *network = form->network;
	uint32_t all = dataset->split[SPLIT_TEST].count;
	int count = all < (uint32_t)n ? (int)all : n;
	struct integer_run *run = integer_run_new(form, buffers, pool);
	real *x = reals_new((size_t)count * shape_size(network->input));
	real *logits = reals_new((size_t)(count * network->classes));
	int32_t *labels = xcalloc((size_t)count, sizeof(*labels));
	double best = HUGE_VAL;

	split_gather(dataset, SPLIT_TEST, NULL, 0, count, x, labels);
	for (int i = 0; i < TIMES; i++) {
		double started = clock_now();

		integer_run_forward(run, count, x, logits);
		best = fmin(best, clock_now() - started);
	}
	integer_run_free(run);
	reals_free(x);
	reals_free(logits);
	free(labels);
	return 1e3 * best * n / count;
}
