#include "workbench/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Used by the compute thread alone. */
static struct {
	int file;		/* 0: not opened, -1: cannot be */
	off_t end;
} scratch;

static bool open_scratch(void)
{
	const char *folder = getenv("TMPDIR");

	if (scratch.file == 0)
		scratch.file = open(folder && *folder ? folder : "/var/tmp",
		    O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	return scratch.file > 0;
}

static int write_all(const char *bytes, size_t size, off_t place)
{
	while (size > 0) {
		ssize_t count = pwrite(scratch.file, bytes, size, place);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return -1;
		bytes += count;
		size -= (size_t)count;
		place += count;
	}
	return 0;
}

static int read_all(char *bytes, size_t size, off_t place)
{
	while (size > 0) {
		ssize_t count = pread(scratch.file, bytes, size, place);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return -1;
		bytes += count;
		size -= (size_t)count;
		place += count;
	}
	return 0;
}

static off_t size_of(const struct scratch_block *block, int count)
{
	off_t size = 0;

	for (int i = 0; i < count; i++)
		size += (off_t)block[i].bytes;
	return size;
}

void scratch_free(const struct scratch_block *block, int count, off_t place)
{
	/* A hole gives the room back; places are not used twice. */
	fallocate(scratch.file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
	    place, size_of(block, count));
}

int scratch_put(const struct scratch_block *block, int count, off_t *place)
{
	off_t at = scratch.end;

	if (!open_scratch())
		return -1;
	for (int i = 0; i < count; i++) {
		if (write_all(block[i].memory, block[i].bytes, at)) {
			scratch_free(block, count, scratch.end);
			return -1;
		}
		at += (off_t)block[i].bytes;
	}
	*place = scratch.end;
	scratch.end = at;
	return 0;
}

int scratch_get(const struct scratch_block *block, int count, off_t place,
    struct error *error)
{
	for (int i = 0; i < count; i++) {
		if (read_all(block[i].memory, block[i].bytes, place))
			return error_set(error, "a kept state cannot be read "
			    "back: %s", strerror(errno));
		place += (off_t)block[i].bytes;
	}
	return 0;
}

/* Whole pages within a block are dropped; they read as zeros then. */
void scratch_release(const struct scratch_block *block, int count)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	for (int i = 0; i < count; i++) {
		uintptr_t begin = (uintptr_t)block[i].memory;
		uintptr_t end = (begin + block[i].bytes) / page * page;

		begin = (begin + page - 1) / page * page;
		if (begin < end)
			madvise((char *)block[i].memory + (begin -
				(uintptr_t)block[i].memory), end - begin,
			    MADV_DONTNEED);
	}
}
