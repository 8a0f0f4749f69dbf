/* A workbench without a bench: a window on the session of another process. */
#include "workbench/workbench_state.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "workbench/command_table.h"
#include "workbench/publish.h"
#include "workbench/watch.h"
#include "workbench/wire.h"

enum { LOOK_MILLISECONDS = 50 };

struct window {
	struct workbench *workbench;
	struct buffer frame;	/* the last one */
	struct buffer said;	/* our own line in the log */
	int lines;		/* of it so far */
	bool over;
};

/* Behind the session's own lines, with a number that is new to the screen. */
static void add_said(const struct window *window, struct snapshot *snapshot)
{
	int at = snapshot->log_lines;
	uint64_t newest = at ? snapshot->log[at - 1].number : 0;

	snapshot->watching = true;
	snapshot->dumps = 0;	/* asked of the other screen */
	if (!window->said.length)
		return;
	snapshot->log = xreallocarray(snapshot->log, (size_t)at + 1,
	    sizeof(*snapshot->log));
	snapshot->log[snapshot->log_lines++] = (struct log_line){
		.number = newest + (uint64_t)window->lines,
		.time = time(NULL), .level = LOG_ERROR,
		.text = xstrdup(window->said.text)};
}

static void show(struct window *window)
{
	struct workbench *workbench = window->workbench;
	struct error error;
	struct snapshot *snapshot = NULL;

	if (window->frame.length)
		snapshot = wire_take(window->frame.text,
		    window->frame.length, &error);
	if (!snapshot) {	/* none came yet */
		snapshot = xcalloc(1, sizeof(*snapshot));
		snapshot->current = -1;
	}
	add_said(window, snapshot);
	snapshot->number = ++workbench->snapshots;
	snapshot->finished = false;
	if (window->over)
		snapshot->jobs = 0;
	publisher_put(workbench->publisher, snapshot);
}

static void say(struct window *window, const char *text)
{
	char safe[512];

	text_safe(safe, sizeof(safe), text);
	buffer_clear(&window->said);
	buffer_puts(&window->said, safe);
	window->lines++;
	show(window);
}

static bool is_quit(const char *line)
{
	const struct command *command;
	struct error error;
	int used;

	command = command_find(1, &line, &used, &error);
	return command && strcmp(command->verb, "quit") == 0;
}

static void take_line(struct window *window, const char *line)
{
	struct workbench *workbench = window->workbench;

	if (is_quit(line)) {
		atomic_store(&workbench->status, 1);
		show(window);	/* which wakes the screen */
	} else {
		say(window, "you are watching: lines are for who runs the "
		    "session; q leaves");
	}
}

static void take_lines(struct window *window)
{
	struct queue *queue = window->workbench->queue;
	struct queued_line line;

	while (queue_take(queue, 0, &line)) {
		take_line(window, line.text);
		queue_settle(queue, line.ticket, true);
		free(line.text);
	}
	if (atomic_exchange(&window->workbench->interrupt, false))
		take_line(window, "stop");
}

static void keep_frame(struct window *window, const char *bytes,
    size_t size)
{
	buffer_clear(&window->frame);
	buffer_add(&window->frame, bytes, size);
}

static void look(struct window *window)
{
	struct watch *watch = window->workbench->watch;
	enum watch_item item;
	bool newer = false;
	const char *text;
	size_t size;

	while ((item = watch_next(watch, &text, &size)) == WATCH_LINE ||
	    item == WATCH_FRAME) {
		if (item == WATCH_FRAME)
			keep_frame(window, text, size);
		newer = newer || item == WATCH_FRAME;
	}
	window->over = item == WATCH_END || item == WATCH_LOST;
	if (item == WATCH_END)
		say(window, "the session has ended; q leaves");
	else if (item == WATCH_LOST)
		say(window, watch_problem(watch));
	else if (newer)
		show(window);
}

static void wait_for_something(const struct window *window)
{
	struct pollfd source = {.events = POLLIN,
		.fd = watch_descriptor(window->workbench->watch)};

	poll(&source, window->over ? 0 : 1, LOOK_MILLISECONDS);
}

void *workbench_watch(void *argument)
{
	struct window window = {.workbench = argument};

	while (!atomic_load(&window.workbench->quit)) {
		if (!window.over)
			look(&window);
		take_lines(&window);
		wait_for_something(&window);
	}
	queue_close(window.workbench->queue);
	buffer_free(&window.frame);
	buffer_free(&window.said);
	return NULL;
}
