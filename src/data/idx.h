/* One IDX file of unsigned bytes. */
#ifndef SNT_DATA_IDX_H
#define SNT_DATA_IDX_H

#include <stdint.h>

#include "base/error.h"

struct idx {
	int dimensions;
	uint32_t dimension[4];
	uint64_t size;		/* product of the dimensions */
	uint8_t *bytes;		/* free() */
};

/* Plain or gzipped. On failure nothing is held. */
int idx_read(const char *path, struct idx *idx, struct error *error);

#endif
