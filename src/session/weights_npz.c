#include "session/weights_npz.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/npy.h"
#include "session/network_json.h"

/* The length of an array's head is a multiple of LINE; the network's JSON is
 * no longer than JSON_MOST. */
enum { LINE = 64, HEAD = 10, JSON_MOST = 1 << 24 };

static const char description[] = "snt";

/* Version 1.0 of the format: magic, u16 length, a dictionary of Python that
 * ends with a newline (numpy.lib.format). */
static void put_head(struct buffer *out, const char *type, int dimensions,
    const int *dimension)
{
	struct buffer text = {0};
	char length[2];
	size_t used;

	buffer_printf(&text, "{'descr': '%s', 'fortran_order': False, "
	    "'shape': (", type);
	for (int i = 0; i < dimensions; i++)
		buffer_printf(&text, "%d, ", dimension[i]);
	buffer_puts(&text, "), }");
	used = HEAD + text.length + 1;
	buffer_printf(&text, "%*s\n", (int)((LINE - used % LINE) % LINE), "");
	length[0] = (char)(text.length & 255);
	length[1] = (char)(text.length >> 8);
	buffer_add(out, "\x93NUMPY\x01\x00", 8);
	buffer_add(out, length, sizeof(length));
	buffer_add(out, text.text, text.length);
	buffer_free(&text);
}

/* Takes the bytes over. No time of day gets into the file. */
static int add_member(zip_t *zip, const char *name, struct buffer *bytes)
{
	zip_source_t *source = zip_source_buffer(zip, bytes->text,
	    bytes->length, 1);
	char *member = xasprintf("%s.npy", name);
	zip_int64_t at = source ? zip_file_add(zip, member, source, 0) : -1;
	int status = at < 0 ? -1 : 0;

	if (!source)
		buffer_free(bytes);
	else if (at < 0)
		zip_source_free(source);
	else if (zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE,
		0) || zip_file_set_dostime(zip, (zip_uint64_t)at, 0, 0x21, 0))
		status = -1;
	free(member);
	*bytes = (struct buffer){0};
	return status;
}

static int add_segments(zip_t *zip, const struct segment *segment,
    int segments, const real *values)
{
	for (int k = 0; k < segments; k++) {
		const real *from = values + segment[k].offset;
		struct buffer bytes = {0};

		put_head(&bytes, "<f4", segment[k].dimensions,
		    segment[k].dimension);
		for (size_t i = 0; i < segment[k].count; i++) {
			float value = (float)from[i];

			buffer_add(&bytes, (char *)&value, sizeof(value));
		}
		if (add_member(zip, segment[k].name, &bytes))
			return -1;
	}
	return 0;
}

static int add_description(zip_t *zip, const struct network *network)
{
	char *text = network_to_json(network);
	int length = (int)strlen(text);
	struct buffer bytes = {0};

	put_head(&bytes, "|u1", 1, &length);
	buffer_puts(&bytes, text);
	free(text);
	return add_member(zip, description, &bytes);
}

static int add_all(zip_t *zip, const struct network *network, const real *w,
    const real *buffers)
{
	return add_description(zip, network) || add_segments(zip,
	    network->segment, network->segments, w) || add_segments(zip,
	    network->buffer_segment, network->buffer_segments, buffers) ?
	    -1 : 0;
}

/* What the closed archive left in its source. */
static char *take_bytes(zip_source_t *source, size_t *size)
{
	zip_stat_t stat;
	char *bytes;

	if (zip_source_stat(source, &stat) || zip_source_open(source))
		return NULL;
	*size = (size_t)stat.size;
	bytes = xmalloc(*size + 1);
	if (zip_source_read(source, bytes, *size) != (zip_int64_t)*size) {
		free(bytes);
		bytes = NULL;
	}
	zip_source_close(source);
	return bytes;
}

