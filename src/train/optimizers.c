#include "train/optimizer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "train/rule.h"

/* A rule, or a method over a rule. */
struct optimizer {
	const struct optimizer_row *method;	/* NULL: a plain rule */
	const struct optimizer_row *rule;
	struct option_values method_options, rule_options;
	size_t n;
	real *state[STATES_MAX];	/* of the rule */
	real *work[STATES_MAX];		/* of the method */
	long steps;
};

static const struct optimizer_row *const rows[] = {
	&optimizer_adam, &optimizer_sgd, &optimizer_sam, &optimizer_asam,
	&optimizer_looksam, &optimizer_esam, &optimizer_gsam,
	&optimizer_cram, &optimizer_noise};

enum { ROWS = sizeof(rows) / sizeof(*rows) };

/* In the order of the choices of base=. */
static const struct optimizer_row *const bases[] = {
	&optimizer_adam, &optimizer_sgd};

const struct optimizer_kind *const *optimizer_kinds(int *count)
{
	static const struct optimizer_kind *const kinds[ROWS] = {
		&optimizer_adam.kind, &optimizer_sgd.kind,
		&optimizer_sam.kind, &optimizer_asam.kind,
		&optimizer_looksam.kind, &optimizer_esam.kind,
		&optimizer_gsam.kind, &optimizer_cram.kind,
		&optimizer_noise.kind};

	*count = ROWS;
	return kinds;
}

static const struct optimizer_row *find_row(const char *name)
{
	for (int i = 0; i < ROWS; i++) {
		if (strcmp(rows[i]->kind.name, name) == 0)
			return rows[i];
	}
	return NULL;
}

const struct optimizer_kind *optimizer_find(const char *name)
{
	const struct optimizer_row *row = find_row(name);

	return row ? &row->kind : NULL;
}

static int unknown(const char *name, struct error *error)
{
	struct buffer known = {0};

	for (int i = 0; i < ROWS; i++)
		buffer_printf(&known, "%s%s", i ? ", " : "",
		    rows[i]->kind.name);
	error_set(error, "%s: no such optimizer (there are: %s)", name,
	    known.text);
	buffer_free(&known);
	return -1;
}

static bool is_method_word(const struct optimizer_row *method,
    const char *word)
{
	size_t length = strcspn(word, "=");

	for (int i = 0; method->kind.options[i].name; i++) {
		const char *name = method->kind.options[i].name;

		if (strlen(name) == length && strncmp(name, word, length) == 0)
			return true;
	}
	return false;
}

/* The method's own words first: they say which rule reads the others. */
static int parse_method(struct optimizer *optimizer, int words,
    const char *const *word, struct error *error)
{
	const struct optimizer_row *method = optimizer->method;

	options_default(method->kind.options, &optimizer->method_options);
	for (int i = 0; i < words; i++) {
		if (is_method_word(method, word[i]) &&
		    options_parse(method->kind.options, 1, &word[i],
			&optimizer->method_options, error))
			return -1;
	}
	optimizer->rule = bases[(int)option_value(method->kind.options,
	    &optimizer->method_options, "base")];
	return 0;
}

static int parse_rule(struct optimizer *optimizer, int words,
    const char *const *word, struct error *error)
{
	const struct optimizer_row *method = optimizer->method;
	const struct option *table = optimizer->rule->kind.options;

	options_default(table, &optimizer->rule_options);
	for (int i = 0; i < words; i++) {
		if (method && is_method_word(method, word[i]))
			continue;
		if (options_parse(table, 1, &word[i],
			&optimizer->rule_options, error))
			return -1;
	}
	return 0;
}

struct optimizer *optimizer_new(int words, const char *const *word, size_t n,
    struct error *error)
{
	const struct optimizer_row *row = words ? find_row(word[0]) : NULL;
	struct optimizer *optimizer;

	if (!row) {
		unknown(words ? word[0] : "", error);
		return NULL;
	}
	optimizer = xcalloc(1, sizeof(*optimizer));
	optimizer->n = n;
	optimizer->rule = row;
	if (row->kind.wraps)
		optimizer->method = row;
	if ((optimizer->method && parse_method(optimizer, words - 1, word + 1,
		error)) || parse_rule(optimizer, words - 1, word + 1,
		error)) {
		error_prefix(error, "%s", word[0]);
		optimizer_free(optimizer);
		return NULL;
	}
	return optimizer;
}

void optimizer_free(struct optimizer *optimizer)
{
	if (!optimizer)
		return;
	for (int i = 0; i < STATES_MAX; i++) {
		reals_free(optimizer->state[i]);
		reals_free(optimizer->work[i]);
	}
	free(optimizer);
}

static void copy_kept(const struct optimizer_kind *kind, real *const *from,
    size_t n, bool empty, real **to)
{
	for (int i = 0; i < STATES_MAX; i++) {
		bool kept = kind && i < kind->states && kind->state_name[i];

		to[i] = !kept || !from[i] ? NULL :
		    empty ? reals_room(n) : reals_dup(from[i], n);
	}
}

struct optimizer *optimizer_again(const struct optimizer *from, size_t n)
{
	struct optimizer *optimizer = xcalloc(1, sizeof(*optimizer));

	*optimizer = (struct optimizer){.method = from->method,
		.rule = from->rule, .method_options = from->method_options,
		.rule_options = from->rule_options, .n = n};
	return optimizer;
}

struct optimizer *optimizer_copy(const struct optimizer *from, bool empty)
{
	struct optimizer *copy = optimizer_again(from, from->n);

