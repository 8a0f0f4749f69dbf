/*
 * The IDX format of MNIST, plain or gzipped: two zero bytes, the type (08:
 * unsigned bytes), the number of dimensions, their sizes as big-endian 32-bit
 * numbers, the data.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <zlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/idx.h"
#include "data/reader.h"

/* zlib inflates into the reader's memory, without a copy, when it is asked
 * for twice its buffer or more. */
enum { DIMENSIONS = 4, UNSIGNED_BYTE = 8, BUFFER = 1 << 17,
	CHUNK = 64 * BUFFER };
/* No image set that fits this program is larger. */
static const uint64_t largest = (uint64_t)4 << 30;

static uint32_t big_endian(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	    (uint32_t)bytes[2] << 8 | bytes[3];
}

static int read_exactly(gzFile file, const char *path, uint8_t *out,
    uint64_t size, struct error *error)
{
	uint64_t done = 0;

	while (done < size) {
		unsigned want = size - done < CHUNK ? (unsigned)(size - done) :
		    CHUNK;
		int got = gzread(file, out + done, want);

		if (got < 0)
			return error_set(error, "%s: damaged (%s)", path,
			    gzerror(file, &got));
		if (got == 0)
			return error_set(error, "%s: ends after %llu of %llu "
			    "bytes of data", path, (unsigned long long)done,
			    (unsigned long long)size);
		done += (uint64_t)got;
	}
	return 0;
}

static int read_header(gzFile file, const char *path, struct idx *idx,
    struct error *error)
{
	uint8_t header[4 + 4 * DIMENSIONS];
	uint64_t size = 1;

	if (gzread(file, header, 4) != 4)
		return error_set(error, "%s: too short for an IDX file", path);
	if (header[0] || header[1])
		return error_set(error, "%s: not an IDX file (magic number "
		    "%02x%02x%02x%02x)", path, header[0], header[1],
		    header[2], header[3]);
	if (header[2] != UNSIGNED_BYTE)
		return error_set(error, "%s: IDX of type 0x%02x; only unsigned "
		    "bytes (0x08) are read", path, header[2]);
	idx->dimensions = header[3];
	if (idx->dimensions < 1 || idx->dimensions > DIMENSIONS)
		return error_set(error, "%s: IDX of %d dimensions; 1 to %d "
		    "are read", path, idx->dimensions, DIMENSIONS);
	if (gzread(file, header + 4, 4u * header[3]) != 4 * header[3])
		return error_set(error, "%s: ends within the header", path);
	for (int i = 0; i < idx->dimensions; i++) {
		idx->dimension[i] = big_endian(header + 4 + 4 * i);
		if (__builtin_mul_overflow(size, idx->dimension[i], &size) ||
		    size > largest)
			return error_set(error, "%s: its header claims more "
			    "than 4 GiB of data", path);
	}
	idx->size = size;
	return 0;
}

/* A small file that claims to be large is found out before its memory is
 * asked for: deflate makes no more than 1032 bytes of one. */
static int check_size(const char *path, const struct idx *idx,
    struct error *error)
{
	struct stat status;
	uint64_t packed;

	if (stat(path, &status))
		return error_set(error, "%s: %s", path, strerror(errno));
	packed = (uint64_t)status.st_size;
	if (idx->size / 1032 > packed)
		return error_set(error, "%s: its header claims %llu bytes of "
		    "data, which its %llu bytes cannot hold", path,
		    (unsigned long long)idx->size, (unsigned long long)packed);
	return 0;
}

static int read_data(gzFile file, const char *path, struct idx *idx,
    struct error *error)
{
	uint8_t extra;

	if (check_size(path, idx, error))
		return -1;
	idx->bytes = memory_new(idx->size);
	if (read_exactly(file, path, idx->bytes, idx->size, error))
		return -1;
	if (gzread(file, &extra, 1) > 0)
		return error_set(error, "%s: longer than its header says (%llu "
		    "bytes of data)", path, (unsigned long long)idx->size);
	return 0;
}

