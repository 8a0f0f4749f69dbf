/*
 * libsnt: training. A learner (learner.h) holds everything that decides the
 * next step; equal learners take equal steps, bit for bit, on any number of
 * threads.
 */
#ifndef SNT_TRAIN_H
#define SNT_TRAIN_H

#include "train/learner.h"
#include "train/optimizer.h"
#include "train/schedule.h"

#endif
