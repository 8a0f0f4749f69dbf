#include "workbench/study_rows.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/lock.h"
#include "base/memory.h"

/* Places of locks, behind all rows: of who writes, and of runs. */
#define WRITING ((uint64_t)1 << 40)
#define CLAIMS ((uint64_t)1 << 41)

static void keep(struct study_rows *rows, const struct study_row *row)
{
	rows->row = xreallocarray(rows->row, (size_t)rows->rows + 1,
	    sizeof(*rows->row));
	rows->row[rows->rows++] = *row;
}

static void read_line(struct study_rows *rows, const char *line)
{
	struct study_row row;

	if (study_row_parse(rows->grid, line, &row))
		keep(rows, &row);
	else
		rows->foreign++;
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

static struct study_rows *open_rows(const char *path,
    const struct study_grid *grid, int how, struct error *error)
{
	struct study_rows *rows = xcalloc(1, sizeof(*rows));

	rows->grid = grid;
	rows->path = xstrdup(path);
	rows->descriptor = open(path, how | O_CLOEXEC, 0666);
	if (rows->descriptor < 0)
		complain(rows, error);
	else if (study_rows_refresh(rows, error) == 0)
		return rows;
	study_rows_close(rows);
	return NULL;
}

struct study_rows *study_rows_open(const char *path,
    const struct study_grid *grid, struct error *error)
{
	struct error why;
	struct study_rows *rows = open_rows(path, grid,
	    O_RDWR | O_CREAT | O_APPEND, &why);

	if (!rows)
		error_set(error, "%s (`study PLAN RESULTS` names another "
		    "file)", why.text);
	return rows;
}

struct study_rows *study_rows_look(const char *path,
    const struct study_grid *grid, struct error *error)
{
	return open_rows(path, grid, O_RDONLY, error);
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
	char *line = study_row_print(rows->grid, row);
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

double study_rows_score(const struct study_rows *rows, const char *backbone,
    const struct study_arm *arm, double rate, int *seeds)
{
	const struct study_grid *grid = rows->grid;
	double sum = 0;
	int tried = 0;

	for (int i = 0; i < grid->choose_seeds; i++) {
		const struct study_row *row = study_rows_find(rows, backbone,
		    arm->name, grid->seed[i], true, rate);

		sum += row ? score(grid, row) : 0;
		tried += row != NULL;
	}
	*seeds = tried;
	return tried ? sum / tried : NAN;
}

double study_rows_rate(const struct study_rows *rows, const char *backbone,
    const struct study_arm *arm)
{
	double best = -1, rate = arm->rates ? arm->rate[0] : NAN;

	for (int i = 0; i < arm->rates && arm->rates > 1; i++) {
		int seeds;
		double value = study_rows_score(rows, backbone, arm,
		    arm->rate[i], &seeds);

		if (value > best || (value >= best && arm->rate[i] < rate)) {
			best = value;
			rate = arm->rate[i];
		}
	}
	return rate;
}
