#include "workbench/lesson_answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "sharpness/measure.h"
#include "workbench/event.h"

/* What events tell, under the names that answers use. Values of sharpness
 * go by the name of the measure. */
static const struct {
	const char *kind, *field, *name;
} sources[] = {
	{"train", "loss", "loss"},
	{"train", "accuracy", "acc"},
	{"eval", "loss", "test_loss"},
	{"eval", "accuracy", "test_acc"},
	{"compress", "accuracy", "compressed"},
	{"compress", "loss", "compressed_loss"},
	{"compress", "zeros", "zeros"},
	{"compress", "bytes", "bytes"},
	{"compress", "predicted", "predicted"},
	{"compress", "measured", "measured"},
	{"fold", "max_abs_diff", "max_abs_diff"},
	{"fold", "flips", "flips"},
};
enum { SOURCES = sizeof(sources) / sizeof(*sources), SPEC_WORDS = 6 };

static struct fact *find(const struct facts *facts, const char *run,
    const char *name)
{
	for (int i = 0; i < facts->count; i++) {
		if (strcmp(facts->fact[i].run, run) == 0 &&
		    strcmp(facts->fact[i].name, name) == 0)
			return &facts->fact[i];
	}
	return NULL;
}

static void put(struct facts *facts, const char *run, const char *name,
    double value)
{
	struct fact *fact = find(facts, run, name);

	if (isnan(value))
		return;
	if (!fact) {
		facts->fact = xreallocarray(facts->fact,
		    (size_t)facts->count + 1, sizeof(*facts->fact));
		fact = &facts->fact[facts->count++];
		text_copy(fact->run, sizeof(fact->run), run);
		text_copy(fact->name, sizeof(fact->name), name);
	}
	fact->value = value;
}

void facts_observe(struct facts *facts, const struct event *event)
{
	const char *run = event_get_text(event, "run");
	const char *kind = event_kind(event);
	const char *split = event_get_text(event, "split");

	if (!run || (split && strcmp(split, "test") != 0))
		return;
	if (strcmp(kind, "sharpness") == 0 && event_get_text(event, "kind") &&
	    event_compares(event))
		put(facts, run, event_get_text(event, "kind"),
		    event_get(event, "value"));
	for (int i = 0; i < SOURCES; i++) {
		if (strcmp(sources[i].kind, kind) == 0)
			put(facts, run, sources[i].name,
			    event_get(event, sources[i].field));
	}
}

void facts_free(struct facts *facts)
{
	free(facts->fact);
	*facts = (struct facts){0};
}

static bool known_name(const char *name)
{
	for (int i = 0; i < SOURCES; i++) {
		if (strcmp(sources[i].name, name) == 0)
			return true;
	}
	return measure_find(name) != NULL;
}

/* The answer's words, taken apart. */
struct spec {
	enum { SPEC_WORD, SPEC_EXTREME, SPEC_NUMBER } kind;
	bool largest;
	char name[24], run[32];	/* of a fact; name "" when `value` is given */
	double value, within;
	bool relative;
};

static int split_words(char *text, char **word)
{
	char *rest = NULL;
	int count = 0;

	for (char *w = strtok_r(text, " \t", &rest); w && count < SPEC_WORDS;
	    w = strtok_r(NULL, " \t", &rest))
		word[count++] = w;
	return count;
}

static int parse_within(struct spec *spec, const char *word,
    struct error *error)
{
	size_t length = strlen(word);

	spec->relative = length > 0 && word[length - 1] == '%';
	if (parse_ratio(word, &spec->within) || spec->within < 0)
		return error_set(error, "within %s: a number, or 10%%", word);
	return 0;
}

/* NAME of RUN within X, or NUMBER within X */
static int parse_number(struct spec *spec, int words, char **word,
    struct error *error)
{
	spec->kind = SPEC_NUMBER;
	if (words == 3) {
		if (parse_ratio(word[0], &spec->value))
			return error_set(error, "%s: not a number", word[0]);
	} else if (words == 5 && strcmp(word[1], "of") == 0) {
		text_copy(spec->name, sizeof(spec->name), word[0]);
		text_copy(spec->run, sizeof(spec->run), word[2]);
	} else {
		return error_set(error, "write it like `lambda of sam within "
		    "10%%` or `0.02 within 0.002`");
	}
	return parse_within(spec, word[words - 1], error);
}