	copy->steps = from->steps;
	copy_kept(&from->rule->kind, from->state, from->n, empty,
	    copy->state);
	copy_kept(from->method ? &from->method->kind : NULL, from->work,
	    from->n, empty, copy->work);
	return copy;
}

char *optimizer_line(const struct optimizer *optimizer)
{
	struct buffer text = {0};
	const struct optimizer_row *rule = optimizer->rule;

	if (optimizer->method) {
		const struct optimizer_kind *kind = &optimizer->method->kind;

		buffer_puts(&text, kind->name);
		options_print(kind->options, &optimizer->method_options, true,
		    &text);
	} else {
		buffer_puts(&text, rule->kind.name);
	}
	options_print(rule->kind.options, &optimizer->rule_options, true,
	    &text);
	return text.text;
}

const char *optimizer_name(const struct optimizer *optimizer)
{
	return optimizer->method ? optimizer->method->kind.name :
	    optimizer->rule->kind.name;
}

double optimizer_cost(const struct optimizer *optimizer)
{
	const struct optimizer_row *method = optimizer->method;

	if (!method)
		return optimizer->rule->kind.gradients;
	return method->cost ? method->cost(&optimizer->method_options) :
	    method->kind.gradients;
}

/* The table and values that hold an option, the method's before the rule's. */
static struct option_values *holder(const struct optimizer *optimizer,
    const char *name, const struct option **table)
{
	const struct optimizer_row *method = optimizer->method;

	if (method && option_find(method->kind.options, name) >= 0) {
		*table = method->kind.options;
		return (struct option_values *)&optimizer->method_options;
	}
	*table = optimizer->rule->kind.options;
	return option_find(*table, name) >= 0 ?
	    (struct option_values *)&optimizer->rule_options : NULL;
}

int optimizer_set(struct optimizer *optimizer, const char *name,
    const char *value, struct error *error)
{
	const struct option *table;
	struct option_values *values = holder(optimizer, name, &table);
	char *word;
	const char *words[1];
	int status;

	if (!values)
		return error_set(error, "%s has no option %s",
		    optimizer_name(optimizer), name);
	if (strcmp(name, "base") == 0)
		return error_set(error, "base: choose another with `opt`");
	word = xasprintf("%s=%s", name, value);
	words[0] = word;
	status = options_parse(table, 1, words, values, error);
	free(word);
	return status;
}

int optimizer_get(const struct optimizer *optimizer, const char *name,
    double *value)
{
	const struct option *table;
	const struct option_values *values = holder(optimizer, name, &table);

	if (!values)
		return -1;
	*value = option_value(table, values, name);
	return 0;
}

/* Those that are kept have n numbers, the others `work`. */
static void need_vectors(real **vector, const struct optimizer_kind *kind,
    size_t n, size_t work)
{
	for (int i = 0; i < kind->states; i++) {
		if (!vector[i])
			vector[i] = reals_new(kind->state_name[i] ? n : work);
	}
}

static void take_gradient(struct optimizer *optimizer,
    const struct gradient_source *source, real *theta, real *g)
{
	struct method_step step = {.n = optimizer->n,
		.options = &optimizer->method_options, .source = source,
		.theta = theta, .g = g, .state = optimizer->work,
		.t = optimizer->steps};

	if (!optimizer->method) {
		source->gradient(source->context, theta, 0, g);
		return;
	}
	need_vectors(optimizer->work, &optimizer->method->kind, optimizer->n,
	    source->n_w > optimizer->n ? source->n_w : optimizer->n);
	optimizer->method->gradient(&step);
}

void optimizer_step(struct optimizer *optimizer,
    const struct gradient_source *source, double factor, const real *decay,
    real *theta, real *g)
{
	double lr = option_value(optimizer->rule->kind.options,
	    &optimizer->rule_options, "lr");
	struct rule_step step = {.n = optimizer->n,
		.options = &optimizer->rule_options, .lr = lr * factor,
		.t = ++optimizer->steps, .decay = decay ? decay : theta,
		.theta = theta, .g = g, .state = optimizer->state,
		.segment = source->segment, .segments = source->segments,
		.pool = source->pool};

	take_gradient(optimizer, source, theta, g);
	need_vectors(optimizer->state, &optimizer->rule->kind, optimizer->n,
	    optimizer->n);
	optimizer->rule->step(&step);
}

bool optimizer_decays(const struct optimizer *optimizer)
{
	return optimizer->rule->decays(&optimizer->rule_options);
}

static int list_kept(const struct optimizer_kind *kind, real **vector,
    size_t n, const char **name, real **state)
{
	int kept = 0;

	for (int i = 0; i < kind->states; i++) {
		if (!kind->state_name[i])
			continue;
		if (!vector[i])
			vector[i] = reals_new(n);
		name[kept] = kind->state_name[i];
		state[kept++] = vector[i];
	}
	return kept;
}

int optimizer_states(struct optimizer *optimizer, const char **name,
    real **state)
{
	int kept = list_kept(&optimizer->rule->kind, optimizer->state,
	    optimizer->n, name, state);

	if (optimizer->method)
		kept += list_kept(&optimizer->method->kind, optimizer->work,
		    optimizer->n, name + kept, state + kept);
	return kept;
}

size_t optimizer_vectors(const struct optimizer *optimizer)
{
	const struct optimizer_row *method = optimizer->method;

	return (size_t)(optimizer->rule->kind.states +
	    (method ? method->kind.states : 0));
}

long optimizer_steps(const struct optimizer *optimizer)
{
	return optimizer->steps;
}

void optimizer_set_steps(struct optimizer *optimizer, long steps)
{
	optimizer->steps = steps;
}
