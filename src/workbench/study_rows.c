#include "workbench/study_rows.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "base/hash.h"
#include "base/lock.h"
#include "base/memory.h"

/* Places of locks, behind all rows: of who writes, and of runs. */
#define WRITING ((uint64_t)1 << 40)
#define CLAIMS ((uint64_t)1 << 41)

static double *unknown(int count)
{
	double *value = xcalloc((size_t)count + 1, sizeof(*value));

	for (int i = 0; i < count; i++)
		value[i] = NAN;
	return value;
}

struct study_row study_row_new(const struct study_grid *grid,
    const char *backbone, const char *arm, long seed)
{
	return (struct study_row){
		.backbone = xstrdup(backbone), .arm = xstrdup(arm),
		.seed = seed, .rate = NAN, .accuracy = NAN, .loss = NAN,
		.gradients = NAN, .seconds = NAN,
		.sharpness = unknown(grid->sharpness.count),
		.compressed = unknown(grid->compression.count),
		.compressed_loss = unknown(grid->compression.count),
		.bytes = unknown(grid->compression.count)};
}

void study_row_free(struct study_row *row)
{
	free(row->backbone);
	free(row->arm);
	free(row->sharpness);
	free(row->compressed);
	free(row->compressed_loss);
	free(row->bytes);
}

static void put(cJSON *object, const char *key, double value)
{
	if (isfinite(value))
		cJSON_AddNumberToObject(object, key, value);
	else
		cJSON_AddNullToObject(object, key);
}

static double get(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

static const char *get_text(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object,
	    key));
}

static const struct study_arm *arm_of(const struct study_grid *grid,
    const char *name)
{
	for (int i = 0; i < grid->arms; i++) {
		if (strcmp(grid->arm[i].name, name) == 0)
			return &grid->arm[i];
	}
	return NULL;
}

static void put_lists(cJSON *object, const struct study_grid *grid,
    const struct study_row *row)
{
	cJSON *sharpness = cJSON_AddObjectToObject(object, "sharpness");
	cJSON *compression = cJSON_AddObjectToObject(object, "compression");

	for (int i = 0; i < grid->sharpness.count; i++)
		put(sharpness, grid->sharpness.text[i], row->sharpness[i]);
	for (int i = 0; i < grid->compression.count; i++) {
		cJSON *cell = cJSON_AddObjectToObject(compression,
		    grid->compression.text[i]);

		put(cell, "accuracy", row->compressed[i]);
		put(cell, "loss", row->compressed_loss[i]);
		put(cell, "bytes", row->bytes[i]);
	}
}

static char *print_row(const struct study_grid *grid,
    const struct study_row *row)
{
	const struct study_arm *arm = arm_of(grid, row->arm);
	cJSON *object = cJSON_CreateObject();
	char *line, *text;

	cJSON_AddStringToObject(object, "backbone", row->backbone);
	cJSON_AddStringToObject(object, "arm", row->arm);
	cJSON_AddNumberToObject(object, "seed", (double)row->seed);
	cJSON_AddStringToObject(object, "opt", arm->optimizer);
	if (arm->transform)
		cJSON_AddStringToObject(object, "snt", arm->transform);
	if (arm->from > 0)
		put(object, "from", arm->from);
	if (arm->settings)
		cJSON_AddStringToObject(object, "set", arm->settings);
	put(object, "lr", row->rate);
	cJSON_AddBoolToObject(object, "search", row->search);
	put(object, "accuracy", row->accuracy);
	put(object, "loss", row->loss);
	put(object, "gradients", row->gradients);
	put(object, "seconds", row->seconds);
	if (!row->search || grid->choose_compressed)
		put_lists(object, grid, row);
	cJSON_AddStringToObject(object, "plan", grid->fingerprint);
	text = cJSON_PrintUnformatted(object);
	cJSON_Delete(object);
	if (!text)
		die("out of memory (study)");
	line = xasprintf("%s\n", text);
	free(text);
	return line;
}

