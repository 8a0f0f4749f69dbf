/* Files: whole reads with a limit, atomic replacement, folders, paths. */
#ifndef SNT_BASE_FILE_H
#define SNT_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* The whole file, NUL-terminated (not counted in *size); free() it. NULL
 * with the path and the reason when it cannot be read, exceeds `limit` or is a
 * device. */
char *file_read(const char *path, size_t limit, size_t *size,
    struct error *error);

/* Replace `path` by these bytes in one step: a new file beside it, synced,
 * renamed. After a failure (disk full, ...) the old file is still there. */
int file_replace(const char *path, const void *data, size_t size,
    struct error *error);

/* The same in pieces. */
struct file_writer;
struct file_writer *file_writer_new(const char *path, struct error *error);
int file_writer_add(struct file_writer *writer, const void *data, size_t size);
/* Commit and free; on failure the old file is kept, and the reason given. */
int file_writer_finish(struct file_writer *writer, struct error *error);
void file_writer_abandon(struct file_writer *writer);

/* A file of the program's own in $XDG_STATE_HOME/snt, made when it is not
 * there, readable by the user alone: its path, or NULL. */
char *file_of_state(const char *name);

/* Create the folder and its parents (0700 for new ones). */
int folder_make(const char *path, struct error *error);
/* With all that is in it; what links name stays. -1: something is left. */
int folder_remove(const char *path);
bool path_is_folder(const char *path);
bool path_exists(const char *path);

/* "FOLDER/NAME" as a new text. */
char *path_join(const char *folder, const char *name);
/* A leading "~/" replaced by $HOME; new text. */
char *path_expand(const char *path);
/* $XDG_..., if absolute, else $HOME/FALLBACK, plus "/snt"; new text. */
char *path_xdg(const char *variable, const char *fallback);

#endif