int idx_read(const char *path, struct idx *idx, struct error *error)
{
	gzFile file;
	int status = -1;

	*idx = (struct idx){0};
	if (path_is_folder(path))
		return error_set(error, "%s: a folder", path);
	errno = 0;
	file = gzopen(path, "rbe");
	if (!file)
		return error_set(error, "%s: %s", path, strerror(errno ?
		    errno : ENOMEM));
	gzbuffer(file, BUFFER);
	if (read_header(file, path, idx, error) == 0)
		status = read_data(file, path, idx, error);
	gzclose(file);
	if (status) {
		free(idx->bytes);
		idx->bytes = NULL;
	}
	return status;
}

static int check_pair(const char *images, const struct idx *x,
    const char *labels, const struct idx *y, struct error *error)
{
	if (x->dimensions < 3)
		return error_set(error, "%s: %d dimensions; images have 3 "
		    "(samples, rows, columns) or 4", images, x->dimensions);
	if (y->dimensions != 1)
		return error_set(error, "%s: %d dimensions; labels have 1",
		    labels, y->dimensions);
	if (x->dimension[0] != y->dimension[0])
		return error_set(error, "%s has %u images, but %s has %u "
		    "labels", images, x->dimension[0], labels,
		    y->dimension[0]);
	for (int i = 0; i < x->dimensions; i++) {
		if (x->dimension[i] == 0)
			return error_set(error, "%s: no images", images);
	}
	if (x->dimensions == 4 && x->dimension[3] > CHANNELS_MAX)
		return error_set(error, "%s: %u channels; at most %d", images,
		    x->dimension[3], CHANNELS_MAX);
	return 0;
}

/* Takes the bytes of x over. */
static void fill_split(struct split *split, struct idx *x, const struct idx *y)
{
	split->count = x->dimension[0];
	split->bytes = x->bytes;
	x->bytes = NULL;
	split->labels = xmalloc(split->count * sizeof(*split->labels));
	for (uint32_t i = 0; i < split->count; i++)
		split->labels[i] = y->bytes[i];
}

/* One split's files, and what became of them. */
struct pair {
	const char *images, *labels;
	struct split *split;
	struct shape shape;
	int status;
	struct error error;
};

static void *read_pair(void *argument)
{
	struct pair *pair = argument;
	struct idx x = {0}, y = {0};

	pair->status = -1;
	if (idx_read(pair->images, &x, &pair->error) == 0 &&
	    idx_read(pair->labels, &y, &pair->error) == 0 &&
	    check_pair(pair->images, &x, pair->labels, &y,
		&pair->error) == 0) {
		pair->shape = (struct shape){
			.c = x.dimensions == 4 ? (int)x.dimension[3] : 1,
			.h = (int)x.dimension[1], .w = (int)x.dimension[2]};
		fill_split(pair->split, &x, &y);
		pair->status = 0;
	}
	free(x.bytes);
	free(y.bytes);
	return NULL;
}

static int check_alike(const struct pair *a, const struct pair *b,
    struct error *error)
{
	if (a->shape.h == b->shape.h && a->shape.w == b->shape.w &&
	    a->shape.c == b->shape.c)
		return 0;
	return error_set(error, "%s has images of %d x %d, %s of %d x %d",
	    a->images, a->shape.h, a->shape.w, b->images, b->shape.h,
	    b->shape.w);
}

/* Two at once, for inflating takes most of the time to the first step. */
static int read_pairs(struct pair *pair, int pairs, struct error *error)
{
	pthread_t other;
	bool beside = pairs == 2 &&
	    pthread_create(&other, NULL, read_pair, &pair[1]) == 0;

	read_pair(&pair[0]);
	if (beside)
		pthread_join(other, NULL);
	else if (pairs == 2)
		read_pair(&pair[1]);
	for (int i = 0; i < pairs; i++)
		if (pair[i].status)
			return error_set(error, "%s", pair[i].error.text);
	return pairs == 2 ? check_alike(&pair[0], &pair[1], error) : 0;
}

