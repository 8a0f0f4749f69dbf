/*
 * The grammar of the command language: statements separated by ';' or by
 * lines, '#' starts a comment, words are separated by blanks, "double quotes"
 * hold blanks together (\" and \\ inside).
 */
#ifndef SNT_WORKBENCH_STATEMENT_H
#define SNT_WORKBENCH_STATEMENT_H

#include "base/error.h"

struct statement {
	int words;
	char **word;
	char *text;		/* verbatim, without blanks around it */
};

/* All statements of a text; *count may be 0. NULL with a message on an open
 * quote or a control character. */
struct statement *statements_parse(const char *text, int *count,
    struct error *error);
void statements_free(struct statement *statement, int count);
/* The lines of a text as statements of one line, without comments; free()
 * it. */
char *statements_joined(const char *text);

#endif
