/* Sorting what may be pruned. */
#ifndef SNT_COMPRESS_ORDER_H
#define SNT_COMPRESS_ORDER_H

#include <stdint.h>

#include "base/real.h"

/* order (count), indices of scores that are not negative, from the smallest
 * on; equal ones stay in their order. */
void order_by_score(const real *score, uint32_t *order, uint32_t count);

#endif
