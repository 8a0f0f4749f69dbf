#include "workbench/script.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "workbench/bench.h"
#include "workbench/job.h"
#include "workbench/live.h"
#include "workbench/statement.h"

/* A line being executed, statement by statement. */
struct script {
	uint64_t ticket;
	int line_number;
	struct statement *statement;
	int count, next;
	struct job *waits;	/* for this to end, or NULL */
	struct script *later;	/* arrived after this one */
};

static void emit_error(struct workbench *workbench, int line,
    const struct error *error)
{
	struct event *event = event_new("error");

	if (line > 0)
		event_number(event, "line", line);
	else
		event_null(event, "line");
	event_text(event, "message", error->text);
	bench_emit(workbench->bench, event);
}

static void end_script(struct workbench *workbench, struct script *script,
    bool failed)
{
	struct script **link = &workbench->script;

	while (*link != script)
		link = &(*link)->later;
	*link = script->later;
	job_release(script->waits);
	statements_free(script->statement, script->count);
	queue_settle(workbench->queue, script->ticket, failed);
	free(script);
}

/* While a lesson is given, an empty line goes on with it. */
static void turn_page(const struct bench *bench, struct queued_line *line)
{
	if (!bench->tutor || line->text[strspn(line->text, " \t")])
		return;
	free(line->text);
	line->text = xstrdup("lesson next");
}

/* Watchers see what was typed, too. */
static void show_line(struct workbench *workbench, const char *line)
{
	struct event *event;
	char *json, *text;

	bench_log(workbench->bench, LOG_COMMAND, line);
	if (!workbench->live)
		return;
	event = event_new("command");
	text = xasprintf("> %s", line);
	event_text(event, "line", line);
	event_text(event, "text", text);
	json = event_json(event);
	live_event(workbench->live, json);
	free(json);
	free(text);
	event_free(event);
}

void scripts_take(struct workbench *workbench, struct queued_line *line)
{
	struct script *script = xcalloc(1, sizeof(*script));
	struct script **link = &workbench->script;
	struct error error;

	script->ticket = line->ticket;
	script->line_number = line->line_number;
	while (*link)
		link = &(*link)->later;
	*link = script;
	turn_page(workbench->bench, line);
	show_line(workbench, line->text);
	script->statement = statements_parse(line->text, &script->count,
	    &error);
	free(line->text);
	if (script->statement)
		return;
	script->count = 0;
	emit_error(workbench, script->line_number, &error);
	end_script(workbench, script, true);
}

/* `source FILE`: its statements take the place of the rest, before it. */
static int insert_sourced(struct workbench *workbench, struct script *script,
    struct error *error)
{
	struct bench *bench = workbench->bench;
	struct statement *sourced, *all;
	int count, rest = script->count - script->next;

	if (!bench->sourced)
		return 0;
	sourced = statements_parse(bench->sourced, &count, error);
	free(bench->sourced);
	bench->sourced = NULL;
	if (!sourced)
		return -1;
	all = xcalloc((size_t)(count + rest) + 1, sizeof(*all));
	for (int i = 0; i < count; i++)
		all[i] = sourced[i];
	for (int i = 0; i < rest; i++)
		all[count + i] = script->statement[script->next + i];
	statements_free(script->statement, script->next);
	free(sourced);
	script->statement = all;
	script->count = count + rest;
	script->next = 0;
	return 0;
}

/* A script goes on when what it waits for has ended. */
static void advance_script(struct workbench *workbench, struct script *script)
{
	struct error error = {""};
	int status;

	if (script->waits) {
		bool failed = script->waits->failed;

		if (!script->waits->finished)
			return;
		job_release(script->waits);
		script->waits = NULL;
		if (failed) {
			end_script(workbench, script, true);
			return;
		}
	}
	if (script->next == script->count) {
		end_script(workbench, script, false);
		return;
	}
	script->next++;
	status = bench_execute(workbench->bench,
	    &script->statement[script->next - 1], &script->waits, &error);
	if (status == 0)
		status = insert_sourced(workbench, script, &error);
	if (status)
		emit_error(workbench, script->line_number, &error);
	/* Told before the line counts as done: who waits for it asks next. */
	if (workbench->bench->finished)
		atomic_store(&workbench->status, 1 +
		    workbench->bench->exit_status);
	if (status || (!script->waits && script->next == script->count))
		end_script(workbench, script, status != 0);
}

void scripts_advance(struct workbench *workbench)
{
	struct script *script = workbench->script;

	while (script && !workbench->bench->finished) {
		struct script *later = script->later;

		advance_script(workbench, script);
		if (!workbench->options.screen)
			return;
		script = later;
	}
}

bool scripts_waiting(const struct workbench *workbench)
{
	for (const struct script *script = workbench->script; script;
	    script = script->later) {
		if (!script->waits || script->waits->finished)
			return true;
		if (!workbench->options.screen)
			return false;
	}
	return false;
}

void scripts_abandon(struct workbench *workbench)
{
	while (workbench->script)
		end_script(workbench, workbench->script, true);
}
