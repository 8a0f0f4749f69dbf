/* Shared by network.c, network_edit.c and backbones.c alone. */
#ifndef SNT_NET_NETWORK_PRIVATE_H
#define SNT_NET_NETWORK_PRIVATE_H

#include "net/network.h"

/* A copy with room for `extra` layers behind. Derived fields are those of the
 * original until network_derive(). */
struct network *network_copy_with(const struct network *network, int extra);

/* Recompute everything that follows from input, classes, kinds, options and
 * `from`; -1 with the layer and the shapes when it is impossible. */
int network_derive(struct network *network, struct error *error);

/* network_derive(), and the network; freed and NULL if that fails. */
struct network *network_checked(struct network *network, struct error *error);

/* A layer of these words ("conv", "32", "k=3"), not yet placed. */
int layer_parse(struct layer *layer, int words, const char *const *word,
    struct error *error);

#endif
