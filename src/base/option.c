#include "base/option.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

int option_count(const struct option *table)
{
	int count = 0;

	while (table && table[count].name)
		count++;
	return count;
}

int option_find(const struct option *table, const char *name)
{
	for (int i = 0; table && table[i].name; i++) {
		if (strcmp(table[i].name, name) == 0)
			return i;
	}
	return -1;
}

void options_default(const struct option *table, struct option_values *out)
{
	*out = (struct option_values){0};
	for (int i = 0; table && table[i].name; i++)
		out->value[i] = table[i].initial;
}

static int parse_choice(const struct option *option, const char *text,
    double *value)
{
	const char *choice = option->choices;
	size_t length = strlen(text);

	for (int index = 0; *choice; index++) {
		size_t span = strcspn(choice, "|");

		if (span == length && strncmp(choice, text, span) == 0) {
			*value = index;
			return 0;
		}
		choice += span + (choice[span] == '|');
	}
	return -1;
}

static int out_of_range(const struct option *option, const char *text,
    struct error *error)
{
	if (isinf(option->most))
		return error_set(error, "%s=%s: must be at least %.9g",
		    option->name, text, option->least);
	return error_set(error, "%s=%s: must be between %.9g and %.9g",
	    option->name, text, option->least, option->most);
}

static int parse_number(const struct option *option, const char *text,
    double *value, struct error *error)
{
	bool whole = option->type == OPTION_INTEGER;
	long integer;
	double number;

	if (whole ? parse_long(text, &integer) :
	    option->type == OPTION_RATIO ? parse_ratio(text, &number) :
	    parse_double(text, &number))
		return error_set(error, "%s=%s: not a %snumber", option->name,
		    text, whole ? "whole " : "");
	if (whole)
		number = (double)integer;
	if (number < option->least || number > option->most)
		return out_of_range(option, text, error);
	*value = number;
	return 0;
}

static int parse_value(const struct option *option, const char *text,
    double *value, struct error *error)
{
	bool state;

	switch (option->type) {
	case OPTION_SWITCH:
		if (parse_switch(text, &state))
			return error_set(error, "%s=%s: on or off",
			    option->name, text);
		*value = state;
		return 0;
	case OPTION_CHOICE:
		if (parse_choice(option, text, value))
			return error_set(error, "%s=%s: one of %s",
			    option->name, text, option->choices);
		return 0;
	case OPTION_INTEGER:
	case OPTION_REAL:
	case OPTION_RATIO:
		break;
	}
	return parse_number(option, text, value, error);
}

/* The option that takes the next word without a name, or -1. */
static int next_positional(const struct option *table, int from)
{
	for (int i = from; table && table[i].name; i++) {
		if (table[i].positional)
			return i;
	}
	return -1;
}

static int unknown_option(const struct option *table, const char *name,
    struct error *error)
{
	struct buffer known = {0};

	for (int i = 0; table && table[i].name; i++)
		buffer_printf(&known, "%s%s", i ? ", " : "", table[i].name);
	if (known.text)
		error_set(error, "%s: no such option (there are: %s)", name,
		    known.text);
	else
		error_set(error, "%s: no options here", name);
	buffer_free(&known);
	return -1;
}

static int parse_word(const struct option *table, const char *word,
    int *position, struct option_values *values, struct error *error)
{
	const char *equals = strchr(word, '=');
	int index;

	if (equals) {
		char *name = xstrndup(word, (size_t)(equals - word));

		index = option_find(table, name);
		if (index < 0)
			unknown_option(table, name, error);
		free(name);
	} else {
		index = next_positional(table, *position);
		*position = index + 1;
		if (index < 0)
			unknown_option(table, word, error);
	}
	if (index < 0 || parse_value(&table[index], equals ? equals + 1 : word,
	    &values->value[index], error))
		return -1;
	values->given[index] = true;
	return 0;
}

int options_parse(const struct option *table, int words,
    const char *const *word, struct option_values *values,
    struct error *error)
{
	struct option_values parsed = *values;
	int position = 0;

	for (int i = 0; i < words; i++) {
		if (parse_word(table, word[i], &position, &parsed, error))
			return -1;
	}
	*values = parsed;
	return 0;
}

int options_complete(const struct option *table,
    const struct option_values *values, struct error *error)
{
	for (int i = 0; table && table[i].name; i++) {
		if (isnan(values->value[i]))
			return error_set(error, "%s must be given (%s)",
			    table[i].name, table[i].help);
	}
	return 0;
}

void option_print(const struct option *option, double value, char *out,
    size_t size)
{
	const char *choice = option->choices;

	switch (option->type) {
	case OPTION_SWITCH:
		text_copy(out, size, value != 0 ? "on" : "off");
		return;
	case OPTION_CHOICE:
		for (int i = 0; i < (int)value; i++)
			choice += strcspn(choice, "|") + 1;
		text_format(out, size, "%.*s", (int)strcspn(choice, "|"),
		    choice);
		return;
	case OPTION_INTEGER:
	case OPTION_REAL:
	case OPTION_RATIO:
		text_format(out, size, "%.9g", value);
	}
}

void options_print(const struct option *table,
    const struct option_values *values, bool all, struct buffer *out)
{
	char text[64];

	for (int i = 0; table && table[i].name; i++) {
		double value = values->value[i];

		if (isnan(value) || (!all && value == table[i].initial))
			continue;
		option_print(&table[i], value, text, sizeof(text));
		buffer_printf(out, "%s%s=%s", out->length ? " " : "",
		    table[i].name, text);
	}
}

double option_value(const struct option *table,
    const struct option_values *values, const char *name)
{
	int index = option_find(table, name);

	if (index < 0)
		die("no option %s", name);
	return values->value[index];
}
