/* A network and its weights as arrays of numpy in a zip archive: F32 under
 * the names of the segments, the network's JSON as bytes under `snt`. */
#ifndef SNT_SESSION_WEIGHTS_NPZ_H
#define SNT_SESSION_WEIGHTS_NPZ_H

#include <stdbool.h>

#include "net/network.h"

int npz_export(const struct network *network, const real *w,
    const real *buffers, const char *path, struct error *error);

/* Does it begin like an archive? */
bool npz_recognise(const void *data, size_t size);
/* NULL: not one of ours, damaged, ...; *w, *buffers are new. */
struct network *npz_import(const void *data, size_t size, real **w,
    real **buffers, struct error *error);

#endif
