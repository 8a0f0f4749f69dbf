#include "base/hash.h"

#include <stdio.h>

#include <xxhash.h>

#include "base/error.h"

/* The library's own state stands behind the name. */
static XXH3_state_t *state_of(struct hash *hash)
{
	return (XXH3_state_t *)hash;
}

struct hash *hash_new(void)
{
	XXH3_state_t *state = XXH3_createState();

	if (!state || XXH3_128bits_reset(state) == XXH_ERROR)
		die("cannot start a digest");
	return (struct hash *)state;
}

void hash_add(struct hash *hash, const void *data, size_t size)
{
	XXH3_128bits_update(state_of(hash), data, size);
}

static void print(XXH128_hash_t value, char text[HASH_TEXT])
{
	XXH128_canonical_t digest;

	XXH128_canonicalFromHash(&digest, value);
	for (size_t i = 0; i < sizeof(digest.digest); i++)
		snprintf(text + 2 * i, 3, "%02x", digest.digest[i]);
}

void hash_finish(struct hash *hash, char text[HASH_TEXT])
{
	print(XXH3_128bits_digest(state_of(hash)), text);
	XXH3_freeState(state_of(hash));
}

void hash_of(const void *data, size_t size, char text[HASH_TEXT])
{
	print(XXH3_128bits(data, size), text);
}
