/* Arrays as numpy writes them: format versions 1 to 3 of
 * numpy.lib.format. Little-endian, C order. */
#ifndef SNT_DATA_NPY_H
#define SNT_DATA_NPY_H

#include <stddef.h>

#include "base/error.h"

enum { NPY_DIMENSIONS = 4 };

struct npy {
	char kind;		/* 'u', 'i', 'f', 'b' */
	size_t width;		/* bytes a number */
	int dimensions;
	size_t dimension[NPY_DIMENSIONS];
	size_t count;		/* their product */
	const unsigned char *data;	/* within the bytes parsed */
};

/* `name` for messages. The bytes must outlive *out. */
int npy_parse(const char *name, const unsigned char *bytes, size_t size,
    struct npy *out, struct error *error);
double npy_value(const struct npy *array, size_t index);

#endif
