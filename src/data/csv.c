/*
 * CSV: one sample a line, one column the label, the others numbers. The
 * first line is a header when one of its features is no number. Classes are
 * the different labels, integers in the order of their values, otherwise in
 * the order of their bytes.
 */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/reader.h"

enum { COLUMNS_MAX = 1 << 20 };

struct csv {
	const char *path;	/* of the file being read */
	const char *label;	/* a column's name or number, from 1 */
	int column;		/* of the label, from 0; -1: not yet known */
	int columns;		/* 0: not yet known */
	long line;		/* records begun, the header counted */
	struct buffer text;	/* the fields of this record, NUL between */
	int fields;
	char **class_name;
	size_t classes, classes_capacity;
	struct split *split;
	size_t values_capacity, labels_capacity;
	struct error *error;
	bool failed;
};

static void take_field(void *field, size_t length, void *context)
{
	struct csv *csv = context;

	if (csv->failed)
		return;
	if (memchr(field, '\0', length) || csv->fields == COLUMNS_MAX) {
		csv->failed = true;
		error_set(csv->error, "%s, line %ld: not text, or more than "
		    "%d columns", csv->path, csv->line + 1, COLUMNS_MAX);
		return;
	}
	buffer_add(&csv->text, field, length);
	buffer_add(&csv->text, "", 1);
	csv->fields++;
}

static const char *next_field(const char *field)
{
	return field + strlen(field) + 1;
}

/* Which column is meant: by name in a header, else by number. */
static int find_label(struct csv *csv)
{
	const char *field = csv->text.text;
	long number;

	for (int i = 0; i < csv->fields; i++, field = next_field(field)) {
		if (strcmp(field, csv->label) == 0) {
			csv->column = i;
			return 0;
		}
	}
	if (parse_long(csv->label, &number) || number < 1 ||
	    number > csv->fields)
		return error_set(csv->error, "%s: no column %s (a name in the "
		    "header, or a number from 1 to %d)", csv->path, csv->label,
		    csv->fields);
	csv->column = (int)number - 1;
	return 0;
}

static bool is_header(const struct csv *csv)
{
	const char *field = csv->text.text;
	double value;
	bool words = false, label = false;

	for (int i = 0; i < csv->fields; i++, field = next_field(field)) {
		words |= i != csv->column && parse_double(field, &value);
		label |= i == csv->column && strcmp(field, csv->label) == 0 &&
		    parse_double(field, &value);
	}
	return words || label;
}

/* The first record of a file; a wrong number in a file without header is
 * seen as one only when the label was found by number. */
static int first_record(struct csv *csv, bool *header)
{
	if (csv->columns == 0) {
		if (csv->fields < 2)
			return error_set(csv->error, "%s: %d column; a label "
			    "and at least one feature are needed", csv->path,
			    csv->fields);
		if (find_label(csv))
			return -1;
		csv->columns = csv->fields;
	}
	*header = is_header(csv);
	return 0;
}

static int class_of(struct csv *csv, const char *label)
{
	double value;
	long whole;

	if (!label[0])
		return error_set(csv->error, "%s, line %ld: no label",
		    csv->path, csv->line);
	if (parse_double(label, &value) == 0 && parse_long(label, &whole))
		return error_set(csv->error, "%s, line %ld: label %s is a "
		    "number, but no integer", csv->path, csv->line, label);
	for (size_t i = 0; i < csv->classes; i++) {
		if (strcmp(csv->class_name[i], label) == 0)
			return (int)i;
	}
	if (csv->classes == CLASSES_MAX)
		return error_set(csv->error, "%s, line %ld: more than %d "
		    "different labels", csv->path, csv->line, CLASSES_MAX);
	array_grow(&csv->class_name, csv->classes, &csv->classes_capacity,
	    sizeof(*csv->class_name));
	csv->class_name[csv->classes] = xstrdup(label);
	return (int)csv->classes++;
}

static int take_value(struct csv *csv, int column, const char *field,
    float *out)
{
	double value;

	if (parse_double(field, &value) || fabs(value) > 1e30)
		return error_set(csv->error, "%s, line %ld, column %d: '%s' "
		    "is not a finite number", csv->path, csv->line,
		    column + 1, field);
	*out = (float)value;
	return 0;
}

static int add_sample(struct csv *csv)
{
	struct split *split = csv->split;
	size_t features = (size_t)csv->columns - 1;
	const char *field = csv->text.text;
	float *to;

	if (csv->fields != csv->columns)
		return error_set(csv->error, "%s, line %ld: %d columns "
		    "instead of %d", csv->path, csv->line, csv->fields,
		    csv->columns);
	array_grow(&split->values, split->count, &csv->values_capacity,
	    features * sizeof(float));
	array_grow(&split->labels, split->count, &csv->labels_capacity,
	    sizeof(*split->labels));
	to = split->values + split->count * features;
	for (int i = 0; i < csv->fields; i++, field = next_field(field)) {
		if (i != csv->column) {
			if (take_value(csv, i, field, to++))
				return -1;
			continue;
		}
		split->labels[split->count] = class_of(csv, field);
		if (split->labels[split->count] < 0)
			return -1;
	}
	split->count++;
	return 0;
}

static void take_record(int end, void *context)
{
	struct csv *csv = context;
	bool header = false;

	(void)end;
	if (csv->failed)
		return;
	csv->line++;
	if (csv->line == 1 && first_record(csv, &header))
		csv->failed = true;
	else if (!header && add_sample(csv))
		csv->failed = true;
	buffer_clear(&csv->text);
	csv->fields = 0;
}

