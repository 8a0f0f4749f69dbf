/*
 * Arrays of numpy, in files of their own (.npy) or in a zip archive (.npz):
 * x_train, y_train and, if they are there, x_test, y_test. Images are (n, h, w), (n, h, w, c) or (n, c, h, w): the
 * axis of 1, 3 or 4 holds the channels, the last where both could, unless
 * layout= says so. (n, features) are plain features.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <zip.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/npy.h"
#include "data/reader.h"

static const size_t file_most = (size_t)8 << 30;

enum { LAYOUT_AUTO, LAYOUT_NHWC, LAYOUT_NCHW, NAMES = 4 };

static const struct option options_of_npz[] = {
	{"layout", OPTION_CHOICE, LAYOUT_AUTO, 0, 0, "auto|nhwc|nchw",
	    "where the channels of images are", false},
	SPLIT_OPTIONS, {0}};

/* Names that people give the arrays, the first is the usual one. */
static const char *const names[4][NAMES] = {
	{"x_train", "X_train", "train_images", "train_x"},
	{"y_train", "Y_train", "train_labels", "train_y"},
	{"x_test", "X_test", "test_images", "test_x"},
	{"y_test", "Y_test", "test_labels", "test_y"}};

struct archive {
	const char *path;
	zip_t *zip;
	const char *const *file;	/* where it is no archive: each array's, */
	int files;			/* 2 or 4 */
	int layout;
	struct error *error;
};

struct array {
	char *name;		/* "FILE: x_train" */
	uint8_t *bytes;
	struct npy npy;
};

static void array_free(struct array *array)
{
	free(array->name);
	free(array->bytes);
}

/* Index of the first of these names in the archive, or -1. */
static zip_int64_t locate(struct archive *archive, const char *const *name,
    const char **found)
{
	for (int i = 0; i < NAMES; i++) {
		char *member = xasprintf("%s.npy", name[i]);
		zip_int64_t at = zip_name_locate(archive->zip, member, 0);

		free(member);
		*found = name[i];
		if (at >= 0)
			return at;
	}
	return -1;
}

/* The size in the directory is a claim: memory grows as data come. */
static int inflate_member(struct archive *archive, zip_uint64_t index,
    struct array *array, size_t *size)
{
	zip_file_t *file = zip_fopen_index(archive->zip, index, 0);
	size_t capacity = 1 << 20;
	zip_int64_t got = 1;

	if (!file)
		return error_set(archive->error, "%s: %s", array->name,
		    zip_strerror(archive->zip));
	array->bytes = xmalloc(capacity);
	for (*size = 0; got > 0; *size += got > 0 ? (size_t)got : 0) {
		if (*size == capacity) {
			capacity *= 2;
			array->bytes = xreallocarray(array->bytes, capacity,
			    1);
		}
		got = *size > (size_t)8 << 30 ? -1 : zip_fread(file,
		    array->bytes + *size, capacity - *size);
	}
	if (zip_fclose(file) || got < 0)
		return error_set(archive->error, "%s: damaged, or larger than "
		    "8 GiB", array->name);
	return 0;
}

static int read_file(struct archive *archive, const char *path,
    struct array *array)
{
	size_t size;

	array->name = xstrdup(path);
	array->bytes = (uint8_t *)file_read(path, file_most, &size,
	    archive->error);
	return !array->bytes ? -1 : npy_parse(array->bytes, size, path,
	    &array->npy, archive->error);
}

static int read_member(struct archive *archive, const char *const *name,
    struct array *array)
{
	const char *found;
	zip_int64_t at = locate(archive, name, &found);
	size_t size = 0;

	if (at < 0)
		return error_set(archive->error, "%s: no array %s (nor %s, "
		    "%s, %s)", archive->path, name[0], name[1], name[2],
		    name[3]);
	array->name = xasprintf("%s: %s", archive->path, found);
	if (inflate_member(archive, (zip_uint64_t)at, array, &size))
		return -1;
	return npy_parse(array->bytes, size, array->name, &array->npy,
	    archive->error);
}

