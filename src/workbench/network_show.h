/* What `net show` tells, as events; and its last line for the screen. */
#ifndef SNT_WORKBENCH_NETWORK_SHOW_H
#define SNT_WORKBENCH_NETWORK_SHOW_H

#include "workbench/bench.h"
#include "workbench/run.h"

void show_layers(struct bench *bench, const struct run *run);
void show_network(struct bench *bench, const struct run *run);
/* Of each layer that can be compressed: how weights and gradients lie. */
void show_weights(struct bench *bench, const struct run *run);
void show_memory(struct bench *bench, const struct run *run);
/* "memory: weights 1.4MB, optimizer 2.1MB, ..." */
void memory_line(const struct bench *bench, const struct run *run, char *out,
    size_t size);

#endif
