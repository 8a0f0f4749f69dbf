/* What the readers of data files share. */
#ifndef SNT_DATA_READER_H
#define SNT_DATA_READER_H

#include "data/dataset.h"

extern const struct data_reader reader_fashion, reader_idx, reader_toy,
    reader_cifar10, reader_csv, reader_npz, reader_npy, reader_png;
/* In the table of every reader, and in that of every reader of files. */
#define TEST_OPTION \
	{"test", OPTION_INTEGER, 0, 0, 1e9, NULL, \
	    "use only the first so many test samples; 0: all", false}
#define SPLIT_OPTIONS \
	{"images", OPTION_INTEGER, 0, 0, 1e9, NULL, \
	    "use only the first so many training samples; 0: all", false}, \
	TEST_OPTION, \
	{"validation", OPTION_RATIO, 0, 0, 0.9, NULL, \
	    "share of the training samples set aside for validation", false}, \
	{"shift", OPTION_INTEGER, 0, 0, SHIFT_MOST, NULL, \
	    "move each training image by up to so many pixels, another way " \
	    "in every step", false}, \
	{"flip", OPTION_SWITCH, 0, 0, 0, NULL, \
	    "mirror every second training image, others in every step", false}

extern const struct option split_options[];	/* these alone */

enum { CLASSES_MAX = 1000 };

/* A zeroed data set of that name; class names may be NULL. */
struct dataset *dataset_make(const char *name, struct shape shape,
    int classes, const char *const *class_name);
/* Move the last `count` samples of a split into another, empty one. */
void split_divide(struct dataset *dataset, enum split_name from,
    enum split_name to, uint32_t count);
/* Every sixth training sample becomes one of the test: the same share of
 * each class where files are sorted by class. */
void dataset_share_test(struct dataset *dataset);

/* The value of the text option NAME=..., or NULL; `text` is what follows
 * the words of a reader. */
const char *text_option(const char *const *text, const char *name);
/* One sample (c, h, w) of elements of `size` bytes -> (h, w, c). */
void planes_to_pixels(const void *from, struct shape shape, size_t size,
    void *to);
/* The same for all values of a split, in place. */
void split_to_pixels(struct split *split, struct shape shape);
/* classes = the largest label + 1; labels must be in 0 .. CLASSES_MAX-1. */
int dataset_count_classes(struct dataset *dataset, const char *path,
    struct error *error);
/* Values of all splits by mean and deviation of the training ones, channel
 * by channel. */
void dataset_standardise(struct dataset *dataset);

#endif
