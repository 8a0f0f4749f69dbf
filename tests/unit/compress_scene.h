/* Small networks, weights and settings for the tests of compression. */
#ifndef SNT_TESTS_COMPRESS_SCENE_H
#define SNT_TESTS_COMPRESS_SCENE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "compress/compress.h"

enum { WORDS_MAX = 8 };

/* Split at blanks; the words point into `copy`. */
static inline int split(const char *line, char *copy, size_t size,
    const char *word[WORDS_MAX])
{
	char *save = NULL;
	int words = 0;

	text_copy(copy, size, line);
	for (char *next = strtok_r(copy, " ", &save); next;
	    next = strtok_r(NULL, " ", &save))
		word[words++] = next;
	return words;
}

/* "dense 4; relu; dense 3" behind the input. */
static inline struct network *make_network(struct shape input, int classes,
    const char *layers)
{
	struct network *network = network_new(input, classes);
	char copy[512], *save = NULL;

	text_copy(copy, sizeof(copy), layers);
	for (char *line = strtok_r(copy, ";", &save); line;
	    line = strtok_r(NULL, ";", &save)) {
		const char *word[WORDS_MAX];
		char words[128];
		struct error error;
		struct network *longer = network_insert(network,
		    network->layers + 1, NULL,
		    split(line, words, sizeof(words), word), word, &error);

		if (!longer)
			fail_msg("%s: %s", line, error.text);
		network_free(network);
		network = longer;
	}
	return network;
}

static inline struct network *plain(int inputs, const char *layers)
{
	return make_network((struct shape){.c = inputs, .h = 1, .w = 1}, 3,
	    layers);
}

static inline real *random_weights(const struct network *network, uint64_t draw)
{
	struct random_key key = {.seed = 5, .stream = RANDOM_WEIGHTS,
		.step = draw};
	real *w = reals_new(network->parameters);

	random_normal(key, 0, network->parameters, w);
	return w;
}

static inline const struct segment *segment_named(const struct network *network,
    const char *name)
{
	for (int k = 0; k < network->segments; k++) {
		if (strcmp(network->segment[k].name, name) == 0)
			return &network->segment[k];
	}
	fail_msg("no segment %s", name);
	return NULL;
}

/* Settings from lines like "prune 0.5; quant 4". */
static inline struct compress_settings settings_of(
    const struct network *network, const char *lines)
{
	struct compress_settings settings = {.seed = 1};
	char copy[512], *save = NULL;

	compress_settings_reset(&settings, network->layers);
	text_copy(copy, sizeof(copy), lines);
	for (char *line = strtok_r(copy, ";", &save); line;
	    line = strtok_r(NULL, ";", &save)) {
		const char *word[WORDS_MAX];
		char words[128];
		struct error error;
		int count = split(line, words, sizeof(words), word);
		int status = strcmp(word[0], "prune") == 0 ?
		    compress_prune_line(&settings, count - 1, word + 1,
			network, &error) :
		    compress_quant_line(&settings, count - 1, word + 1,
			network, &error);

		if (status)
			fail_msg("%s: %s", line, error.text);
	}
	return settings;
}

static inline struct compressed make(const struct network *network,
    const real *w, const real *buffers, const char *lines)
{
	struct compress_settings settings = settings_of(network, lines);
	struct compressed compressed;
	struct error error;

	if (compress_make(network, w, buffers, &settings, NULL, NULL,
		&compressed, &error))
		fail_msg("%s: %s", lines, error.text);
	compress_settings_free(&settings);
	return compressed;
}

static inline long zeros_in(const struct network *network, const real *w,
    const char *name)
{
	const struct segment *segment = segment_named(network, name);
	long zeros = 0;

	for (size_t i = 0; i < segment->count; i++)
		zeros += w[segment->offset + i] == 0;
	return zeros;
}

static inline struct network *with_batch_norm(void)
{
	return make_network((struct shape){.c = 2, .h = 6, .w = 6}, 3,
	    "conv 4 k=3 pad=1 bias=off;bn;relu;conv 3 k=3;bn;flatten;bn;"
	    "dense 5;bn;relu;dense 3");
}

/* Statistics as after some training. */
static inline real *random_statistics(const struct network *network)
{
	struct random_key key = {.seed = 9, .stream = RANDOM_DATA};
	real *buffers = reals_new(network->buffers);

	for (int k = 0; k < network->buffer_segments; k++) {
		const struct segment *segment = &network->buffer_segment[k];
		real *values = buffers + segment->offset;
		bool variance = strstr(segment->name, "running_var") != NULL;

		random_normal(key, segment->offset, segment->count, values);
		for (size_t i = 0; variance && i < segment->count; i++)
			values[i] = values[i] * values[i] + (real)0.1;
	}
	return buffers;
}

#endif
