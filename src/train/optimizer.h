/*
 * Optimizers work on flat vectors and know no layers. A rule (sgd, adam)
 * turns a gradient into a step; a sharpness-aware method (sam, and later its
 * family) decides at which points the gradient is taken and hands the result
 * to a rule. Formulas are PyTorch's (torch.optim 1.13), SAM's those of Foret
 * et al. 2020 (arXiv 2010.01412).
 *
 * To add one: write a file, add a row to optimizers.c.
 */
#ifndef SNT_TRAIN_OPTIMIZER_H
#define SNT_TRAIN_OPTIMIZER_H

#include <stdint.h>

#include "base/error.h"
#include "base/option.h"
#include "base/pool.h"
#include "base/real.h"
#include "net/network.h"

enum { STATES_MAX = 4 };

/* A sample of the batch, and by how much its loss rises. */
struct risen {
	double by;
	int sample;
};

/* How a method asks for gradients. `pass`: 0 for the first of a step (it
 * updates running statistics and counts for the reported loss), 1.. for later
 * ones on the same batch. */
struct gradient_source {
	/* g (n) = gradient of the mean batch loss at theta (n). */
	void (*gradient)(void *context, const real *theta, int pass, real *g);
	/* The folded network at the present theta: theta itself when there is
	 * no transform. */
	const real *(*w)(void *context);
	/* (n_w): the gradient at that w or another, the caller's to change
	 * until the next call. */
	real *(*gradient_w)(void *context, const real *w, int pass);
	/* g (n) = what became of it, pulled back at the present theta. */
	void (*pull_back)(void *context, real *g);
	/* (samples): losses of pass 0; and those at a point of theta's space
	 * or of w's, by a forward pass alone. */
	const real *(*first_losses)(void *context);
	void (*losses)(void *context, const real *point, bool in_w,
	    real *losses);
	/* From now on the batch is these of its samples. */
	void (*choose)(void *context, const struct risen *chosen, int count);
	int samples;
	real *after;			/* (samples), the caller's to use */
	struct risen *risen;		/* the same */
	const struct segment *segment, *w_segment;	/* of theta, of w */
	int segments, w_segments;
	size_t n, n_w;
	void *context;
	struct pool *pool;
	uint64_t seed;
	long step;		/* 0-based: of the step being taken */
};

struct optimizer_kind {
	const char *name;	/* "adam", "sgd", "sam" */
	const char *help;
	const struct option *options;
	/* Vectors of n; those with a name ("exp_avg") are kept between steps
	 * and in checkpoints, the others are work space. */
	int states;
	const char *state_name[STATES_MAX];
	double gradients;	/* evaluations a step, by default */
	bool wraps;		/* has base=: a sharpness-aware method */
};

struct optimizer;

const struct optimizer_kind *const *optimizer_kinds(int *count);
const struct optimizer_kind *optimizer_find(const char *name);

/* `opt WORDS...` for a vector of n parameters, e.g. "sam rho=0.05 base=adam
 * lr=1e-3": options of a base are given on the same line. */
struct optimizer *optimizer_new(int words, const char *const *word, size_t n,
    struct error *error);
void optimizer_free(struct optimizer *optimizer);
/* With the same options, before its first step, for n parameters. */
struct optimizer *optimizer_again(const struct optimizer *from, size_t n);
/* With what is kept of its state too; empty: with room for that, of any
 * content. */
struct optimizer *optimizer_copy(const struct optimizer *from, bool empty);
/* The full line that makes it again: "sam rho=0.05 base=adam lr=0.001 ...". */
char *optimizer_line(const struct optimizer *optimizer);
const char *optimizer_name(const struct optimizer *optimizer);
/* Gradient evaluations a step, on average: forward and backward on the whole
 * batch is one. */
double optimizer_cost(const struct optimizer *optimizer);

/* Options by name in mid-run ("lr", "rho", "momentum", "weight_decay"). */
int optimizer_set(struct optimizer *optimizer, const char *name,
    const char *value, struct error *error);
int optimizer_get(const struct optimizer *optimizer, const char *name,
    double *value);

/* One step on theta (n) at learning rate lr * factor (the schedule's). decay
 * (n): what decoupled weight decay pulls towards zero, as a vector in theta
 * space (theta itself without a transform, J^T w with one). g (n): work. */
void optimizer_step(struct optimizer *optimizer,
    const struct gradient_source *source, double factor, const real *decay,
    real *theta, real *g);
/* Whether `decay` is read at all. */
bool optimizer_decays(const struct optimizer *optimizer);

/* Vectors as long as theta that it uses, work space included. */
size_t optimizer_vectors(const struct optimizer *optimizer);

/* State for checkpoints: vectors of n, and the number of steps taken. */
int optimizer_states(struct optimizer *optimizer, const char **name,
    real **state);
long optimizer_steps(const struct optimizer *optimizer);
void optimizer_set_steps(struct optimizer *optimizer, long steps);

#endif
