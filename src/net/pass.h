/* Small things that many operations need: counts and plain copies. */
#ifndef SNT_NET_PASS_H
#define SNT_NET_PASS_H

#include <string.h>

#include "net/operation.h"

/* Positions of a shape: pixels of an image, tokens, 1 of plain features. */
static inline int shape_positions(struct shape shape)
{
	return shape.h * shape.w;
}

/* Rows of width `c` of the input in one call. */
static inline size_t pass_rows(const struct pass *p)
{
	return (size_t)p->n * (size_t)shape_positions(p->layer->in[0]);
}

/* Numbers of the output in one call. */
static inline size_t pass_outputs(const struct pass *p)
{
	return (size_t)p->n * shape_size(p->layer->out);
}

static inline void reals_zero(size_t n, real *y)
{
	memset(y, 0, n * sizeof(*y));
}

/* y = x, where both may be the same, and x NULL is zero. */
static inline void reals_copy(size_t n, const real *x, real *y)
{
	if (!x)
		reals_zero(n, y);
	else if (x != y)
		memcpy(y, x, n * sizeof(*y));
}

#endif
