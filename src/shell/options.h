/* The command line of the program. */
#ifndef SNT_SHELL_OPTIONS_H
#define SNT_SHELL_OPTIONS_H

#include <stdbool.h>

enum source_kind {
	SOURCE_TEXT,	/* lines of the command language */
	SOURCE_FILE,	/* a script */
	SOURCE_LESSON,	/* the line that begins one */
	SOURCE_ATTACH,	/* the folder of a session to watch; "": the newest */
	SOURCE_FOLDER	/* a session to open */
};

struct source {
	enum source_kind kind;
	bool screen;		/* belongs on the screen, if there is one */
	char *text;		/* the lines, or the path */
};

enum choice { CHOICE_AUTO, CHOICE_NO, CHOICE_YES };

struct options {
	struct source *source;	/* in the order of the command line */
	int sources;
	int threads;		/* 0: not said */
	bool json, plain, interactive, mouse;
	enum choice color, unicode;
};

enum options_outcome {
	OPTIONS_RUN,
	OPTIONS_DONE,	/* help or version printed: exit 0 */
	OPTIONS_WRONG	/* told on standard error: exit 2 */
};

/* Each option once, for parsing, --help, manual page and completion. */
struct option_row {
	const char *name;	/* "threads" */
	int letter;		/* 'c'; 0: none */
	const char *argument;	/* "N", or NULL */
	const char *help;
	/* Private: */
	enum options_outcome (*take)(struct options *options,
	    const char *value);
};
const struct option_row *option_rows(int *count);

/* Words that are a command when they come first: `snt verify FOLDER`. */
struct subcommand {
	const char *name, *usage, *help;
	int least, most;	/* words after it */
	enum source_kind kind;	/* of the line it makes */
};
const struct subcommand *subcommands(int *count);

/* Free with options_free() whatever the outcome. */
enum options_outcome options_read(int words, char **word,
    struct options *options);
void options_free(struct options *options);

/* A source as one line of the command language; free() it. */
char *source_line(const struct source *source);

#endif
