#include "shell/attach.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/signals.h"
#include "shell/output.h"
#include "workbench/event.h"
#include "workbench/watch.h"

enum { FAILED = 1, SIGNALLED = 128, LOOK_MILLISECONDS = 500 };

static void print_event(struct output *output, const char *json)
{
	struct event *event = event_parse(json);
	enum log_level level = LOG_RESULT;
	struct buffer text = {0};

	if (!event)
		return;
	event_describe(event, &text);
	if (strcmp(event_kind(event), "error") == 0)
		level = LOG_ERROR;
	output_event(output, level, json, text.text ? text.text : "");
	buffer_free(&text);
	event_free(event);
}

/* The signal that came, or 0. */
static int wait_for_something(struct watch *watch)
{
	struct pollfd source[2] = {
		{.fd = watch_descriptor(watch), .events = POLLIN},
		{.fd = signals_descriptor(), .events = POLLIN},
	};

	poll(source, 2, LOOK_MILLISECONDS);
	return signals_next();
}

static int follow(struct watch *watch, struct output *output)
{
	enum watch_item item = WATCH_NOTHING;
	const char *text;
	size_t size;

	while (item != WATCH_END && !atomic_load(&output->broken)) {
		int signal = 0;

		item = watch_next(watch, &text, &size);
		if (item == WATCH_LINE)
			print_event(output, text);
		else if (item == WATCH_LOST)
			break;
		else if (item == WATCH_NOTHING)
			signal = wait_for_something(watch);
		if (signal)
			return SIGNALLED + signal;
	}
	if (item == WATCH_LOST)
		output_error(output, 0, watch_problem(watch));
	return item == WATCH_END ? EXIT_SUCCESS : FAILED;
}

int attach_run(const char *folder, bool json)
{
	struct output output = {.json = json};
	struct error error;
	struct watch *watch = watch_open(folder, false, &error);
	int status;

	if (!watch) {
		output_error(&output, 0, error.text);
		return FAILED;
	}
	signal(SIGPIPE, SIG_IGN);
	signals_catch(SIGINT);
	signals_catch(SIGTERM);
	signals_catch(SIGHUP);
	status = follow(watch, &output);
	watch_close(watch);
	output_tell_broken(&output);
	return status;
}
