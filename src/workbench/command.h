/*
 * The command table, as front ends and the makers of manuals see it. Help,
 * completion, the manual page and shell completion all come from here.
 */
#ifndef SNT_WORKBENCH_COMMAND_H
#define SNT_WORKBENCH_COMMAND_H

#include "base/buffer.h"
#include "base/option.h"

/* What may stand at a place of a command, for completion. */
enum word_kind {
	WORD_NONE,
	WORD_COMMAND,
	WORD_CHOICE,		/* one of `words`, separated by '|' */
	WORD_DATA, WORD_NETWORK, WORD_OPERATION, WORD_TRANSFORM,
	WORD_OPTIMIZER, WORD_MEASURE, WORD_SETTING, WORD_RUN, WORD_LAYER, WORD_LESSON,
	WORD_FILE, WORD_FOLDER, WORD_EXPRESSION, WORD_NUMBER, WORD_TEXT
};

struct word_place {
	enum word_kind kind;
	const char *words;
};

enum { PLACES_MAX = 4 };

struct bench;	/* private to the workbench, */
struct call;	/* like this */

struct command {
	const char *verb;	/* "run" */
	const char *object;	/* "fork", or NULL: `verb` alone */
	const char *usage;	/* "run fork NAME" */
	const char *group;	/* "runs" */
	const char *help;	/* one line */
	const char *detail;	/* a paragraph for the manual, or NULL */
	const char *example;	/* a line that works, or NULL */
	struct word_place place[PLACES_MAX];
	const struct option *options;
	/* Private to the workbench: */
	unsigned flags;
	int (*run)(struct call *call);
};

const struct command *commands(int *count);

/* Settings of `set KEY VALUE` and `get KEY`. */
struct setting {
	const char *name;
	const char *usage;	/* "on|off", "1.." */
	const char *initial;	/* the default as text */
	const char *help;
	/* Private to the workbench: */
	int (*set)(struct call *call, const char *value);
	void (*get)(const struct bench *bench, char *out, size_t size);
	bool looks;		/* belongs to who looks, not to the session */
};
const struct setting *settings(int *count);

/* All completions of the word that ends at `point`, each a whole word with a
 * one-line help; *start: where the word begins. Names of runs and layers come
 * from the snapshot (NULL allowed). Free with completions_free(). */
struct snapshot;
struct completion {
	char *word;
	char *help;
	bool final;		/* a space may follow */
};
struct completion *command_complete(const char *line, int point,
    const struct snapshot *snapshot, int *start, int *count);
void completions_free(struct completion *completion, int count);

/* How a line begins that has the word in it: "set batch N", "opt adam"; false:
 * nothing is known of it. */
bool command_usage(const char *word, char *out, size_t size);
/* `help [WORD]` as plain text lines. */
void command_help(const char *word, struct buffer *out);

#endif
