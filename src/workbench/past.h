/*
 * Questions asked of the past: the same measurement at old steps of a run.
 * The walk goes through the recorded states on a learner of its own, so that
 * nothing of the run changes, and the answers have the bits that a straight
 * run would have had.
 */
#ifndef SNT_WORKBENCH_PAST_H
#define SNT_WORKBENCH_PAST_H

#include "workbench/job.h"

enum { PAST_STEPS_MOST = 1000 };

struct past_steps {
	bool asked;		/* else only the present step */
	long from, to, every;	/* to -1: as far as the run ever got */
};

struct question {
	/* `was` is the run as it was: a quantum, 1 answered, 0 go on, -1. */
	int (*advance)(struct question *question, struct bench *bench,
	    struct run *was, struct error *error);
	/* Give the answer about `was` to the run. */
	void (*keep)(struct question *question, struct run *run,
	    const struct run *was);
	void (*free)(struct question *question);
	double progress;	/* with the present step */
};

/* "from=0", "to=900", "every=100": 1 taken, 0 something else, -1 wrong. */
int past_parse(const char *word, struct past_steps *steps,
    struct error *error);
/* Takes the question over, also when there are no such steps (NULL). */
struct job *job_past(struct run *run, const struct past_steps *steps,
    struct question *question, const char *text, struct error *error);

struct question *question_probe(const struct probe *probe);
/* Accuracy at each value of a slider: an event `map` and a row of the run's
 * map for each step. */
struct question *question_sweep(const struct bench *bench, bool bits,
    int count, const double *value);

#endif