static struct dataset *read_files(const char *name, int words,
    const char *const *word, const char *const *class_name,
    struct error *error)
{
	struct dataset *dataset = dataset_make(name, (struct shape){0}, 10,
	    class_name);
	struct pair pair[2] = {{.split = &dataset->split[SPLIT_TRAIN]},
		{.split = &dataset->split[SPLIT_TEST]}};

	for (int i = 0; i < words / 2; i++) {
		pair[i].images = word[2 * i];
		pair[i].labels = word[2 * i + 1];
	}
	if (read_pairs(pair, words / 2, error) || (!class_name &&
	    dataset_count_classes(dataset, word[1], error))) {
		dataset_free(dataset);
		return NULL;
	}
	dataset->shape = pair[0].shape;
	dataset->channels = dataset->shape.c;
	return dataset;
}

static struct dataset *read_idx(int words, const char *const *word,
    const struct option_values *options, uint64_t seed, struct error *error)
{
	struct dataset *dataset;
	uint32_t sixth;

	(void)options;
	(void)seed;
	if (words == 3) {
		error_set(error, "usage: data idx IMAGES LABELS [IMAGES "
		    "LABELS]");
		return NULL;
	}
	dataset = read_files("idx", words, word, NULL, error);
	if (!dataset || words == 4)
		return dataset;
	sixth = dataset->split[SPLIT_TRAIN].count / 6;
	if (sixth)
		split_divide(dataset, SPLIT_TRAIN, SPLIT_TEST, sixth);
	free(dataset->name);
	dataset->name = xstrdup("idx, the last sixth as test");
	return dataset;
}

static const char debian_folder[] = "/usr/share/datasets/fashion-mnist";

const char *dataset_default_folder(void)
{
	const char *folder = getenv("SNT_DATA");

	if (folder && folder[0])
		return folder;
	return path_is_folder(debian_folder) ? debian_folder : NULL;
}

/* NAME or NAME.gz within the folder, new text. */
static char *find_file(const char *folder, const char *name)
{
	char *path = path_join(folder, name);
	char *zipped;

	if (path_exists(path))
		return path;
	zipped = xasprintf("%s.gz", path);
	free(path);
	return zipped;
}

static struct dataset *read_fashion(int words, const char *const *word,
    const struct option_values *options, uint64_t seed, struct error *error)
{
	static const char *const names[4] = {"train-images-idx3-ubyte",
		"train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
		"t10k-labels-idx1-ubyte"};
	static const char *const classes[10] = {"T-shirt/top", "Trouser",
		"Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker",
		"Bag", "Ankle boot"};
	const char *folder = words ? word[0] : dataset_default_folder();
	char *path[4];
	struct dataset *dataset;

	(void)options;
	(void)seed;
	if (!folder) {
		error_set(error, "fashion-mnist is not installed (package "
		    "dataset-fashion-mnist, or $SNT_DATA)");
		return NULL;
	}
	for (int i = 0; i < 4; i++)
		path[i] = find_file(folder, names[i]);
	dataset = read_files("fashion-mnist", 4, (const char *const *)path,
	    classes, error);
	for (int i = 0; i < 4; i++)
		free(path[i]);
	return dataset;
}

const struct data_reader reader_fashion = {"fashion-mnist",
	"fashion-mnist [FOLDER] [images=N] "
	"[validation=RATIO] [shift=N] [flip=on]",
	"60,000 and 10,000 images of clothes, 28 x 28, 10 classes",
	split_options, 0, 1, read_fashion, NULL};

const struct data_reader reader_idx = {"idx",
	"idx IMAGES LABELS [IMAGES LABELS] [images=N] "
	"[validation=RATIO] [shift=N] [flip=on]",
	"files in the format of MNIST, plain or gzipped",
	split_options, 2, 4, read_idx, NULL};
