/*
 * Options: one table describes what a layer, transform, optimizer, pruner,
 * quantiser or command takes. Parsing, messages, defaults, help, completion
 * and the manual are all made from it.
 *
 * A value is a double: a number, 0/1 of a switch, the index of a choice, or the
 * chosen words of a set as bits.
 */
#ifndef SNT_BASE_OPTION_H
#define SNT_BASE_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

enum option_type {
	OPTION_INTEGER,
	OPTION_REAL,
	OPTION_RATIO,	/* a fraction; "80%" is taken too */
	OPTION_SWITCH,	/* on | off */
	OPTION_CHOICE,	/* one of `choices`, separated by '|' */
	OPTION_SET	/* some of `choices` and numbers: "conv,7" */
};

struct option {
	const char *name;	/* NULL ends a table */
	enum option_type type;
	double initial;		/* the default; NAN: must be given */
	double least, most;	/* inclusive; of numbers only */
	const char *choices;
	const char *help;
	bool positional;	/* may be given without "name=", in order */
};

enum { OPTIONS_MAX = 16, SET_MOST = 255 };

struct option_values {
	double value[OPTIONS_MAX];
	bool given[OPTIONS_MAX];
	/* The numbers 1 .. SET_MOST in the table's set (it has one at most). */
	uint64_t number[(SET_MOST + 64) / 64];
};

int option_count(const struct option *table);
int option_find(const struct option *table, const char *name); /* or -1 */
void options_default(const struct option *table, struct option_values *out);

/* Take words ("32", "k=3", "bias=off") over the values there are; each word
 * must be understood. On failure *values is unchanged and the message names
 * the word and what was expected. options_complete() then refuses values
 * that must be given and were not. */
int options_parse(const struct option *table, int words,
    const char *const *word, struct option_values *values,
    struct error *error);
int options_complete(const struct option *table,
    const struct option_values *values, struct error *error);

/* Whether the word (any word), or the number, is in the option's set. */
bool option_set_word(const struct option *table,
    const struct option_values *values, const char *name, const char *word);
bool option_set_number(const struct option_values *values, int number);

/* One value as it would be typed ("0.05", "on", "channel"); of a set, its
 * words. */
void option_print(const struct option *option, double value, char *out,
    size_t size);
/* "k=3 pad=1": those that differ from the default (or all). */
void options_print(const struct option *table,
    const struct option_values *values, bool all, struct buffer *out);
/* The value by name; dies on a name that the table does not have. */
double option_value(const struct option *table,
    const struct option_values *values, const char *name);

#endif