/* The archive is made in memory: the file changes as a whole or not. */
int npz_export(const struct network *network, const real *w,
    const real *buffers, const char *path, struct error *error)
{
	zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, NULL);
	char *bytes = NULL;
	size_t size = 0;
	int status;

	if (!zip)
		die("libzip makes no archive");
	zip_source_keep(source);
	if (add_all(zip, network, w, buffers) == 0 && zip_close(zip) == 0)
		bytes = take_bytes(source, &size);
	else
		zip_discard(zip);
	status = bytes ? file_replace(path, bytes, size, error) :
	    error_set(error, "%s: the archive cannot be made", path);
	zip_source_free(source);
	free(bytes);
	return status;
}

bool npz_recognise(const void *data, size_t size)
{
	return size >= 4 && memcmp(data, "PK\x03\x04", 4) == 0;
}

/* A member of at most `most` bytes, whatever the archive says of its size. */
static uint8_t *read_member(zip_t *zip, const char *name, size_t most,
    size_t *size, struct error *error)
{
	char *member = xasprintf("%s.npy", name);
	zip_file_t *file = zip_fopen(zip, member, 0);
	uint8_t *bytes = NULL;
	zip_int64_t got = -1;

	free(member);
	if (!file) {
		error_set(error, "no array %s", name);
		return NULL;
	}
	bytes = xmalloc(most + 1);
	got = zip_fread(file, bytes, most + 1);
	if (zip_fclose(file) || got < 0 || (size_t)got > most) {
		free(bytes);
		error_set(error, "array %s is damaged, or too large", name);
		return NULL;
	}
	*size = (size_t)got;
	return bytes;
}

static int take_segments(zip_t *zip, const struct segment *segment,
    int segments, real *values, struct error *error)
{
	for (int k = 0; k < segments; k++) {
		struct npy npy;
		size_t size;
		uint8_t *bytes = read_member(zip, segment[k].name,
		    8 * segment[k].count + (1 << 16), &size, error);

		if (!bytes || npy_parse(bytes, size, segment[k].name, &npy,
			error)) {
			free(bytes);
			return -1;
		}
		for (size_t i = 0; i < npy.count && i < segment[k].count; i++)
			values[segment[k].offset + i] =
			    (real)npy_value(&npy, i);
		free(bytes);
		if (npy.count != segment[k].count)
			return error_set(error, "array %s: %zu numbers, not "
			    "%zu", segment[k].name, npy.count,
			    segment[k].count);
	}
	return 0;
}

static struct network *read_network(zip_t *zip, struct error *error)
{
	struct network *network = NULL;
	struct npy npy;
	size_t size;
	uint8_t *bytes = read_member(zip, description, JSON_MOST, &size,
	    error);
	char *text;

	if (!bytes)
		return NULL;
	if (npy_parse(bytes, size, description, &npy, error) == 0) {
		text = xstrndup((const char *)npy.data, npy.count *
		    (size_t)npy.size);
		network = network_from_json(text, error);
		free(text);
	}
	free(bytes);
	return network;
}

static struct network *read_all(zip_t *zip, real **w, real **buffers,
    struct error *error)
{
	struct network *network = read_network(zip, error);

	if (!network)
		return NULL;
	*w = reals_new(network->parameters);
	*buffers = reals_new(network->buffers);
	if (take_segments(zip, network->segment, network->segments, *w,
		error) == 0 && take_segments(zip, network->buffer_segment,
		network->buffer_segments, *buffers, error) == 0)
		return network;
	reals_free(*w);
	reals_free(*buffers);
	*w = *buffers = NULL;
	network_free(network);
	return NULL;
}

struct network *npz_import(const void *data, size_t size, real **w,
    real **buffers, struct error *error)
{
	zip_source_t *source = zip_source_buffer_create(data, size, 0, NULL);
	zip_t *zip = source ? zip_open_from_source(source, ZIP_RDONLY, NULL) :
	    NULL;
	struct network *network;

	if (!zip) {
		zip_source_free(source);
		error_set(error, "a damaged zip archive");
		return NULL;
	}
	network = read_all(zip, w, buffers, error);
	zip_discard(zip);
	return network;
}
