/* A learner at rest, shared by the timelines of forks. A large one waits in
 * the scratch file. */
#ifndef SNT_WORKBENCH_PARKED_H
#define SNT_WORKBENCH_PARKED_H

#include <stdbool.h>

#include "train/learner.h"

/* Bytes from which on a state is worth a file. */
enum { PARKED_LARGE = 1 << 16 };

struct parked;

/* Hollow: it has settings, but no weights. */
struct parked *parked_new(const struct learner *learner, bool hollow);
struct parked *parked_share(struct parked *parked);
void parked_release(struct parked *parked);
/* From now on it belongs to this data set and pool. */
void parked_adopt(struct parked *parked, const struct dataset *dataset,
    struct pool *pool);

long parked_step(const struct parked *parked);
bool parked_hollow(const struct parked *parked);
/* How much it keeps, and whether that is memory. */
size_t parked_bytes(const struct parked *parked);
bool parked_in_memory(const struct parked *parked);

/* One that can go on from there. NULL with a message. */
struct learner *parked_copy(struct parked *parked, struct error *error);

#endif
