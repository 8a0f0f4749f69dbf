#include "workbench/layer_curves.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void curve_take(struct series *series, struct reading *last,
    const struct reading *now)
{
	series_insert(series, (double)now->step, now->value);
	if (!last->known || last->step <= now->step)
		*last = *now;
}

void curve_forget(struct series *series, struct reading *last, double step)
{
	if (series_end(series) > step)
		series_cut(series, step);
	if ((double)last->step > step)
		*last = (struct reading){0};
}

static bool comes_before(const struct layer_curve *curve,
    enum curve_name name, int layer)
{
	return curve->name < name ||
	    (curve->name == name && curve->layer < layer);
}

struct layer_curve *layer_curves_at(struct layer_curves *curves,
    enum curve_name name, int layer)
{
	struct layer_curve *curve;
	size_t at = 0;

	while (at < curves->count &&
	    comes_before(&curves->curve[at], name, layer))
		at++;
	if (at < curves->count && curves->curve[at].name == name &&
	    curves->curve[at].layer == layer)
		return &curves->curve[at];
	array_grow(&curves->curve, curves->count, &curves->capacity,
	    sizeof(*curves->curve));
	curve = &curves->curve[at];
	memmove(curve + 1, curve, (curves->count - at) * sizeof(*curve));
	curves->count++;
	*curve = (struct layer_curve){.name = name, .layer = layer};
	return curve;
}

void layer_curves_copy(struct layer_curves *to,
    const struct layer_curves *from, long last)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct layer_curve *curve = &from->curve[i];
		struct layer_curve *copy = layer_curves_at(to, curve->name,
		    curve->layer);

		series_copy(&copy->series, &curve->series);
		series_cut(&copy->series, (double)last);
		if (curve->reading.step <= last)
			copy->reading = curve->reading;
	}
}

void layer_curves_clear(struct layer_curves *curves)
{
	for (size_t i = 0; i < curves->count; i++)
		series_clear(&curves->curve[i].series);
	free(curves->curve);
	*curves = (struct layer_curves){0};
}
