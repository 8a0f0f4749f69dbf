#include "data/dataset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/random.h"
#include "data/reader.h"

const struct option split_options[] = {
	SPLIT_OPTIONS, {0}};

const char *const split_names[SPLITS] = {"train", "validation", "test"};

static const struct data_reader *const readers[] = {
	&reader_fashion, &reader_idx, &reader_toy, &reader_cifar10,
	&reader_csv, &reader_npz, &reader_npy, &reader_png};

enum { READERS = sizeof(readers) / sizeof(*readers) };

const struct data_reader *const *data_readers(int *count)
{
	*count = READERS;
	return readers;
}

struct dataset *dataset_make(const char *name, struct shape shape,
    int classes, const char *const *class_name)
{
	struct dataset *dataset = xcalloc(1, sizeof(*dataset));

	dataset->name = xstrdup(name);
	dataset->shape = shape;
	dataset->classes = classes;
	dataset->channels = shape.c;
	if (class_name) {
		dataset->class_name = xcalloc((size_t)classes,
		    sizeof(*dataset->class_name));
		for (int i = 0; i < classes; i++)
			dataset->class_name[i] = xstrdup(class_name[i]);
	}
	return dataset;
}

static void split_free(struct split *split)
{
	free(split->bytes);
	free(split->values);
	free(split->labels);
}

void dataset_free(struct dataset *dataset)
{
	if (!dataset)
		return;
	for (int i = 0; i < SPLITS; i++)
		split_free(&dataset->split[i]);
	for (int i = 0; dataset->class_name && i < dataset->classes; i++)
		free(dataset->class_name[i]);
	free(dataset->class_name);
	free(dataset->name);
	free(dataset->source);
	free(dataset);
}

size_t dataset_bytes(const struct dataset *dataset)
{
	size_t each = shape_size(dataset->shape), bytes = 0;

	for (int i = 0; i < SPLITS; i++) {
		const struct split *split = &dataset->split[i];

		bytes += split->count * (each * (split->bytes ? 1 :
		    sizeof(float)) + sizeof(*split->labels));
	}
	return bytes;
}

void split_divide(struct dataset *dataset, enum split_name from,
    enum split_name to, uint32_t count)
{
	struct split *a = &dataset->split[from], *b = &dataset->split[to];
	size_t size = shape_size(dataset->shape);
	uint32_t kept = a->count - count;

	*b = (struct split){.count = count};
	if (a->bytes) {
		b->bytes = xmalloc(count * size);
		memcpy(b->bytes, a->bytes + kept * size, count * size);
	} else {
		b->values = xmalloc(count * size * sizeof(float));
		memcpy(b->values, a->values + kept * size,
		    count * size * sizeof(float));
	}
	b->labels = xmalloc(count * sizeof(*b->labels));
	memcpy(b->labels, a->labels + kept, count * sizeof(*b->labels));
	a->count = kept;
}

/* Put the training samples into the order of a permutation. */
static void reorder(struct dataset *dataset, const uint32_t *order)
{
	struct split *split = &dataset->split[SPLIT_TRAIN];
	size_t size = shape_size(dataset->shape) *
	    (split->bytes ? 1 : sizeof(float));
	char *from = split->bytes ? (char *)split->bytes :
	    (char *)split->values;
	char *moved = xmalloc(split->count * size);
	int32_t *labels = xmalloc(split->count * sizeof(*labels));

	for (uint32_t i = 0; i < split->count; i++) {
		memcpy(moved + i * size, from + order[i] * size, size);
		labels[i] = split->labels[order[i]];
	}
	free(from);
	free(split->labels);
	split->labels = labels;
	if (split->bytes)
		split->bytes = (uint8_t *)moved;
	else
		split->values = (float *)moved;
}

void dataset_share_test(struct dataset *dataset)
{
	uint32_t all = dataset->split[SPLIT_TRAIN].count, at = 0;
	uint32_t *order = xmalloc(((size_t)all + 1) * sizeof(*order));

	for (uint32_t i = 0; i < all; i++)
		if (i % 6 != 5)
			order[at++] = i;
	for (uint32_t i = 5; i < all; i += 6)
		order[at++] = i;
	reorder(dataset, order);
	free(order);
	if (all / 6)
		split_divide(dataset, SPLIT_TRAIN, SPLIT_TEST, all / 6);
}

