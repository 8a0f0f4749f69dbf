/*
 * Jobs: work that is done in quanta of about 10 ms, so that a slider, a
 * sharpness probe and training share the compute thread.
 */
#ifndef SNT_WORKBENCH_JOB_H
#define SNT_WORKBENCH_JOB_H

#include "sharpness/measure.h"
#include "workbench/bench.h"
#include "workbench/comparison.h"

/* Done in this order; equals in order of arrival. */
enum priority { PRIORITY_SLIDE, PRIORITY_PROBE, PRIORITY_ASKED,
	PRIORITY_TRAIN, PRIORITY_BACKGROUND };

#define QUANTUM 0.008	/* seconds */

struct job {
	enum job_kind kind;
	enum priority priority;
	char text[80];
	bool paused;
	bool past;		/* looks at recorded steps, not at the run */
	bool finished, failed;	/* kept in place until the owner looked */
	double started;
	double progress;	/* 0..1, NAN: not known */
	int references;		/* the bench, and who waits */
	/* 1 done, 0 go on, -1 failed with a message. */
	int (*advance)(struct job *job, struct bench *bench,
	    struct error *error);
	/* Can it do anything now? NULL: always. */
	bool (*ready)(const struct job *job, const struct bench *bench);
	/* It is to end early: keep what is done. May be NULL. */
	void (*cancel)(struct job *job, struct bench *bench);
	void (*free)(struct job *job);
	/* Seconds it will still take, NAN: not known; NULL: by the progress
	 * so far. */
	double (*left)(const struct job *job);
	/* The run it works on, or NULL; dropped when the run goes. */
	struct run *run;
};

/* Add to the bench, which holds one reference. */
void bench_start(struct bench *bench, struct job *job);
void job_release(struct job *job);
/* What it is, how far it got, and how long it will take. */
void job_look(const struct job *job, struct job_view *view);
struct event *job_event(const struct job *job);
/* The job that is to work next, or NULL. */
struct job *bench_next_job(const struct bench *bench);
/* One quantum of it; emits the error of a failing job. */
void bench_work(struct bench *bench, struct job *job);
/* Cancel one, or all that the test accepts. */
void bench_cancel(struct bench *bench, struct job *job);
void bench_cancel_run(struct bench *bench, const struct run *run);
/* Those that look at the run as it is now. */
void bench_cancel_looking(struct bench *bench, const struct run *run);

struct train_plan {
	double epochs;		/* >= 0, or NAN: */
	long steps;		/* > 0, or 0: */
	char *until;		/* a condition; taken over */
	bool all_runs;
	bool evaluate;		/* the test set at the end */
	bool finetune;		/* at quantised weights, where those are set */
};
struct job *job_train(struct bench *bench, const struct train_plan *plan,
    const char *text, struct error *error);
struct job *job_evaluate(struct bench *bench, struct run *run,
    enum split_name split, bool quiet);
struct job *job_sharpness(struct bench *bench, struct run *run,
    const struct probe *probe, enum priority priority);
/* Accuracy at the position of bench->watched, as a probe. */
struct job *job_compressed(struct bench *bench, struct run *run,
    const struct probe *probe, enum priority priority);
/* Whichever of the two the probe is. */
struct job *job_probe(struct bench *bench, struct run *run,
    const struct probe *probe, enum priority priority);
struct job *job_compress(struct bench *bench, struct run *run);
/* Of another run, slid together with the current one: accuracy alone. */
struct job *job_compress_beside(struct bench *bench, struct run *run);
/* Damage layer by layer; draws: of the trace, 0 for none. */
struct job *job_damage(struct bench *bench, struct run *run, int draws);
/* Which part of a quantisation costs most; samples: of the test set. */
struct job *job_diagnose(struct bench *bench, struct run *run, int samples);
/* Positions of one slider. */
enum { SWEEP_MOST = 200 };
struct job *job_sweep(struct bench *bench, struct run *run, bool bits,
    int count, const double *value);

/* Layers one at a time at several widths, then what the budgets ask for. */
enum { WIDTH_BUDGETS = 32 };
struct widths_plan {
	int most, least;	/* bits */
	int samples;		/* of the test set, without a budget; 0: all */
	int budgets;		/* 0: a table; 1: set the widths; else a front */
	double budget[WIDTH_BUDGETS];	/* mean bits */
};
struct job *job_widths(struct bench *bench, struct run *run,
    const struct widths_plan *plan, const char *text);
/* Layers one at a time at several ratios, and a table. */
struct ratios_plan {
	struct compress_settings settings;	/* method, scope and so on */
	int samples;		/* of the test set; 0: all */
	double target;		/* then set the layers' ratios; 0: do not */
};
struct job *job_ratios(struct run *run,
    const struct ratios_plan *plan, const char *text, struct error *error);
/* Runs at the amount that all of them have spent. */
struct compare_plan {
	enum compare_axis axis;
	double ratio;		/* NAN: not pruned */
	int bits;		/* 0: not quantised */
	struct run *run[RUNS_MAX];
	int runs;
};
struct job *job_compare(struct bench *bench, const struct compare_plan *plan,
    struct error *error);
/* The lines that set the sliders, as if they had been typed: the journal has
 * them too. What they lead to is measured by the job that asks. */
int bench_set_sliders(struct bench *bench, const char *lines,
    struct error *error);
/* Make another step of the run its present one. */
struct job *job_goto(struct bench *bench, struct run *run, long step,
    struct error *error);
/* The runs of a plan that its results file lacks. */
struct job *job_study(struct bench *bench, const char *path,
    const char *results, struct error *error);
/* The session played again out of sight, as a film of the screen. */
struct cast_plan {
	char *path;		/* the job's, once there is one */
	int columns, rows;
	double seconds;		/* that the training takes in it */
};
struct job *job_cast(struct bench *bench, const struct cast_plan *plan,
    struct error *error);
struct job *job_verify(struct bench *bench, const char *folder,
    struct error *error);

#endif
