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
#include "session/session_files.h"

struct session {
	char *folder;
	int lock;
	char chain[HASH_TEXT];
	struct log {
		int descriptor;
		struct buffer waiting;
	} journal, metrics;
};

static int lock_folder(struct session *session, struct error *error)
{
	char *path = session_file(session->folder, LOCK_FILE);

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

bool session_is_free(const char *folder)
{
	char *path = session_file(folder, LOCK_FILE);
	char *header = session_file(folder, SESSION_FILE);
	int lock = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	bool used = lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) != 0;
	bool exists = path_exists(header);

	if (lock >= 0)
		close(lock);
	free(header);
	free(path);
	return exists && !used;
}

static int open_log(const char *folder, enum session_file which,
    struct log *log, struct error *error)
{
	char *path = session_file(folder, which);

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
	    strcmp(name, session_file_names[LOCK_FILE]) == 0;
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
		if (strcmp(entry->d_name, session_file_names[SESSION_FILE]) == 0)
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
	char *path = session_file(folder, SESSION_FILE), *text;
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
	char *checkpoints = session_file(folder, CHECKPOINTS);
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
	/* The header last: where there is one, there is all of it. */
	if (lock_folder(session, error) ||
	    open_log(folder, JOURNAL_FILE, &session->journal, error) ||
	    open_log(folder, METRICS_FILE, &session->metrics, error) ||
	    write_header(folder, header, error)) {
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
	char *path = session_file(session->folder, METRICS_FILE);
	struct error error;
	size_t size;
	char *text = session_file_read(path, &size, &error);

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
	data = session_read_all(folder, &end, session->chain, error);
	if (data && data->problem)
		error_set(error, "%s", data->problem);
	if (data && (data->problem ||
		session_check_format(folder, data, error))) {
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
	char *folder = session_file(session->folder, CHECKPOINTS);
	char *path = path_join(folder, name);

	free(folder);
	return path;
}
