#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

static int too_large(const char *path, size_t limit, struct error *error)
{
	return error_set(error, "%s: larger than %zu bytes", path, limit);
}

/* Room for all of it, as far as its size is known; 0 with a message for what
 * need not be read to be refused. */
static size_t first_capacity(FILE *stream, const char *path, size_t limit,
    struct error *error)
{
	enum { UNKNOWN = 1 << 16 };
	struct stat about;

	if (fstat(fileno(stream), &about) != 0)
		return UNKNOWN;
	if (S_ISCHR(about.st_mode) || S_ISBLK(about.st_mode)) {
		error_set(error, "%s: a device, not a file", path);
		return 0;
	}
	if (!S_ISREG(about.st_mode))
		return UNKNOWN;
	if ((uintmax_t)about.st_size > limit) {
		too_large(path, limit, error);
		return 0;
	}
	/* One more, so that the first read finds the end. */
	return (size_t)about.st_size + 1;
}

static char *read_stream(FILE *stream, const char *path, size_t limit,
    size_t *size, struct error *error)
{
	size_t capacity = first_capacity(stream, path, limit, error);
	size_t length = 0;
	char *data;

	if (capacity == 0)
		return NULL;
	data = xmalloc(capacity + 1);
	for (;;) {
		length += fread(data + length, 1, capacity - length, stream);
		if (length < capacity)
			break;
		if (capacity > limit)
			break;
		capacity *= 2;
		data = xreallocarray(data, capacity + 1, 1);
	}
	if (ferror(stream)) {
		error_set(error, "%s: %s", path, strerror(errno));
		free(data);
		return NULL;
	}
	if (length > limit) {
		too_large(path, limit, error);
		free(data);
		return NULL;
	}
	data[length] = '\0';
	*size = length;
	return data;
}

char *file_read(const char *path, size_t limit, size_t *size,
    struct error *error)
{
	FILE *stream = fopen(path, "rbe");
	char *data;

	if (!stream) {
		error_set(error, "%s: %s", path, strerror(errno));
		return NULL;
	}
	data = read_stream(stream, path, limit, size, error);
	fclose(stream);
	return data;
}

struct file_writer {
	char *path;
	char *temporary;
	FILE *stream;
	int failure;	/* errno of the first failing write */
};

struct file_writer *file_writer_new(const char *path, struct error *error)
{
	struct file_writer *writer = xcalloc(1, sizeof(*writer));
	int descriptor;

	writer->path = xstrdup(path);
	writer->temporary = xasprintf("%s.XXXXXX", path);
	descriptor = mkostemp(writer->temporary, O_CLOEXEC);
	if (descriptor >= 0)
		writer->stream = fdopen(descriptor, "wb");
	if (!writer->stream) {
		error_set(error, "%s: cannot write: %s", path, strerror(errno));
		if (descriptor >= 0) {
			close(descriptor);
			unlink(writer->temporary);
		}
		free(writer->path);
		free(writer->temporary);
		free(writer);
		return NULL;
	}
	return writer;
}

int file_writer_add(struct file_writer *writer, const void *data, size_t size)
{
	if (size && fwrite(data, 1, size, writer->stream) != size &&
	    !writer->failure)
		writer->failure = errno ? errno : EIO;
	return writer->failure ? -1 : 0;
}

static void writer_free(struct file_writer *writer)
{
	free(writer->path);
	free(writer->temporary);
	free(writer);
}

static void sync_parent(const char *path)
{
	char *folder = xstrdup(path);
	char *slash = strrchr(folder, '/');
	int descriptor;

	if (slash == folder)
		slash++;
	if (slash)
		*slash = '\0';
	descriptor = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	if (descriptor >= 0) {
		fsync(descriptor);
		close(descriptor);
	}
	free(folder);
}

int file_writer_finish(struct file_writer *writer, struct error *error)
{
	int failure = writer->failure;
	mode_t mask = umask(0);

	umask(mask);
	if (!failure && (fflush(writer->stream) ||
	    fchmod(fileno(writer->stream), 0666 & ~mask) ||
	    fsync(fileno(writer->stream))))
		failure = errno;
	if (fclose(writer->stream) && !failure)
		failure = errno;
	if (!failure && rename(writer->temporary, writer->path))
		failure = errno;
	if (failure) {
		error_set(error, "%s: cannot write: %s", writer->path,
		    strerror(failure));
		unlink(writer->temporary);
	} else {
		sync_parent(writer->path);
	}
	writer_free(writer);
	return failure ? -1 : 0;
}

void file_writer_abandon(struct file_writer *writer)
{
	fclose(writer->stream);
	unlink(writer->temporary);
	writer_free(writer);
}

int file_replace(const char *path, const void *data, size_t size,
    struct error *error)
{
	struct file_writer *writer = file_writer_new(path, error);

	if (!writer)
		return -1;
	file_writer_add(writer, data, size);
	return file_writer_finish(writer, error);
}

int folder_make(const char *path, struct error *error)
{
	char *part = xstrdup(path);
	int status = 0;

	for (char *slash = part; *slash && status == 0;) {
		slash += strspn(slash, "/");
		slash += strcspn(slash, "/");
		char kept = *slash;

		*slash = '\0';
		if (*part && mkdir(part, 0700) && errno != EEXIST)
			status = error_set(error, "%s: cannot create folder: %s",
			    part, strerror(errno));
		*slash = kept;
	}
	if (status == 0 && !path_is_folder(path))
		status = error_set(error, "%s: not a folder", path);
	free(part);
	return status;
}

static int remove_one(const char *path, const struct stat *about, int kind,
    struct FTW *place)
{
	(void)about;
	(void)kind;
	(void)place;
	return remove(path);
}

int folder_remove(const char *path)
{
	const int folders_open = 8;

	return nftw(path, remove_one, folders_open, FTW_DEPTH | FTW_PHYS) ?
	    -1 : 0;
}

bool path_is_folder(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

bool path_exists(const char *path)
{
	struct stat about;

	return stat(path, &about) == 0;
}

char *path_join(const char *folder, const char *name)
{
	size_t length = strlen(folder);

	if (length == 0)
		return xstrdup(name);
	return xasprintf("%s%s%s", folder,
	    folder[length - 1] == '/' ? "" : "/", name);
}

char *path_expand(const char *path)
{
	const char *home = getenv("HOME");

	if (path[0] == '~' && path[1] == '/' && home)
		return xasprintf("%s%s", home, path + 1);
	return xstrdup(path);
}

char *path_xdg(const char *variable, const char *fallback)
{
	const char *folder = getenv(variable);
	const char *home = getenv("HOME");

	if (folder && folder[0] == '/')
		return path_join(folder, "snt");
	return xasprintf("%s/%s/snt", home && home[0] ? home : ".", fallback);
}

char *file_of_state(const char *name)
{
	char *folder = path_xdg("XDG_STATE_HOME", ".local/state");
	char *path = path_join(folder, name);
	int descriptor = -1;

	if (folder_make(folder, NULL) == 0)
		descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	free(folder);
	if (descriptor < 0) {
		free(path);
		return NULL;
	}
	close(descriptor);
	return path;
}
