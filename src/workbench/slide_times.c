/* Milliseconds of a batch, in floats, in whole numbers, and without the
 * zeros. */
#include "workbench/slide_private.h"

#include <math.h>

#include "compress/integer_run.h"
#include "compress/sparse_run.h"
#include "workbench/stopwatch.h"

enum { INTEGER_PIECE = 64 };	/* images a thread */

/* The best of all batches, as whoever else computes only ever slows one
 * down; a ragged last one counts where there is no other. */
void slide_note_time(struct slide *slide, double seconds, uint32_t samples)
{
	double ms = 1e3 * seconds * TIMED_BATCH / samples;

	if (samples == TIMED_BATCH || isnan(slide->result.ms))
		slide->result.ms = fmin(slide->result.ms, ms);
}

/* Run the watch a piece further; true when *ms is known. */
static bool time_path(struct slide *slide, timed_path *path, void *run,
    int piece, double *ms)
{
	if (!slide->watch)
		slide->watch = stopwatch_new(path, run, slide->bench->dataset,
		    slide->result.split, TIMED_BATCH,
		    piece * pool_threads(slide->bench->pool));
	if (!stopwatch_advance(slide->watch))
		return false;
	*ms = stopwatch_milliseconds(slide->watch);
	stopwatch_free(slide->watch);
	slide->watch = NULL;
	return true;
}

static void run_integers(void *run, int n, const real *x, real *logits)
{
	integer_run_forward(run, n, x, logits);
}

static void run_sparse(void *run, int n, const real *x, real *logits)
{
	sparse_run_forward(run, n, x, logits);
}

int slide_time_integers(struct slide *slide, struct error *error)
{
	(void)error;
	if (!slide->form.network)
		return 1;
	if (!slide->integers)
		slide->integers = integer_run_new(&slide->form,
		    slide->compressed.buffers, slide->bench->pool);
	return time_path(slide, run_integers, slide->integers, INTEGER_PIECE,
	    &slide->result.ms_int8);
}

/* Where something is zero, and still there. */
int slide_time_sparse(struct slide *slide, struct error *error)
{
	const struct compressed *compressed = &slide->compressed;

	(void)error;
	if (!slide->result.settings.pruned || compressed->map)
		return 1;
	if (!slide->sparse)
		slide->sparse = sparse_run_new(compressed->plain,
		    compressed->w, compressed->buffers, slide->bench->pool);
	return time_path(slide, run_sparse, slide->sparse,
	    sparse_run_unit(slide->sparse), &slide->result.ms_sparse);
}

void slide_times_end(struct slide *slide)
{
	stopwatch_free(slide->watch);
	integer_run_free(slide->integers);
	sparse_run_free(slide->sparse);
}
