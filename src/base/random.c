#include "base/random.h"

#include <math.h>

#include <Random123/philox.h>

static philox4x32_ctr_t block(struct random_key key, uint64_t index)
{
	/* 128 bits of counter: 40 of the block, 64 of the step, 24 of the
	 * stream; the seed is the key. */
	philox4x32_ctr_t counter = {{(uint32_t)index,
	    (uint32_t)(index >> 32 & 0xff) | key.stream << 8,
	    (uint32_t)key.step, (uint32_t)(key.step >> 32)}};
	philox4x32_key_t words = {{(uint32_t)key.seed,
	    (uint32_t)(key.seed >> 32)}};

	return philox4x32(counter, words);
}

uint32_t random_bits(struct random_key key, uint64_t position)
{
	return block(key, position / 4).v[position % 4];
}

void random_words(struct random_key key, uint64_t first, size_t count,
    uint32_t *words)
{
	philox4x32_ctr_t four = block(key, first / 4);

	for (size_t i = 0; i < count; i++) {
		uint64_t position = first + i;

		if (i > 0 && position % 4 == 0)
			four = block(key, position / 4);
		words[i] = four.v[position % 4];
	}
}

float random_uniform(struct random_key key, uint64_t position)
{
	return (float)(random_bits(key, position) >> 8) * 0x1p-24f;
}

/* Two normals from two words; (0, 1] keeps the logarithm finite. */
static void box_muller(uint32_t a, uint32_t b, double out[2])
{
	double radius = sqrt(-2.0 * log(((double)a + 1.0) * 0x1p-32));
	double angle = 2.0 * M_PI * (double)b * 0x1p-32;

	out[0] = radius * cos(angle);
	out[1] = radius * sin(angle);
}

void random_normal(struct random_key key, uint64_t first, size_t count,
    real *values)
{
	double four[4];
	uint64_t cached = UINT64_MAX;

	for (size_t i = 0; i < count; i++) {
		uint64_t position = first + i;

		if (position / 4 != cached) {
			philox4x32_ctr_t words = block(key, position / 4);

			box_muller(words.v[0], words.v[1], four);
			box_muller(words.v[2], words.v[3], four + 2);
			cached = position / 4;
		}
		values[i] = (real)four[position % 4];
	}
}

void random_sign(struct random_key key, uint64_t first, size_t count,
    real *values)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t position = first + i;
		uint32_t word = random_bits(key, position / 32);

		values[i] = word >> (position % 32) & 1 ? 1 : -1;
	}
}

void random_permutation(struct random_key key, uint32_t count,
    uint32_t *order)
{
	for (uint32_t i = 0; i < count; i++)
		order[i] = i;
	for (uint32_t i = count; i > 1; i--) {
		/* Multiply-shift: the bias of 2^-32 is of no consequence. */
		uint32_t j = (uint32_t)((uint64_t)random_bits(key, i) * i >> 32);
		uint32_t kept = order[i - 1];

		order[i - 1] = order[j];
		order[j] = kept;
	}
}
