/* Positions that are remembered, and what they have in common. */
#include "workbench/slide_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "workbench/run.h"

enum { POSITIONS_MAX = 256 };

struct slide_cache *slide_cache_new(void)
{
	struct slide_cache *cache = xcalloc(1, sizeof(*cache));

	cache->references = 1;
	return cache;
}

void slide_result_release(struct slide_result *result)
{
	compress_settings_free(&result->settings);
	free(result->layer_zeros);
}

void slide_result_copy(struct slide_result *to,
    const struct slide_result *from, const struct compress_settings *settings)
{
	size_t size = ((size_t)from->layers + 1) * sizeof(float);

	*to = *from;
	to->settings = (struct compress_settings){0};
	compress_settings_copy(&to->settings, settings);
	to->layer_zeros = xcalloc(1, size);
	if (from->layer_zeros)
		memcpy(to->layer_zeros, from->layer_zeros, size);
}

void slide_cache_free(struct slide_cache *cache)
{
	if (!cache || --cache->references > 0)
		return;
	ranking_free(cache->ranking);
	engine_free(cache->engine);
	engine_free(cache->spare);
	reals_free(cache->gradient);
	for (size_t i = 0; i < cache->results; i++)
		slide_result_release(&cache->result[i]);
	free(cache->result);
	free(cache);
}

/* An engine is handed on. */
void slide_cache_forget(struct run *run)
{
	struct slide_cache *old = run->slides;

	run->slides = slide_cache_new();
	run->slides->version = run->version;
	if (old->references == 1) {
		run->slides->engine = old->engine;
		run->slides->spare = old->spare;
		old->engine = old->spare = NULL;
	}
	slide_cache_free(old);
}

struct slide_cache *slide_cache_fresh(struct run *run)
{
	if (run->slides->version != run->version)
		slide_cache_forget(run);
	return run->slides;
}

int slide_cache_count(const struct slide_cache *cache)
{
	return (int)cache->results;
}

const struct slide_result *slide_cache_at(const struct slide_cache *cache,
    int index)
{
	return &cache->result[index];
}

const struct slide_result *slide_cache_find(const struct slide_cache *cache,
    const struct compress_settings *settings)
{
	for (size_t i = 0; i < cache->results; i++) {
		if (compress_settings_equal(&cache->result[i].settings,
			settings))
			return &cache->result[i];
	}
	return NULL;
}

void slide_note_noise(struct run *run,
    const struct compress_settings *settings, double noise)
{
	struct slide_cache *cache = run->slides;

	for (size_t i = 0; cache->version == run->version &&
	    i < cache->results; i++) {
		if (compress_settings_equal(&cache->result[i].settings,
			settings))
			cache->result[i].predicted_noise = noise;
	}
}

static void forget_position(struct slide_cache *cache,
    const struct slide_result *position)
{
	size_t at;

	if (!position)
		return;
	at = (size_t)(position - cache->result);
	slide_result_release(&cache->result[at]);
	memmove(cache->result + at, cache->result + at + 1,
	    (--cache->results - at) * sizeof(*cache->result));
}

/* In the place of what was known of the same position. */
void slide_cache_remember(struct slide_cache *cache,
    const struct slide_result *result)
{
	struct slide_result *copy;

	forget_position(cache, slide_cache_find(cache, &result->settings));
	if (cache->results == POSITIONS_MAX)
		forget_position(cache, &cache->result[0]);
	array_grow(&cache->result, cache->results, &cache->capacity,
	    sizeof(*cache->result));
	copy = &cache->result[cache->results++];
	slide_result_copy(copy, result, &result->settings);
}

struct timed_point {
	double ratio, share;	/* of the time in floats */
};

static int by_ratio(const void *a, const void *b)
{
	const struct timed_point *x = a, *y = b;

	return (x->ratio > y->ratio) - (x->ratio < y->ratio);
}

/* A straight line between the last position where zeros are worth their
 * multiplication and the one behind it. */
static double crossing(const struct timed_point *point, int count)
{
	static const double early = 0.1;
	int last = count - 1;
	const struct timed_point *p;

	while (last >= 0 && point[last].share < 1)
		last--;
	if (last == count - 1)
		return NAN;
	if (last < 0)
		return point[0].ratio <= early ? point[0].ratio : (double)NAN;
	p = &point[last];
	return p->ratio + (p[1].ratio - p->ratio) * (p->share - 1) /
	    (p->share - p[1].share);
}

double slide_break_even(const struct slide_cache *cache,
    const struct compress_settings *settings)
{
	struct timed_point *point = xcalloc(cache->results + 1,
	    sizeof(*point));
	double found;
	int count = 0;

	for (size_t i = 0; i < cache->results; i++) {
		const struct slide_result *result = &cache->result[i];
		double ratio;

		if (result->ms_sparse > 0 && compress_differs_only(
			&result->settings, settings, false, &ratio))
			point[count++] = (struct timed_point){ratio,
				result->ms_sparse / result->ms};
	}
	qsort(point, (size_t)count, sizeof(*point), by_ratio);
	found = crossing(point, count);
	free(point);
	return found;
}
