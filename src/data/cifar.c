/*
 * CIFAR-10 in its binary version: records of 3073 bytes, a label and the
 * red, green and blue planes of a 32 x 32 image.
 */
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/reader.h"

enum { SIDE = 32, CHANNELS = 3, IMAGE = CHANNELS * SIDE * SIDE,
	RECORD = IMAGE + 1, CLASSES = 10, FILE_MAX = 100000 * RECORD };

static const struct shape shape = {.c = CHANNELS, .h = SIDE, .w = SIDE};

static int add_records(struct split *split, const char *path,
    const uint8_t *bytes, uint32_t count, struct error *error)
{
	size_t all = (size_t)split->count + count;

	split->bytes = xreallocarray(split->bytes, all, IMAGE);
	split->labels = xreallocarray(split->labels, all,
	    sizeof(*split->labels));
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *record = bytes + (size_t)i * RECORD;

		if (record[0] >= CLASSES)
			return error_set(error, "%s: record %u has label %d, "
			    "which is not in 0 .. %d", path, i + 1, record[0],
			    CLASSES - 1);
		split->labels[split->count] = record[0];
		planes_to_pixels(record + 1, shape, 1,
		    split->bytes + (size_t)split->count * IMAGE);
		split->count++;
	}
	return 0;
}

static int read_batch(const char *folder, const char *name,
    struct split *split, struct error *error)
{
	char *path = path_join(folder, name);
	size_t size;
	char *bytes = file_read(path, FILE_MAX, &size, error);
	int status = -1;

	if (bytes && (size == 0 || size % RECORD))
		error_set(error, "%s: %zu bytes are not a whole number of "
		    "records of %d", path, size, RECORD);
	else if (bytes)
		status = add_records(split, path, (const uint8_t *)bytes,
		    (uint32_t)(size / RECORD), error);
	free(bytes);
	free(path);
	return status;
}

static struct dataset *read_cifar(int words, const char *const *word,
    const struct option_values *options, uint64_t seed, struct error *error)
{
	static const char *const classes[CLASSES] = {"airplane", "automobile",
		"bird", "cat", "deer", "dog", "frog", "horse", "ship",
		"truck"};
	struct dataset *dataset = dataset_make("cifar10", shape, CLASSES,
	    classes);
	int status = 0;

	(void)words;
	(void)options;
	(void)seed;
	for (int i = 1; i <= 5 && status == 0; i++) {
		char name[32];

		text_format(name, sizeof(name), "data_batch_%d.bin", i);
		status = read_batch(word[0], name,
		    &dataset->split[SPLIT_TRAIN], error);
	}
	if (status == 0)
		status = read_batch(word[0], "test_batch.bin",
		    &dataset->split[SPLIT_TEST], error);
	if (status) {
		dataset_free(dataset);
		return NULL;
	}
	return dataset;
}

const struct data_reader reader_cifar10 = {"cifar10",
	"cifar10 FOLDER [images=N] [validation=RATIO] "
	"[shift=N] [flip=on]",
	"the binary version: data_batch_1.bin to _5.bin, test_batch.bin",
	split_options, 1, 1, read_cifar, NULL};
