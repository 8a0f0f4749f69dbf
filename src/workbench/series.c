#include "workbench/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static struct point joined(struct point a, struct point b, float weight)
{
	return (struct point){
		.x = b.x,
		.y = a.y + (b.y - a.y) * weight,
		.low = fminf(a.low, b.low),
		.high = fmaxf(a.high, b.high)};
}

static void halve(struct series *series)
{
	for (int i = 0; i + 1 < series->count; i += 2)
		series->point[i / 2] = joined(series->point[i],
		    series->point[i + 1], 0.5f);
	if (series->count % 2)
		series->point[series->count / 2] =
		    series->point[series->count - 1];
	series->count = (series->count + 1) / 2;
	series->merge *= 2;
}

double series_end(const struct series *series)
{
	int size = series_size(series);

	return size ? (double)series->point[size - 1].x : -INFINITY;
}

void series_add(struct series *series, double x, double y)
{
	struct point value = {(float)x, (float)y, (float)y, (float)y};
	struct point *last;

	if (!isfinite(y) || x < series_end(series))
		return;
	if (!series->point) {
		series->point = xcalloc(SERIES_POINTS + 1,
		    sizeof(*series->point));
		series->merge = 1;
	}
	last = &series->point[series->count];
	series->waiting++;
	*last = series->waiting == 1 ? value :
	    joined(*last, value, 1.0f / (float)series->waiting);
	if (series->waiting < series->merge)
		return;
	series->waiting = 0;
	series->count++;
	if (series->count == SERIES_POINTS)
		halve(series);
}

/* The unfinished last point moves with the others. */
static void make_room(struct series *series)
{
	struct point waiting = series->point[series->count];

	if (series->count + 1 < SERIES_POINTS)
		return;
	halve(series);
	series->point[series->count] = waiting;
}

void series_insert(struct series *series, double x, double y)
{
	const struct point value = {(float)x, (float)y, (float)y, (float)y};
	int at;

	if (x > series_end(series)) {
		series_add(series, x, y);
		return;
	}
	if (!isfinite(y))
		return;
	make_room(series);
	at = series_size(series);
	while (at > 0 && series->point[at - 1].x >= value.x)
		at--;
	if (series->merge > 1 || at == series_size(series) ||
	    series->point[at].x > value.x) {
		memmove(series->point + at + 1, series->point + at,
		    (size_t)(series_size(series) - at) *
		    sizeof(*series->point));
		series->count++;
	}
	series->point[at] = value;
}

void series_cut(struct series *series, double x)
{
	int size = series_size(series);

	while (size > 0 && (double)series->point[size - 1].x > x)
		size--;
	series->count = size;
	series->waiting = 0;
}

void series_clear(struct series *series)
{
	free(series->point);
	*series = (struct series){0};
}

void series_copy(struct series *to, const struct series *from)
{
	series_clear(to);
	*to = *from;
	if (!from->point)
		return;
	to->point = xcalloc(SERIES_POINTS + 1, sizeof(*to->point));
	memcpy(to->point, from->point,
	    (size_t)series_size(from) * sizeof(*to->point));
}

int series_size(const struct series *series)
{
	return series->count + (series->waiting > 0);
}

double series_at(const struct series *series, double x)
{
	int at = series_size(series);

	while (at > 0 && (double)series->point[at - 1].x > x)
		at--;
	return at > 0 ? (double)series->point[at - 1].y : NAN;
}

double series_last(const struct series *series)
{
	int size = series_size(series);

	return size ? (double)series->point[size - 1].high : 0;
}
