#include "workbench/statement.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

struct scanner {
	const char *at;
	struct statement *statement;
	size_t count, capacity;
	const char *begin, *end;	/* of the statement's text */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool ends_statement(char c)
{
	return c == ';' || c == '\n' || c == '\0' || c == '#';
}

static struct statement *current(struct scanner *scanner)
{
	return &scanner->statement[scanner->count];
}

static void add_word(struct scanner *scanner, struct buffer *word)
{
	struct statement *statement = current(scanner);

	statement->word = xreallocarray(statement->word,
	    (size_t)statement->words + 1, sizeof(*statement->word));
	statement->word[statement->words++] =
	    xstrndup(word->text ? word->text : "", word->length);
}

static int scan_quoted(struct scanner *scanner, struct buffer *word,
    struct error *error)
{
	for (scanner->at++; *scanner->at != '"'; scanner->at++) {
		if (*scanner->at == '\\' && strchr("\"\\", scanner->at[1]) &&
		    scanner->at[1])
			scanner->at++;
		else if (*scanner->at == '\0' || *scanner->at == '\n')
			return error_set(error, "a quote is not closed");
		buffer_add(word, scanner->at, 1);
	}
	scanner->at++;
	return 0;
}

static int scan_word(struct scanner *scanner, struct error *error)
{
	struct buffer word = {0};
	int status = 0;

	while (status == 0 && !is_blank(*scanner->at) &&
	    !ends_statement(*scanner->at)) {
		unsigned char c = (unsigned char)*scanner->at;

		if (c == '"') {
			status = scan_quoted(scanner, &word, error);
		} else if (c < 0x20 || c == 0x7f) {
			status = error_set(error,
			    "control character 0x%02x in the line", c);
		} else {
			buffer_add(&word, scanner->at, 1);
			scanner->at++;
		}
	}
	if (status == 0)
		add_word(scanner, &word);
	buffer_free(&word);
	return status;
}

static void finish_statement(struct scanner *scanner)
{
	struct statement *statement = current(scanner);

	if (statement->words == 0)
		return;
	statement->text = xstrndup(scanner->begin,
	    (size_t)(scanner->end - scanner->begin));
	scanner->count++;
	array_grow(&scanner->statement, scanner->count, &scanner->capacity,
	    sizeof(*scanner->statement));
	*current(scanner) = (struct statement){0};
}

static int scan_statement(struct scanner *scanner, struct error *error)
{
	for (;;) {
		while (is_blank(*scanner->at))
			scanner->at++;
		if (ends_statement(*scanner->at))
			break;
		if (current(scanner)->words == 0)
			scanner->begin = scanner->at;
		if (scan_word(scanner, error))
			return -1;
		scanner->end = scanner->at;
	}
	if (*scanner->at == '#')
		scanner->at += strcspn(scanner->at, "\n");
	finish_statement(scanner);
	if (*scanner->at)
		scanner->at++;
	return 0;
}

struct statement *statements_parse(const char *text, int *count,
    struct error *error)
{
	struct scanner scanner = {.at = text};

	array_grow(&scanner.statement, 0, &scanner.capacity,
	    sizeof(*scanner.statement));
	*current(&scanner) = (struct statement){0};
	while (*scanner.at) {
		if (scan_statement(&scanner, error)) {
			statements_free(scanner.statement,
			    (int)scanner.count + 1);
			return NULL;
		}
	}
	*count = (int)scanner.count;
	return scanner.statement;
}

void statements_free(struct statement *statement, int count)
{
	for (int i = 0; i < count; i++) {
		for (int j = 0; j < statement[i].words; j++)
			free(statement[i].word[j]);
		free(statement[i].word);
		free(statement[i].text);
	}
	free(statement);
}

/* Of a line with so many bytes: those before its comment and the blanks
 * around that. */
static size_t statements_in(const char *line, size_t length)
{
	bool quoted = false;
	size_t n = 0;

	while (n < length && (quoted || line[n] != '#')) {
		quoted ^= line[n] == '"';
		n += quoted && line[n] == '\\' && n + 1 < length ? 2 : 1;
	}
	while (n > 0 && strchr(" \t", line[n - 1]))
		n--;
	return n;
}

char *statements_joined(const char *text)
{
	struct buffer out = {0};

	buffer_puts(&out, "");
	while (*text) {
		size_t length, kept;

		text += strspn(text, " \t\r\n");
		length = strcspn(text, "\r\n");
		kept = statements_in(text, length);
		if (kept > 0)
			buffer_printf(&out, "%s%.*s", !out.length ? "" :
			    out.text[out.length - 1] == ';' ? " " : "; ",
			    (int)kept, text);
		text += length;
	}
	return out.text;
}
