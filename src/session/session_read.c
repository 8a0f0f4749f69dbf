#include "session/session_files.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "session/journal.h"
#include "session/json.h"

static const size_t file_most = (size_t)1 << 30;

const char *const session_file_names[] = {
	[SESSION_FILE] = "session.json",
	[JOURNAL_FILE] = "journal.jsonl",
	[METRICS_FILE] = "metrics.jsonl",
	[CHECKPOINTS] = "checkpoints",
	[LOCK_FILE] = "lock",
};

char *session_file(const char *folder, enum session_file which)
{
	return path_join(folder, session_file_names[which]);
}

char *session_file_read(const char *path, size_t *size, struct error *error)
{
	return file_read(path, file_most, size, error);
}

static int take_header(const char *text, struct session_header *header,
    struct error *error)
{
	cJSON *object = json_parse(text, strlen(text), error);
	const char *seed, *field;

	if (!object)
		return -1;
	header->format = (int)json_whole(object, "format");
	seed = json_text(object, "seed");
	header->seed = seed ? strtoull(seed, NULL, 10) : 0;
	if ((field = json_text(object, "version")))
		text_safe(header->version, sizeof(header->version), field);
	if ((field = json_text(object, "core")))
		text_safe(header->core, sizeof(header->core), field);
	if ((field = json_text(object, "kernels")))
		text_safe(header->kernels, sizeof(header->kernels), field);
	if ((field = json_text(object, "data")))
		text_safe(header->data_hash, sizeof(header->data_hash), field);
	if ((field = json_text(object, "title")))
		header->title = xstrdup(field);
	cJSON_Delete(object);
	if (header->format < 1)
		return error_set(error, "format is missing");
	return 0;
}

static int read_header(const char *folder, struct session_header *header,
    struct error *error)
{
	char *path = session_file(folder, SESSION_FILE);
	size_t size;
	char *text = file_read(path, 1 << 20, &size, error);
	int status = -1;

	if (text) {
		status = take_header(text, header, error);
		if (status)
			error_prefix(error, "%s", path);
	}
	free(text);
	free(path);
	return status;
}

static void add_entry(struct session_data *data, size_t *capacity,
    const struct journal_entry *entry)
{
	array_grow(&data->entry, (size_t)data->entries, capacity,
	    sizeof(*data->entry));
	data->entry[data->entries++] = *entry;
}

/* Lines up to the first that cannot be read; `*end`: where that is. */
static void take_lines(struct session_data *data, const char *path,
    const char *text, size_t size, size_t *end, char chain[HASH_TEXT])
{
	size_t capacity = 0;
	int number = 1;

	for (*end = 0; *end < size; number++) {
		const char *line = text + *end;
		const char *newline = memchr(line, '\n', size - *end);
		struct journal_entry entry;
		struct error error;
		int status;

		if (!newline) {
			data->cut = true;
			return;
		}
		status = journal_parse(line, (size_t)(newline - line), chain,
		    &entry, &error);
		if (status < 0) {
			data->problem = xasprintf("%s: line %d: %s; what comes "
			    "after it is not read", path, number, error.text);
			return;
		}
		if (status > 0 && data->broken < 0 &&
		    data->header.format == SESSION_FORMAT)
			data->broken = data->entries;
		add_entry(data, &capacity, &entry);
		*end = (size_t)(newline - text) + 1;
	}
}

static int read_journal(const char *folder, struct session_data *data,
    size_t *end, char chain[HASH_TEXT], struct error *error)
{
	char *path = session_file(folder, JOURNAL_FILE);
	size_t size;
	char *text = session_file_read(path, &size, error);

	chain[0] = '\0';
	data->broken = -1;
	if (text)
		take_lines(data, path, text, size, end, chain);
	free(path);
	free(text);
	return text ? 0 : -1;
}

int session_check_format(const char *folder, const struct session_data *data,
    struct error *error)
{
	int commands = 0;
	long steps = 0;

	if (data->header.format == SESSION_FORMAT)
		return 0;
	for (int i = 0; i < data->entries; i++) {
		commands += data->entry[i].kind == JOURNAL_COMMAND;
		if (data->entry[i].tick > steps)
			steps = data->entry[i].tick;
	}
	return error_set(error, "%s: written in format %d by %s program "
	    "(%s); this one writes %d. What can be read: seed %llu, "
	    "%d commands over %ld steps%s",
	    folder, data->header.format,
	    data->header.format > SESSION_FORMAT ? "a newer" : "an older",
	    data->header.version, SESSION_FORMAT,
	    (unsigned long long)data->header.seed, commands, steps,
	    data->problem ? ", then lines of another form" : "");
}

struct session_data *session_read_all(const char *folder, size_t *end,
    char chain[HASH_TEXT], struct error *error)
{
	struct session_data *data = xcalloc(1, sizeof(*data));
	int status = read_header(folder, &data->header, error);

	if (status == 0)
		status = read_journal(folder, data, end, chain, error);
	if (status) {
		session_data_free(data);
		return NULL;
	}
	return data;
}

struct session_data *session_read(const char *folder, struct error *error)
{
	char chain[HASH_TEXT];
	size_t end;

	if (!path_is_folder(folder)) {
		error_set(error, "%s: not a session folder", folder);
		return NULL;
	}
	return session_read_all(folder, &end, chain, error);
}

void session_data_free(struct session_data *data)
{
	if (!data)
		return;
	for (int i = 0; i < data->entries; i++)
		journal_entry_free(&data->entry[i]);
	free(data->entry);
	free(data->problem);
	free(data->header.title);
	free(data);
}

int session_read_metrics(const char *folder,
    void (*take)(void *context, const char *line), void *context,
    struct error *error)
{
	char *path = session_file(folder, METRICS_FILE), *text, *rest = NULL;
	size_t size;

	if (!path_exists(path)) {
		free(path);
		return 0;
	}
	text = session_file_read(path, &size, error);
	free(path);
	if (!text)
		return -1;
	/* A last line that was cut off is left out. */
	while (size > 0 && text[size - 1] != '\n')
		text[--size] = '\0';
	for (char *line = strtok_r(text, "\n", &rest); line;
	    line = strtok_r(NULL, "\n", &rest))
		take(context, line);
	free(text);
	return 0;
}
