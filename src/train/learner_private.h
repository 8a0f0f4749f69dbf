/* What the files of the learner share. */
#ifndef SNT_TRAIN_LEARNER_PRIVATE_H
#define SNT_TRAIN_LEARNER_PRIVATE_H

#include "train/learner.h"

uint32_t learner_samples(const struct learner *learner);
/* The batch size in force: never more than there are samples. */
int learner_batch(const struct learner *learner);
/* Without a transform theta is w itself. */
bool learner_is_plain(const struct learner *learner);
/* The work space of theta's length. */
void learner_make_work(struct learner *learner);
/* For another batch size or transform. */
void learner_fit_engines(struct learner *learner);
/* What is pruned becomes 0 in w, weights or their gradient. */
void learner_mask(const struct learner *learner, real *w);
/* Whether training runs learner->factored. */
bool learner_runs_factors(const struct learner *learner);

#endif
