#include "base/hash.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <blake2.h>

#include "base/error.h"
#include "base/memory.h"

struct hash {
	blake2b_state state;
};

struct hash *hash_new(void)
{
	void *memory = aligned_alloc(64,
	    (sizeof(struct hash) + 63) / 64 * 64);
	struct hash *hash = memory;

	if (!hash || blake2b_init(&hash->state, HASH_BYTES))
		die("cannot start a digest");
	return hash;
}

void hash_add(struct hash *hash, const void *data, size_t size)
{
	blake2b_update(&hash->state, data, size);
}

void hash_finish(struct hash *hash, char text[HASH_TEXT])
{
	uint8_t digest[HASH_BYTES];

	blake2b_final(&hash->state, digest, sizeof(digest));
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	free(hash);
}

void hash_of(const void *data, size_t size, char text[HASH_TEXT])
{
	struct hash *hash = hash_new();

	hash_add(hash, data, size);
	hash_finish(hash, text);
}
