#include "session/session.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "session/journal.h"
#include "session/json.h"

static const char *const names[] = {"session.json", "journal.jsonl",
	"metrics.jsonl", "checkpoints", "lock"};

enum { SESSION_FILE, JOURNAL_FILE, METRICS_FILE, CHECKPOINTS, LOCK_FILE };

static const size_t file_most = (size_t)1 << 30;

struct session {
	char *folder;
	int lock;
	char chain[HASH_TEXT];
	struct log {
		int descriptor;
		struct buffer waiting;
	} journal, metrics;
};

static char *name_in(const char *folder, int which)
{
	return path_join(folder, names[which]);
}

/* Reading. */

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
	if (header->format > SESSION_FORMAT)
		return error_set(error, "written in format %d by a newer "
		    "program (%s); this one reads up to %d", header->format,
		    header->version, SESSION_FORMAT);
	return 0;
}

static int read_header(const char *folder, struct session_header *header,
    struct error *error)
{
	char *path = name_in(folder, SESSION_FILE);
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
		if (status > 0 && data->broken < 0)
			data->broken = data->entries;
		add_entry(data, &capacity, &entry);
		*end = (size_t)(newline - text) + 1;
	}
}

static int read_journal(const char *folder, struct session_data *data,
    size_t *end, char chain[HASH_TEXT], struct error *error)
{
	char *path = name_in(folder, JOURNAL_FILE);
	size_t size;
	char *text = file_read(path, file_most, &size, error);

	chain[0] = '\0';
	data->broken = -1;
	if (text)
		take_lines(data, path, text, size, end, chain);
	free(path);
	free(text);
	return text ? 0 : -1;
}