/* The array of that place in names[]. */
static int read_array(struct archive *archive, int at, struct array *array)
{
	return archive->file ? read_file(archive, archive->file[at], array) :
	    read_member(archive, names[at], array);
}

static bool holds_channels(size_t n)
{
	return n == 1 || n == 3 || n == 4;
}

static bool channels_first(const struct archive *archive,
    const struct npy *npy)
{
	if (npy->dimensions != 4 || archive->layout == LAYOUT_NHWC)
		return false;
	return archive->layout == LAYOUT_NCHW ||
	    (holds_channels(npy->dimension[1]) &&
	    !holds_channels(npy->dimension[3]));
}

static int find_shape(const struct archive *archive, const struct array *x,
    struct shape *shape)
{
	const size_t *d = x->npy.dimension;
	size_t c = 1, h = 1, w = 1;

	if (x->npy.dimensions < 2)
		return error_set(archive->error, "%s: %d dimensions; samples "
		    "have 2 (features), 3 or 4 (images)", x->name,
		    x->npy.dimensions);
	if (x->npy.dimensions == 2) {
		c = d[1];
	} else if (channels_first(archive, &x->npy)) {
		c = d[1];
		h = d[2];
		w = d[3];
	} else {
		h = d[1];
		w = d[2];
		c = x->npy.dimensions == 4 ? d[3] : 1;
	}
	if (d[0] > UINT32_MAX || h > 4096 || w > 4096 || c > 1 << 20 ||
	    (c > CHANNELS_MAX && x->npy.dimensions != 2))
		return error_set(archive->error, "%s: %zu channels of %zu x "
		    "%zu; at most %d of 4096 x 4096", x->name, c, h, w,
		    CHANNELS_MAX);
	*shape = (struct shape){.c = (int)c, .h = (int)h, .w = (int)w};
	return 0;
}

/* Bytes of images stay bytes; all else becomes floats. */
static int fill_samples(const struct archive *archive, const struct array *x,
    struct shape shape, struct split *split)
{
	const struct npy *npy = &x->npy;
	size_t each = shape_size(shape);

	split->count = (uint32_t)npy->dimension[0];
	if (npy->kind == 'u' && npy->size == 1 && npy->dimensions > 2) {
		split->bytes = xmalloc(npy->count);
		for (size_t i = 0; i < split->count; i++) {
			if (channels_first(archive, npy))
				planes_to_pixels(npy->data + i * each, shape,
				    1, split->bytes + i * each);
			else
				memcpy(split->bytes + i * each,
				    npy->data + i * each, each);
		}
		return 0;
	}
	split->values = xreallocarray(NULL, npy->count, sizeof(float));
	for (size_t i = 0; i < npy->count; i++) {
		double value = npy_value(npy, i);

		if (!(fabs(value) <= 1e30))
			return error_set(archive->error, "%s: value %zu of "
			    "sample %zu is not a finite number", x->name,
			    i % each, i / each);
		split->values[i] = (float)value;
	}
	if (channels_first(archive, npy))
		split_to_pixels(split, shape);
	return 0;
}

static int fill_labels(const struct archive *archive, const struct array *x,
    const struct array *y, struct split *split)
{
	const struct npy *npy = &y->npy;

	if (npy->count != split->count || npy->dimension[0] != split->count)
		return error_set(archive->error, "%s has %u samples, but %s "
		    "%zu labels", x->name, split->count, y->name, npy->count);
	split->labels = xreallocarray(NULL, npy->count,
	    sizeof(*split->labels));
	for (size_t i = 0; i < npy->count; i++) {
		double value = npy_value(npy, i);

		if (!(value >= 0 && value < CLASSES_MAX &&
		    value == floor(value)))
			return error_set(archive->error, "%s: label %zu is "
			    "%g; classes are whole numbers in 0 .. %d",
			    y->name, i, value, CLASSES_MAX - 1);
		split->labels[i] = (int32_t)value;
	}
	return 0;
}

static int read_split(struct archive *archive, int at, struct split *split,
    struct shape *shape)
{
	struct array x = {0}, y = {0};
	int status = -1;

