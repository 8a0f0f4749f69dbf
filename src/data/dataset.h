/*
 * A data set: images or points with labels, in up to three splits.
 *
 * Images stay bytes, (samples, height, width, channels), and are normalised
 * as a batch is gathered; measured values (toy sets, CSV) are floats. A data
 * set is immutable once read and shared by every run.
 */
#ifndef SNT_DATA_DATASET_H
#define SNT_DATA_DATASET_H

#include <stdint.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/option.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/real.h"
#include "base/shape.h"

enum split_name { SPLIT_TRAIN, SPLIT_VALIDATION, SPLIT_TEST, SPLITS };
extern const char *const split_names[SPLITS];	/* "train" ... */

enum { CHANNELS_MAX = 16, SHIFT_MOST = 16 };
/* So many bytes are normalised at once. */
enum { BYTES_AT_ONCE = 16 };

struct split {
	uint32_t count;
	uint8_t *bytes;		/* (count, h, w, c), or NULL */
	float *values;		/* (count, h, w, c) already normalised, or NULL */
	int32_t *labels;	/* (count), each in 0 .. classes-1 */
};

/* What training does to each image, drawn anew in every step; nothing else
 * sees it. */
struct augmentation {
	int shift;	/* by up to so many pixels, down and to the right */
	bool flip;	/* left and right, every second image */
};

struct dataset {
	char *name;		/* "fashion-mnist", "toy spiral" */
	char *source;		/* the words of the `data` command */
	struct shape shape;	/* of one sample */
	int classes;
	char **class_name;	/* NULL where the source has none */
	/* Of the training images' bytes / 255, per channel; with one channel,
	 * PyTorch's usual Normalize((mean,), (deviation,)). */
	int channels;
	float mean[CHANNELS_MAX], deviation[CHANNELS_MAX];
	/* A byte is normalised as byte * factor - term: those of the channels,
	 * again and again, as far as BYTES_AT_ONCE from any of them go. */
	real factor[CHANNELS_MAX + BYTES_AT_ONCE];
	real term[CHANNELS_MAX + BYTES_AT_ONCE];
	struct split split[SPLITS];	/* validation may be empty */
	struct augmentation augmentation;
	char hash[HASH_TEXT];	/* dataset_hash() once it was asked for */
};

/* A reader of one kind of source: a row of the table behind `data`. */
struct data_reader {
	const char *name;	/* first word after `data` */
	const char *usage;	/* "idx IMAGES LABELS [IMAGES LABELS]" */
	const char *help;
	const struct option *options;
	/* Words after the name that have no '='; options already parsed. */
	int least_words, most_words;
	struct dataset *(*read)(int words, const char *const *word,
	    const struct option_values *values, uint64_t seed,
	    struct error *error);
	/* Names of options that are texts (ended by NULL), or NULL: they
	 * follow the words as NAME=TEXT, ended by NULL. */
	const char *const *texts;
};

const struct data_reader *const *data_readers(int *count);

/* `data WORDS...`: find the reader, parse, read, check, normalise.
 * NULL with a message that names file and reason; `seed` is used by toy sets
 * and by validation=RATIO alone. */
struct dataset *dataset_open(int words, const char *const *word,
    uint64_t seed, struct error *error);
void dataset_free(struct dataset *dataset);
size_t dataset_bytes(const struct dataset *dataset);	/* of all splits */
/* Of pixels and labels of all splits; computed when it is first asked for,
 * which training never does. */
const char *dataset_hash(struct dataset *dataset);

/* Where the default data set lies, or NULL: $SNT_DATA, then Debian's path. */
const char *dataset_default_folder(void);

/* out (count, h, w, c), labels (count) <- samples first .. first + count - 1
 * of a split in file order, normalised. pool: NULL for one thread. */
void split_gather(const struct dataset *dataset, enum split_name split,
    uint32_t first, int count, struct pool *pool, real *out,
    int32_t *labels);

static inline bool augments(const struct dataset *dataset)
{
	return dataset->augmentation.shift > 0 || dataset->augmentation.flip;
}

/* The same of the training samples index[0 .. count - 1] for a step: augmented
 * by the numbers of `key`, at the position of the sample itself, so that it
 * looks the same wherever in the batch it lies and in all passes of the
 * step. */
void gather_training(const struct dataset *dataset, struct random_key key,
    const uint32_t *index, int count, struct pool *pool, real *out,
    int32_t *labels);

#endif
