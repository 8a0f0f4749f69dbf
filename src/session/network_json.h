/* A network as JSON text, and in a safetensors file with its weights. */
#ifndef SNT_SESSION_NETWORK_JSON_H
#define SNT_SESSION_NETWORK_JSON_H

#include "net/network.h"
#include "session/safetensors.h"

/* {"format":1,"input":[1,28,28],"classes":10,"layers":[{"id":1,...}]} */
char *network_to_json(const struct network *network);
struct network *network_from_json(const char *text, struct error *error);

/* Export: all segments and buffers as F32 under their names, the network
 * under metadata key "snt"; into FILE.npz as arrays of numpy. */
int network_export(const struct network *network, const real *w,
    const real *buffers, const char *path, struct error *error);
/* Import: a safetensors file with our metadata, arrays of numpy that export
 * wrote, a packed file, or a network's JSON (then *w is NULL). */
struct network *network_import(const char *path, real **w, real **buffers,
    struct error *error);

#endif
