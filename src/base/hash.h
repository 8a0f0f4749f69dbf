/* XXH3 digests of 128 bits (libxxhash) for the hash chain and the data. They
 * find what differs; they are no protection from somebody who forges. */
#ifndef SNT_BASE_HASH_H
#define SNT_BASE_HASH_H

#include <stddef.h>

enum { HASH_BYTES = 16, HASH_TEXT = 2 * HASH_BYTES + 1 };

struct hash;	/* a digest under way */

struct hash *hash_new(void);
void hash_add(struct hash *hash, const void *data, size_t size);
/* Finish, write HASH_BYTES as lower-case hex, free. */
void hash_finish(struct hash *hash, char text[HASH_TEXT]);

/* One buffer at once. */
void hash_of(const void *data, size_t size, char text[HASH_TEXT]);

#endif
