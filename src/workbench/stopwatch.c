#include "workbench/stopwatch.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"

enum { TIMES = 3 };

struct stopwatch {
	timed_path *path;
	void *run;
	const struct dataset *dataset;
	enum split_name split;
	int batch, piece;
	int there;		/* images of the split, at most a batch */
	int done, times;	/* images before this piece; times it ran */
	double best, sum;	/* seconds of this piece; of those before */
	real *x, *logits;
	int32_t *labels;
};

struct stopwatch *stopwatch_new(timed_path *path, void *run,
    const struct dataset *dataset, enum split_name split, int batch,
    int piece)
{
	struct stopwatch *watch = xcalloc(1, sizeof(*watch));
	uint32_t all = dataset->split[split].count;

	*watch = (struct stopwatch){.path = path, .run = run,
		.dataset = dataset, .split = split, .batch = batch,
		.piece = piece < batch ? piece : batch,
		.there = all < (uint32_t)batch ? (int)all : batch,
		.best = HUGE_VAL};
	watch->x = reals_new((size_t)watch->piece *
	    shape_size(dataset->shape));
	watch->logits = reals_new((size_t)(watch->piece * dataset->classes));
	watch->labels = xcalloc((size_t)watch->piece,
	    sizeof(*watch->labels));
	return watch;
}

void stopwatch_free(struct stopwatch *watch)
{
	if (!watch)
		return;
	reals_free(watch->x);
	reals_free(watch->logits);
	free(watch->labels);
	free(watch);
}

int stopwatch_advance(struct stopwatch *watch)
{
	int left = watch->there - watch->done;
	int n = left < watch->piece ? left : watch->piece;
	double started = clock_now();

	/* With the reading of the images, as evaluations have it. */
	split_gather(watch->dataset, watch->split, (uint32_t)watch->done, n,
	    NULL, watch->x, watch->labels);
	watch->path(watch->run, n, watch->x, watch->logits);
	watch->best = fmin(watch->best, clock_now() - started);
	if (++watch->times < TIMES)
		return 0;
	watch->sum += watch->best;
	watch->best = HUGE_VAL;
	watch->times = 0;
	watch->done += n;
	return watch->done >= watch->there;
}

double stopwatch_milliseconds(const struct stopwatch *watch)
{
	return watch->done > 0 ? 1e3 * watch->sum * watch->batch /
	    watch->done : NAN;
}
