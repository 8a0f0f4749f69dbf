#include "train/schedule.h"

#include <math.h>
#include <string.h>

#include "base/buffer.h"

static const struct option step_options[] = {
	{"every", OPTION_REAL, 10, 1e-3, 1e9, NULL, "epochs between two steps",
	    false},
	{"gamma", OPTION_REAL, 0.1, 0, 1, NULL, "factor of each step", false},
	{0}};
static const struct option cosine_options[] = {
	{"epochs", OPTION_REAL, 10, 1e-3, 1e9, NULL,
	    "epochs from the full rate to zero", false},
	{"warmup", OPTION_REAL, 0, 0, 1e9, NULL,
	    "epochs of linear growth before", false},
	{0}};

static double constant_factor(const struct option_values *options,
    double epoch)
{
	(void)options;
	(void)epoch;
	return 1;
}

static double step_factor(const struct option_values *options, double epoch)
{
	return pow(options->value[1], floor(epoch / options->value[0]));
}

/* Loshchilov and Hutter 2016, arXiv 1608.03983, without restarts. */
static double cosine_factor(const struct option_values *options, double epoch)
{
	double length = options->value[0], warmup = options->value[1];

	if (epoch < warmup)
		return epoch / warmup;
	epoch -= warmup;
	return epoch >= length ? 0 : 0.5 * (1 + cos(M_PI * epoch / length));
}

static const struct schedule_kind kinds[] = {
	{"constant", "always the same rate", NULL, constant_factor},
	{"step", "the rate falls by a factor every few epochs", step_options,
	    step_factor},
	{"cosine", "the rate falls to zero along half a cosine",
	    cosine_options, cosine_factor},
};

const struct schedule_kind *schedule_kinds(int *count)
{
	*count = sizeof(kinds) / sizeof(*kinds);
	return kinds;
}

int schedule_parse(int words, const char *const *word, struct schedule *out,
    struct error *error)
{
	struct schedule parsed = {0};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (words && strcmp(word[0], kinds[i].name) == 0)
			parsed.kind = &kinds[i];
	}
	if (!parsed.kind)
		return error_set(error, "schedule %s: constant, step or "
		    "cosine", words ? word[0] : "");
	options_default(parsed.kind->options, &parsed.options);
	if (options_parse(parsed.kind->options, words - 1, word + 1,
		&parsed.options, error))
		return -1;
	*out = parsed;
	return 0;
}

double schedule_factor(const struct schedule *schedule, double epoch)
{
	return schedule->kind->factor(&schedule->options, epoch);
}

void schedule_constant(struct schedule *schedule)
{
	*schedule = (struct schedule){.kind = &kinds[0]};
}

char *schedule_line(const struct schedule *schedule)
{
	struct buffer text = {0};

	buffer_puts(&text, schedule->kind->name);
	options_print(schedule->kind->options, &schedule->options, true,
	    &text);
	return text.text;
}
