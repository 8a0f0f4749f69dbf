/* The inside of optimizers: rules that step, methods that choose points. */
#ifndef SNT_TRAIN_RULE_H
#define SNT_TRAIN_RULE_H

#include "train/optimizer.h"

/* What a rule (sgd, adam) does with a gradient; all vectors have n numbers. */
struct rule_step {
	size_t n;
	const struct option_values *options;
	double lr;		/* of this step, the schedule included */
	long t;			/* 1 at the first step */
	const real *decay;	/* what decoupled decay pulls to zero */
	real *theta, *g;	/* g may be changed */
	real **state;
	const struct segment *segment;	/* all of theta */
	int segments;
	struct pool *pool;
};

/* What a method (sam, ...) does to get the gradient that its rule takes. */
struct method_step {
	size_t n;
	const struct option_values *options;
	const struct gradient_source *source;
	real *theta;		/* given back as it was */
	real *g;		/* out */
	real **state;		/* (max(n, n_w)) each; those kept are (n) */
	long t;			/* 1 at the first step */
};

struct optimizer_row {
	struct optimizer_kind kind;
	void (*step)(const struct rule_step *step);	/* of a rule */
	bool (*decays)(const struct option_values *options);
	void (*gradient)(const struct method_step *step); /* of a method */
	/* Of a method whose cost depends on its options, or NULL. */
	double (*cost)(const struct option_values *options);
};

extern const struct optimizer_row optimizer_sgd, optimizer_adam,
    optimizer_sam, optimizer_asam, optimizer_looksam, optimizer_esam,
    optimizer_gsam, optimizer_cram, optimizer_noise;

/*
 * Work on all numbers of theta over the pool, each on its own: bits do not
 * depend on the threads. Every unit has its slice of each segment, as every
 * part of a dense layer has its rows, so that most of what a thread touches
 * is still in its caches.
 */
typedef void block_work(void *argument, size_t first, size_t count);
void for_slices(const struct rule_step *step, block_work *work,
    void *argument);
/* In double, over fixed blocks that are added in order. */
double pooled_dot(struct pool *pool, size_t n, const real *a, const real *b);

#endif
