#include "workbench/measured.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void measured_add(struct measured *measured,
    const struct measured_value *value)
{
	size_t at = measured->count;

	/* In order of steps: old ones may be asked later. */
	for (; at > 0 && measured->value[at - 1].step >= value->step; at--) {
		if (measured->value[at - 1].kind == value->kind &&
		    measured->value[at - 1].step == value->step) {
			measured->value[at - 1] = *value;
			return;
		}
	}
	array_grow(&measured->value, measured->count, &measured->capacity,
	    sizeof(*measured->value));
	memmove(measured->value + at + 1, measured->value + at,
	    (measured->count++ - at) * sizeof(*measured->value));
	measured->value[at] = *value;
}

const struct measured_value *measured_at(const struct measured *measured,
    const struct measure_kind *kind, long step)
{
	const struct measured_value *found = NULL;

	for (size_t i = 0; i < measured->count; i++) {
		const struct measured_value *value = &measured->value[i];

		if (value->kind == kind && value->step <= step &&
		    (!found || value->step >= found->step))
			found = value;
	}
	return found;
}

void measured_copy(struct measured *to, const struct measured *from,
    long last)
{
	measured_clear(to);
	for (size_t i = 0; i < from->count; i++) {
		if (from->value[i].step <= last)
			measured_add(to, &from->value[i]);
	}
}

void measured_clear(struct measured *measured)
{
	free(measured->value);
	*measured = (struct measured){0};
}
