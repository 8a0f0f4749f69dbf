#include "compress/packed.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/memory.h"
#include "compress/encoding.h"

static const char magic[] = "SNTPACK1";
enum { MAGIC = sizeof(magic) - 1, CHECK = 4, TEXT_MOST = 1 << 24 };

/* In a text's length: it is deflated. */
#define DEFLATED (1u << 31)

static const struct coded *coded_of(const struct compressed *compressed, int k)
{
	return compressed->quantised ? &compressed->quantised->segment[k] :
	    NULL;
}

/* The lines that make the settings, never NULL; free(). */
static char *recipe_of(const struct compress_settings *settings)
{
	struct buffer text = {0};

	buffer_puts(&text, "");
	compress_settings_print(settings, &text);
	return text.text ? text.text : xstrdup("");
}

/* Deflated where that is shorter. */
static void put_text(struct buffer *out, const char *text)
{
	uLong length = (uLong)strlen(text), size = compressBound(length);
	Bytef *data = xmalloc(size);

	if (compress2(data, &size, (const Bytef *)text, length,
		Z_BEST_COMPRESSION) == Z_OK && size + 4 < length) {
		put_u32(out, (uint32_t)length | DEFLATED);
		put_u32(out, (uint32_t)size);
		buffer_add(out, (char *)data, size);
	} else {
		put_u32(out, (uint32_t)length);
		buffer_puts(out, text);
	}
	free(data);
}

static void put_head(const struct compress_settings *settings,
    const char *network_text, struct buffer *out)
{
	char *recipe = recipe_of(settings);

	buffer_add(out, magic, MAGIC);
	put_text(out, network_text);
	put_text(out, recipe);
	free(recipe);
}

size_t packed_size(const struct compressed *compressed,
    const struct compress_settings *settings, const char *network_text)
{
	const struct network *network = compressed->network;
	struct buffer head = {0};
	size_t size = 4 + 4 * network->buffers + CHECK;

	put_head(settings, network_text, &head);
	size += head.length;
	buffer_free(&head);
	for (int k = 0; k < network->segments; k++)
		size += segment_packed_size(&network->segment[k],
		    compressed->w, coded_of(compressed, k));
	return size;
}

static uint32_t checksum(const void *data, size_t size)
{
	return (uint32_t)crc32_z(crc32_z(0, NULL, 0), data, size);
}

void packed_write(const struct compressed *compressed,
    const struct compress_settings *settings, const char *network_text,
    struct buffer *out)
{
	const struct network *network = compressed->network;
	size_t from = out->length;

	put_head(settings, network_text, out);
	put_u32(out, (uint32_t)network->segments);
	for (int k = 0; k < network->segments; k++)
		segment_write(&network->segment[k], compressed->w,
		    coded_of(compressed, k), out);
	put_floats(out, compressed->buffers, network->buffers);
	put_u32(out, checksum(out->text + from, out->length - from));
}

bool packed_recognise(const void *data, size_t size)
{
	return size >= MAGIC && memcmp(data, magic, MAGIC) == 0;
}

static char *inflate_text(struct bytes *bytes, uint32_t length)
{
	const unsigned char *data;
	uint32_t size;
	uLong got = length;
	char *text;

	if (length > TEXT_MOST || take_u32(bytes, &size) ||
	    !(data = bytes_take(bytes, size)))
		return NULL;
	text = xcalloc((size_t)length + 1, 1);
	if (uncompress((Bytef *)text, &got, data, size) == Z_OK &&
	    got == length)
		return text;
	free(text);
	return NULL;
}

/* free(); NULL: it is not all there. */
static char *take_text(struct bytes *bytes, struct error *error)
{
	const char *plain;
	char *text = NULL;
	uint32_t length;

	if (take_u32(bytes, &length) == 0) {
		if (length & DEFLATED)
			text = inflate_text(bytes, length & ~DEFLATED);
		else if ((plain = (const char *)bytes_take(bytes, length)))
			text = xstrndup(plain, length);
	}
	if (!text)
		error_set(error, "the file ends within its head");
	return text;
}

/* What comes after the magic and before the checksum. */
static int open_packed(const void *data, size_t size, struct bytes *bytes,
    struct error *error)
{
	struct bytes end;
	uint32_t sum = 0;

	if (!packed_recognise(data, size))
		return error_set(error, "not a packed network");
	if (size < MAGIC + CHECK)
		return error_set(error, "the file is cut short");
	*bytes = (struct bytes){(const unsigned char *)data + MAGIC,
		size - MAGIC - CHECK};
	end = (struct bytes){bytes->data + bytes->left, CHECK};
	take_u32(&end, &sum);
	if (sum != checksum(data, size - CHECK))
		return error_set(error, "the checksum is wrong: the file is "
		    "damaged or cut short");
	return 0;
}

/* Both texts are the caller's. */
static int take_head(const void *data, size_t size, struct bytes *bytes,
    char **description, char **recipe, struct error *error)
{
	if (open_packed(data, size, bytes, error) ||
	    !(*description = take_text(bytes, error)))
		return -1;
	*recipe = take_text(bytes, error);
	if (*recipe)
		return 0;
	free(*description);
	return -1;
}

char *packed_describe(const void *data, size_t size, char **recipe,
    struct error *error)
{
	struct bytes bytes;
	char *description, *lines;

	if (take_head(data, size, &bytes, &description, &lines, error))
		return NULL;
	if (recipe)
		*recipe = lines;
	else
		free(lines);
	return description;
}

static int read_body(struct bytes *bytes, const struct network *network,
    real *w, real *buffers, struct error *error)
{
	uint32_t segments;

	if (take_u32(bytes, &segments))
		return error_set(error, "the file ends within its head");
	if (segments != (uint32_t)network->segments)
		return error_set(error, "%u tensors where the network has %d",
		    segments, network->segments);
	for (int k = 0; k < network->segments; k++) {
		if (segment_read(&network->segment[k], bytes, w, error))
			return -1;
	}
	if (take_floats(bytes, buffers, network->buffers))
		return error_set(error, "the file ends within its running "
		    "statistics");
	if (bytes->left > 0)
		return error_set(error, "%zu bytes too many", bytes->left);
	return 0;
}

int packed_read(const void *data, size_t size, const struct network *network,
    real **w, real **buffers, struct error *error)
{
	struct bytes bytes;
	char *description, *recipe;

	if (take_head(data, size, &bytes, &description, &recipe, error))
		return -1;
	free(description);
	free(recipe);
	*w = reals_new(network->parameters);
	*buffers = reals_new(network->buffers);
	if (read_body(&bytes, network, *w, *buffers, error) == 0)
		return 0;
	reals_free(*w);
	reals_free(*buffers);
	*w = *buffers = NULL;
	return -1;
}
