/* Archives of numpy arrays (numpy.savez): x_train, y_train and, if there,
 * x_test, y_test. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/memory.h"
#include "data/npy.h"
#include "data/reader.h"
#include "data/values.h"

enum { PARTS = 4, CLASSES_MOST = 100000 };
#define PART_LIMIT ((zip_uint64_t)4 << 30)

/* Names of the parts, the usual one first. */
static const char *const names[PARTS][4] = {
	{"x_train.npy", "train_images.npy", "X_train.npy", "x.npy"},
	{"y_train.npy", "train_labels.npy", "Y_train.npy", "y.npy"},
	{"x_test.npy", "test_images.npy", "X_test.npy", NULL},
	{"y_test.npy", "test_labels.npy", "Y_test.npy", NULL}};

struct part {
	unsigned char *bytes;	/* NULL: not there */
	struct npy array;
	char label[256];	/* "FILE: x_train.npy", for messages */
};

static int read_entry(zip_t *archive, zip_uint64_t index,
    struct part *part, struct error *error)
{
	zip_stat_t about;
	zip_file_t *file;
	zip_int64_t got;

	if (zip_stat_index(archive, index, 0, &about) ||
	    !(about.valid & ZIP_STAT_SIZE) || about.size > PART_LIMIT)
		return error_set(error, "%s: too large", part->label);
	file = zip_fopen_index(archive, index, 0);
	if (!file)
		return error_set(error, "%s: %s", part->label,
		    zip_strerror(archive));
	part->bytes = xmalloc(about.size + 1);
	got = zip_fread(file, part->bytes, about.size);
	zip_fclose(file);
	if (got < 0 || (zip_uint64_t)got != about.size)
		return error_set(error, "%s: cut off, or damaged",
		    part->label);
	return npy_parse(part->label, part->bytes, about.size, &part->array,
	    error);
}

static int read_part(zip_t *archive, const char *path, int which,
    struct part *part, struct error *error)
{
	for (int i = 0; i < 4 && names[which][i]; i++) {
		zip_int64_t index = zip_name_locate(archive, names[which][i],
		    0);

		if (index < 0)
			continue;
		snprintf(part->label, sizeof(part->label), "%s: %s", path,
		    names[which][i]);
		return read_entry(archive, (zip_uint64_t)index, part, error);
	}
	if (which >= 2)
		return 0;
	return error_set(error, "%s: no array %.*s", path,
	    (int)strcspn(names[which][0], "."), names[which][0]);
}

static int read_parts(const char *path, struct part *part,
    struct error *error)
{
	zip_error_t reason;
	int code, status = 0;
	zip_t *archive = zip_open(path, ZIP_RDONLY, &code);

	if (!archive) {
		zip_error_init_with_code(&reason, code);
		error_set(error, "%s: %s", path, zip_error_strerror(&reason));
		zip_error_fini(&reason);
		return -1;
	}
	for (int i = 0; i < PARTS && status == 0; i++)
		status = read_part(archive, path, i, &part[i], error);
	zip_discard(archive);
	return status;
}

/* (N, F), (N, H, W), (N, H, W, C) or (N, C, H, W): of the last two the one
 * with 1 or 3 channels, the former when both are possible. */
static int shape_of(const struct part *x, struct shape *shape, bool *planes,
    struct error *error)
{
	const size_t *d = x->array.dimension;
	int n = x->array.dimensions;

	*planes = n == 4 && d[3] != 1 && d[3] != 3;
	for (int i = 1; i < n; i++) {
		if (d[i] == 0 || d[i] > 1 << 20)
			return error_set(error, "%s: a dimension of %zu",
			    x->label, d[i]);
	}
	if (n == 2)
		*shape = (struct shape){.c = (int)d[1], .h = 1, .w = 1};
	else if (n == 3)
		*shape = (struct shape){.c = 1, .h = (int)d[1],
			.w = (int)d[2]};
	else if (n == 4 && *planes)
		*shape = (struct shape){.c = (int)d[1], .h = (int)d[2],
			.w = (int)d[3]};
	else if (n == 4)
		*shape = (struct shape){.c = (int)d[3], .h = (int)d[1],
			.w = (int)d[2]};
	else
		return error_set(error, "%s: %d dimensions; 2, 3 or 4 are "
		    "read", x->label, n);
	if (n > 2 && shape->c > CHANNELS_MAX)
		return error_set(error, "%s: %d channels; at most %d",
		    x->label, shape->c, CHANNELS_MAX);
	return 0;
}

