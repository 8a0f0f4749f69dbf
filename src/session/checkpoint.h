/* A learner's state in a safetensors file: weights, factors, optimizer
 * state, running statistics, mask, step; and back, exactly. */
#ifndef SNT_SESSION_CHECKPOINT_H
#define SNT_SESSION_CHECKPOINT_H

#include "base/hash.h"
#include "train/learner.h"

int checkpoint_write(const struct learner *learner, const char *path,
    char hash[HASH_TEXT], struct error *error);
/* Whether the file's bytes are those of this hash. */
int checkpoint_check(const char *path, const char *hash, struct error *error);
/* The network that a checkpoint is of, or NULL with a message. */
struct network *checkpoint_network(const char *path, struct error *error);
/* Into a learner of the same network, transform and optimizer; on failure it
 * is unchanged and the message names the tensor or key. */
int checkpoint_read(struct learner *learner, const char *path,
    struct error *error);

#endif
