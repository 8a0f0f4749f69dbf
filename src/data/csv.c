/* Comma-separated values: a row a sample, numbers but for the label. Parsed
 * by libcsv. */
#include <csv.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/reader.h"
#include "data/values.h"

enum { COLUMNS_MOST = 100000, CLASSES_MOST = 1000 };
#define FILE_LIMIT ((size_t)2 << 30)

/* A file as it is read. */
struct table {
	const char *path, *label;
	char **header;		/* NULL until the first row was seen */
	int columns;
	int label_column;	/* -1 until it is known */
	int column;		/* of the next field */
	size_t row;		/* from 1, of the present one */
	float *value;		/* (samples, columns - 1) */
	size_t values, value_capacity;
	char **name;		/* label of each sample */
	size_t samples, name_capacity;
	struct error *error;
	bool failed;
};

static void fail(struct table *table, const char *what, const char *field)
{
	if (!table->failed)
		error_set(table->error, "%s: row %zu, column %d: %s%s%s",
		    table->path, table->row, table->column + 1, what,
		    field ? ": " : "", field ? field : "");
	table->failed = true;
}

static void header_field(struct table *table, const char *field)
{
	if (table->column == COLUMNS_MOST) {
		fail(table, "too many columns", NULL);
		return;
	}
	table->header = xreallocarray(table->header,
	    (size_t)table->columns + 1, sizeof(*table->header));
	table->header[table->columns++] = xstrdup(field);
}

static void data_field(struct table *table, const char *field)
{
	double value;

	if (table->column >= table->columns) {
		fail(table, "more columns than in the first row", NULL);
	} else if (table->column == table->label_column) {
		array_grow(&table->name, table->samples,
		    &table->name_capacity, sizeof(*table->name));
		table->name[table->samples++] = xstrdup(field);
	} else if (parse_double(field, &value)) {
		fail(table, "not a number", field);
	} else {
		array_grow(&table->value, table->values,
		    &table->value_capacity, sizeof(*table->value));
		table->value[table->values++] = (float)value;
	}
}

static void take_field(void *bytes, size_t size, void *context)
{
	struct table *table = context;
	char *field = xasprintf("%.*s", (int)size, size ? (char *)bytes : "");

	if (!table->failed && table->row == 1)
		header_field(table, field);
	else if (!table->failed)
		data_field(table, field);
	table->column++;
	free(field);
}

/* The column of the label: by name, by number from 1, or the last one. */
static int find_label(struct table *table)
{
	long number;

	table->label_column = table->columns - 1;
	if (!table->label)
		return 0;
	for (int i = 0; i < table->columns; i++) {
		if (strcmp(table->header[i], table->label) == 0) {
			table->label_column = i;
			return 0;
		}
	}
	if (parse_long(table->label, &number) || number < 1 ||
	    number > table->columns)
		return error_set(table->error, "%s: no column %s", table->path,
		    table->label);
	table->label_column = (int)number - 1;
	return 0;
}

/* The first row is data when all its columns but the label are numbers. */
static void replay_header(struct table *table)
{
	double value;

	for (int i = 0; i < table->columns; i++) {
		if (i != table->label_column &&
		    parse_double(table->header[i], &value))
			return;
	}
	for (table->column = 0; table->column < table->columns;
	    table->column++)
		data_field(table, table->header[table->column]);
}

static void end_row(int terminator, void *context)
{
	struct table *table = context;

	(void)terminator;
	if (!table->failed && table->row == 1) {
		if (find_label(table))
			table->failed = true;
		else
			replay_header(table);
	} else if (!table->failed && table->column != table->columns) {
		fail(table, "fewer columns than in the first row", NULL);
	}
	table->column = 0;
	table->row++;
}

static int parse(struct table *table, const char *text, size_t size)
{
	struct csv_parser parser;

	if (csv_init(&parser, CSV_APPEND_NULL))
		die("out of memory (csv)");
	if (csv_parse(&parser, text, size, take_field, end_row, table) !=
	    size && !table->failed) {
		fail(table, csv_strerror(csv_error(&parser)), NULL);
	}
	csv_fini(&parser, take_field, end_row, table);
	csv_free(&parser);
	if (!table->failed && table->samples == 0)
		return error_set(table->error, "%s: no rows", table->path);
	if (!table->failed && table->columns < 2)
		return error_set(table->error, "%s: one column only: a label "
		    "and nothing to tell it by", table->path);
	return table->failed ? -1 : 0;
}

