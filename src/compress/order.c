#include "compress/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* A number that is not negative sorts like its bits. */
static uint64_t sort_key(real score)
{
#ifdef SNT_DOUBLE
	uint64_t bits;
#else
	uint32_t bits;
#endif
	memcpy(&bits, &score, sizeof(bits));
	return bits;
}

/* One pass of a radix sort by the byte at `shift`; stable. */
static void sort_byte(const real *score, const uint32_t *from, uint32_t *to,
    uint32_t count, int shift)
{
	uint32_t place[257] = {0};

	for (uint32_t i = 0; i < count; i++)
		place[(sort_key(score[from[i]]) >> shift & 255) + 1]++;
	for (int byte = 0; byte < 256; byte++)
		place[byte + 1] += place[byte];
	for (uint32_t i = 0; i < count; i++)
		to[place[sort_key(score[from[i]]) >> shift & 255]++] = from[i];
}

void order_by_score(const real *score, uint32_t *order, uint32_t count)
{
	uint32_t *other = xmalloc(count * sizeof(*other));

	for (int shift = 0; shift < 8 * (int)sizeof(real); shift += 16) {
		sort_byte(score, order, other, count, shift);
		sort_byte(score, other, order, count, shift + 8);
	}
	free(other);
}
