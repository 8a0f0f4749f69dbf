/* help, set, get, seed, source, history, quit, doctor */
#include "config.h"

#include "workbench/command_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/kernels.h"
#include "net/blas.h"
#include "workbench/recorder.h"

enum { SCRIPT_LIMIT = 1 << 20 };

static void say_lines(struct bench *bench, char *text)
{
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line;
	    line = strtok_r(NULL, "\n", &rest))
		bench_note(bench, "%s", line);
}

static int run_help(struct call *call)
{
	struct buffer text = {0};

	command_help(call->words ? call->word[0] : NULL, &text);
	if (text.text)
		say_lines(call->bench, text.text);
	buffer_free(&text);
	return 0;
}

static int run_set(struct call *call)
{
	struct buffer value = {0};
	int status;

	if (call->words < 2)
		return error_set(call->error, "`set KEY VALUE`; `help set` "
		    "lists the keys");
	for (int i = 1; i < call->words; i++)
		buffer_printf(&value, "%s%s", i > 1 ? " " : "", call->word[i]);
	status = setting_set(call, call->word[0], value.text);
	buffer_free(&value);
	return status;
}

static int get_one(struct call *call, const char *key)
{
	struct event *event;
	char value[128], text[192];

	if (setting_get(call->bench, key, value, sizeof(value), call->error))
		return -1;
	event = event_new("setting");
	event_text(event, "key", key);
	event_text(event, "value", value);
	text_format(text, sizeof(text), "%s %s", key, value);
	event_text(event, "text", text);
	bench_emit(call->bench, event);
	return 0;
}

static int run_get(struct call *call)
{
	int count;
	const struct setting *setting = settings(&count);

	if (call_words(call, 0, 1))
		return -1;
	if (call->words)
		return get_one(call, call->word[0]);
	for (int i = 0; i < count; i++)
		get_one(call, setting[i].name);
	return 0;
}

/* A run that has not been trained yet begins anew from the new seed. */
static int run_seed(struct call *call)
{
	struct bench *bench = call->bench;
	double seed;

	if (call_words(call, 1, 1))
		return -1;
	if (parse_double(call->word[0], &seed) || seed < 0 ||
	    seed != floor(seed) || seed > 0x1p53)
		return error_set(call->error, "%s: a whole number from 0 to "
		    "2^53", call->word[0]);
	if (call->run && call->run->learner->step > 0)
		bench_note(bench, "run %s keeps its seed; new runs from "
		    "`net` begin with %s", call->run->name, call->word[0]);
	bench->seed = (uint64_t)seed;
	if (!call->run || call->run->learner->step > 0)
		return 0;
	call->run->learner->seed = bench->seed;
	if (learner_restart(call->run->learner, call->error))
		return -1;
	run_changed(call->run, true);
	return 0;
}

static int run_source(struct call *call)
{
	char *path;
	size_t size;

	if (call_words(call, 1, 1))
		return -1;
	path = path_expand(call->word[0]);
	free(call->bench->sourced);
	call->bench->sourced = file_read(path, SCRIPT_LIMIT, &size,
	    call->error);
	free(path);
	return call->bench->sourced ? 0 : -1;
}

static int run_history(struct call *call)
{
	const struct journal_entry *entry;
	int entries = recorder_entries(call->bench->recorder, &entry);

	for (int i = 0; i < entries; i++) {
		if (entry[i].kind == JOURNAL_COMMAND)
			bench_note(call->bench, "step %-6ld %s", entry[i].step,
			    entry[i].text);
	}
	return 0;
}

static int run_quit(struct call *call)
{
	if (call_words(call, 0, 0))
		return -1;
	call->bench->finished = true;
	return 0;
}

static int run_doctor(struct call *call)
{
	struct bench *bench = call->bench;
	const char *folder = dataset_default_folder();

	bench_note(bench, "snt %s", PACKAGE_VERSION);
	bench_note(bench, "BLAS: %s, core type %s", blas_configuration(),
	    blas_core());
	if (strcmp(blas_core(), blas_core_found()) != 0)
		bench_note(bench, "(of itself this OpenBLAS takes the "
		    "processor for %s)", blas_core_found());
	bench_note(bench, "own kernels: %s", kernels_name());
	bench_note(bench, "threads: %d of %d processors",
	    pool_threads(bench->pool), pool_default_threads());
	bench_note(bench, "fashion-mnist: %s", folder ? folder :
	    "not found (package dataset-fashion-mnist, or $SNT_DATA)");
	bench_note(bench, "terminal: %s, locale %s",
	    getenv("TERM") ? getenv("TERM") : "none",
	    getenv("LC_ALL") ? getenv("LC_ALL") : getenv("LANG") ?
	    getenv("LANG") : "C");
	if (blas_check(call->error))
		return -1;
	bench_note(bench, "BLAS products agree with plain loops");
	return 0;
}

const struct command commands_other[] = {
	{"help", NULL, "help [WORD]", "other", "what there is, or about a word",
	    NULL, "help prune", {{WORD_COMMAND, NULL}}, NULL,
	    COMMAND_REPLAYING, run_help},
	{"set", NULL, "set KEY VALUE", "other",
	    "change a setting, or an option of the optimizer in mid-run",
	    NULL, "set lr 0.01", {{WORD_SETTING, NULL}, {WORD_TEXT, NULL}},
	    NULL, COMMAND_JOURNAL | COMMAND_RAW | COMMAND_REPLAYING,
	    run_set},
	{"get", NULL, "get [KEY]", "other", "show settings", NULL, "get batch",
	    {{WORD_SETTING, NULL}}, NULL, COMMAND_REPLAYING, run_get},
	{"seed", NULL, "seed N", "other",
	    "the seed of everything random; the first one is 1", NULL,
	    "seed 7", {{WORD_NUMBER, NULL}}, NULL, COMMAND_JOURNAL, run_seed},
	{"source", NULL, "source FILE", "other", "run the lines of a file",
	    NULL, NULL, {{WORD_FILE, NULL}}, NULL, 0, run_source},
	{"history", NULL, "history", "other",
	    "the journal: what was done at which step", NULL, "history",
	    {{0}}, NULL, COMMAND_REPLAYING, run_history},
	{"doctor", NULL, "doctor", "other",
	    "check BLAS, data, terminal and processor", NULL, "doctor", {{0}},
	    NULL, COMMAND_REPLAYING, run_doctor},
	{"quit", NULL, "quit", "other", "leave; a bound session is saved",
	    NULL, NULL, {{0}}, NULL, COMMAND_REPLAYING, run_quit},
	{0},
};
