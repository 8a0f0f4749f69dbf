/*
 * What a front end without a screen prints: every event at once, as text or
 * as a JSON object a line, flushed. Errors go to standard error as text, and
 * among the events as JSON.
 */
#ifndef SNT_SHELL_OUTPUT_H
#define SNT_SHELL_OUTPUT_H

#include <stdatomic.h>
#include <stdbool.h>

#include "workbench/workbench.h"

struct output {
	bool json;
	const char *source;	/* the script being run, or NULL */
	atomic_int broken;	/* errno of a failed write; 0: none */
};

/* A workbench_listener; its context is a struct output. */
void output_event(void *context, enum log_level level, const char *json,
    const char *text);
/* Something that went wrong outside the workbench; line 0: none. */
void output_error(struct output *output, int line, const char *message);
/* Once, when writing failed: tell why. */
void output_tell_broken(const struct output *output);

#endif
