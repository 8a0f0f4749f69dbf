/*
 * Compression of a network, never destructive: from the running weights and
 * the settings to the network that would be shipped. Order: mask, fold batch
 * norm, quantise the weights, calibrate and quantise activations.
 *
 * Pruning ratio r of a scope with m weights zeroes floor(r m + 1/2) of them;
 * ties go to the lower index, counted through the layers in order. Symmetric
 * b bits: q = clamp(round_half_even(x / s), -(2^(b-1) - 1), 2^(b-1) - 1) with
 * s = max|x| / (2^(b-1) - 1), per output channel or per tensor; the scale of
 * an all-zero channel is 1.
 */
#ifndef SNT_COMPRESS_COMPRESS_H
#define SNT_COMPRESS_COMPRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/option.h"
#include "base/pool.h"
#include "data/dataset.h"
#include "net/network.h"

extern const struct option prune_options[];	/* ratio method scope ... */
extern const struct option quant_options[];	/* bits per scheme layer ... */

struct compress_settings {
	struct option_values prune;	/* of the whole network */
	struct option_values quant;
	bool pruned, quantised;
	/* Per layer (index: id), overriding the above: NAN / 0 = not set; 32
	 * bits: stays as it is. A layer with a ratio of its own is a scope of
	 * its own. */
	double *layer_ratio;
	int *layer_bits;
	int layers;
	uint64_t seed;
};

/* Nothing is compressed; *settings is zero-initialised or in use. */
void compress_settings_reset(struct compress_settings *settings, int layers);
void compress_settings_free(struct compress_settings *settings);
void compress_settings_copy(struct compress_settings *to,
    const struct compress_settings *from);
bool compress_settings_equal(const struct compress_settings *a,
    const struct compress_settings *b);
/* Whether `a` is `b` but for the ratio (or the bits) of the whole network;
 * *at: the ratio (bits) of `a`. */
bool compress_differs_only(const struct compress_settings *a,
    const struct compress_settings *b, bool bits, double *at);
/* Move one slider: another ratio (bits; 32: floats) of the whole network by
 * the same method, scope and so on, layers with their own as they are. */
void compress_set_ratio(struct compress_settings *settings, double ratio);
void compress_set_bits(struct compress_settings *settings, int bits);
/* One layer's own bits (32: floats; 0: as all), and those of activations. */
/* NAN, 0: none of its own. */
void compress_set_layer_ratio(struct compress_settings *settings, int id,
    double ratio);
void compress_set_layer_bits(struct compress_settings *settings, int id,
    int bits);
void compress_set_act(struct compress_settings *settings, int bits);
/* Whether batch norm is estimated anew on what is left. */
bool compress_restates(const struct compress_settings *settings);
/* "prune 0.9; quant 4": the lines that make these settings. */
void compress_settings_print(const struct compress_settings *settings,
    struct buffer *out);
/* `prune WORDS`, `quant WORDS`. "off" takes one back, overrides included; a
 * ratio of 0 does so too. With layer=N only that layer's override changes:
 * ratio 0 and "off" then protect the layer, "follow" forgets it. */
int compress_prune_line(struct compress_settings *settings, int words,
    const char *const *word, const struct network *network,
    struct error *error);
int compress_quant_line(struct compress_settings *settings, int words,
    const char *const *word, const struct network *network,
    struct error *error);

/* Weights ranked once per weight version; every ratio is then a cut. */
struct ranking;
struct calibration;
/* w and buffers are copied when the method has to look at images first. NULL
 * when it has none to look at. */
struct ranking *ranking_new(const struct network *network, const real *w,
    const real *buffers, const struct compress_settings *settings,
    const struct calibration *images, struct error *error);
void ranking_free(struct ranking *ranking);
/* A step of the work: 1 it is complete, 0 go on, -1 failed. */
int ranking_advance(struct ranking *ranking, struct error *error);
/* Whether it serves these settings too (same method, seed and images). */
bool ranking_fits(const struct ranking *ranking,
    const struct compress_settings *settings);

struct quantised;	/* codes and scales: quantise.h */

/* The images to calibrate on: the first of the training split. */
struct calibration {
	const struct dataset *dataset;
	struct pool *pool;
};

/* What would be shipped. */
struct compressed {
	struct network *network;	/* batch norm folded away; with act=,
					 * quantise layers in front of dense
					 * and convolution */
	struct network *plain;		/* without those; the same parameters */
	real *w;			/* (network->parameters) */
	real *reference;		/* the same, uncompressed (folded) */
	struct network *whole;		/* folded, nothing taken out */
	real *whole_w, *whole_buffers;	/* its own, uncompressed */
	size_t *map;			/* (parameters) places of w in that of
					 * the whole; NULL: the same */
	real *buffers;			/* running statistics that remain */
	long zeros;			/* prunable weights exactly 0 */
	long prunable;
	double nominal_bits;		/* 32 when not quantised, a mean over
					 * weights when layers differ */
	struct quantised *quantised;	/* NULL when not */
};
/* ranking: complete, or NULL; images: NULL when nothing asks for them. Fails
 * on NaN weights or impossible settings. */
int compress_make(const struct network *network, const real *w,
    const real *buffers, const struct compress_settings *settings,
    const struct ranking *ranking, const struct calibration *images,
    struct compressed *out, struct error *error);
void compressed_free(struct compressed *compressed);

/* The same in small steps. Weights are copied; settings and images have to
 * stay until the end. */
struct compressing;
struct compressing *compressing_begin(const struct network *network,
    const real *w, const real *buffers,
    const struct compress_settings *settings, const struct ranking *ranking,
    const struct calibration *images, struct error *error);
/* 1: *out is there, 0: go on, -1: failed. */
int compressing_advance(struct compressing *work, struct compressed *out,
    struct error *error);
/* Also before its time; NULL is none. */
void compressing_end(struct compressing *work);

/* Bytes that `export packed` would write (packed.h), exactly; network_text:
 * the description that goes with the weights. */
size_t packed_size(const struct compressed *compressed,
    const struct compress_settings *settings, const char *network_text);

/* 95% interval of a proportion (Wilson 1927). */
void wilson_interval(uint32_t correct, uint32_t n, double *low, double *high);

#endif