static int parse_words(struct spec *spec, int words, char **word,
    struct error *error)
{
	if (words == 2 && (strcmp(word[0], "largest") == 0 ||
	    strcmp(word[0], "smallest") == 0)) {
		spec->kind = SPEC_EXTREME;
		spec->largest = word[0][0] == 'l';
		text_copy(spec->name, sizeof(spec->name), word[1]);
	} else if (words >= 3 && strcmp(word[words - 2], "within") == 0 &&
	    parse_number(spec, words, word, error)) {
		return -1;
	}
	if (*spec->name && !known_name(spec->name))
		return error_set(error, "%s: nothing of that name is measured",
		    spec->name);
	return 0;
}

static int parse(const struct lesson_page *page, struct spec *spec,
    struct error *error)
{
	char *text = xstrdup(page->answer.text), *word[SPEC_WORDS];
	int status;

	*spec = (struct spec){.kind = SPEC_WORD};
	status = parse_words(spec, split_words(text, word), word, error);
	free(text);
	return status;
}

static bool is_choice(const struct lesson_page *page, const char *text)
{
	for (int i = 0; i < page->choices; i++) {
		if (strcasecmp(page->choice[i].text, text) == 0)
			return true;
	}
	return page->choices == 0;
}

int lesson_answer_check(const struct lesson_page *page, struct error *error)
{
	struct spec spec;

	if (parse(page, &spec, error))
		return error_prefix(error, "answer");
	if (spec.kind == SPEC_EXTREME && page->choices < 2)
		return error_set(error, "answer: %s needs two choices or more",
		    page->answer.text);
	if (spec.kind == SPEC_NUMBER && page->choices > 0)
		return error_set(error, "answer: a number, but there are "
		    "choices");
	if (spec.kind == SPEC_WORD && !is_choice(page, page->answer.text))
		return error_set(error, "answer: %s is not among the choices",
		    page->answer.text);
	return 0;
}

static int missing(const char *name, const char *run, struct error *error)
{
	return error_set(error, "the lesson's lines have not measured %s of "
	    "%s", name, run);
}

/* The choice where a value is largest or smallest. */
static int judge_extreme(const struct lesson_page *page,
    const struct spec *spec, const struct facts *facts, const char *given,
    char *expected, size_t size, struct error *error)
{
	const struct fact *best = NULL;

	for (int i = 0; i < page->choices; i++) {
		const struct fact *fact = find(facts, page->choice[i].text,
		    spec->name);

		if (!fact)
			return missing(spec->name, page->choice[i].text,
			    error);
		if (!best || (spec->largest ? fact->value > best->value :
		    fact->value < best->value))
			best = fact;
	}
	text_format(expected, size, "%s (%s %.4g)", best->run, spec->name,
	    best->value);
	return given && strcasecmp(given, best->run) == 0;
}

static int judge_number(const struct spec *spec, const struct facts *facts,
    const char *given, char *expected, size_t size, struct error *error)
{
	const struct fact *fact = find(facts, spec->run, spec->name);
	double right = spec->value, number, room;

	if (*spec->name && !fact)
		return missing(spec->name, spec->run, error);
	if (fact)
		right = fact->value;
	room = spec->relative ? spec->within * fabs(right) : spec->within;
	text_format(expected, size, "%.6g", right);
	return given && parse_ratio(given, &number) == 0 &&
	    fabs(number - right) <= room;
}

int lesson_answer_judge(const struct lesson_page *page,
    const struct facts *facts, const char *given, char *expected,
    size_t size, struct error *error)
{
	struct spec spec;

	if (parse(page, &spec, error))
		return -1;
	switch (spec.kind) {
	case SPEC_EXTREME:
		return judge_extreme(page, &spec, facts, given, expected,
		    size, error);
	case SPEC_NUMBER:
		return judge_number(&spec, facts, given, expected, size,
		    error);
	default:
		text_copy(expected, size, page->answer.text);
		return given && strcasecmp(given, page->answer.text) == 0;
	}
}