static void read_lists(const cJSON *object, const struct study_grid *grid,
    struct study_row *row)
{
	const cJSON *sharpness = cJSON_GetObjectItemCaseSensitive(object,
	    "sharpness");
	const cJSON *compression = cJSON_GetObjectItemCaseSensitive(object,
	    "compression");

	for (int i = 0; i < grid->sharpness.count; i++)
		row->sharpness[i] = get(sharpness, grid->sharpness.text[i]);
	for (int i = 0; i < grid->compression.count; i++) {
		const cJSON *cell = cJSON_GetObjectItemCaseSensitive(
		    compression, grid->compression.text[i]);

		row->compressed[i] = get(cell, "accuracy");
		row->compressed_loss[i] = get(cell, "loss");
		row->bytes[i] = get(cell, "bytes");
	}
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static double from_of(const cJSON *object)
{
	double from = get(object, "from");

	return isnan(from) ? 0 : from;
}

/* Of this plan, with the arm as it is in it. */
static bool belongs(const cJSON *object, const struct study_grid *grid)
{
	const char *name = get_text(object, "arm");
	const struct study_arm *arm = name ? arm_of(grid, name) : NULL;

	return arm && get_text(object, "backbone") &&
	    same_text(get_text(object, "plan"), grid->fingerprint) &&
	    same_text(get_text(object, "opt"), arm->optimizer) &&
	    same_text(get_text(object, "snt"), arm->transform) &&
	    same_text(get_text(object, "set"), arm->settings) &&
	    fabs(from_of(object) - arm->from) < 1e-6;
}

static void keep(struct study_rows *rows, const struct study_row *row)
{
	rows->row = xreallocarray(rows->row, (size_t)rows->rows + 1,
	    sizeof(*rows->row));
	rows->row[rows->rows++] = *row;
}

static void read_line(struct study_rows *rows, const char *line)
{
	cJSON *object = cJSON_Parse(line);
	struct study_row row;

	if (object && belongs(object, rows->grid)) {
		row = study_row_new(rows->grid, get_text(object, "backbone"),
		    get_text(object, "arm"), (long)get(object, "seed"));
		row.rate = get(object, "lr");
		row.search = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(
		    object, "search"));
		row.accuracy = get(object, "accuracy");
		row.loss = get(object, "loss");
		row.gradients = get(object, "gradients");
		row.seconds = get(object, "seconds");
		read_lists(object, rows->grid, &row);
		keep(rows, &row);
	} else {
		rows->foreign++;
	}
	cJSON_Delete(object);
}

static int complain(const struct study_rows *rows, struct error *error)
{
	return error_set(error, "%s: %s", rows->path, strerror(errno));
}

/* From rows->read to the end; NULL: an error, errno says which. */
static char *read_rest(const struct study_rows *rows, size_t *size)
{
	off_t end = lseek(rows->descriptor, 0, SEEK_END);
	size_t all = end > (off_t)rows->read ? (size_t)end - rows->read : 0;
	char *text = xmalloc(all + 1);
	ssize_t n;

	for (*size = 0; *size < all; *size += (size_t)n) {
		n = pread(rows->descriptor, text + *size, all - *size,
		    (off_t)(rows->read + *size));
		if (n < 0) {
			free(text);
			return NULL;
		}
		if (n == 0)
			break;
	}
	text[*size] = '\0';
	return text;
}

/* Complete lines alone: another process may be writing the last one. */
int study_rows_refresh(struct study_rows *rows, struct error *error)
{
	size_t size;
	char *text = read_rest(rows, &size), *line = text, *end;

	if (!text)
		return complain(rows, error);
	while ((end = memchr(line, '\n', size - (size_t)(line - text)))) {
		*end = '\0';
		read_line(rows, line);
		line = end + 1;
	}
	rows->read += (size_t)(line - text);
	free(text);
	return 0;
}

struct study_rows *study_rows_open(const char *path,
    const struct study_grid *grid, struct error *error)
{
	struct study_rows *rows = xcalloc(1, sizeof(*rows));

	rows->grid = grid;
	rows->path = xstrdup(path);
	rows->descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC,
	    0666);
	if (rows->descriptor < 0)
		complain(rows, error);
	else if (study_rows_refresh(rows, error) == 0)
		return rows;
	study_rows_close(rows);
	return NULL;
}

