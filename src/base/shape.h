/* The shape of one sample. In memory (h, w, c): channels last. */
#ifndef SNT_BASE_SHAPE_H
#define SNT_BASE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

struct shape {
	int c, h, w;	/* plain features: h = w = 1 */
	bool tokens;	/* h * w positions of width c, no longer an image */
};

static inline size_t shape_size(struct shape shape)
{
	return (size_t)shape.c * (size_t)shape.h * (size_t)shape.w;
}

/* "1x28x28", "300", "49 x 64" (tokens x width) */
void shape_print(struct shape shape, char *out, size_t size);

#endif
