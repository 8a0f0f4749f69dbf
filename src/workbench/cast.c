#include "workbench/cast.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"

struct cast {
	struct buffer out;
	char *shown;		/* the lines before, or NULL */
};

struct cast *cast_new(int columns, int rows, const char *title)
{
	struct cast *cast = xcalloc(1, sizeof(*cast));
	cJSON *header = cJSON_CreateObject();
	char *text;

	cJSON_AddNumberToObject(header, "version", 2);
	cJSON_AddNumberToObject(header, "width", columns);
	cJSON_AddNumberToObject(header, "height", rows);
	cJSON_AddStringToObject(header, "title", title);
	text = cJSON_PrintUnformatted(header);
	buffer_printf(&cast->out, "%s\n", text);
	cJSON_free(text);
	cJSON_Delete(header);
	return cast;
}

void cast_free(struct cast *cast)
{
	if (!cast)
		return;
	buffer_free(&cast->out);
	free(cast->shown);
	free(cast);
}

/* The line at *text, without its end; *text moves on. Past the last: none. */
static size_t next_line(const char **text, const char **line)
{
	size_t length = strcspn(*text, "\n");

	*line = *text;
	*text += length + ((*text)[length] == '\n');
	return length;
}

/* Cursor to each line that changed (ECMA-48, 8.3.21), erase it, write it. */
static void put_changes(struct buffer *data, const char *before,
    const char *now)
{
	for (int row = 1; *now; row++) {
		const char *old, *line;
		size_t had = next_line(&before, &old);
		size_t length = next_line(&now, &line);

		if (had != length || memcmp(old, line, length) != 0)
			buffer_printf(data, "\033[%d;1H\033[2K%.*s", row,
			    (int)length, line);
	}
}

void cast_add(struct cast *cast, double seconds, const char *lines)
{
	struct buffer data = {0};
	cJSON *text;
	char *quoted;

	buffer_puts(&data, "");
	if (!cast->shown)	/* hide the cursor, clear */
		buffer_puts(&data, "\033[?25l\033[2J");
	put_changes(&data, cast->shown ? cast->shown : "", lines);
	text = cJSON_CreateString(data.text);
	quoted = cJSON_PrintUnformatted(text);
	buffer_printf(&cast->out, "[%.3f, \"o\", %s]\n", seconds, quoted);
	cJSON_free(quoted);
	cJSON_Delete(text);
	buffer_free(&data);
	free(cast->shown);
	cast->shown = xstrdup(lines);
}

int cast_write(const struct cast *cast, const char *path,
    struct error *error)
{
	return file_replace(path, cast->out.text, cast->out.length, error);
}
