/* One array in numpy's .npy format, as bytes or as floats. */
#ifndef SNT_DATA_NPY_H
#define SNT_DATA_NPY_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { NPY_DIMENSIONS = 4 };

struct npy {
	int dimensions;
	size_t dimension[NPY_DIMENSIONS];
	size_t count;		/* product of the dimensions, at least 1 */
	char kind;		/* 'u', 'i', 'f' or 'b', as numpy has it */
	int size;		/* of one element: 1, 2, 4 or 8 bytes */
	const uint8_t *data;	/* (count, size), within the bytes parsed */
};

/* `bytes` stay the caller's and must outlive *npy; `name` is for messages.
 * The data must fill the bytes exactly. */
int npy_parse(const uint8_t *bytes, size_t size, const char *name,
    struct npy *npy, struct error *error);
/* Element i. */
double npy_value(const struct npy *npy, size_t i);

#endif
