/* Pruning: which weights become zero. */
#ifndef SNT_COMPRESS_PRUNE_H
#define SNT_COMPRESS_PRUNE_H

#include "compress/compress.h"

/* The names of the table in prune.c, as choices of an option. */
#define PRUNE_METHODS "magnitude|random"

enum { SCOPE_GLOBAL, SCOPE_LAYER };

/* Zero in w (parameters) what the settings ask for. */
void prune_weights(const struct network *network,
    const struct compress_settings *settings, const struct ranking *ranking,
    real *w);

#endif
