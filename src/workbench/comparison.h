/*
 * Runs side by side at an equal amount of training, and how sure the
 * differences of their accuracies are: the same test images went through
 * both, so the pairs decide.
 */
#ifndef SNT_WORKBENCH_COMPARISON_H
#define SNT_WORKBENCH_COMPARISON_H

#include "workbench/bench.h"

/* What is made equal. */
enum compare_axis { COMPARE_STEPS, COMPARE_GRADIENTS, COMPARE_SECONDS };

/* As it is, and compressed in three ways. */
enum position { POSITION_PLAIN, POSITION_PRUNED, POSITION_QUANTISED,
	POSITION_BOTH, POSITIONS };

enum { COMPARED_MEASURES = 16 };

/* One run where it is compared. NAN: not known. */
struct compared {
	char name[32], arm[64];
	long step;
	double epoch, gradients, seconds;
	double train_loss;	/* of the report before */
	double length;		/* |w| of the folded network */
	double loss[POSITIONS], accuracy[POSITIONS];	/* test set */
	uint8_t *correct[POSITIONS];	/* (n) 1: that image is right */
	/* Index: the measure's place in measure_kinds(). */
	double measure[COMPARED_MEASURES], error[COMPARED_MEASURES];
	long measured[COMPARED_MEASURES];	/* at that step */
};

struct comparison {
	enum compare_axis axis;
	double amount;		/* the equal number of them */
	double ratio;		/* NAN: not pruned */
	int bits;		/* 0: not quantised */
	uint32_t n;		/* test images */
	int runs;		/* the first is what the others differ from */
	struct compared run[RUNS_MAX];
};

bool comparison_has(const struct comparison *comparison,
    enum position position);
void comparison_free(struct comparison *comparison);

/* What a run has spent until where it stands, and the last step at which it
 * had not spent more than an amount. */
double comparison_spent(const struct run *run, enum compare_axis axis);
long comparison_step(const struct run *run, enum compare_axis axis,
    double amount);
/* What it had spent at a step. */
double comparison_cost(const struct run *run, enum compare_axis axis,
    long step);

/* Of one run against the first, at one position. */
struct comparison_pair {
	double difference, low, high;	/* 95% interval */
	long won, lost;		/* images that only one of them has right */
	double p;		/* McNemar's exact test, two-sided */
};
struct comparison_pair comparison_pair(const struct comparison *comparison,
    int run, enum position position);

/* Objects for programs, and one table for people. */
void comparison_emit(const struct comparison *comparison,
    struct bench *bench);

#endif
