/* The runs as a tree: which was forked from which, at what step. */
#ifndef SNT_WORKBENCH_RUN_TREE_H
#define SNT_WORKBENCH_RUN_TREE_H

#include "workbench/bench.h"

/* An event `tree` for each run, a fork right below what it was forked from. */
void run_tree(struct bench *bench);

#endif
