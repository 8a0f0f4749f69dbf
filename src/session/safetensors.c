#include "session/safetensors.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "session/json.h"

static const size_t header_most = 100u << 20;
static const size_t file_most = (size_t)1 << 34;

static const struct { const char *name; size_t size; } dtypes[] = {
	{"F32", 4}, {"U8", 1}, {"I32", 4}, {"I64", 8}, {"U32", 4}};

static size_t dtype_size(const char *dtype)
{
	for (size_t i = 0; i < sizeof(dtypes) / sizeof(*dtypes); i++) {
		if (strcmp(dtype, dtypes[i].name) == 0)
			return dtypes[i].size;
	}
	return 0;
}

void safetensors_free(struct safetensors *file)
{
	if (!file)
		return;
	for (int i = 0; i < file->count; i++)
		free(file->tensor[i].name);
	for (int i = 0; i < file->metadata_count; i++) {
		free(file->metadata_key[i]);
		free(file->metadata_value[i]);
	}
	free(file->tensor);
	free(file->metadata_key);
	free(file->metadata_value);
	free(file->bytes);
	free(file);
}

static int parse_shape(const cJSON *shape, struct tensor_entry *entry,
    struct error *error)
{
	const cJSON *item;
	size_t bytes = dtype_size(entry->dtype);

	if (!cJSON_IsArray(shape) || cJSON_GetArraySize(shape) > 8)
		return error_set(error, "tensor %s: shape must be a list of "
		    "at most 8 numbers", entry->name);
	cJSON_ArrayForEach(item, shape) {
		double size = item->valuedouble;

		if (!cJSON_IsNumber(item) || size < 0 || size > 0x1p40 ||
		    size != (double)(long)size ||
		    __builtin_mul_overflow(bytes, (size_t)size, &bytes))
			return error_set(error, "tensor %s: shape is not a list "
			    "of sizes", entry->name);
		entry->dimension[entry->dimensions++] = (long)size;
	}
	entry->bytes = bytes;
	return 0;
}

static int parse_offsets(const cJSON *offsets, struct tensor_entry *entry,
    size_t data, struct error *error)
{
	const cJSON *first = cJSON_GetArrayItem(offsets, 0);
	const cJSON *last = cJSON_GetArrayItem(offsets, 1);

	if (!cJSON_IsArray(offsets) || cJSON_GetArraySize(offsets) != 2 ||
	    !cJSON_IsNumber(first) || !cJSON_IsNumber(last) ||
	    first->valuedouble < 0 || last->valuedouble < first->valuedouble ||
	    last->valuedouble > (double)data)
		return error_set(error, "tensor %s: data_offsets lie outside "
		    "the file", entry->name);
	entry->offset = (size_t)first->valuedouble;
	if ((size_t)last->valuedouble - entry->offset != entry->bytes)
		return error_set(error, "tensor %s: %zu bytes of data for a "
		    "shape of %zu", entry->name,
		    (size_t)last->valuedouble - entry->offset, entry->bytes);
	return 0;
}

static int parse_tensor(const cJSON *item, struct safetensors *file,
    const char *data, size_t size, struct error *error)
{
	struct tensor_entry *entry = &file->tensor[file->count];
	const char *dtype = json_text(item, "dtype");

	*entry = (struct tensor_entry){.name = xstrdup(item->string)};
	file->count++;
	if (!json_is_plain(item->string))
		return error_set(error, "a tensor's name has control "
		    "characters");
	if (!cJSON_IsObject(item) || !dtype || dtype_size(dtype) == 0)
		return error_set(error, "tensor %s: dtype %.16s is not read",
		    entry->name, dtype ? dtype : "(none)");
	text_copy(entry->dtype, sizeof(entry->dtype), dtype);
	if (parse_shape(json_item(item, "shape"), entry, error) ||
	    parse_offsets(json_item(item, "data_offsets"), entry, size, error))
		return -1;
	entry->data = data + entry->offset;
	return 0;
}

static int parse_metadata(const cJSON *object, struct safetensors *file,
    struct error *error)
{
	const cJSON *item;
	size_t count = (size_t)cJSON_GetArraySize(object) + 1;

