/*
 * One position of the compression sliders on one run: from the settings to
 * accuracy, damage, bytes and milliseconds, in small steps with a figure that
 * is honest at each of them.
 */
#ifndef SNT_WORKBENCH_SLIDE_H
#define SNT_WORKBENCH_SLIDE_H

#include "workbench/bench.h"

struct slide_result {
	struct compress_settings settings;
	enum split_name split;	/* that accuracy is of */
	uint32_t n, of;		/* its samples done, of all */
	double accuracy, low, high, loss;
	double predicted, measured;	/* NAN until known */
	double predicted_noise;	/* NAN until it is asked for */
	double zeros, prunable, nominal_bits;
	double bytes, float_bytes, ms;
	double ms_int8;		/* NAN: not known, or no integer path */
	double ms_sparse;	/* NAN: not known, or nothing is pruned */
	/* [id] of the run's layers: the share of its weights that is zero or
	 * was taken out. */
	float *layer_zeros;
	int layers;
	long step;
	bool exact, complete;	/* accuracy; and everything else too */
};

/* What is worth keeping as long as the weights do not change: the ranking of
 * magnitudes, the gradient at the uncompressed point, finished positions. */
struct slide_cache *slide_cache_new(void);
void slide_cache_free(struct slide_cache *cache);
/* Positions known, of the weights they were measured on. */
int slide_cache_count(const struct slide_cache *cache);
const struct slide_result *slide_cache_at(const struct slide_cache *cache,
    int index);

/* Nothing is known any more of the run. */
void slide_cache_forget(struct run *run);

/* A position of the run's present weights whose accuracy is exact, or NULL. */
const struct slide_result *slide_cache_find(const struct slide_cache *cache,
    const struct compress_settings *settings);

/* The ratio of the whole network from which the sparse path is faster than
 * floats, the settings being otherwise the same; NAN: the positions that are
 * known do not say. */
double slide_break_even(const struct slide_cache *cache,
    const struct compress_settings *settings);

/* What rounding would cost as noise, at a position that is known. */
void slide_note_noise(struct run *run,
    const struct compress_settings *settings, double noise);

struct slide;
/* The weights are copied: training may go on. `settings` are copied. */
struct slide *slide_new(struct bench *bench, struct run *run,
    const struct compress_settings *settings);
void slide_free(struct slide *slide);
/* A chunk of work: 1 complete, 0 go on, -1 failed. */
int slide_advance(struct slide *slide, struct error *error);
const struct slide_result *slide_result(const struct slide *slide);
double slide_progress(const struct slide *slide);

/* The `compress` event of a result. */
struct event *slide_event(const struct run *run,
    const struct slide_result *result);
/* Fill the panel's view from a result. */
void slide_view(const struct slide_result *result, const struct run *run,
    struct compress_view *view);

/* What is told of a run that another one is slid beside. */
struct slid_view slide_beside(const struct compress_view *view);

/* Known positions that differ from the present one in this slider only, by
 * their place; free() them. */
struct compress_point *slide_points(const struct bench *bench,
    const struct run *run, bool bits, int *count);

#endif
