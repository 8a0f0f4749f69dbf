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

/* The index of the word among the choices, or -1. */
static int find_choice(const struct option *option, const char *text,
    size_t length)
{
	const char *choice = option->choices;

	for (int index = 0; *choice; index++) {
		size_t span = strcspn(choice, "|");

		if (span == length && strncmp(choice, text, span) == 0)
			return index;
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

bool option_set_word(const struct option *table,
    const struct option_values *values, const char *name, const char *word)
{
	unsigned words = (unsigned)option_value(table, values, name);
	int n = find_choice(&table[option_find(table, name)], word,
	    strlen(word));

	return n >= 0 && (words >> n & 1);
}

bool option_set_number(const struct option_values *values, int number)
{
	return number >= 1 && number <= SET_MOST &&
	    (values->number[number / 64] >> (number % 64) & 1);
}

/* One word of a set: of its choices, or a number. */
static int parse_member(const struct option *option, const char *text,
    size_t length, double *words, uint64_t *number)
{
	int index = find_choice(option, text, length);
	char digits[16];
	long value;

	if (index >= 0) {
		*words = (double)((1u << index) | (unsigned)*words);
		return 0;
	}
	text_format(digits, sizeof(digits), "%.*s", (int)length, text);
	if (length >= sizeof(digits) || parse_long(digits, &value) ||
	    value < 1 || value > SET_MOST)
		return -1;
	number[value / 64] |= (uint64_t)1 << (value % 64);
	return 0;
}

static int parse_set(const struct option *option, const char *text,
    double *value, uint64_t *number, struct error *error)
{
	const char *member = text;

	*value = 0;
	memset(number, 0, sizeof(((struct option_values *)0)->number));
	for (;;) {
		size_t length = strcspn(member, ",");

		if (parse_member(option, member, length, value, number))
			return error_set(error, "%s=%s: %s, or numbers from 1 "
			    "to %d, separated by commas", option->name, text,
			    option->choices, SET_MOST);
		if (!member[length])
			return 0;
		member += length + 1;
	}
}

static int parse_value(const struct option *option, const char *text,
    double *value, struct error *error)
{
	bool state;
	int index;

	switch (option->type) {
	case OPTION_SWITCH:
		if (parse_switch(text, &state))
			return error_set(error, "%s=%s: on or off",
			    option->name, text);
		*value = state;
		return 0;
	case OPTION_CHOICE:
		index = find_choice(option, text, strlen(text));
		if (index < 0)
			return error_set(error, "%s=%s: one of %s",
			    option->name, text, option->choices);
		*value = index;
		return 0;
	case OPTION_INTEGER:
	case OPTION_REAL:
	case OPTION_RATIO:
	case OPTION_SET:
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
	const char *equals = strchr(word, '='), *text;
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
	if (index < 0)
		return -1;
	text = equals ? equals + 1 : word;
	if (table[index].type == OPTION_SET ?
	    parse_set(&table[index], text, &values->value[index],
		values->number, error) :
	    parse_value(&table[index], text, &values->value[index], error))
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

/* The n-th choice, and its length. */
static const char *choice_at(const struct option *option, int n, int *length)
{
	const char *choice = option->choices;

	for (int i = 0; i < n; i++)
		choice += strcspn(choice, "|") + 1;
	*length = (int)strcspn(choice, "|");
	return choice;
}

static void print_words(const struct option *option, unsigned words,
    struct buffer *out)
{
	int length;

	for (int i = 0; words >> i; i++) {
		const char *choice = words >> i & 1 ? choice_at(option, i,
		    &length) : NULL;

		if (choice)
			buffer_printf(out, "%s%.*s", out->length ? "," : "",
			    length, choice);
	}
}

void option_print(const struct option *option, double value, char *out,
    size_t size)
{
	struct buffer words = {0};
	const char *choice;
	int length;

	switch (option->type) {
	case OPTION_SWITCH:
		text_copy(out, size, value != 0 ? "on" : "off");
		return;
	case OPTION_CHOICE:
		choice = choice_at(option, (int)value, &length);
		text_format(out, size, "%.*s", length, choice);
		return;
	case OPTION_SET:
		print_words(option, (unsigned)value, &words);
		text_copy(out, size, words.text ? words.text : "");
		buffer_free(&words);
		return;
	case OPTION_INTEGER:
	case OPTION_REAL:
	case OPTION_RATIO:
		text_format(out, size, "%.9g", value);
	}
}

/* Of a set: its words, then its numbers. */
static void print_set(const struct option *option,
    const struct option_values *values, double words, struct buffer *out)
{
	struct buffer text = {0};

	print_words(option, (unsigned)words, &text);
	for (int i = 1; i <= SET_MOST; i++) {
		if (option_set_number(values, i))
			buffer_printf(&text, "%s%d", text.length ? "," : "",
			    i);
	}
	buffer_printf(out, "%s%s=%s", out->length ? " " : "", option->name,
	    text.text ? text.text : "");
	buffer_free(&text);
}

void options_print(const struct option *table,
    const struct option_values *values, bool all, struct buffer *out)
{
	char text[64];

	for (int i = 0; table && table[i].name; i++) {
		double value = values->value[i];

		if (isnan(value) || (!all && value == table[i].initial))
			continue;
		if (table[i].type == OPTION_SET) {
			print_set(&table[i], values, value, out);
			continue;
		}
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