static void set_validation_aside(struct dataset *dataset, double ratio,
    uint64_t seed)
{
	struct random_key key = {seed, RANDOM_DATA, 1};
	uint32_t all = dataset->split[SPLIT_TRAIN].count;
	uint32_t count = (uint32_t)floor(ratio * all + 0.5);
	uint32_t *order;

	if (count == 0)
		return;
	order = xmalloc(all * sizeof(*order));
	random_permutation(key, all, order);
	reorder(dataset, order);
	free(order);
	split_divide(dataset, SPLIT_TRAIN, SPLIT_VALIDATION, count);
}

/* Sums of one channel's bytes, of samples few enough for 32 bits. */
static void add_bytes(const uint8_t *bytes, size_t pixels, size_t channels,
    uint64_t *sum, uint64_t *squares)
{
	uint32_t s = 0, q = 0;

	for (size_t i = 0; i < pixels; i++) {
		uint32_t value = bytes[i * channels];

		s += value;
		q += value * value;
	}
	*sum += s;
	*squares += q;
}

/* Mean and deviation of the training bytes / 255, channel by channel. */
static void measure(struct dataset *dataset)
{
	enum { BLOCK = 1 << 15 };	/* 255^2 of these are below 2^32 */
	const struct split *train = &dataset->split[SPLIT_TRAIN];
	size_t channels = (size_t)dataset->channels;
	size_t pixels = train->count * shape_size(dataset->shape) / channels;

	for (size_t c = 0; train->bytes && c < channels; c++) {
		uint64_t sum = 0, squares = 0;
		double mean, variance;

		for (size_t i = 0; i < pixels; i += BLOCK)
			add_bytes(train->bytes + i * channels + c,
			    pixels - i < BLOCK ? pixels - i : BLOCK,
			    channels, &sum, &squares);
		mean = (double)sum / (double)pixels / 255;
		variance = (double)squares / (double)pixels / (255.0 * 255) -
		    mean * mean;
		dataset->mean[c] = (float)mean;
		dataset->deviation[c] = variance > 1e-12 ?
		    (float)sqrt(variance) : 1;
	}
}

const char *dataset_hash(struct dataset *dataset)
{
	size_t size = shape_size(dataset->shape);
	struct hash *hash;

	if (dataset->hash[0])
		return dataset->hash;
	hash = hash_new();
	for (int i = 0; i < SPLITS; i++) {
		const struct split *split = &dataset->split[i];

		hash_add(hash, &split->count, sizeof(split->count));
		if (split->bytes)
			hash_add(hash, split->bytes, split->count * size);
		if (split->values)
			hash_add(hash, split->values,
			    split->count * size * sizeof(float));
		if (split->count)
			hash_add(hash, split->labels,
			    split->count * sizeof(*split->labels));
	}
	hash_finish(hash, dataset->hash);
	return dataset->hash;
}

static int check_labels(const struct dataset *dataset, struct error *error)
{
	for (int i = 0; i < SPLITS; i++) {
		const struct split *split = &dataset->split[i];

		for (uint32_t j = 0; j < split->count; j++) {
			if (split->labels[j] < 0 ||
			    split->labels[j] >= dataset->classes)
				return error_set(error, "%s: label %d of "
				    "sample %u is not in 0 .. %d",
				    dataset->name, split->labels[j], j,
				    dataset->classes - 1);
		}
	}
	return 0;
}

static const struct data_reader *find_reader(const char *name,
    struct error *error)
{
	struct buffer known = {0};

	for (int i = 0; i < READERS; i++) {
		if (strcmp(readers[i]->name, name) == 0)
			return readers[i];
	}
	for (int i = 0; i < READERS; i++)
		buffer_printf(&known, "%s%s", i ? ", " : "",
		    readers[i]->name);
	error_set(error, "%s: no such data source (there are: %s)", name,
	    known.text);
	buffer_free(&known);
	return NULL;
}