	file->metadata_key = xcalloc(count, sizeof(char *));
	file->metadata_value = xcalloc(count, sizeof(char *));
	cJSON_ArrayForEach(item, object) {
		if (!cJSON_IsString(item))
			return error_set(error, "__metadata__: only texts are "
			    "allowed");
		file->metadata_key[file->metadata_count] =
		    xstrdup(item->string);
		file->metadata_value[file->metadata_count++] =
		    xstrdup(item->valuestring);
	}
	return 0;
}

static int by_offset(const void *a, const void *b)
{
	const struct tensor_entry *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return (x->bytes > y->bytes) - (x->bytes < y->bytes);
}

static int by_name(const void *a, const void *b)
{
	const struct tensor_entry *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* The tensors must tile the data; afterwards they are in order of name. */
static int check_layout(struct safetensors *file, size_t size,
    struct error *error)
{
	size_t at = 0;

	if (file->count)
		qsort(file->tensor, (size_t)file->count,
		    sizeof(*file->tensor), by_offset);
	for (int i = 0; i < file->count; i++) {
		if (file->tensor[i].offset != at)
			return error_set(error, "tensor %s: its data %s",
			    file->tensor[i].name, file->tensor[i].offset < at ?
			    "overlap another's" : "leave a gap");
		at += file->tensor[i].bytes;
	}
	if (at != size)
		return error_set(error, "%zu bytes of data for tensors of %zu",
		    size, at);
	if (file->count)
		qsort(file->tensor, (size_t)file->count,
		    sizeof(*file->tensor), by_name);
	for (int i = 1; i < file->count; i++) {
		if (strcmp(file->tensor[i - 1].name,
			file->tensor[i].name) == 0)
			return error_set(error, "tensor %s is there twice",
			    file->tensor[i].name);
	}
	return 0;
}

static int parse_header(const cJSON *header, struct safetensors *file,
    const char *data, size_t size, struct error *error)
{
	const cJSON *item;
	bool metadata = false;

	file->tensor = xcalloc((size_t)cJSON_GetArraySize(header) + 1,
	    sizeof(*file->tensor));
	cJSON_ArrayForEach(item, header) {
		if (strcmp(item->string, "__metadata__") != 0) {
			if (parse_tensor(item, file, data, size, error))
				return -1;
			continue;
		}
		if (metadata || !cJSON_IsObject(item))
			return error_set(error, "__metadata__ must be one "
			    "object");
		metadata = true;
		if (parse_metadata(item, file, error))
			return -1;
	}
	return check_layout(file, size, error);
}

static uint64_t little_endian(const char *bytes)
{
	uint64_t value = 0;

	for (int i = 7; i >= 0; i--)
		value = value << 8 | (unsigned char)bytes[i];
	return value;
}

struct safetensors *safetensors_parse(char *bytes, size_t size,
    const char *name, struct error *error)
{
	struct safetensors *file = xcalloc(1, sizeof(*file));
	uint64_t length = size >= 8 ? little_endian(bytes) : 0;
	cJSON *header = NULL;
	int status = -1;

	file->bytes = bytes;
	if (size < 8 || length > size - 8 || length > header_most)
		error_set(error, "not a safetensors file, or cut off");
	else
		header = json_parse(bytes + 8, (size_t)length, error);
	if (header && !cJSON_IsObject(header))
		error_set(error, "the header is not an object");
	else if (header)
		status = parse_header(header, file, bytes + 8 + length,
		    size - 8 - (size_t)length, error);
	cJSON_Delete(header);
	if (status == 0)
		return file;
	error_prefix(error, "%s", name);
	safetensors_free(file);
	return NULL;
}

struct safetensors *safetensors_read(const char *path, struct error *error)
{
	size_t size;
	char *bytes = file_read(path, file_most, &size, error);

	return bytes ? safetensors_parse(bytes, size, path, error) : NULL;
}

const struct tensor_entry *safetensors_find(const struct safetensors *file,
    const char *name)
{
	for (int i = 0; i < file->count; i++) {
		if (strcmp(file->tensor[i].name, name) == 0)
			return &file->tensor[i];
	}
	return NULL;
}

const char *safetensors_metadata(const struct safetensors *file,
    const char *key)
{
	for (int i = 0; i < file->metadata_count; i++) {
		if (strcmp(file->metadata_key[i], key) == 0)
			return file->metadata_value[i];
	}
	return NULL;
}

struct safetensors_writer {
	cJSON *header, *metadata;
	struct part { const void *data; size_t bytes; } *part;
	size_t parts, capacity, offset;
};

struct safetensors_writer *safetensors_writer_new(void)
{
	struct safetensors_writer *writer = xcalloc(1, sizeof(*writer));

	writer->header = cJSON_CreateObject();
	writer->metadata = cJSON_AddObjectToObject(writer->header,
	    "__metadata__");
	if (!writer->metadata)
		die("out of memory (safetensors)");
	return writer;
}

void safetensors_writer_metadata(struct safetensors_writer *writer,
    const char *key, const char *value)
{
	if (!cJSON_AddStringToObject(writer->metadata, key, value))
		die("out of memory (safetensors)");
}

void safetensors_writer_tensor(struct safetensors_writer *writer,
    const char *name, const char *dtype, int dimensions,
    const long *dimension, const void *data)
{
	cJSON *tensor = cJSON_AddObjectToObject(writer->header, name);
	cJSON *shape, *offsets;
	size_t bytes = dtype_size(dtype);

	cJSON_AddStringToObject(tensor, "dtype", dtype);
	shape = cJSON_AddArrayToObject(tensor, "shape");
	for (int i = 0; i < dimensions; i++) {
		bytes *= (size_t)dimension[i];
		cJSON_AddItemToArray(shape,
		    cJSON_CreateNumber((double)dimension[i]));
	}
	offsets = cJSON_AddArrayToObject(tensor, "data_offsets");
	cJSON_AddItemToArray(offsets,
	    cJSON_CreateNumber((double)writer->offset));
	writer->offset += bytes;
	cJSON_AddItemToArray(offsets,
	    cJSON_CreateNumber((double)writer->offset));
	array_grow(&writer->part, writer->parts, &writer->capacity,
	    sizeof(*writer->part));
	writer->part[writer->parts++] = (struct part){data, bytes};
}

static void add_bytes(struct file_writer *file, struct hash *hash,
    const void *data, size_t size)
{
	file_writer_add(file, data, size);
	if (hash && size)
		hash_add(hash, data, size);
}

/* The length, the header filled up with blanks so that data are aligned to 8
 * bytes, the data. */
static int write_parts(struct safetensors_writer *writer, const char *path,
    struct hash *hash, struct error *error)
{
	struct file_writer *file = file_writer_new(path, error);
	char *text = cJSON_PrintUnformatted(writer->header);
	size_t length = text ? strlen(text) : 0;
	size_t padded = (length + 7) / 8 * 8;
	unsigned char size[8];

	if (!file) {
		free(text);
		return -1;
	}
	for (int i = 0; i < 8; i++)
		size[i] = (unsigned char)(padded >> (8 * i));
	add_bytes(file, hash, size, 8);
	add_bytes(file, hash, text, length);
	add_bytes(file, hash, "        ", padded - length);
	for (size_t i = 0; i < writer->parts; i++)
		add_bytes(file, hash, writer->part[i].data,
		    writer->part[i].bytes);
	free(text);
	return file_writer_finish(file, error);
}

int safetensors_writer_finish(struct safetensors_writer *writer,
    const char *path, char *hash, struct error *error)
{
	struct hash *digest = hash ? hash_new() : NULL;
	int status;

	if (cJSON_GetArraySize(writer->metadata) == 0)
		cJSON_DeleteItemFromObjectCaseSensitive(writer->header,
		    "__metadata__");
	status = write_parts(writer, path, digest, error);
	if (digest)
		hash_finish(digest, hash);
	cJSON_Delete(writer->header);
	free(writer->part);
	free(writer);
	return status;
}