void study_rows_close(struct study_rows *rows)
{
	if (!rows)
		return;
	if (rows->descriptor >= 0)
		close(rows->descriptor);
	for (int i = 0; i < rows->rows; i++)
		study_row_free(&rows->row[i]);
	free(rows->row);
	free(rows->path);
	free(rows);
}

/* Two names may share a place; then one waits for the other, no more. */
static uint64_t place_of(const char *name)
{
	char digest[HASH_TEXT];

	hash_of(name, strlen(name), digest);
	digest[8] = '\0';
	return CLAIMS + strtoul(digest, NULL, 16);
}

bool study_rows_claim(struct study_rows *rows, const char *name)
{
	return lock_try(rows->descriptor, place_of(name));
}

void study_rows_release(struct study_rows *rows, const char *name)
{
	lock_release(rows->descriptor, place_of(name));
}

/* A line that a process left unfinished when it ended: nobody writes now, and
 * what is complete has been read. */
static int drop_unfinished(const struct study_rows *rows)
{
	struct stat status;

	if (fstat(rows->descriptor, &status))
		return -1;
	return status.st_size > (off_t)rows->read ?
	    ftruncate(rows->descriptor, (off_t)rows->read) : 0;
}

static int write_all(int descriptor, const char *text)
{
	size_t size = strlen(text), written = 0;

	while (written < size) {
		ssize_t n = write(descriptor, text + written, size - written);

		if (n < 0 && errno != EINTR)
			return -1;
		written += n > 0 ? (size_t)n : 0;
	}
	return fsync(descriptor);
}

/* All of it, synced, or nothing. */
static int append(struct study_rows *rows, const char *line,
    struct error *error)
{
	if (study_rows_refresh(rows, error))
		return -1;
	if (drop_unfinished(rows) == 0 &&
	    write_all(rows->descriptor, line) == 0)
		return study_rows_refresh(rows, error);
	complain(rows, error);
	if (drop_unfinished(rows))
		error_set(error, "%s: %s (its last line may be cut)",
		    rows->path, strerror(errno));
	return -1;
}

int study_rows_add(struct study_rows *rows, const struct study_row *row,
    struct error *error)
{
	char *line = print_row(rows->grid, row);
	int status;

	lock_wait(rows->descriptor, WRITING);
	status = append(rows, line, error);
	lock_release(rows->descriptor, WRITING);
	free(line);
	return status;
}

const struct study_row *study_rows_find(const struct study_rows *rows,
    const char *backbone, const char *arm, long seed, bool search,
    double rate)
{
	for (int i = 0; i < rows->rows; i++) {
		const struct study_row *row = &rows->row[i];

		if (row->seed == seed && row->search == search &&
		    strcmp(row->backbone, backbone) == 0 &&
		    strcmp(row->arm, arm) == 0 &&
		    (isnan(rate) || fabs(row->rate - rate) <= 1e-12 * rate))
			return row;
	}
	return NULL;
}

/* What a rate is judged by. */
static double score(const struct study_grid *grid, const struct study_row *row)
{
	double sum = row->accuracy;

	if (!grid->choose_compressed)
		return row->accuracy;
	for (int i = 0; i < grid->compression.count; i++)
		sum += row->compressed[i];
	return sum / (1 + grid->compression.count);
}

double study_rows_rate(const struct study_rows *rows, const char *backbone,
    const struct study_arm *arm)
{
	double best = -1, rate = arm->rates ? arm->rate[0] : NAN;

	for (int i = 0; i < arm->rates && arm->rates > 1; i++) {
		const struct study_row *row = study_rows_find(rows,
		    backbone, arm->name, rows->grid->seed[0], true,
		    arm->rate[i]);

		double value = row ? score(rows->grid, row) : NAN;

		if (value > best || (value >= best && arm->rate[i] < rate)) {
			best = value;
			rate = arm->rate[i];
		}
	}
	return rate;
}
