/* What a screen may know of the weights of each layer. */
#ifndef SNT_WORKBENCH_WEIGHTS_VIEW_H
#define SNT_WORKBENCH_WEIGHTS_VIEW_H

#include "workbench/bench.h"

/* The last look. While the run trains another is taken twice a second. */
struct weight_looks;
struct weight_looks *weight_looks_new(void);
void weight_looks_free(struct weight_looks *looks);

/* One for each layer of the network, from layer 1 on; free() it. */
struct weight_view *weights_look(const struct bench *bench,
    const struct run *run);

#endif
