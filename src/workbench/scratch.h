/*
 * Memory that is seldom read, on a disk: a file without a name in $TMPDIR, or
 * /var/tmp, which goes with the process however it ends. A block keeps its
 * address; while it is away its bytes take no memory and mean nothing.
 */
#ifndef SNT_WORKBENCH_SCRATCH_H
#define SNT_WORKBENCH_SCRATCH_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

struct scratch_block {
	void *memory;
	size_t bytes;
};

/* Copy the blocks to the file; *place: where. -1: no room, or no file. */
int scratch_put(const struct scratch_block *block, int count, off_t *place);
/* Have them back, there or in blocks of the same sizes; the file keeps its
 * copy. */
int scratch_get(const struct scratch_block *block, int count, off_t place,
    struct error *error);
/* Let go of the memory; its content means nothing then. */
void scratch_release(const struct scratch_block *block, int count);
/* The place is not needed any more. */
void scratch_free(const struct scratch_block *block, int count, off_t place);

#endif