static int read_table(struct table *table, const char *path,
    const char *label, struct error *error)
{
	size_t size;
	char *text = file_read(path, FILE_LIMIT, &size, error);
	int status;

	*table = (struct table){.path = path, .label = label,
		.label_column = -1, .row = 1, .error = error};
	if (!text)
		return -1;
	status = parse(table, text, size);
	free(text);
	return status;
}

static void free_table(struct table *table)
{
	for (int i = 0; i < table->columns; i++)
		free(table->header[i]);
	for (size_t i = 0; i < table->samples; i++)
		free(table->name[i]);
	free(table->header);
	free(table->name);
	free(table->value);
}

/* Numbers by size, other words by alphabet. */
static int by_name(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	double u, v;

	if (parse_double(x, &u) == 0 && parse_double(y, &v) == 0 &&
	    (u < v || u > v))
		return u < v ? -1 : 1;
	return strcmp(x, y);
}

/* The different labels of the training rows are the classes, sorted. */
static int make_classes(struct dataset *dataset, const struct table *table,
    struct error *error)
{
	size_t size = table->samples * sizeof(*table->name);
	char **sorted = xmalloc(size + 1);
	int classes = 0;

	memcpy(sorted, table->name, size);
	qsort(sorted, table->samples, sizeof(*sorted), by_name);
	for (size_t i = 0; i < table->samples; i++) {
		if (classes == 0 || strcmp(sorted[classes - 1], sorted[i]))
			sorted[classes++] = sorted[i];
	}
	if (classes <= CLASSES_MOST) {
		dataset->classes = classes;
		dataset->class_name = xcalloc((size_t)classes,
		    sizeof(*dataset->class_name));
		for (int i = 0; i < classes; i++)
			dataset->class_name[i] = xstrdup(sorted[i]);
	}
	free(sorted);
	if (classes > CLASSES_MOST)
		return error_set(error, "%s: %d different labels, at most %d",
		    table->path, classes, CLASSES_MOST);
	return 0;
}

static int label_of(const struct dataset *dataset, const char *name)
{
	for (int i = 0; i < dataset->classes; i++) {
		if (strcmp(dataset->class_name[i], name) == 0)
			return i;
	}
	return -1;
}

/* Takes the values over. */
static int fill(const struct dataset *dataset, struct split *split,
    struct table *table, struct error *error)
{
	split->count = (uint32_t)table->samples;
	split->values = table->value;
	table->value = NULL;
	split->labels = xcalloc(table->samples + 1, sizeof(*split->labels));
	for (size_t i = 0; i < table->samples; i++) {
		split->labels[i] = label_of(dataset, table->name[i]);
		if (split->labels[i] < 0)
			return error_set(error, "%s: sample %zu: label %s is "
			    "not among the training rows'", table->path,
			    i + 1, table->name[i]);
	}
	return 0;
}

static int read_both(struct dataset *dataset, const char *path,
    const char *label, const char *test, struct error *error)
{
	struct table train, other = {0};
	int status = read_table(&train, path, label, error);

	if (status == 0)
		status = make_classes(dataset, &train, error);
	if (status == 0 && test)
		status = read_table(&other, test, label, error);
	if (status == 0 && test && other.columns != train.columns)
		status = error_set(error, "%s has %d columns, %s %d", path,
		    train.columns, test, other.columns);
	dataset->shape = (struct shape){.c = train.columns - 1, .h = 1,
		.w = 1};
	if (status == 0)
		status = fill(dataset, &dataset->split[SPLIT_TRAIN], &train,
		    error);
	if (status == 0 && test)
		status = fill(dataset, &dataset->split[SPLIT_TEST], &other,
		    error);
	free_table(&train);
	free_table(&other);
	return status;
}

static struct dataset *read_csv(int words, const char *const *word,
    const struct option_values *options, uint64_t seed, struct error *error)
{
	const char *path = data_word_plain(words, word);
	const char *test = data_word_value(words, word, "test");
	struct dataset *dataset;

	(void)options;
	(void)seed;
	if (!path) {
		error_set(error, "usage: data %s", reader_csv.usage);
		return NULL;
	}
	dataset = dataset_make("csv", (struct shape){0}, 0, NULL);
	if (read_both(dataset, path, data_word_value(words, word, "label"), test,
		error)) {
		dataset_free(dataset);
		return NULL;
	}
	if (!test)
		values_share_for_test(dataset);
	values_standardise(dataset);
	return dataset;
}

const struct data_reader reader_csv = {"csv",
	"csv FILE [label=COLUMN] [test=FILE] [images=N] [validation=RATIO]",
	"rows of numbers and a label (the last column, or by name or number)",
	split_options, "label|test", 1, 3, read_csv};
