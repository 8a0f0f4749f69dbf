/* How far numbers reach that share a scale: what makes rounding coarse. */
#ifndef SNT_COMPRESS_RANGES_H
#define SNT_COMPRESS_RANGES_H

#include "net/network.h"

struct weight_range {
	double spread;	/* the largest channel's |w| over the middle one's */
	int channel;	/* that largest one, from 0 */
	double peak;	/* the largest |w| over its channel's root mean
			 * square, of all channels the largest */
};

/* Of a layer's weights; channels of zeros are left out. Nothing but zeros:
 * 1, 0, 1. */
struct weight_range weight_range_of(const struct network *network,
    const real *w, int layer);

#endif