static struct session_data *read_all(const char *folder, size_t *end,
    char chain[HASH_TEXT], struct error *error)
{
	struct session_data *data = xcalloc(1, sizeof(*data));

	if (read_header(folder, &data->header, error) ||
	    read_journal(folder, data, end, chain, error)) {
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
	return read_all(folder, &end, chain, error);
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
	char *path = name_in(folder, METRICS_FILE), *text, *rest = NULL;
	size_t size;

	if (!path_exists(path)) {
		free(path);
		return 0;
	}
	text = file_read(path, file_most, &size, error);
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

/* Writing. */

static int lock_folder(struct session *session, struct error *error)
{
	char *path = name_in(session->folder, LOCK_FILE);

	session->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (session->lock < 0)
		error_set(error, "%s: %s", path, strerror(errno));
	else if (flock(session->lock, LOCK_EX | LOCK_NB))
		error_set(error, "%s: another process is writing this session",
		    session->folder);
	else {
		free(path);
		return 0;
	}
	free(path);
	return -1;
}

static int open_log(const char *folder, int which, struct log *log,
    struct error *error)
{
	char *path = name_in(folder, which);

	log->descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT |
	    O_CLOEXEC | O_NOFOLLOW, 0600);
	if (log->descriptor < 0)
		error_set(error, "%s: %s", path, strerror(errno));
	free(path);
	return log->descriptor < 0 ? -1 : 0;
}

static void release(struct session *session)
{
	if (session->journal.descriptor >= 0)
		close(session->journal.descriptor);
	if (session->metrics.descriptor >= 0)
		close(session->metrics.descriptor);
	if (session->lock >= 0)
		close(session->lock);
	buffer_free(&session->journal.waiting);
	buffer_free(&session->metrics.waiting);
	free(session->folder);
	free(session);
}

static struct session *session_blank(const char *folder)
{
	struct session *session = xcalloc(1, sizeof(*session));

	session->folder = xstrdup(folder);
	session->lock = session->journal.descriptor =
	    session->metrics.descriptor = -1;
	return session;
}

static bool is_known(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    strcmp(name, names[LOCK_FILE]) == 0;
}

/* Only an empty folder becomes a session. */
static int check_empty(const char *folder, struct error *error)
{
	DIR *stream = opendir(folder);
	struct dirent *entry;
	int status = 0;

	if (!stream)
		return error_set(error, "%s: %s", folder, strerror(errno));
	while (status == 0 && (entry = readdir(stream))) {
		if (strcmp(entry->d_name, names[SESSION_FILE]) == 0)
			status = error_set(error, "%s holds a session already: "
			    "`open` it, or choose another name", folder);
		else if (!is_known(entry->d_name))
			status = error_set(error, "%s is not empty: a session "
			    "needs a folder of its own", folder);
	}
	closedir(stream);
	return status;
}

static int write_header(const char *folder,
    const struct session_header *header, struct error *error)
{
	cJSON *object = cJSON_CreateObject();
	char *path = name_in(folder, SESSION_FILE), *text;
	char seed[24];
	int status;

	text_format(seed, sizeof(seed), "%llu",
	    (unsigned long long)header->seed);
	cJSON_AddNumberToObject(object, "format", header->format);
	cJSON_AddStringToObject(object, "version", header->version);
	cJSON_AddStringToObject(object, "core", header->core);
	cJSON_AddStringToObject(object, "kernels", header->kernels);
	cJSON_AddStringToObject(object, "seed", seed);
	cJSON_AddStringToObject(object, "data", header->data_hash);
	if (header->title)
		cJSON_AddStringToObject(object, "title", header->title);
	text = cJSON_Print(object);
	cJSON_Delete(object);
	status = file_replace(path, text, strlen(text), error);
	free(text);
	free(path);
	return status;
}

static int make_folders(const char *folder, struct error *error)
{
	char *checkpoints = name_in(folder, CHECKPOINTS);
	int status = folder_make(folder, error);

	if (status == 0)
		status = check_empty(folder, error);
	if (status == 0)
		status = folder_make(checkpoints, error);
	free(checkpoints);
	return status;
}

struct session *session_create(const char *folder,
    const struct session_header *header, struct error *error)
{
	struct session *session;

	if (make_folders(folder, error))
		return NULL;
	session = session_blank(folder);
	if (lock_folder(session, error) ||
	    write_header(folder, header, error) ||
	    open_log(folder, JOURNAL_FILE, &session->journal, error) ||
	    open_log(folder, METRICS_FILE, &session->metrics, error)) {
		release(session);
		return NULL;
	}
	return session;
}

/* Go on where the last whole line ends. */
static int cut_tail(struct session *session, size_t end, struct error *error)
{
	if (ftruncate(session->journal.descriptor, (off_t)end))
		return error_set(error, "%s: %s", session->folder,
		    strerror(errno));
	return 0;
}

/* A metrics file may end in the middle of a line: begin a new one. */
static void mend_metrics(struct session *session)
{
	char *path = name_in(session->folder, METRICS_FILE);
	struct error error;
	size_t size;
	char *text = file_read(path, file_most, &size, &error);

	if (text && size && text[size - 1] != '\n')
		buffer_puts(&session->metrics.waiting, "\n");
	free(text);
	free(path);
}

struct session *session_append(const char *folder, struct error *error)
{
	struct session *session = session_blank(folder);
	struct session_data *data;
	size_t end = 0;

	if (lock_folder(session, error)) {
		release(session);
		return NULL;
	}
	data = read_all(folder, &end, session->chain, error);
	if (data && data->problem) {
		error_set(error, "%s", data->problem);
		session_data_free(data);
		data = NULL;
	}
	if (!data || open_log(folder, JOURNAL_FILE, &session->journal,
		error) || open_log(folder, METRICS_FILE, &session->metrics,
		error) || cut_tail(session, end, error)) {
		session_data_free(data);
		release(session);
		return NULL;
	}
	session_data_free(data);
	mend_metrics(session);
	return session;
}

const char *session_folder(const struct session *session)
{
	return session->folder;
}

void session_journal(struct session *session,
    const struct journal_entry *entry)
{
	char *line = journal_print(entry, session->chain);

	buffer_puts(&session->journal.waiting, line);
	buffer_puts(&session->journal.waiting, "\n");
	free(line);
}

void session_metric(struct session *session, const char *json_line)
{
	buffer_puts(&session->metrics.waiting, json_line);
	buffer_puts(&session->metrics.waiting, "\n");
}

/* What was written leaves the buffer; the rest waits for the next try. */
static int flush_log(struct log *log)
{
	size_t done = 0;
	int failure = 0;

	while (done < log->waiting.length && !failure) {
		ssize_t got = write(log->descriptor, log->waiting.text + done,
		    log->waiting.length - done);

		if (got > 0)
			done += (size_t)got;
		else if (got < 0 && errno != EINTR)
			failure = errno;
	}
	if (done) {
		log->waiting.length -= done;
		memmove(log->waiting.text, log->waiting.text + done,
		    log->waiting.length + 1);
		if (!failure && fdatasync(log->descriptor))
			failure = errno;
	}
	return failure;
}

int session_flush(struct session *session, struct error *error)
{
	int failure = flush_log(&session->journal);
	int other = flush_log(&session->metrics);

	if (failure || other)
		return error_set(error, "%s: %s", session->folder,
		    strerror(failure ? failure : other));
	return 0;
}

int session_close(struct session *session, struct error *error)
{
	int status = session_flush(session, error);

	release(session);
	return status;
}

char *session_checkpoint_path(const struct session *session, const char *name)
{
	char *folder = name_in(session->folder, CHECKPOINTS);
	char *path = path_join(folder, name);

	free(folder);
	return path;
}
