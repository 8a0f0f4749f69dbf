/* Any bytes as a packed network. The checksum is made to fit, or nothing
 * behind it would ever be read. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/memory.h"
#include "compress/packed.h"
#include "session/network_json.h"

static const char magic[] = "SNTPACK1";
enum { MAGIC = sizeof(magic) - 1, CHECK = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A network that an input's description need not have been, so that its
 * segments are reached. */
static struct network *some_network(void)
{
	const char *word[] = {"mlp", "6-5"};

	return network_named(2, word, (struct shape){.c = 4, .h = 1, .w = 1},
	    3, NULL);
}

static void read_weights(const void *bytes, size_t size,
    const struct network *network)
{
	real *w, *buffers;
	struct error error;

	if (packed_read(bytes, size, network, &w, &buffers, &error))
		return;
	reals_free(w);
	reals_free(buffers);
}

static void read_all(const void *bytes, size_t size)
{
	struct error error;
	char *recipe = NULL;
	char *text = packed_describe(bytes, size, &recipe, &error);
	struct network *network = text ? network_from_json(text, &error) :
	    NULL;
	struct network *other = some_network();

	if (network && network->parameters < 1 << 20)
		read_weights(bytes, size, network);
	read_weights(bytes, size, other);
	network_free(network);
	network_free(other);
	free(text);
	free(recipe);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned char *bytes = xmalloc(MAGIC + size + CHECK);
	size_t length = MAGIC + size;
	uint32_t sum;

	memcpy(bytes, magic, MAGIC);
	if (size)
		memcpy(bytes + MAGIC, data, size);
	sum = (uint32_t)crc32_z(crc32_z(0, NULL, 0), bytes, length);
	for (int i = 0; i < CHECK; i++)
		bytes[length + (size_t)i] = (unsigned char)(sum >> 8 * i);
	read_all(bytes, length + CHECK);
	free(bytes);
	return 0;
}
