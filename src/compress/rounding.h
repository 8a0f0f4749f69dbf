/* Which code a weight gets, given the levels. */
#ifndef SNT_COMPRESS_ROUNDING_H
#define SNT_COMPRESS_ROUNDING_H

#include "compress/quantise.h"
#include "compress/walk.h"

/* The names of the table in rounding.c, as choices of an option. */
#define ROUNDINGS "nearest|gptq"

/* What a rounding may look at. */
struct rounding_scene {
	struct walk *walk;	/* through the layers before, as they are
				 * now; NULL where not needed */
	const struct network *network;
	int layer;
	const struct calibration *images;
	uint32_t count;
};

bool rounding_needs_images(int how);
/* The codes of weights w, levels given. */
void rounding_encode(int how, const struct rounding_scene *scene,
    struct coded *coded, const real *w);

#endif
