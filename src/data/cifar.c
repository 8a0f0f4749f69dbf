/* CIFAR-10 in its binary form: records of a label and 3 x 32 x 32 bytes,
 * planes of red, green and blue. https://www.cs.toronto.edu/~kriz/cifar.html */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/reader.h"

enum { SIDE = 32, PLANE = SIDE * SIDE, RECORD = 1 + 3 * PLANE,
	BATCHES = 5, FILE_LIMIT = 64 << 20 };

/* Planes (3, h, w) to pixels (h, w, 3). */
static void take_pixels(const uint8_t *planes, uint8_t *pixels)
{
	for (int i = 0; i < PLANE; i++)
		for (int c = 0; c < 3; c++)
			pixels[3 * i + c] = planes[c * PLANE + i];
}

static int append(struct split *split, const char *path, struct error *error)
{
	size_t size, records;
	char *bytes = file_read(path, FILE_LIMIT, &size, error);

	if (!bytes)
		return -1;
	records = size / RECORD;
	if (records == 0 || size % RECORD) {
		free(bytes);
		return error_set(error, "%s: %zu bytes are no whole number of "
		    "records of %d", path, size, RECORD);
	}
	split->bytes = xreallocarray(split->bytes, split->count + records,
	    3 * PLANE);
	split->labels = xreallocarray(split->labels, split->count + records,
	    sizeof(*split->labels));
	for (size_t i = 0; i < records; i++) {
		const uint8_t *record = (const uint8_t *)bytes + i * RECORD;
		size_t at = split->count++;

		split->labels[at] = record[0];
		take_pixels(record + 1, split->bytes + at * 3 * PLANE);
	}
	free(bytes);
	return 0;
}

static int append_named(struct split *split, const char *folder,
    const char *name, struct error *error)
{
	char *path = path_join(folder, name);
	int status = append(split, path, error);

	free(path);
	return status;
}

static struct dataset *read_cifar(int words, const char *const *word,
    const struct option_values *options, uint64_t seed, struct error *error)
{
	static const char *const classes[10] = {"airplane", "automobile",
		"bird", "cat", "deer", "dog", "frog", "horse", "ship",
		"truck"};
	static const char *const batches[BATCHES] = {"data_batch_1.bin",
		"data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
		"data_batch_5.bin"};
	const struct shape shape = {.c = 3, .h = SIDE, .w = SIDE};
	struct dataset *dataset = dataset_make("cifar10", shape, 10, classes);
	int status = 0;

	(void)words;
	(void)options;
	(void)seed;
	for (int i = 0; i < BATCHES && status == 0; i++)
		status = append_named(&dataset->split[SPLIT_TRAIN], word[0],
		    batches[i], error);
	if (status == 0)
		status = append_named(&dataset->split[SPLIT_TEST], word[0],
		    "test_batch.bin", error);
	if (status == 0)
		return dataset;
	dataset_free(dataset);
	return NULL;
}

const struct data_reader reader_cifar = {"cifar10",
	"cifar10 DIR [images=N] [validation=RATIO]",
	"50,000 and 10,000 colour images, 32 x 32, 10 classes, as .bin files",
	split_options, NULL, 1, 1, read_cifar};