static int fill_labels(struct split *split, const struct part *y,
    int *classes, struct error *error)
{
	split->labels = xcalloc(split->count + 1ul, sizeof(*split->labels));
	for (uint32_t i = 0; i < split->count; i++) {
		double label = npy_value(&y->array, i);

		if (!(label >= 0) || label >= CLASSES_MOST ||
		    label > floor(label))
			return error_set(error, "%s: number %u is %g, no "
			    "label", y->label, i, label);
		split->labels[i] = (int32_t)label;
		if (split->labels[i] >= *classes)
			*classes = split->labels[i] + 1;
	}
	return 0;
}

/* Where number i of a sample (channels last) stands in the file. */
static size_t source_of(const struct shape *shape, bool planes, size_t i)
{
	size_t c = (size_t)shape->c;

	return planes ? i % c * (size_t)shape->h * (size_t)shape->w + i / c :
	    i;
}

static int fill_numbers(struct split *split, const struct part *x,
    const struct shape *shape, bool planes, struct error *error)
{
	size_t size = shape_size(*shape);
	/* Points are measured values, also where they are whole. */
	bool bytes = x->array.kind == 'u' && x->array.width == 1 &&
	    x->array.dimensions > 2;

	if (bytes)
		split->bytes = xmalloc(split->count * size + 1);
	else
		split->values = xcalloc(split->count * size + 1,
		    sizeof(*split->values));
	for (uint32_t s = 0; s < split->count; s++)
		for (size_t i = 0; i < size; i++) {
			double value = npy_value(&x->array, s * size +
			    source_of(shape, planes, i));

			if (!isfinite(value))
				return error_set(error, "%s: sample %u has a "
				    "value that is not finite", x->label, s);
			if (bytes)
				split->bytes[s * size + i] = (uint8_t)value;
			else
				split->values[s * size + i] = (float)value;
		}
	return 0;
}

static int fill(struct dataset *dataset, enum split_name name,
    const struct part *x, const struct part *y, struct error *error)
{
	struct split *split = &dataset->split[name];
	struct shape shape;
	bool planes;

	if (shape_of(x, &shape, &planes, error))
		return -1;
	if (name == SPLIT_TEST && (shape.c != dataset->shape.c ||
	    shape.h != dataset->shape.h || shape.w != dataset->shape.w))
		return error_set(error, "%s: another shape than the training "
		    "samples'", x->label);
	if (x->array.dimension[0] != y->array.count ||
	    y->array.count > UINT32_MAX)
		return error_set(error, "%s: %zu samples, but %zu labels",
		    x->label, x->array.dimension[0], y->array.count);
	dataset->shape = shape;
	split->count = (uint32_t)y->array.count;
	if (fill_labels(split, y, &dataset->classes, error))
		return -1;
	return fill_numbers(split, x, &shape, planes, error);
}

static int fill_all(struct dataset *dataset, const struct part *part,
    struct error *error)
{
	if (fill(dataset, SPLIT_TRAIN, &part[0], &part[1], error))
		return -1;
	if (!part[2].bytes != !part[3].bytes)
		return error_set(error, "test samples without labels, or "
		    "labels without samples");
	if (part[2].bytes && fill(dataset, SPLIT_TEST, &part[2], &part[3],
		error))
		return -1;
	if (!dataset->split[SPLIT_TRAIN].bytes !=
	    !dataset->split[SPLIT_TEST].bytes && part[2].bytes)
		return error_set(error, "%s: other numbers than the training "
		    "samples'", part[2].label);
	return 0;
}

static struct dataset *read_npz(int words, const char *const *word,
    const struct option_values *options, uint64_t seed, struct error *error)
{
	struct part part[PARTS] = {{0}};
	struct dataset *dataset = dataset_make("npz", (struct shape){0}, 0,
	    NULL);
	int status = read_parts(word[0], part, error);

	(void)words;
	(void)options;
	(void)seed;
	if (status == 0)
		status = fill_all(dataset, part, error);
	if (status == 0 && !part[2].bytes)
		values_share_for_test(dataset);
	if (status == 0 && dataset->split[SPLIT_TRAIN].bytes)
		dataset->channels = dataset->shape.c;
	else if (status == 0)
		values_standardise(dataset);
	for (int i = 0; i < PARTS; i++)
		free(part[i].bytes);
	if (status == 0)
		return dataset;
	dataset_free(dataset);
	return NULL;
}

const struct data_reader reader_npz = {"npz",
	"npz FILE [images=N] [validation=RATIO]",
	"numpy arrays x_train, y_train, x_test, y_test",
	split_options, NULL, 1, 1, read_npz};
