/*
 * Folders of PNG images: FOLDER/train/CLASS/ and FOLDER/test/CLASS/, or
 * FOLDER/CLASS/ with every sixth image as test. Classes and files in the
 * order of their names' bytes.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <png.h>

#include "base/file.h"
#include "base/memory.h"
#include "data/reader.h"

enum { SIDE_MAX = 4096 };

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int png_name(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return visible(entry) && dot && strcasecmp(dot, ".png") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Names in a folder, new; their number, or -1. */
static int list(const char *folder, int (*filter)(const struct dirent *),
    bool folders, char ***names, struct error *error)
{
	struct dirent **entry;
	int found = scandir(folder, &entry, filter, by_name);
	int count = 0;

	if (found < 0)
		return error_set(error, "%s: cannot be read as a folder",
		    folder);
	*names = xcalloc((size_t)found + 1, sizeof(**names));
	for (int i = 0; i < found; i++) {
		char *path = path_join(folder, entry[i]->d_name);

		if (path_is_folder(path) == folders)
			(*names)[count++] = xstrdup(entry[i]->d_name);
		free(path);
		free(entry[i]);
	}
	free(entry);
	return count;
}

static void names_free(char **names, int count)
{
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

/* The first image of all decides the shape of the data set. */
static int agree(struct dataset *dataset, const char *path,
    const png_image *image, struct error *error)
{
	bool colour = image->format & PNG_FORMAT_FLAG_COLOR;
	struct shape *shape = &dataset->shape;

	if (image->width > SIDE_MAX || image->height > SIDE_MAX)
		return error_set(error, "%s: %u x %u pixels; at most %d", path,
		    image->height, image->width, SIDE_MAX);
	if (shape->h == 0)
		*shape = (struct shape){.c = colour ? 3 : 1,
			.h = (int)image->height, .w = (int)image->width};
	if ((int)image->height != shape->h || (int)image->width != shape->w)
		return error_set(error, "%s: %u x %u pixels, the images "
		    "before it %d x %d", path, image->height, image->width,
		    shape->h, shape->w);
	if (colour != (shape->c == 3))
		return error_set(error, "%s: in %s, the images before it not",
		    path, colour ? "colour" : "grey");
	return 0;
}

/* Transparent parts are shown on black. */
static int decode(struct dataset *dataset, const char *path,
    struct split *split, size_t *capacity, struct error *error)
{
	png_image image = {.version = PNG_IMAGE_VERSION};
	png_color black = {0, 0, 0};
	size_t size;
	int status = -1;

	if (!png_image_begin_read_from_file(&image, path))
		return error_set(error, "%s: %s", path, image.message);
	if (agree(dataset, path, &image, error) == 0) {
		size = shape_size(dataset->shape);
		image.format = dataset->shape.c == 3 ? PNG_FORMAT_RGB :
		    PNG_FORMAT_GRAY;
		array_grow(&split->bytes, split->count, capacity, size);
		status = png_image_finish_read(&image, &black,
		    split->bytes + split->count * size, 0, NULL) ? 0 :
		    error_set(error, "%s: %s", path, image.message);
	}
	png_image_free(&image);
	return status;
}

static int read_class(struct dataset *dataset, const char *folder, int label,
    struct split *split, size_t *capacity, struct error *error)
{
	char **name;
	int count = list(folder, png_name, false, &name, error);
	int status = 0;

	if (count < 0)
		return -1;
	split->labels = xreallocarray(split->labels,
	    (size_t)split->count + (size_t)count + 1, sizeof(*split->labels));
	for (int i = 0; i < count && status == 0; i++) {
		char *path = path_join(folder, name[i]);

		split->labels[split->count] = label;
		status = decode(dataset, path, split, capacity, error);
		split->count += status == 0;
		free(path);
	}
	names_free(name, count);
	return status;
}

static int read_split(struct dataset *dataset, const char *folder,
    struct split *split, struct error *error)
{
	size_t capacity = 0;

	for (int i = 0; i < dataset->classes; i++) {
		char *path = path_join(folder, dataset->class_name[i]);
		int status = read_class(dataset, path, i, split, &capacity,
		    error);

		free(path);
		if (status)
			return -1;
	}
	if (split->count == 0)
		return error_set(error, "%s: no PNG images", folder);
	return 0;
}

static struct dataset *read_folders(const char *train, const char *test,
    struct error *error)
{
	char **name;
	int classes = list(train, visible, true, &name, error);
	struct dataset *dataset;

	if (classes < 0)
		return NULL;
	if (classes == 0 || classes > CLASSES_MAX) {
		error_set(error, "%s: %d folders; one for each class, 1 to %d",
		    train, classes, CLASSES_MAX);
		names_free(name, classes);
		return NULL;
	}
	dataset = dataset_make("png", (struct shape){0}, classes,
	    (const char *const *)name);
	names_free(name, classes);
	if (read_split(dataset, train, &dataset->split[SPLIT_TRAIN], error) ||
	    (test && read_split(dataset, test, &dataset->split[SPLIT_TEST],
		error))) {
		dataset_free(dataset);
		return NULL;
	}
	dataset->channels = dataset->shape.c;
	if (!test)
		dataset_share_test(dataset);
	return dataset;
}

static struct dataset *read_png(int words, const char *const *word,
    const struct option_values *options, uint64_t seed, struct error *error)
{
	char *train = path_join(word[0], "train");
	char *test = path_join(word[0], "test");
	struct dataset *dataset;

	(void)words;
	(void)options;
	(void)seed;
	if (path_is_folder(train) && path_is_folder(test))
		dataset = read_folders(train, test, error);
	else
		dataset = read_folders(word[0], NULL, error);
	free(train);
	free(test);
	return dataset;
}

const struct data_reader reader_png = {"png",
	"png FOLDER [images=N] [validation=RATIO] "
	"[shift=N] [flip=on]",
	"images of one size in train/CLASS/ and test/CLASS/, or in CLASS/ "
	"with every sixth as test; grey or colour",
	split_options, 1, 1, read_png, NULL};
