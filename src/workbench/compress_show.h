/* `compress show`: all that the panel of the sliders says, in words. */
#ifndef SNT_WORKBENCH_COMPRESS_SHOW_H
#define SNT_WORKBENCH_COMPRESS_SHOW_H

#include "workbench/bench.h"

void compress_show(struct bench *bench, const struct run *run);

#endif
