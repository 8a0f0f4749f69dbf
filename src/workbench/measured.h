/*
 * What was measured of a run, of each measure and at each step, so that runs
 * can be compared at a step they both passed.
 */
#ifndef SNT_WORKBENCH_MEASURED_H
#define SNT_WORKBENCH_MEASURED_H

#include <stddef.h>

#include "sharpness/measure.h"

struct measured_value {
	const struct measure_kind *kind;
	long step;
	double value, error;
};

struct measured {
	struct measured_value *value;
	size_t count, capacity;
};

/* One of the same measure and step is replaced. */
void measured_add(struct measured *measured,
    const struct measured_value *value);
/* The newest of that measure up to a step, or NULL. */
const struct measured_value *measured_at(const struct measured *measured,
    const struct measure_kind *kind, long step);
/* Those up to a step. */
void measured_copy(struct measured *to, const struct measured *from,
    long last);
void measured_clear(struct measured *measured);

#endif
