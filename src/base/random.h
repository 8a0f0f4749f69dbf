/*
 * Counter-based random numbers (Philox 4x32-10, Salmon et al. 2011, from
 * Random123). A number is a pure function of (seed, stream, step, position):
 * nothing is consumed, so no probe or plot can disturb a training run, and
 * any shard can be drawn without the ones before it.
 */
#ifndef SNT_BASE_RANDOM_H
#define SNT_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#include "base/real.h"

/* One stream a purpose. Values are part of the session format: append only. */
enum random_stream {
	RANDOM_WEIGHTS = 1,	/* step: index of the segment */
	RANDOM_SHUFFLE = 2,	/* step: epoch */
	RANDOM_DROPOUT = 3,	/* step: training step, position by sample */
	RANDOM_AUGMENT = 4,	/* step: training step */
	RANDOM_TRANSFORM = 5,	/* step: index of the segment */
	RANDOM_OPTIMIZER = 6,	/* weight noise, ESAM, CrAM; step: training step */
	RANDOM_PROBE = 7,	/* sharpness; step: draw */
	RANDOM_DATA = 8,	/* toy sets, validation split; step: set */
	RANDOM_COMPRESS = 9,	/* random pruning, calibration */
	RANDOM_LANDSCAPE = 10,	/* step: direction */
	RANDOM_NOISE = 11,	/* of a transform; step: training step */
	RANDOM_CUT = 12	/* likewise */
};

struct random_key {
	uint64_t seed;
	uint32_t stream;
	uint64_t step;
};

/* 32 random bits at a position. */
uint32_t random_bits(struct random_key key, uint64_t position);
/* words[0..count) = the bits at positions first.. */
void random_words(struct random_key key, uint64_t first, size_t count,
    uint32_t *words);

/* Uniform in [0, 1), 24 bits. */
float random_uniform(struct random_key key, uint64_t position);

/* values[0..count) = positions first.. of the stream, as standard normals
 * (Box-Muller, computed in double) or as +1/-1 (Rademacher). */
void random_normal(struct random_key key, uint64_t first, size_t count,
    real *values);
void random_sign(struct random_key key, uint64_t first, size_t count,
    real *values);

/* A permutation of 0..count-1 (Fisher-Yates from the stream). */
void random_permutation(struct random_key key, uint32_t count,
    uint32_t *order);

#endif
