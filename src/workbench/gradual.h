/*
 * Pruning during training (Zhu and Gupta 2017, arXiv 1710.01878): from dense
 * to ratio r over n steps, after step t of them
 *
 *	s = r (1 - (1 - t / n)^3)
 *
 * of the weights are zero, those with the smallest magnitudes in the whole
 * network, and stay so.
 */
#ifndef SNT_WORKBENCH_GRADUAL_H
#define SNT_WORKBENCH_GRADUAL_H

#include "train/learner.h"

/* "0.9 steps=1000 every=50" from the learner's present step, or "off". */
int gradual_parse(const char *text, struct learner *learner,
    struct error *error);
void gradual_print(const struct learner *learner, char *out, size_t size);

#endif
