#include "shell/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/event.h"

static void print_line(struct output *output, const char *line)
{
	if (atomic_load(&output->broken))
		return;
	if (fputs(line, stdout) < 0 || putchar('\n') < 0 || fflush(stdout))
		atomic_store(&output->broken, errno ? errno : EIO);
}

/* A text may quote a file: nothing in it may command the terminal. */
static char *safe_copy(const char *text, size_t length)
{
	char *safe = xmalloc(length + 1);
	char *line = xasprintf("%.*s", (int)length, text);

	text_safe(safe, length + 1, line);
	free(line);
	return safe;
}

static void print_error(const struct output *output, const char *text)
{
	if (output->source)
		fprintf(stderr, "snt: %s: %s\n", output->source, text);
	else
		fprintf(stderr, "snt: %s\n", text);
}

void output_event(void *context, enum log_level level, const char *json,
    const char *text)
{
	struct output *output = context;
	const char *next;
	char *safe;

	if (output->json) {
		print_line(output, json);
		return;
	}
	/* Objects that a table tells people about have no text. */
	for (const char *line = *text ? text : NULL; line; line = next) {
		next = strchr(line, '\n');
		safe = safe_copy(line, next ? (size_t)(next - line) :
		    strlen(line));
		if (level == LOG_ERROR)
			print_error(output, safe);
		else
			print_line(output, safe);
		free(safe);
		next += next != NULL;
	}
}

void output_error(struct output *output, int line, const char *message)
{
	struct event *event = event_new("error");
	struct buffer text = {0};
	char *json;

	if (line > 0)
		event_number(event, "line", line);
	else
		event_null(event, "line");
	event_text(event, "message", message);
	event_describe(event, &text);
	json = event_json(event);
	output_event(output, LOG_ERROR, json, text.text);
	free(json);
	buffer_free(&text);
	event_free(event);
}

void output_tell_broken(const struct output *output)
{
	int reason = atomic_load(&output->broken);

	if (reason && reason != EPIPE)
		fprintf(stderr, "snt: standard output: %s\n",
		    strerror(reason));
}
