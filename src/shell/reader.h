/* Lines of a script, from a file, a pipe or whatever can be read, as they
 * arrive. */
#ifndef SNT_SHELL_READER_H
#define SNT_SHELL_READER_H

#include "base/error.h"

struct reader;

/* Takes the descriptor over. */
struct reader *reader_new(int descriptor, const char *name);
/* The lines of a text (copied). */
struct reader *reader_text(const char *text);
/* NULL with path and reason. */
struct reader *reader_open(const char *path, struct error *error);
void reader_free(struct reader *reader);

enum reader_state { READER_LINE, READER_END, READER_SIGNAL, READER_FAILED };

/* Wait for a line, or for a signal in the pipe of base/signals.h. The line
 * is valid until the next call. */
enum reader_state reader_next(struct reader *reader, const char **line,
    struct error *error);
/* Of the line read last, from 1. */
int reader_line(const struct reader *reader);

#endif
