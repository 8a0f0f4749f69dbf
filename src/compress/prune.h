/* Pruning: which weights become zero, in which scope. */
#ifndef SNT_COMPRESS_PRUNE_H
#define SNT_COMPRESS_PRUNE_H

#include "compress/compress.h"

enum { SCOPE_GLOBAL, SCOPE_LAYER };

/* N:M patterns: of each M consecutive weights of an output, in PyTorch's
 * flattened layout, the N with the largest scores stay; fewer than M at the
 * end of a row are as if filled up with zeros. Choices of an option: */
#define PRUNE_PATTERNS "none|1:4|2:4|4:8|8:16"

/* The ratio of the pattern that is set; NAN: none is. */
double pattern_ratio(const struct option_values *prune);

/* Zero in w (parameters) what the settings ask for; a method that lets the
 * weights that stay make up for the others changes those too. The ranking is
 * complete; pool may be NULL. */
void prune_weights(const struct network *network,
    const struct compress_settings *settings, const struct ranking *ranking,
    struct pool *pool, real *w);

#endif
