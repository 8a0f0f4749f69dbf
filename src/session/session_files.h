/* What reading and writing of a session folder share. */
#ifndef SNT_SESSION_SESSION_FILES_H
#define SNT_SESSION_SESSION_FILES_H

#include "session/session.h"

enum session_file { SESSION_FILE, JOURNAL_FILE, METRICS_FILE, CHECKPOINTS,
	LOCK_FILE };

extern const char *const session_file_names[];	/* by session_file */
/* Its path in the folder; free() it. */
char *session_file(const char *folder, enum session_file which);
/* The whole of such a file. */
char *session_file_read(const char *path, size_t *size, struct error *error);

/* session_read(), and where the last whole line of the journal ends, with
 * the chain up to there. */
struct session_data *session_read_all(const char *folder, size_t *end,
    char chain[HASH_TEXT], struct error *error);

#endif
