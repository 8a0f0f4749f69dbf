/*
 * Reference values from PyTorch (tests/golden/make_reference.py), and the
 * network, weights and samples they belong to: pure functions of an index,
 * computed here as they were there.
 */
#ifndef SNT_TESTS_GOLDEN_H
#define SNT_TESTS_GOLDEN_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cJSON.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/dataset.h"
#include "net/network.h"

enum golden_stream {
	GOLDEN_WEIGHTS = 1,
	GOLDEN_BUFFERS,
	GOLDEN_INPUTS,
	GOLDEN_LABELS,
	GOLDEN_DIRECTION
};

struct golden {
	const char *name;
	cJSON *json;
	struct network *network;
	real *w, *buffers, *direction;
	struct dataset dataset;		/* the training split, in memory */
};

/* SplitMix64 (Steele, Lea and Flood 2014) at a position. */
static inline uint64_t golden_word(enum golden_stream stream, uint64_t i)
{
	uint64_t z = (((uint64_t)stream << 40) + i + 1) *
	    UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

/* In [-1, 1). */
static inline double golden_uniform(enum golden_stream stream, uint64_t i)
{
	return (double)(golden_word(stream, i) >> 40) * 0x1p-23 - 1;
}

static inline bool golden_ends(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

static inline double golden_initial(const struct segment *segment, double u)
{
	double fan_in = (double)segment->count / segment->dimension[0];

	if (golden_ends(segment->name, "running_var"))
		return 1 + 0.5 * u;
	if (golden_ends(segment->name, "running_mean"))
		return 0.25 * u;
	if (!golden_ends(segment->name, "weight"))
		return 0.125 * u;
	return segment->dimensions > 1 ? u * sqrt(3 / fan_in) : 1 + 0.25 * u;
}

static inline real *golden_fill(enum golden_stream stream, int segments,
    const struct segment *segment, size_t count)
{
	real *values = reals_new(count);

	for (int s = 0; s < segments; s++)
		for (size_t i = 0; i < segment[s].count; i++) {
			size_t at = segment[s].offset + i;

			values[at] = (real)(float)golden_initial(&segment[s],
			    golden_uniform(stream, at));
		}
	return values;
}

static inline double golden_number(const struct golden *g, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(g->json, key);

	if (!cJSON_IsNumber(item))
		fail_msg("%s: no number %s", g->name, key);
	return item->valuedouble;
}

static inline double golden_at(const cJSON *array, int index)
{
	const cJSON *item = cJSON_GetArrayItem(array, index);

	assert_true(cJSON_IsNumber(item));
	return item->valuedouble;
}

static inline cJSON *golden_read(const char *name)
{
	const char *folder = getenv("srcdir");
	char *path = xasprintf("%s/tests/golden/%s.json", folder ? folder :
	    ".", name);
	struct error error = {{0}};
	size_t size;
	char *text = file_read(path, 1 << 20, &size, &error);
	cJSON *json = text ? cJSON_Parse(text) : NULL;

	if (!json)
		fail_msg("%s: %s", path, error.text);
	free(text);
	free(path);
	return json;
}

/* Samples 0.. as formulas in the order (n, c, h, w), laid out (n, h, w, c) */
static inline void golden_dataset(struct golden *g, struct shape shape,
    uint32_t count)
{
	struct split *train = &g->dataset.split[SPLIT_TRAIN];
	size_t size = shape_size(shape), area = size / (size_t)shape.c;

	g->dataset.name = g->dataset.source = (char *)"formula";
	g->dataset.shape = shape;
	g->dataset.classes = 10;
	train->count = count;
	train->values = xcalloc(count * size, sizeof(*train->values));
	train->labels = xcalloc(count, sizeof(*train->labels));
	for (size_t n = 0; n < count; n++) {
		train->labels[n] = (int32_t)
		    ((golden_word(GOLDEN_LABELS, n) >> 32) % 10);
		for (size_t i = 0; i < size; i++)
			train->values[n * size + i % area * (size_t)shape.c +
			    i / area] = (float)(1.5 * golden_uniform(
			    GOLDEN_INPUTS, n * size + i));
	}
}

static inline struct network *golden_network(const struct golden *g,
    struct shape shape)
{
	char line[64];
	const char *word[4];
	int words = 0;
	struct error error = {{0}};
	struct network *network;

	snprintf(line, sizeof(line), "%s", cJSON_GetStringValue(
	    cJSON_GetObjectItemCaseSensitive(g->json, "net")));
	for (char *at = strtok(line, " "); at; at = strtok(NULL, " "))
		word[words++] = at;
	network = network_named(words, word, shape, 10, &error);
	if (!network)
		fail_msg("%s: %s", g->name, error.text);
	return network;
}

static inline struct golden *golden_new(const char *name, uint32_t samples)
{
	struct golden *g = xcalloc(1, sizeof(*g));
	const cJSON *input;
	struct shape shape = {0};

	g->name = name;
	g->json = golden_read(name);
	input = cJSON_GetObjectItemCaseSensitive(g->json, "input");
	shape.c = (int)golden_at(input, 0);
	shape.h = (int)golden_at(input, 1);
	shape.w = (int)golden_at(input, 2);
	g->network = golden_network(g, shape);
	assert_int_equal(g->network->parameters,
	    (size_t)golden_number(g, "parameters"));
	g->w = golden_fill(GOLDEN_WEIGHTS, g->network->segments,
	    g->network->segment, g->network->parameters);
	g->buffers = golden_fill(GOLDEN_BUFFERS, g->network->buffer_segments,
	    g->network->buffer_segment, g->network->buffers);
	g->direction = reals_new(g->network->parameters);
	for (size_t i = 0; i < g->network->parameters; i++)
		g->direction[i] = (real)golden_uniform(GOLDEN_DIRECTION, i);
	golden_dataset(g, shape, samples ? samples :
	    (uint32_t)golden_number(g, "n"));
	return g;
}

static inline void golden_free(struct golden *g)
{
	free(g->dataset.split[SPLIT_TRAIN].values);
	free(g->dataset.split[SPLIT_TRAIN].labels);
	reals_free(g->w);
	reals_free(g->buffers);
	reals_free(g->direction);
	network_free(g->network);
	cJSON_Delete(g->json);
	free(g);
}

/* |a - b| <= tolerance * (|b| + size) */
static inline void golden_close(const struct golden *g, const char *what,
    double a, double b, double size, double tolerance)
{
	if (!(fabs(a - b) <= tolerance * (fabs(b) + size)))
		fail_msg("%s: %s is %.10g, PyTorch says %.10g", g->name, what,
		    a, b);
}

#endif
