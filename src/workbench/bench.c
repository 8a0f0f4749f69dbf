#include "workbench/bench.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "workbench/command_table.h"
#include "workbench/pace.h"
#include "workbench/probes.h"
#include "workbench/recorder.h"
#include "workbench/replay.h"
#include "workbench/settings.h"
#include "workbench/statement.h"
#include "workbench/tutor.h"
#include "workbench/weights_view.h"

enum { FIRST_SEED = 1 };

static void set_defaults(struct bench *bench)
{
	bench->seed = FIRST_SEED;
	bench->current = -1;
	bench->tick = 0;
	bench->tick_limit = LONG_MAX;
	settings_default(bench);
	compress_settings_reset(&bench->compress, 0);
	compress_settings_reset(&bench->watched, 0);
	bench->compress_view = (struct compress_view){0};
	probes_default(bench);
}

struct bench *bench_new(const struct workbench_options *options, int threads)
{
	struct bench *bench = xcalloc(1, sizeof(*bench));

	bench->options = options;
	bench->pool = pool_new(threads > 0 ? threads :
	    pool_default_threads());
	bench->recorder = recorder_new();
	bench->looks = weight_looks_new();
	set_defaults(bench);
	return bench;
}

static void clear_state(struct bench *bench)
{
	while (bench->jobs > 0)
		bench_cancel(bench, bench->job[bench->jobs - 1]);
	while (bench->runs > 0)
		bench_remove_run(bench, bench->run[bench->runs - 1]);
	dataset_free(bench->dataset);
	bench->dataset = NULL;
	free(bench->data_note);
	bench->data_note = NULL;
	settings_free(bench);
	compress_settings_free(&bench->compress);
	compress_settings_free(&bench->watched);
	free(bench->comparison);
	bench->comparison = NULL;
	free(bench->study);
	bench->study = NULL;
}

void bench_reset(struct bench *bench)
{
	bool dry = bench->dry;

	bench->dry = true;	/* a cancelled job starts no other */
	clear_state(bench);
	bench->dry = dry;
	recorder_clear(bench->recorder);
	set_defaults(bench);
	bench->changed = true;
}

void bench_free(struct bench *bench)
{
	if (!bench)
		return;
	bench->silent = true;
	bench->dry = true;
	if (bench->replay)
		replay_stop(bench);
	recorder_free(bench->recorder);
	bench->recorder = recorder_new();
	clear_state(bench);
	recorder_free(bench->recorder);
	pool_free(bench->pool);
	weight_looks_free(bench->looks);
	for (int i = 0; i < bench->log_lines; i++)
		free(bench->log[i].text);
	free(bench->log);
	tutor_end(bench);
	free(bench->sourced);
	free(bench->dump);
	free(bench);
}

static void log_line(struct bench *bench, enum log_level level,
    const char *text)
{
	char safe[1024];

	if (!bench->log)
		bench->log = xcalloc(LOG_LINES, sizeof(*bench->log));
	if (bench->log_lines == LOG_LINES) {
		free(bench->log[0].text);
		memmove(bench->log, bench->log + 1,
		    (size_t)--bench->log_lines * sizeof(*bench->log));
	}
	text_safe(safe, sizeof(safe), text);
	bench->log[bench->log_lines++] = (struct log_line){
		.number = ++bench->log_number, .time = time(NULL),
		.level = level, .text = xstrdup(safe)};
	bench->changed = true;
}

void bench_log(struct bench *bench, enum log_level level, const char *text)
{
	char *lines = xstrdup(text), *next;

	for (char *line = lines; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (!bench->silent)
			log_line(bench, level, line);
	}
	free(lines);
}

static enum log_level level_of(const struct event *event)
{
	const char *kind = event_kind(event);

	return strcmp(kind, "error") == 0 ? LOG_ERROR :
	    strcmp(kind, "note") == 0 ? LOG_NOTE : LOG_RESULT;
}

/* Notes and errors are for the eye, the rest are measurements. */
static bool is_metric(const struct event *event)
{
	static const char *const kinds[] = {"train", "eval", "sharpness",
		"compress", "compressed", "map", "fold"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(event_kind(event), kinds[i]) == 0)
			return true;
	}
	return false;
}

/* What becomes of an event besides being told. */
enum { LOGGED = 1, KEPT = 2 };

static void emit(struct bench *bench, struct event *event, int how)
{
	const struct workbench_options *options = bench->options;
	struct buffer text = {0};
	char *json;

	/* What is restored from a journal was told when it happened. */
	if (bench->silent || bench->dry) {
		event_free(event);
		return;
	}
	if (how & KEPT)
		tutor_observe(bench, event, how & LOGGED);
	json = event_json(event);
	event_describe(event, &text);
	if (how & KEPT && is_metric(event))
		recorder_metric(bench, json);
	if (text.length && how & LOGGED)
		bench_log(bench, level_of(event), text.text);
	if (options->listener)
		options->listener(options->context, level_of(event), json,
		    text.text ? text.text : "");
	buffer_free(&text);
	free(json);
	event_free(event);
}

