/* What the readers of data files share. */
#ifndef SNT_DATA_READER_H
#define SNT_DATA_READER_H

#include "data/dataset.h"

extern const struct data_reader reader_fashion, reader_idx, reader_toy;
extern const struct option split_options[];	/* images validation */

/* A zeroed data set of that name; class names may be NULL. */
struct dataset *dataset_make(const char *name, struct shape shape,
    int classes, const char *const *class_name);
/* Move the last `count` samples of a split into another, empty one. */
void split_divide(struct dataset *dataset, enum split_name from,
    enum split_name to, uint32_t count);

#endif
