/*
 * The safetensors format: u64 little-endian length of the header, a JSON
 * object {name: {dtype, shape, data_offsets}}, `__metadata__` with texts,
 * then the bytes. F32, U8, I32, I64 and U32 are read and written.
 */
#ifndef SNT_SESSION_SAFETENSORS_H
#define SNT_SESSION_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct tensor_entry {
	char *name;
	char dtype[8];		/* "F32" */
	int dimensions;
	long dimension[8];
	size_t offset, bytes;	/* within the data */
	const void *data;
};

struct safetensors {
	int count;
	struct tensor_entry *tensor;
	int metadata_count;
	char **metadata_key, **metadata_value;
	char *bytes;		/* the file */
};

/* NULL: not such a file, overlapping or missing ranges, too large, ... */
struct safetensors *safetensors_read(const char *path, struct error *error);
/* The same from memory (taken over, also on failure). */
struct safetensors *safetensors_parse(char *bytes, size_t size,
    const char *name, struct error *error);
void safetensors_free(struct safetensors *file);
const struct tensor_entry *safetensors_find(const struct safetensors *file,
    const char *name);
const char *safetensors_metadata(const struct safetensors *file,
    const char *key);

/* Writing: add all, then write in one atomic step. Data are not copied. */
struct safetensors_writer;
struct safetensors_writer *safetensors_writer_new(void);
void safetensors_writer_metadata(struct safetensors_writer *writer,
    const char *key, const char *value);
void safetensors_writer_tensor(struct safetensors_writer *writer,
    const char *name, const char *dtype, int dimensions,
    const long *dimension, const void *data);
/* Write and free; *hash (may be NULL) is of the file's bytes. */
int safetensors_writer_finish(struct safetensors_writer *writer,
    const char *path, char *hash, struct error *error);

#endif
