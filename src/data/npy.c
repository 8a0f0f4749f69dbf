#include "data/npy.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { PREFIX = 10, HEADER_MOST = 1 << 16 };

static const char kinds[] = "uifb";

/* The text behind 'KEY': in the header, or NULL. */
static const char *find(const char *header, const char *key)
{
	const char *at = strstr(header, key);

	if (!at)
		return NULL;
	at += strlen(key);
	return at + strspn(at, " :");
}

static int parse_type(const char *name, const char *header, struct npy *out,
    struct error *error)
{
	const char *type = find(header, "'descr'");
	char *end;

	if (!type || *type != '\'' || !strchr("<|", type[1]) ||
	    !strchr(kinds, type[2]) || type[2] == '\0')
		return error_set(error, "%s: numbers of another kind than "
		    "little-endian integers and floats", name);
	out->kind = type[2];
	out->width = strtoul(type + 3, &end, 10);
	if (*end != '\'' || (out->width != 1 && out->width != 2 &&
	    out->width != 4 && out->width != 8) ||
	    (out->kind == 'f' && out->width < 4))
		return error_set(error, "%s: numbers of %zu bytes", name,
		    out->width);
	return 0;
}

static int parse_shape(const char *name, const char *header, struct npy *out,
    struct error *error)
{
	const char *at = find(header, "'shape'");
	char *end;

	if (!at || *at++ != '(')
		return error_set(error, "%s: no shape in its header", name);
	out->count = 1;
	while (*at != ')') {
		unsigned long long value = strtoull(at, &end, 10);

		if (end == at || out->dimensions == NPY_DIMENSIONS ||
		    __builtin_mul_overflow(out->count, value, &out->count))
			return error_set(error, "%s: a shape of more than %d "
			    "dimensions, or not a shape", name,
			    NPY_DIMENSIONS);
		out->dimension[out->dimensions++] = (size_t)value;
		at = end + strspn(end, " ,");
	}
	return 0;
}

static int parse_header(const char *name, const char *header,
    struct npy *out, struct error *error)
{
	const char *order = find(header, "'fortran_order'");

	if (!order || strncmp(order, "False", 5) != 0)
		return error_set(error, "%s: not in C order", name);
	if (parse_type(name, header, out, error) ||
	    parse_shape(name, header, out, error))
		return -1;
	return 0;
}

int npy_parse(const char *name, const unsigned char *bytes, size_t size,
    struct npy *out, struct error *error)
{
	size_t start = PREFIX, length, need;
	char *header;
	int status;

	*out = (struct npy){0};
	if (size < PREFIX + 2 || memcmp(bytes, "\x93NUMPY", 6) != 0)
		return error_set(error, "%s: not a numpy array", name);
	length = (size_t)bytes[8] | (size_t)bytes[9] << 8;
	if (bytes[6] >= 2) {
		length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
		start += 2;
	}
	if (length > HEADER_MOST || start + length > size)
		return error_set(error, "%s: cut off in its header", name);
	header = strndup((const char *)bytes + start, length);
	if (!header)
		die("out of memory (npy)");
	status = parse_header(name, header, out, error);
	free(header);
	if (status)
		return -1;
	out->data = bytes + start + length;
	if (__builtin_mul_overflow(out->count, out->width, &need) ||
	    need != size - start - length)
		return error_set(error, "%s: %zu bytes of numbers instead of "
		    "%zu", name, size - start - length, need);
	return 0;
}

/* Little-endian bytes as a whole number. */
static uint64_t bits(const unsigned char *at, size_t width)
{
	uint64_t value = 0;

	for (size_t i = width; i > 0; i--)
		value = value << 8 | at[i - 1];
	return value;
}

static double as_float(uint64_t value, size_t width)
{
	uint32_t narrow = (uint32_t)value;
	float single;
	double number;

	if (width == 4) {
		memcpy(&single, &narrow, sizeof(single));
		return (double)single;
	}
	memcpy(&number, &value, sizeof(number));
	return number;
}

double npy_value(const struct npy *array, size_t index)
{
	size_t width = array->width;
	uint64_t value = bits(array->data + index * width, width);
	unsigned shift = (unsigned)(64 - 8 * width);

	if (array->kind == 'f')
		return as_float(value, width);
	if (array->kind == 'i')
		return (double)((int64_t)(value << shift) >> shift);
	return (double)value;
}
