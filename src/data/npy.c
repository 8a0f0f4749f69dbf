/*
 * The .npy format (numpy.lib.format): the magic number, a version, the
 * length of a header, the header as a Python dictionary, the data.
 */
#include "data/npy.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const size_t largest = (size_t)4 << 30;

/* What follows 'KEY': in the dictionary, or NULL. */
static const char *find_key(const char *header, const char *key)
{
	const char *at = strstr(header, key);

	if (!at)
		return NULL;
	at += strlen(key);
	at += strspn(at, " ");
	if (*at++ != ':')
		return NULL;
	return at + strspn(at, " ");
}

static int read_type(const char *header, const char *name, struct npy *npy,
    struct error *error)
{
	static const char *const known[] = {"|u1", "|i1", "|b1", "<u2", "<i2",
		"<u4", "<i4", "<u8", "<i8", "<f4", "<f8"};
	const char *text = find_key(header, "'descr'");

	for (size_t i = 0; text && i < sizeof(known) / sizeof(*known); i++) {
		if (text[0] == '\'' && strncmp(text + 1, known[i], 3) == 0 &&
		    text[4] == '\'') {
			npy->kind = known[i][1];
			npy->size = known[i][2] - '0';
			return 0;
		}
	}
	return error_set(error, "%s: elements of type %.8s; read are uint8, "
	    "integers, float32 and float64, little-endian", name,
	    text ? text : "unknown");
}

static int read_shape(const char *header, const char *name, struct npy *npy,
    struct error *error)
{
	const char *at = find_key(header, "'shape'");

	if (!at || *at++ != '(')
		return error_set(error, "%s: no shape in its header", name);
	npy->dimensions = 0;
	npy->count = 1;
	while (*(at += strspn(at, " ,")) != ')') {
		char *end;
		unsigned long long value = strtoull(at, &end, 10);

		if (!isdigit((unsigned char)*at))
			return error_set(error, "%s: its shape is not made of "
			    "numbers", name);
		if (npy->dimensions == NPY_DIMENSIONS)
			return error_set(error, "%s: more than %d dimensions",
			    name, NPY_DIMENSIONS);
		if (value == 0)
			return error_set(error, "%s: no elements", name);
		npy->dimension[npy->dimensions++] = value;
		if (__builtin_mul_overflow(npy->count, value, &npy->count) ||
		    npy->count > largest)
			return error_set(error, "%s: its header claims more "
			    "than 4 Gi elements", name);
		at = end;
	}
	return 0;
}

static int read_header(const char *header, const char *name, struct npy *npy,
    struct error *error)
{
	const char *order = find_key(header, "'fortran_order'");

	if (read_type(header, name, npy, error) ||
	    read_shape(header, name, npy, error))
		return -1;
	if (order && strncmp(order, "True", 4) == 0 && npy->dimensions > 1)
		return error_set(error, "%s: in Fortran order; save it with "
		    "numpy.ascontiguousarray()", name);
	return 0;
}

int npy_parse(const uint8_t *bytes, size_t size, const char *name,
    struct npy *npy, struct error *error)
{
	size_t start, length, need;
	char *header;
	int status;

	if (size < 12 || memcmp(bytes, "\x93NUMPY", 6) != 0)
		return error_set(error, "%s: not an .npy array", name);
	start = bytes[6] == 1 ? 10 : 12;
	length = (size_t)bytes[8] | (size_t)bytes[9] << 8;
	if (bytes[6] != 1)
		length |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
	if (length > size - start)
		return error_set(error, "%s: ends within its header", name);
	header = xstrndup((const char *)bytes + start, length);
	status = read_header(header, name, npy, error);
	free(header);
	if (status)
		return -1;
	need = npy->count * (size_t)npy->size;
	if (size - start - length != need)
		return error_set(error, "%s: %zu bytes of data, its header "
		    "says %zu", name, size - start - length, need);
	npy->data = bytes + start + length;
	return 0;
}

/* Little-endian, as every machine this program is built for. */
#define ELEMENT(type) do { \
		type value; \
		memcpy(&value, at, sizeof(value)); \
		return (double)value; \
	} while (0)

double npy_value(const struct npy *npy, size_t i)
{
	const uint8_t *at = npy->data + i * (size_t)npy->size;

	if (npy->kind == 'f') {
		if (npy->size == 4)
			ELEMENT(float);
		ELEMENT(double);
	}
	if (npy->kind == 'i') {
		if (npy->size == 1)
			ELEMENT(int8_t);
		if (npy->size == 2)
			ELEMENT(int16_t);
		if (npy->size == 4)
			ELEMENT(int32_t);
		ELEMENT(int64_t);
	}
	if (npy->size == 1)
		ELEMENT(uint8_t);
	if (npy->size == 2)
		ELEMENT(uint16_t);
	if (npy->size == 4)
		ELEMENT(uint32_t);
	ELEMENT(uint64_t);
}
