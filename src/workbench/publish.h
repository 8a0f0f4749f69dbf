/* Making of snapshots, and their hand-over between the threads. */
#ifndef SNT_WORKBENCH_PUBLISH_H
#define SNT_WORKBENCH_PUBLISH_H

#include "workbench/bench.h"

/* A copy of all that may be shown; one reference. */
struct snapshot *snapshot_make(const struct bench *bench, uint64_t number);
void snapshot_free(struct snapshot *snapshot);

/* One newest snapshot, shared by reference. */
struct publisher;
struct publisher *publisher_new(void);
void publisher_free(struct publisher *publisher);
/* Takes it over; wakes whoever polls the descriptor. */
void publisher_put(struct publisher *publisher, struct snapshot *snapshot);
const struct snapshot *publisher_take(struct publisher *publisher);
/* The same for who does not wait on the descriptor. */
const struct snapshot *publisher_look(struct publisher *publisher);
void publisher_release(struct publisher *publisher,
    const struct snapshot *snapshot);
int publisher_descriptor(const struct publisher *publisher);

#endif
