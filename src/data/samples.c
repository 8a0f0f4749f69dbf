/* What readers do with the samples they have read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/reader.h"

const char *text_option(const char *const *text, const char *name)
{
	size_t length = strlen(name);

	for (; *text; text++) {
		if (strncmp(*text, name, length) == 0 &&
		    (*text)[length] == '=')
			return *text + length + 1;
	}
	return NULL;
}

void planes_to_pixels(const void *from, struct shape shape, size_t size,
    void *to)
{
	size_t channels = (size_t)shape.c;
	size_t pixels = (size_t)shape.h * (size_t)shape.w;
	const char *in = from;
	char *out = to;

	for (size_t c = 0; c < channels; c++)
		for (size_t i = 0; i < pixels; i++)
			memcpy(out + (i * channels + c) * size,
			    in + (c * pixels + i) * size, size);
}

void split_to_pixels(struct split *split, struct shape shape)
{
	size_t size = shape_size(shape);
	float *sample = xmalloc(size * sizeof(*sample));

	for (uint32_t i = 0; i < split->count; i++) {
		float *to = split->values + i * size;

		memcpy(sample, to, size * sizeof(*sample));
		planes_to_pixels(sample, shape, sizeof(*sample), to);
	}
	free(sample);
}

int dataset_count_classes(struct dataset *dataset, const char *path,
    struct error *error)
{
	int32_t most = 0;

	for (int i = 0; i < SPLITS; i++) {
		const struct split *split = &dataset->split[i];

		for (uint32_t j = 0; j < split->count; j++) {
			if (split->labels[j] < 0 ||
			    split->labels[j] >= CLASSES_MAX)
				return error_set(error, "%s: label %d of "
				    "sample %u is not in 0 .. %d", path,
				    split->labels[j], j, CLASSES_MAX - 1);
			if (split->labels[j] > most)
				most = split->labels[j];
		}
	}
	dataset->classes = (int)most + 1;
	return 0;
}

/* One channel (of plain features: one column), by mean and deviation of the
 * training values; a constant one is only centred. */
static void standardise_channel(struct dataset *dataset, size_t c)
{
	const struct split *train = &dataset->split[SPLIT_TRAIN];
	size_t channels = (size_t)dataset->shape.c;
	size_t each = shape_size(dataset->shape) / channels;
	size_t all = train->count * each;
	double sum = 0, squares = 0, mean, variance, deviation;

	for (size_t i = 0; i < all; i++) {
		double x = (double)train->values[i * channels + c];

		sum += x;
		squares += x * x;
	}
	mean = sum / (double)all;
	variance = squares / (double)all - mean * mean;
	deviation = variance > 1e-12 * mean * mean && variance > 0 ?
	    sqrt(variance) : 1;
	for (int s = 0; s < SPLITS; s++) {
		struct split *split = &dataset->split[s];

		for (size_t i = 0; i < split->count * each; i++) {
			float *x = &split->values[i * channels + c];

			*x = (float)(((double)*x - mean) / deviation);
		}
	}
}

void dataset_standardise(struct dataset *dataset)
{
	for (size_t c = 0; c < (size_t)dataset->shape.c; c++)
		standardise_channel(dataset, c);
}
