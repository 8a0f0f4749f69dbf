/* One position and what is remembered of others; private to slide_*.c. */
#ifndef SNT_WORKBENCH_SLIDE_PRIVATE_H
#define SNT_WORKBENCH_SLIDE_PRIVATE_H

#include "compress/integer_form.h"
#include "net/evaluation.h"
#include "workbench/slide.h"

enum { TIMED_BATCH = 256 };

struct slide_cache {
	int references;			/* the run, and slides under way */
	long version;			/* of the weights */
	struct ranking *ranking;
	struct engine *engine;		/* of the network without batch norm */
	struct engine *spare;		/* of another, when no slide has it */
	real *gradient;			/* at the uncompressed point */
	bool equalised;			/* that is one of equalised layers */
	double loss;			/* there, on the probe set */
	struct slide_result *result;
	size_t results, capacity;
};

enum stage { STAGE_MAKE, STAGE_TEST, STAGE_GRADIENT, STAGE_PRODUCT,
	STAGE_MEASURED, STAGE_INTEGERS, STAGE_SPARSE, STAGE_DONE };

struct slide {
	struct bench *bench;
	struct slide_cache *cache;
	const struct learner *learner;
	real *w, *buffers;	/* the learner's when it began, until made */
	struct engine *engine, *whole;	/* of the networks so called */
	struct engine *own;	/* `engine`, when nobody else may use it */
	struct calibration images;
	struct compressing *making;
	struct compressed compressed;
	struct integer_form form;	/* no network: there is none */
	struct slide_result result;
	struct integer_run *integers;	/* while they are timed */
	struct sparse_run *sparse;
	struct stopwatch *watch;
	struct evaluation evaluation;
	enum stage stage;
	bool begun;		/* the stage's evaluation */
	real *damage;		/* d = compressed(w) - w */
	real *product;		/* H d */
	real *gradient;		/* while it is being computed */
};

/* slide_cache.c: the cache for the run's present weights. */
struct slide_cache *slide_cache_fresh(struct run *run);
void slide_cache_remember(struct slide_cache *cache,
    const struct slide_result *result);
void slide_result_copy(struct slide_result *to,
    const struct slide_result *from, const struct compress_settings *settings);
void slide_result_release(struct slide_result *result);

/* slide_make.c: from the settings to the network, in small steps. */
int slide_make(struct slide *slide, struct error *error);
/* In whole numbers where that is possible, for the bits of the integer path;
 * else in rounded ones. */
const real *slide_weights(const struct slide *slide);
void slide_give_engine_back(struct slide *slide);

/* slide_times.c: of the float path while it is evaluated, and those of the
 * others in steps. */
void slide_note_time(struct slide *slide, double seconds, uint32_t samples);
int slide_time_integers(struct slide *slide, struct error *error);
int slide_time_sparse(struct slide *slide, struct error *error);
void slide_times_end(struct slide *slide);

#endif
