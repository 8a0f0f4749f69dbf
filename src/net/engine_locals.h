/*
 * Vectors that are needed within one phase of shards only, and so never by
 * another thread or later: they lie in memory of the thread that works on the
 * shard, the same for each shard, where the caches have it. (Whatever has to
 * go to the main memory and back costs more than most passes compute.)
 */
#ifndef SNT_NET_ENGINE_LOCALS_H
#define SNT_NET_ENGINE_LOCALS_H

#include "net/engine_program.h"

#define NOT_LOCAL ((size_t)-1)

/* Of one program. */
struct locals {
	size_t *output, *gradient;	/* by id: where y and dy begin, of a
					 * thread's numbers, or NOT_LOCAL */
	size_t count;			/* numbers of a thread */
};

/* For shards of `samples` at most. The memory begins at `start`. */
void locals_plan(struct locals *locals, const struct engine_plan *plan,
    const struct program *program, int samples, size_t start);
void locals_free(struct locals *locals);

#endif
