/*
 * The straight-through estimator (Bengio, Leonard and Courville 2013, arXiv
 * 1308.3432): forward and gradient are taken at rounded weights Q(w), and
 * the gradient is applied to w as if Q were the identity.
 *
 * How to round is no business of training: whoever wants it says so by a
 * function. Shared by the copies of a learner, which never step at a time.
 */
#ifndef SNT_TRAIN_STRAIGHT_H
#define SNT_TRAIN_STRAIGHT_H

#include "net/network.h"

struct straight {
	int references;
	char *line;		/* what it is, for people and to compare */
	struct network *network;	/* rounds its activations too; its
					 * parameters and buffers lie where
					 * the learner's do */
	/* rounded (parameters) = Q(w), with these running statistics. */
	void (*round)(void *context, const real *w, const real *buffers,
	    real *rounded);
	void (*release)(void *context);
	void *context;
};

/* Another owner; NULL stays NULL. */
struct straight *straight_share(struct straight *straight);
void straight_release(struct straight *straight);

#endif
