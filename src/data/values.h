/* Data sets of measured values instead of bytes. */
#ifndef SNT_DATA_VALUES_H
#define SNT_DATA_VALUES_H

#include "data/dataset.h"

/* Every channel (of a point: every feature) to mean 0 and deviation 1 of the
 * training samples; a constant one becomes 0. */
void values_standardise(struct dataset *dataset);
/* Without test samples of its own: the last sixth of the training samples. */
void values_share_for_test(struct dataset *dataset);

#endif
