#include "compress/packed.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/memory.h"
#include "compress/encoding.h"

static const char magic[] = "SNTPACK1";
enum { MAGIC = sizeof(magic) - 1, CHECK = 4 };

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

size_t packed_size(const struct compressed *compressed,
    const struct compress_settings *settings, const char *network_text)
{
	const struct network *network = compressed->network;
	char *recipe = recipe_of(settings);
	size_t size = MAGIC + 4 + strlen(network_text) + 4 + strlen(recipe) +
	    4 + 4 * network->buffers + CHECK;

	free(recipe);
	for (int k = 0; k < network->segments; k++)
		size += segment_packed_size(&network->segment[k],
		    compressed->w, coded_of(compressed, k));
	return size;
}

static void put_text(struct buffer *out, const char *text)
{
	put_u32(out, (uint32_t)strlen(text));
	buffer_puts(out, text);
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
	char *recipe = recipe_of(settings);
	size_t from = out->length;

	buffer_add(out, magic, MAGIC);
	put_text(out, network_text);
	put_text(out, recipe);
	put_u32(out, (uint32_t)network->segments);
	for (int k = 0; k < network->segments; k++)
		segment_write(&network->segment[k], compressed->w,
		    coded_of(compressed, k), out);
	put_floats(out, compressed->buffers, network->buffers);
	put_u32(out, checksum(out->text + from, out->length - from));
	free(recipe);
}

bool packed_recognise(const void *data, size_t size)
{
	return size >= MAGIC && memcmp(data, magic, MAGIC) == 0;
}

static int take_text(struct bytes *bytes, const char **text, uint32_t *length,
    struct error *error)
{
	if (take_u32(bytes, length) ||
	    !(*text = (const char *)bytes_take(bytes, *length)))
		return error_set(error, "the file ends within its head");
	return 0;
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

static int take_head(const void *data, size_t size, struct bytes *bytes,
    char **description, char **recipe, struct error *error)
{
	const char *text, *lines;
	uint32_t text_length, lines_length;

	if (open_packed(data, size, bytes, error) ||
	    take_text(bytes, &text, &text_length, error) ||
	    take_text(bytes, &lines, &lines_length, error))
		return -1;
	if (description)
		*description = xstrndup(text, text_length);
	if (recipe)
		*recipe = xstrndup(lines, lines_length);
	return 0;
}

char *packed_describe(const void *data, size_t size, char **recipe,
    struct error *error)
{
	struct bytes bytes;
	char *description;

	if (take_head(data, size, &bytes, &description, recipe, error))
		return NULL;
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

	if (take_head(data, size, &bytes, NULL, NULL, error))
		return -1;
	*w = reals_new(network->parameters);
	*buffers = reals_new(network->buffers);
	if (read_body(&bytes, network, *w, *buffers, error) == 0)
		return 0;
	reals_free(*w);
	reals_free(*buffers);
	*w = *buffers = NULL;
	return -1;
}
