#include "workbench/gradual.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "compress/pruned.h"

static const struct option options[] = {
	{"ratio", OPTION_RATIO, NAN, 0, 1, NULL,
	    "share of the weights that are zero in the end", true},
	{"steps", OPTION_INTEGER, 1000, 1, 1000000000, NULL,
	    "training steps until then", false},
	{"every", OPTION_INTEGER, 50, 1, 1000000, NULL,
	    "steps between two prunings", false},
	{0}
};

enum { RATIO, STEPS, EVERY };

static double ratio_after(const struct gradual *gradual, long step)
{
	double left = 1 - (double)(step - gradual->begin) /
	    (double)gradual->steps;

	return gradual->ratio * (1 - left * left * left);
}

static void prune(struct learner *learner, double ratio)
{
	struct compress_settings settings = {0};
	struct pruned pruned;
	struct error error;

	compress_settings_reset(&settings, learner->network->layers);
	compress_set_ratio(&settings, ratio);
	if (pruned_make(learner->network, learner_weights(learner),
		learner->buffers, &settings, NULL, NULL, &pruned, &error))
		die("%s", error.text);
	learner_keep_zeros(learner, pruned.w);
	pruned_free(&pruned);
	compress_settings_free(&settings);
}

static void prune_further(struct learner *learner)
{
	const struct gradual *gradual = &learner->gradual;
	long done = learner->step - gradual->begin;

	if (done > 0 && done <= gradual->steps &&
	    (done % gradual->every == 0 || done == gradual->steps))
		prune(learner, ratio_after(gradual, learner->step));
}

int gradual_parse(const char *text, struct learner *learner,
    struct error *error)
{
	const char *word[OPTIONS_MAX];
	bool off = strcmp(text, "off") == 0;
	char *line = xstrdup(off ? "0" : text), *rest = NULL;
	struct option_values values;
	int words = 0, status;

	options_default(options, &values);
	for (char *w = strtok_r(line, " ", &rest); w && words < OPTIONS_MAX;
	    w = strtok_r(NULL, " ", &rest))
		word[words++] = w;
	status = options_parse(options, words, word, &values, error);
	if (status == 0)
		status = options_complete(options, &values, error);
	free(line);
	if (status)
		return -1;
	learner->gradual = (struct gradual){values.value[RATIO],
		learner->step, (long)values.value[STEPS],
		(long)values.value[EVERY]};
	learner->after_step = off ? NULL : prune_further;
	return 0;
}

void gradual_print(const struct learner *learner, char *out, size_t size)
{
	const struct gradual *gradual = &learner->gradual;

	if (learner->after_step)
		text_format(out, size, "%g steps=%ld every=%ld",
		    gradual->ratio, gradual->steps, gradual->every);
	else
		text_copy(out, size, "off");
}
