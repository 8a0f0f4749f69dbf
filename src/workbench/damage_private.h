/* The job that measures damage by layer, and what its results are shown from;
 * private to job_damage.c and damage_show.c. */
#ifndef SNT_WORKBENCH_DAMAGE_PRIVATE_H
#define SNT_WORKBENCH_DAMAGE_PRIVATE_H

#include "net/evaluation.h"
#include "sharpness/ask.h"
#include "workbench/job.h"

enum stage { STAGE_MAKE, STAGE_GRADIENT, STAGE_NOISE, STAGE_PRODUCT,
	STAGE_LOSS, STAGE_DONE };

struct damage {
	double predicted, measured;
	struct mean noise;	/* over the draws */
	double spread;		/* of single roundings about it */
};

struct damage_job {
	struct job base;
	struct compress_settings settings;
	real *w, *buffers;		/* the run's when the job began */
	long step;
	int draws;			/* of the trace; 0: not asked */
	uint64_t seed;
	const struct dataset *dataset;
	struct pool *pool;
	enum split_name split;
	uint32_t count;
	struct ranking *ranking;
	struct compressed compressed;
	bool made, begun;
	struct engine *engine;
	struct evaluation evaluation;
	enum stage stage;
	int layer;			/* in turn; 0: all as one */
	double loss;			/* uncompressed */
	real *gradient;			/* there */
	real *damage, *direction, *product, *point, *steps;
	struct damage *result;		/* [0 .. layers], 0: all */
};

/* Noise is the model of rounding to a grid, and of nothing else. */
bool damage_is_noise(const struct damage_job *job);
/* The next layer that the compression changed; 0: there is none. */
int damage_layer_after(const struct damage_job *job, int id);

/* damage_show.c: each layer and all as one, as `damage` events. */
void damage_emit(const struct damage_job *job, struct bench *bench);
/* The position's own event again, now with what it would cost as noise. */
void damage_emit_position(const struct damage_job *job, struct bench *bench);

#endif