static int parse(struct csv *csv, const char *bytes, size_t size)
{
	struct csv_parser parser;

	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI))
		die("csv_init failed");
	if (csv_parse(&parser, bytes, size, take_field, take_record, csv) !=
	    size || csv_fini(&parser, take_field, take_record, csv)) {
		if (!csv->failed)
			error_set(csv->error, "%s, line %ld: %s", csv->path,
			    csv->line + 1, csv_strerror(csv_error(&parser)));
		csv->failed = true;
	}
	csv_free(&parser);
	return csv->failed ? -1 : 0;
}

static int read_file(struct csv *csv, const char *path, struct split *split)
{
	size_t size;
	char *bytes = file_read(path, (size_t)4 << 30, &size, csv->error);
	int status;

	if (!bytes)
		return -1;
	csv->path = path;
	csv->split = split;
	csv->line = 0;
	csv->values_capacity = csv->labels_capacity = 0;
	status = parse(csv, bytes, size);
	free(bytes);
	if (status == 0 && split->count == 0)
		return error_set(csv->error, "%s: no rows", path);
	return status;
}

static int by_value(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	long i, j;

	if (parse_long(x, &i) == 0 && parse_long(y, &j) == 0 && i != j)
		return i < j ? -1 : 1;
	return strcmp(x, y);
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Numbers of classes as they were met -> in order. */
static void order_classes(struct csv *csv, struct dataset *dataset)
{
	char **met = xcalloc(csv->classes, sizeof(*met));
	int32_t *place = xcalloc(csv->classes, sizeof(*place));
	bool integers = true;
	long value;

	for (size_t i = 0; i < csv->classes; i++) {
		met[i] = csv->class_name[i];
		integers &= parse_long(met[i], &value) == 0;
	}
	qsort(csv->class_name, csv->classes, sizeof(*met),
	    integers ? by_value : by_bytes);
	for (size_t i = 0; i < csv->classes; i++)
		for (size_t j = 0; j < csv->classes; j++)
			if (csv->class_name[j] == met[i])
				place[i] = (int32_t)j;
	for (int s = 0; s < SPLITS; s++) {
		struct split *split = &dataset->split[s];

		for (uint32_t i = 0; i < split->count; i++)
			split->labels[i] = place[split->labels[i]];
	}
	free(met);
	free(place);
}

/* shape=CxHxW: the columns are planes, as PyTorch has them. */
static int reshape(struct dataset *dataset, const char *text,
    struct error *error)
{
	struct shape shape = {0};
	int features = dataset->shape.c, end = 0;

	if (!text)
		return 0;
	if (sscanf(text, "%4dx%4dx%4d%n", &shape.c, &shape.h, &shape.w,
		&end) != 3 || text[end] || shape.c < 1 || shape.h < 1 ||
	    shape.w < 1 || shape.c > CHANNELS_MAX ||
	    shape_size(shape) != (size_t)features)
		return error_set(error, "shape=%s: not CxHxW with a product "
		    "of %d, the columns there are", text, features);
	for (int s = 0; s < SPLITS; s++)
		split_to_pixels(&dataset->split[s], shape);
	dataset->shape = shape;
	dataset->channels = shape.c;
	return 0;
}

static int read_tables(struct csv *csv, const char *path, const char *test,
    struct dataset *dataset)
{
	if (read_file(csv, path, &dataset->split[SPLIT_TRAIN]))
		return -1;
	if (test && read_file(csv, test, &dataset->split[SPLIT_TEST]))
		return -1;
	order_classes(csv, dataset);
	return 0;
}

static struct dataset *read_csv(int words, const char *const *word,
    const struct option_values *options, uint64_t seed, struct error *error)
{
	const char *const *text = word + words;
	const char *test = text_option(text, "test");
	struct csv csv = {.label = text_option(text, "label"), .column = -1,
		.error = error};
	struct dataset *dataset;
	int status = -1;

	(void)options;
	(void)seed;
	if (!csv.label) {
		error_set(error, "%s: label=COLUMN says which column is the "
		    "class", word[0]);
		return NULL;
	}
	dataset = dataset_make("csv", (struct shape){.h = 1, .w = 1}, 0, NULL);
	if (read_tables(&csv, word[0], test, dataset) == 0) {
		dataset->shape.c = dataset->channels = csv.columns - 1;
		dataset->classes = (int)csv.classes;
		dataset->class_name = csv.class_name;
		csv.class_name = NULL;
		status = reshape(dataset, text_option(text, "shape"), error);
	}
	for (size_t i = 0; csv.class_name && i < csv.classes; i++)
		free(csv.class_name[i]);
	free(csv.class_name);
	buffer_free(&csv.text);
	if (status) {
		dataset_free(dataset);
		return NULL;
	}
	if (!test)
		dataset_share_test(dataset);
	dataset_standardise(dataset);
	return dataset;
}

static const char *const texts[] = {"label", "test", "shape", NULL};

const struct data_reader reader_csv = {"csv",
	"csv FILE label=COLUMN [test=FILE] [shape=CxHxW] [images=N] "
	"[validation=RATIO] "
	"[shift=N] [flip=on]",
	"one sample a line; the label's column by name or number (from 1); "
	"every sixth sample as test unless there is a file",
	split_options, 1, 1, read_csv, texts};
