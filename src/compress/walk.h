/*
 * A walk through a network, layer after layer, on a few samples at a time,
 * in inference mode. Unlike an engine it keeps the output of every layer, so
 * that ranges and second moments of what a layer is given can be measured.
 */
#ifndef SNT_COMPRESS_WALK_H
#define SNT_COMPRESS_WALK_H

#include "base/pool.h"
#include "data/dataset.h"
#include "net/network.h"

enum { WALK_SAMPLES = 32 };

struct walk;

/* All are kept by reference. */
struct walk *walk_new(const struct network *network, const real *w,
    const real *buffers, struct pool *pool);
void walk_free(struct walk *walk);
/* The next at most WALK_SAMPLES of the first `count` training samples; how
 * many that were, 0 at the end. */
int walk_next(struct walk *walk, const struct dataset *dataset,
    uint32_t count);
/* Go no further than layer `last` (at first: all the way). */
void walk_until(struct walk *walk, int last);
/* The parameters of layer `id` have changed. */
void walk_update(struct walk *walk, int id);
/* Begin again with the first sample. */
void walk_rewind(struct walk *walk);
/* The output (samples, shape) of layer `id`; 0: the network's input. */
const real *walk_output(const struct walk *walk, int id);

#endif