void bench_emit(struct bench *bench, struct event *event)
{
	emit(bench, event, LOGGED | KEPT);
}

void bench_emit_quietly(struct bench *bench, struct event *event)
{
	emit(bench, event, KEPT);
}

void bench_show(struct bench *bench, struct event *event)
{
	event_bool(event, "shown", true);
	emit(bench, event, LOGGED);
}

void bench_note(struct bench *bench, const char *format, ...)
{
	struct event *event = event_new("note");
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	event_text(event, "text", text);
	bench_emit(bench, event);
}

bool bench_watches_replay(const struct bench *bench)
{
	return bench->replay && !bench->dry && !bench->playing;
}

static int check_call(const struct call *call)
{
	const struct bench *bench = call->bench;
	unsigned flags = call->command->flags;

	if (bench_watches_replay(bench) && !(flags & COMMAND_REPLAYING))
		return error_set(call->error, "a session is being played: "
		    "wait, or `stop`");
	if (flags & COMMAND_RUN && !call->run)
		return error_set(call->error, "there is no network yet: "
		    "try `net mlp 300-100`");
	if (flags & COMMAND_RUN && bench_travelling(bench, call->run))
		return error_set(call->error, "run %s is on its way to another "
		    "step: wait, or `stop`", call->run->name);
	if (flags & COMMAND_IDLE && !bench->dry &&
	    bench_training(bench, call->run))
		return error_set(call->error, "run %s is being trained: "
		    "`stop` it first", call->run ? call->run->name : "");
	return 0;
}

/* "every=20", but not "step>=20". */
static bool is_option(const char *word)
{
	size_t name = strcspn(word, "=");

	return word[name] && !(name > 0 && strchr("<>!", word[name - 1]));
}

/* Such words are options, unless the command reads all by itself. */
static int sort_words(struct call *call, int words, const char *const *word,
    const char **kept)
{
	const struct option *table = call->command->options;

	options_default(table, &call->options);
	call->word = kept;
	for (int i = 0; i < words; i++) {
		if (call->command->flags & COMMAND_RAW || !table ||
		    !is_option(word[i]))
			kept[call->words++] = word[i];
		else if (options_parse(table, 1, &word[i], &call->options,
			call->error))
			return -1;
	}
	return 0;
}

static int run_call(struct call *call, int line_words,
    const char *const *word)
{
	struct bench *bench = call->bench;
	const char **kept = xcalloc((size_t)line_words + 1, sizeof(*kept));
	unsigned flags = call->command->flags;
	struct mark_watch watch;
	int status = -1;

	call->run = bench_run(bench);
	watch = mark_watch_begin(flags & COMMAND_JOURNAL && !bench->within ?
	    call->run : NULL);
	if (check_call(call) == 0 && sort_words(call, line_words, word,
		kept) == 0) {
		if (bench->dry && flags & COMMAND_JOB)
			status = 0;
		else
			status = call->command->run(call);
	}
	mark_watch_end(&watch, bench, call->text);
	bench->commands++;
	if (status == 0 && flags & COMMAND_JOURNAL && !bench->within &&
	    !call->unrecorded)
		recorder_command(bench, call->text);
	free(kept);
	return status;
}

int bench_execute(struct bench *bench, const struct statement *statement,
    struct job **job, struct error *error)
{
	struct call call = {.bench = bench, .text = statement->text,
		.error = error};
	const char *const *word = (const char *const *)statement->word;
	int used, status;

	*job = NULL;
	call.command = command_find(statement->words, word, &used, error);
	if (!call.command)
		return -1;
	status = run_call(&call, statement->words - used, word + used);
	if (status && strncmp(error->text, call.command->verb,
		strlen(call.command->verb)) != 0)
		error_prefix(error, "%s", call.command->verb);
	*job = call.job;
	bench->changed = true;
	return status;
}

bool bench_waits(const struct bench *bench)
{
	return bench->replay || pace_holds(bench);
}

bool bench_turn(struct bench *bench)
{
	struct job *job;

	if (bench->replay) {
		bool busy;

		bench->playing = true;
		busy = replay_advance(bench);
		bench->playing = false;
		return busy;
	}
	bench->tick_limit = pace_holds(bench) ? pace_limit(bench) : LONG_MAX;
	job = bench_next_job(bench);
	if (!job)
		return false;
	bench_work(bench, job);
	return true;
}
