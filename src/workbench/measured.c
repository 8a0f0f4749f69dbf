#include "workbench/measured.h"

#include <stdlib.h>

#include "base/memory.h"

void measured_add(struct measured *measured,
    const struct measured_value *value)
{
	/* From the newest on: the same step is there, or a few places off. */
	for (size_t i = measured->count; i-- > 0 &&
	    measured->value[i].step >= value->step;) {
		if (measured->value[i].kind == value->kind &&
		    measured->value[i].step == value->step) {
			measured->value[i] = *value;
			return;
		}
	}
	array_grow(&measured->value, measured->count, &measured->capacity,
	    sizeof(*measured->value));
	measured->value[measured->count++] = *value;
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
