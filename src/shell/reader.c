#include "shell/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/signals.h"

enum { LINE_MOST = 1 << 20, CHUNK = 1 << 14 };

struct reader {
	int descriptor;
	char *name;
	struct buffer waiting;	/* read, not yet handed out */
	struct buffer line;
	int number;
	bool ended;
};

struct reader *reader_new(int descriptor, const char *name)
{
	struct reader *reader = xcalloc(1, sizeof(*reader));

	reader->descriptor = descriptor;
	reader->name = xstrdup(name);
	return reader;
}

struct reader *reader_text(const char *text)
{
	struct reader *reader = reader_new(-1, "");

	buffer_puts(&reader->waiting, text);
	reader->ended = true;
	return reader;
}

struct reader *reader_open(const char *path, struct error *error)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);

	if (descriptor < 0) {
		error_set(error, "%s: %s", path, strerror(errno));
		return NULL;
	}
	return reader_new(descriptor, path);
}

void reader_free(struct reader *reader)
{
	if (!reader)
		return;
	if (reader->descriptor >= 0)
		close(reader->descriptor);
	buffer_free(&reader->waiting);
	buffer_free(&reader->line);
	free(reader->name);
	free(reader);
}

int reader_line(const struct reader *reader)
{
	return reader->number;
}

/* Hand out the first line of what is waiting: `length` bytes and its end,
 * which may be the one of other systems. */
static enum reader_state take(struct reader *reader, size_t length,
    const char **line, struct error *error)
{
	size_t used = length < reader->waiting.length ? length + 1 : length;
	size_t rest = reader->waiting.length - used;

	reader->number++;
	buffer_clear(&reader->line);
	buffer_add(&reader->line, reader->waiting.text, length);
	memmove(reader->waiting.text, reader->waiting.text + used, rest);
	reader->waiting.length = rest;
	if (length > 0 && reader->line.text[length - 1] == '\r')
		reader->line.text[--reader->line.length] = '\0';
	*line = reader->line.text;
	if (strlen(reader->line.text) < reader->line.length) {
		error_set(error, "%s: line %d: a zero byte, so this is not a "
		    "script", reader->name, reader->number);
		return READER_FAILED;
	}
	return READER_LINE;
}

/* More bytes, or the end, or a signal first. */
static enum reader_state fill(struct reader *reader, struct error *error)
{
	struct pollfd wait[2] = {
		{.fd = reader->descriptor, .events = POLLIN},
		{.fd = signals_descriptor(), .events = POLLIN},
	};
	char chunk[CHUNK];
	ssize_t count;

	if (poll(wait, 2, -1) < 0 && errno != EINTR)
		goto failed;
	if (wait[1].revents)
		return READER_SIGNAL;
	if (!wait[0].revents)
		return READER_LINE;
	count = read(reader->descriptor, chunk, sizeof(chunk));
	if (count < 0 && errno != EINTR && errno != EAGAIN)
		goto failed;
	if (count > 0)
		buffer_add(&reader->waiting, chunk, (size_t)count);
	if (count == 0)
		reader->ended = true;
	return READER_LINE;
failed:
	error_set(error, "%s: %s", reader->name, strerror(errno));
	return READER_FAILED;
}

enum reader_state reader_next(struct reader *reader, const char **line,
    struct error *error)
{
	for (;;) {
		size_t length = reader->waiting.length;
		const char *end = length ? memchr(reader->waiting.text, '\n',
		    length) : NULL;
		enum reader_state state;

		if (end)
			return take(reader, (size_t)(end -
				reader->waiting.text), line, error);
		if (reader->ended && length == 0)
			return READER_END;
		if (reader->ended)
			return take(reader, length, line, error);
		if (length > LINE_MOST) {
			error_set(error, "%s: line %d: longer than a "
			    "megabyte", reader->name, reader->number + 1);
			return READER_FAILED;
		}
		state = fill(reader, error);
		if (state != READER_LINE)
			return state;
	}
}
