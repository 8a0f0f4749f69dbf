/* Journal lines: one entry to text and back, with the chain. */
#ifndef SNT_SESSION_JOURNAL_H
#define SNT_SESSION_JOURNAL_H

#include "session/session.h"

/* The line without a newline (free() it). `chain` is that of the line before
 * ("" at the beginning) and becomes this line's. */
char *journal_print(const struct journal_entry *entry,
    char chain[HASH_TEXT]);

/* 0; 1 when the line is right but its chain is not that of `chain`, which
 * becomes the line's own; -1 when it cannot be read (with a message). */
int journal_parse(const char *line, size_t length, char chain[HASH_TEXT],
    struct journal_entry *entry, struct error *error);
void journal_entry_free(struct journal_entry *entry);

#endif