static bool is_text(const struct data_reader *reader, const char *word)
{
	for (int i = 0; reader->texts && reader->texts[i]; i++) {
		size_t length = strlen(reader->texts[i]);

		if (strncmp(word, reader->texts[i], length) == 0 &&
		    word[length] == '=')
			return true;
	}
	return false;
}

/* Words with '=' are options, the rest is the reader's, and behind them its
 * options that are texts; kept[] has room for all and a NULL. */
static int sort_words(const struct data_reader *reader, int words,
    const char *const *word, const char **kept, int *count,
    struct option_values *options, struct error *error)
{
	int texts = 0;

	options_default(reader->options, options);
	for (int i = 0; i < words; i++) {
		if (!strchr(word[i], '='))
			kept[(*count)++] = word[i];
	}
	for (int i = 0; i < words; i++) {
		if (!strchr(word[i], '='))
			continue;
		if (is_text(reader, word[i]))
			kept[*count + texts++] = word[i];
		else if (options_parse(reader->options, 1, &word[i], options,
			error))
			return -1;
	}
	if (*count < reader->least_words || *count > reader->most_words)
		return error_set(error, "usage: data %s", reader->usage);
	return 0;
}

static void tabulate(struct dataset *dataset)
{
	for (int i = 0; dataset->split[SPLIT_TRAIN].bytes &&
	    i < CHANNELS_MAX + BYTES_AT_ONCE; i++) {
		int c = i % dataset->channels;
		double deviation = (double)dataset->deviation[c];

		dataset->factor[i] = (real)(1.0 / (255 * deviation));
		dataset->term[i] = (real)((double)dataset->mean[c] /
		    deviation);
	}
}

/* Leave out all but the first samples; 0: none. */
static void limit(struct split *split, double samples)
{
	if (samples > 0 && samples < split->count)
		split->count = (uint32_t)samples;
}

/* The reader's option, or 0 where it has none of that name. */
static double own_option(const struct data_reader *reader,
    const struct option_values *options, const char *name)
{
	int at = option_find(reader->options, name);

	return at >= 0 ? options->value[at] : 0;
}

static int set_augmentation(struct dataset *dataset,
    const struct data_reader *reader, const struct option_values *options,
    struct error *error)
{
	struct augmentation *augmentation = &dataset->augmentation;

	augmentation->shift = (int)own_option(reader, options, "shift");
	augmentation->flip = own_option(reader, options, "flip") != 0;
	if (augments(dataset) && dataset->shape.w == 1)
		return error_set(error, "%s: shift= and flip= are for images, "
		    "and samples of one column are none", dataset->name);
	return 0;
}

static int finish(struct dataset *dataset, const struct data_reader *reader,
    const struct option_values *options, uint64_t seed, int words,
    const char *const *word, struct error *error)
{
	struct buffer source = {0};

	if (check_labels(dataset, error) ||
	    set_augmentation(dataset, reader, options, error))
		return -1;
	limit(&dataset->split[SPLIT_TRAIN], own_option(reader, options,
	    "images"));
	limit(&dataset->split[SPLIT_TEST], own_option(reader, options,
	    "test"));
	set_validation_aside(dataset, own_option(reader, options,
	    "validation"), seed);
	measure(dataset);
	tabulate(dataset);
	for (int i = 0; i < words; i++)
		buffer_printf(&source, "%s%s", i ? " " : "", word[i]);
	dataset->source = source.text;
	return 0;
}

struct dataset *dataset_open(int words, const char *const *word,
    uint64_t seed, struct error *error)
{
	const struct data_reader *reader = find_reader(word[0], error);
	const char **kept = xcalloc((size_t)words + 1, sizeof(*kept));
	struct option_values options;
	struct dataset *dataset = NULL;
	int count = 0;

	if (reader && sort_words(reader, words - 1, word + 1, kept, &count,
		&options, error) == 0)
		dataset = reader->read(count, kept, &options, seed, error);
	free(kept);
	if (dataset && finish(dataset, reader, &options, seed, words, word,
		error)) {
		dataset_free(dataset);
		return NULL;
	}
	return dataset;
}