	if (read_array(archive, at, &x) == 0 &&
	    read_array(archive, at + 1, &y) == 0 &&
	    find_shape(archive, &x, shape) == 0 &&
	    fill_samples(archive, &x, *shape, split) == 0)
		status = fill_labels(archive, &x, &y, split);
	array_free(&x);
	array_free(&y);
	return status;
}

static int check_alike(const struct archive *archive,
    const struct dataset *dataset, struct shape test)
{
	const struct split *split = dataset->split;

	if (dataset->shape.c != test.c || dataset->shape.h != test.h ||
	    dataset->shape.w != test.w ||
	    !split[SPLIT_TRAIN].bytes != !split[SPLIT_TEST].bytes)
		return error_set(archive->error, "%s: the training samples "
		    "are %dx%dx%d, the test samples %dx%dx%d (channels, rows, "
		    "columns), or of another type", archive->path,
		    dataset->shape.c, dataset->shape.h, dataset->shape.w,
		    test.c, test.h, test.w);
	return 0;
}

static int read_splits(struct archive *archive, struct dataset *dataset,
    bool *has_test)
{
	struct shape test;
	const char *found;

	*has_test = archive->file ? archive->files == 4 :
	    locate(archive, names[2], &found) >= 0;
	if (read_split(archive, 0, &dataset->split[SPLIT_TRAIN],
		&dataset->shape))
		return -1;
	dataset->channels = dataset->shape.c;
	if (*has_test && (read_split(archive, 2,
		&dataset->split[SPLIT_TEST], &test) ||
	    check_alike(archive, dataset, test)))
		return -1;
	return dataset_count_classes(dataset, archive->path, archive->error);
}

static struct dataset *read_all(const char *name, struct archive *archive)
{
	struct dataset *dataset = dataset_make(name, (struct shape){0}, 0,
	    NULL);
	bool has_test;

	if (read_splits(archive, dataset, &has_test)) {
		dataset_free(dataset);
		return NULL;
	}
	if (!has_test)
		dataset_share_test(dataset);
	if (dataset->split[SPLIT_TRAIN].values)
		dataset_standardise(dataset);
	return dataset;
}

static struct archive archive_of(const char *path,
    const struct option_values *options, struct error *error)
{
	return (struct archive){.path = path, .error = error,
		.layout = (int)option_value(options_of_npz, options,
		"layout")};
}

static struct dataset *read_npy(int words, const char *const *word,
    const struct option_values *options, uint64_t seed, struct error *error)
{
	struct archive archive = archive_of(word[1], options, error);

	(void)seed;
	if (words == 3) {
		error_set(error, "usage: data npy IMAGES LABELS [IMAGES "
		    "LABELS]");
		return NULL;
	}
	archive.file = word;
	archive.files = words;
	return read_all("npy", &archive);
}

static struct dataset *read_npz(int words, const char *const *word,
    const struct option_values *options, uint64_t seed, struct error *error)
{
	struct archive archive = archive_of(word[0], options, error);
	struct dataset *dataset;
	int code;

	(void)words;
	(void)seed;
	archive.zip = zip_open(word[0], ZIP_RDONLY, &code);
	if (!archive.zip) {
		error_set(error, "%s: %s", word[0], path_exists(word[0]) ?
		    "not an .npz file (a zip archive)" :
		    "No such file or directory");
		return NULL;
	}
	dataset = read_all("npz", &archive);
	zip_discard(archive.zip);
	return dataset;
}

const struct data_reader reader_npz = {"npz",
	"npz FILE [layout=auto|nhwc|nchw] [images=N] [validation=RATIO] "
	"[shift=N] [flip=on]",
	"numpy arrays x_train, y_train and x_test, y_test (without these, "
	"every sixth sample is the test)",
	options_of_npz, 1, 1, read_npz, NULL};

const struct data_reader reader_npy = {"npy",
	"npy IMAGES LABELS [IMAGES LABELS] [layout=auto|nhwc|nchw] [images=N] "
	"[validation=RATIO] [shift=N] [flip=on]",
	"numpy arrays in .npy files, for training and the test (without "
	"these, every sixth sample is the test)",
	options_of_npz, 2, 4, read_npy, NULL};
