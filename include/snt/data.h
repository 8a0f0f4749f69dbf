/*
 * libsnt: data sets. dataset_open() takes the words of the command `data`
 * ("fashion-mnist", "csv FILE label=COL", ...) and gives samples in (h, w, c)
 * order, normalised by the mean and deviation of the training split.
 */
#ifndef SNT_DATA_H
#define SNT_DATA_H

#include "data/dataset.h"

#endif
