/*
 * A snapshot as bytes, for another process of the same build: structures as
 * they lie in memory, what they point to after them.
 */
#ifndef SNT_WORKBENCH_WIRE_H
#define SNT_WORKBENCH_WIRE_H

#include "base/buffer.h"
#include "base/error.h"
#include "workbench/snapshot.h"

/* What both sides must have in common, as a short text. */
const char *wire_layout(void);

void wire_put(const struct snapshot *snapshot, struct buffer *out);
/* Free with snapshot_free(); NULL when the bytes are no snapshot. */
struct snapshot *wire_take(const void *bytes, size_t size,
    struct error *error);

#endif
