#include "workbench/expression.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>

static bool in_list(const char *list, const char *name)
{
	size_t length = strlen(name);

	while (*list) {
		size_t span = strcspn(list, "|");

		if (span == length && strncmp(list, name, span) == 0)
			return true;
		list += span + (list[span] == '|');
	}
	return false;
}

static size_t cut(char *out, size_t size, const char *from, size_t length)
{
	if (length >= size)
		length = size - 1;
	memcpy(out, from, length);
	out[length] = '\0';
	return length;
}

/* A number, or one over a value: 2/lr. */
static int parse_limit(const char *text, const char *names,
    struct term *term)
{
	size_t number = strcspn(text, "/");
	char digits[32];

	cut(digits, sizeof(digits), text, number);
	if (text[number] == '/')
		cut(term->over, sizeof(term->over), text + number + 1,
		    strlen(text + number + 1));
	return parse_ratio(digits, &term->value) ||
	    (text[number] == '/' && !in_list(names, term->over));
}

static int parse_term(const char *text, const char *names, struct term *term,
    struct error *error)
{
	size_t name = strcspn(text, "<>=!");
	size_t operation = strspn(text + name, "<>=!");

	cut(term->name, sizeof(term->name), text, name);
	cut(term->operation, sizeof(term->operation), text + name, operation);
	if (operation == 0 || operation > 2 ||
	    !in_list("<|<=|>|>=|==|=|!=", term->operation))
		return error_set(error, "condition %s: write it like acc>0.9",
		    text);
	if (!in_list(names, term->name))
		return error_set(error, "condition %s: no value %s (there are: "
		    "%s)", text, term->name, names);
	if (parse_limit(text + name + operation, names, term))
		return error_set(error, "condition %s: %s is not a number, nor "
		    "one over a value as in 2/lr", text,
		    text + name + operation);
	return 0;
}

/* The text without blanks, " and " turned into '&'. */
static char *squeezed(const char *text)
{
	char *out = xmalloc(strlen(text) + 1);
	size_t used = 0;

	for (const char *at = text; *at;) {
		if (strncmp(at, " and ", 5) == 0) {
			out[used++] = '&';
			at += 5;
		} else {
			if (*at != ' ')
				out[used++] = *at;
			at++;
		}
	}
	out[used] = '\0';
	return out;
}

int expression_parse(const char *text, const char *names,
    struct expression *out, struct error *error)
{
	char *all = squeezed(text), *rest = NULL;
	int status = 0;

	*out = (struct expression){0};
	for (char *part = strtok_r(all, "&", &rest); part && status == 0;
	    part = strtok_r(NULL, "&", &rest)) {
		if (out->terms == TERMS_MAX)
			status = error_set(error, "condition %s: more than %d "
			    "parts", text, TERMS_MAX);
		else
			status = parse_term(part, names,
			    &out->term[out->terms++], error);
	}
	if (status == 0 && out->terms == 0)
		status = error_set(error, "a condition is missing, e.g. "
		    "acc>0.9");
	free(all);
	return status;
}

static bool holds(const struct term *term, double value, double limit)
{
	bool equal = value == limit;
	char first = term->operation[0];
	bool or_equal = term->operation[1] == '=' || first == '=';

	if (isnan(value) || isnan(limit))
		return false;
	if (first == '!')
		return !equal;
	if (equal)
		return or_equal;
	return first == '<' ? value < limit : first == '>' ? value > limit :
	    false;
}

bool expression_holds(const struct expression *expression,
    double (*value)(const void *context, const char *name),
    const void *context)
{
	for (int i = 0; i < expression->terms; i++) {
		const struct term *term = &expression->term[i];

		double limit = term->over[0] ?
		    term->value / value(context, term->over) : term->value;

		if (!holds(term, value(context, term->name), limit))
			return false;
	}
	return true;
}

bool expression_uses(const struct expression *expression, const char *prefix)
{
	for (int i = 0; i < expression->terms; i++) {
		if (strncmp(expression->term[i].name, prefix,
			strlen(prefix)) == 0)
			return true;
	}
	return false;
}
