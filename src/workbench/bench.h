/*
 * The state of the workbench, private to the compute thread. A bench knows
 * neither queue nor thread, so that `verify` can run a second one inside the
 * first.
 */
#ifndef SNT_WORKBENCH_BENCH_H
#define SNT_WORKBENCH_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pool.h"
#include "compress/compress.h"
#include "data/dataset.h"
#include "session/session.h"
#include "train/learner.h"
#include "workbench/event.h"
#include "workbench/layer_curves.h"
#include "workbench/map.h"
#include "workbench/marks.h"
#include "workbench/measured.h"
#include "workbench/snapshot.h"
#include "workbench/workbench.h"

enum { PROBES_MAX = 6, RUNS_MAX = SNAPSHOT_RUNS, LOG_LINES = 400 };

struct slide_cache;
struct job;
struct recorder;
struct replay;
struct timeline;
struct tutor;

/* Seconds since the budget was set (probes.h). */
struct probe_cost {
	double spent;
	double now, last;	/* of the one under way, of the one before */
	double ended;		/* at that time */
	long count;		/* completed */
};

/* A measure asked again and again while a run trains. */
struct probe {
	const struct measure_kind *kind;	/* NULL: accuracy when
						 * compressed */
	struct option_values options;
	long every;		/* steps; 0: as the budget allows */
	int layer;		/* 0: all as one */
	bool in_w, in_theta;	/* of a transformed run also, or only, in
				 * what the weights are made from */
	struct probe_cost cost;
};

/* How fast recorded steps are shown again (pace.h). */
struct pace {
	double speed;		/* steps a second; 0: as fast as it goes */
	double began;		/* clock_now() at the tick: */
	long from;
};

enum { LAYER_EACH = -1 };	/* of a probe: one after the other */

/* The last vector a measure found, to start the next one from. */
struct warm_vector {
	const struct measure_kind *kind;
	int layer;
	real *vector;
};

struct run {
	char name[32];
	struct learner *learner;
	long version;		/* counts changes of w */
	long saved_version;	/* of the last checkpoint */
	struct series curve[CURVES];
	struct reading reading[CURVES];
	struct layer_curves layers;
	/* Since the last train event: */
	double loss_sum, correct_sum, judged, samples, seconds;
	double loss, accuracy;	/* of the last train event; NAN before */
	double images_per_second;
	double trained;		/* seconds of all steps that led here */
	struct warm_vector warm[PROBES_MAX];
	char chain[HASH_TEXT];	/* of the weight hashes so far */
	long hashed_step;	/* -1: none yet */
	long probed_step;	/* the live probes' last step; -1: none */
	struct slide_cache *slides;
	struct timeline *timeline;
	struct marks marks, notes;
	struct measured measured;	/* of the whole network, folded */
	struct map map[2];	/* accuracy of its past: pruning, bits */
	/* Of the same, layers one at a time: rows are their numbers. */
	struct map sensitivity[2];
	long sensitivity_step[2];
	struct picture *picture[PICTURES];	/* the newest, or NULL */
	char parent[32];	/* forked from, or "" */
	struct slid_view slid;	/* where it is slid with the current run */
	char position[POSITION_TEXT];	/* that CURVE_COMPRESSED is of */
	long parent_step;
};

struct settings_values {
	long batch, report, probe_n, hash_every, eval_every, threads;
	long checkpoint_limit;	/* megabytes of kept states, of each run */
	long checkpoint_every;	/* steps between two of them, at least */
	bool shuffle, decay_factors;
	enum split_name probe_split, compress_split;
	bool compress_damage;	/* a slide predicts and measures it, too */
	bool slide_all;		/* the sliders are those of all runs */
	char *optimizer, *schedule;	/* lines for new runs */
};

/* Jobs that lines may ask for; the other places are for what those start. */
enum { JOBS_MOST = 64, JOBS_ASKED_MOST = 48 };

struct bench {
	const struct workbench_options *options;	/* listener, screen */
	bool silent;		/* inside verify: no events to the outside */
	struct pool *pool;
	struct dataset *dataset;
	char *data_note;	/* why it is not the one expected, or NULL */
	uint64_t seed;
	struct settings_values set;
	struct screen_settings screen;
	struct run *run[RUNS_MAX];
	int runs, current;	/* current: -1 when there is none */
	struct compress_settings compress;
	struct compress_view compress_view;	/* of the current run */
	struct probe probe[PROBES_MAX];
	int probes;
	struct compress_settings watched;	/* by the probe `compressed` */
	double probe_share;	/* of the training time; 0: no budget */
	double probe_trained;	/* seconds since it was set */

	struct job *job[JOBS_MOST];
	int jobs;
	long tick;		/* training steps of all runs */
	long tick_limit;	/* training stops here; LONG_MAX: nowhere */
	bool dry;		/* restoring: commands start no jobs */
	bool playing;		/* a command comes from the journal */
	long commands;		/* executed so far, those within others too */
	unsigned within;	/* a command executes another: not journalled */

	struct replay *replay;	/* a journal being played, or NULL */
	struct pace pace;
	struct recorder *recorder;
	struct log_line *log;
	int log_lines;
	uint64_t log_number;
	char *comparison;	/* the last one's table, or NULL */
	char *study;		/* the table of one, so far, or NULL */
	struct tutor *tutor;	/* gives a lesson, or NULL */
	char *sourced;		/* lines to run next, or NULL */
	int dumps;		/* of the screen asked for, */
	char *dump;		/* the last one's file, or NULL */
	bool shows_weights;	/* snapshots have them */
	struct preview preview;	/* of what is being typed */
	struct weight_looks *looks;
	bool changed;		/* since the last snapshot */
	bool urgent;		/* somebody waits for it: the next one at once */
	bool finished;
	int exit_status;
};

struct bench *bench_new(const struct workbench_options *options, int threads);
void bench_free(struct bench *bench);
/* Forget runs, settings, journal: as new, with the same threads. */
void bench_reset(struct bench *bench);

/* Execute one statement. 0 done, -1 failed. `job`: what it started and what
 * has to end before it counts as done, or NULL. */
struct statement;
int bench_execute(struct bench *bench, const struct statement *statement,
    struct job **job, struct error *error);

/* Give every listener an event; keeps it as metric; frees it. */
void bench_emit(struct bench *bench, struct event *event);
/* The same, but not a line in the log: it comes again and again. */
void bench_emit_quietly(struct bench *bench, struct event *event);
/* Told again: neither kept as metric nor an answer to a lesson. */
void bench_show(struct bench *bench, struct event *event);
void bench_log(struct bench *bench, enum log_level level, const char *text);
/* An event of kind "note" with a text. */
void bench_note(struct bench *bench, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A quantum of whatever comes first; false when there is nothing to do. */
bool bench_turn(struct bench *bench);
/* A session is being replayed, and a line does not come from its journal. */
bool bench_watches_replay(const struct bench *bench);
/* Whether there will be, soon, though nobody asks for it: steps are held
 * back to be looked at. */
bool bench_waits(const struct bench *bench);

struct run *bench_run(const struct bench *bench);	/* current, or NULL */
struct run *bench_find_run(const struct bench *bench, const char *name);
/* Whether the run goes to another step just now. */
bool bench_travelling(const struct bench *bench, const struct run *run);
/* Whether a job trains this run (NULL: any). */
bool bench_training(const struct bench *bench, const struct run *run);

#endif
