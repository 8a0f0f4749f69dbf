/* Settings as the parts of a compression read them. */
#ifndef SNT_COMPRESS_SETTINGS_H
#define SNT_COMPRESS_SETTINGS_H

#include "compress/compress.h"

/* The first option of both tables is how much: ratio, bits. */
enum { AMOUNT };

/* The whole network as it is; layers with their own are left alone. */
void settings_prune_nothing(struct compress_settings *settings);
void settings_quant_nothing(struct compress_settings *settings);
/* Room for the overrides of that many layers. */
void settings_grow(struct compress_settings *settings, int layers);

/* A layer's own ratio (NAN: none) and bits (0: none). */
double settings_layer_ratio(const struct compress_settings *settings, int id);
int settings_layer_bits(const struct compress_settings *settings, int id);

/* Whether ranges are shared between layers first: then the reference is a
 * network of other weights that computes the same. */
bool settings_equalise(const struct compress_settings *settings);
/* Whether batch norm is estimated anew, once pruned, or once quantised. */
bool settings_restate_pruned(const struct compress_settings *settings);
bool settings_restate_quantised(const struct compress_settings *settings);
/* Bits of activations; 0: they stay floats. */
int settings_act(const struct compress_settings *settings);

/* Has the layer weights to prune or quantise? */
bool layer_compressible(const struct network *network, int id);
/* -1 with a message that names the first number that is none. */
int check_finite(const struct segment *segment, int count,
    const real *values, struct error *error);
/* -1 with a message when it has none or does not exist. */
int check_layer(const struct network *network, int id, struct error *error);

#endif
