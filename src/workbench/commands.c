/* The command table, joined from its groups, and the look-up of a line. */
#include "workbench/command_table.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

enum { COMMANDS_MAX = 96 };

static struct command table[COMMANDS_MAX];
static int table_count;
static pthread_once_t joined = PTHREAD_ONCE_INIT;

static void join_groups(void)
{
	static const struct command *const groups[] = {commands_data,
		commands_network, commands_snt, commands_train, commands_run,
		commands_compare, commands_time, commands_sharpness,
		commands_compress, commands_sweep, commands_apply,
		commands_ratios, commands_show, commands_session,
		commands_screen, commands_lesson, commands_study,
		commands_other};

	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		for (const struct command *c = groups[i]; c->verb; c++) {
			if (table_count == COMMANDS_MAX)
				die("more than %d commands", COMMANDS_MAX);
			table[table_count++] = *c;
		}
	}
}

const struct command *commands(int *count)
{
	pthread_once(&joined, join_groups);
	*count = table_count;
	return table;
}

/* The verb most like the word, when it is like it at all: one slip in a short
 * word, two in a longer one. */
static const char *nearest(const char *word)
{
	const char *best = NULL;
	int count, least = strlen(word) < 5 ? 2 : 3;
	const struct command *command = commands(&count);

	for (int i = 0; i < count; i++) {
		int distance = text_distance(word, command[i].verb);

		if (distance < least) {
			least = distance;
			best = command[i].verb;
		}
	}
	return best;
}

/* A word of another place, or one that was mistyped. */
static void no_verb(const char *word, struct error *error)
{
	char usage[120];

	if (command_usage(word, usage, sizeof(usage)))
		error_set(error, "%s: no such command; did you mean `%s`?",
		    word, usage);
	else if (nearest(word))
		error_set(error, "%s: no such command; did you mean %s?",
		    word, nearest(word));
	else
		error_set(error, "%s: no such command; `help` lists them",
		    word);
}

static void no_object(const char *verb, struct error *error)
{
	struct buffer known = {0};
	int count;
	const struct command *command = commands(&count);

	for (int i = 0; i < count; i++) {
		if (strcmp(command[i].verb, verb) == 0)
			buffer_printf(&known, "%s%s %s",
			    known.length ? ", " : "", verb,
			    command[i].object);
	}
	error_set(error, "%s what? There are: %s", verb, known.text);
	buffer_free(&known);
}

/* Words that fingers know from elsewhere. */
static const char *meant_by(const char *verb)
{
	static const char *const quits[] = {"q", "q!", "qa", "wq", "x",
		"exit"};

	for (size_t i = 0; i < sizeof(quits) / sizeof(*quits); i++) {
		if (strcmp(verb, quits[i]) == 0)
			return "quit";
	}
	return verb;
}

const struct command *command_find(int words, const char *const *word,
    int *used, struct error *error)
{
	const struct command *alone = NULL;
	const char *verb = meant_by(word[0]);
	bool known = false;
	int count;
	const struct command *command = commands(&count);

	for (int i = 0; i < count; i++) {
		if (strcmp(command[i].verb, verb) != 0)
			continue;
		known = true;
		*used = 2;
		if (command[i].object && words > 1 &&
		    strcmp(command[i].object, word[1]) == 0)
			return &command[i];
		if (!command[i].object)
			alone = &command[i];
	}
	*used = 1;
	if (alone)
		return alone;
	if (known)
		no_object(word[0], error);
	else
		no_verb(word[0], error);
	return NULL;
}

int call_start(struct call *call, struct job *job)
{
	job->references++;
	if (call->bench->jobs >= JOBS_ASKED_MOST) {
		job_release(job);
		return error_set(call->error, "%d things are waiting to be "
		    "done: let them end, or `stop`", call->bench->jobs);
	}
	bench_start(call->bench, job);
	call->job = job;
	return 0;
}

int call_words(const struct call *call, int least, int most)
{
	if (call->words < least)
		return error_set(call->error, "something is missing: %s",
		    call->command->usage);
	if (call->words > most)
		return error_set(call->error, "%s: not understood; usage: %s",
		    call->word[most], call->command->usage);
	return 0;
}
