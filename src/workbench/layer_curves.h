/*
 * Curves of single layers: what was measured of one layer's parameters alone,
 * as the curves of enum curve_name are of all. There are as many as were
 * asked for.
 */
#ifndef SNT_WORKBENCH_LAYER_CURVES_H
#define SNT_WORKBENCH_LAYER_CURVES_H

#include <stddef.h>

#include "workbench/series.h"

struct layer_curve {
	enum curve_name name;
	int layer;
	struct series series;
	struct reading reading;		/* the last */
};

struct layer_curves {
	struct layer_curve *curve;	/* by name, then by layer */
	size_t count, capacity;
};

/* A value at its step, which may be an old one, to a curve and its last
 * reading: those of a layer or of a whole network. */
void curve_take(struct series *series, struct reading *last,
    const struct reading *now);
/* What comes after a step. */
void curve_forget(struct series *series, struct reading *last, double step);

/* That of a layer; made where there is none. */
struct layer_curve *layer_curves_at(struct layer_curves *curves,
    enum curve_name name, int layer);
/* Up to a step, into an empty list. */
void layer_curves_copy(struct layer_curves *to,
    const struct layer_curves *from, long last);
void layer_curves_clear(struct layer_curves *curves);

#endif
