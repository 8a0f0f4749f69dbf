#include "workbench/learner_settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/gradual.h"
#include "workbench/setting_value.h"

static int not_training(const struct call *call, const char *key)
{
	if (call->run && !call->bench->dry &&
	    bench_training(call->bench, call->run))
		return error_set(call->error, "%s: run %s is being trained, "
		    "`stop` it first", key, call->run->name);
	return 0;
}

int set_batch(struct call *call, const char *value)
{
	if (not_training(call, "batch") || setting_whole("batch", value, 1,
		1000000, &call->bench->set.batch, call->error))
		return -1;
	setting_note_excess(call->bench, "batch", call->bench->set.batch,
	    SPLIT_TRAIN);
	if (!call->run)
		return 0;
	/* Jobs that only look use the engine that may be replaced now. */
	bench_cancel_looking(call->bench, call->run);
	learner_set_batch(call->run->learner, (int)call->bench->set.batch);
	return 0;
}

void get_batch(const struct bench *bench, char *out, size_t size)
{
	text_format(out, size, "%ld", bench->set.batch);
}

int set_shuffle(struct call *call, const char *value)
{
	if (setting_switch("shuffle", value, &call->bench->set.shuffle,
		call->error))
		return -1;
	if (call->run)
		call->run->learner->shuffle = call->bench->set.shuffle;
	return 0;
}

void get_shuffle(const struct bench *bench, char *out, size_t size)
{
	text_copy(out, size, bench->set.shuffle ? "on" : "off");
}

int set_decay(struct call *call, const char *value)
{
	bool factors = strcmp(value, "factors") == 0;

	if (!factors && strcmp(value, "w") != 0)
		return error_set(call->error, "decay %s: w or factors", value);
	call->bench->set.decay_factors = factors;
	if (call->run)
		call->run->learner->decay_factors = factors;
	return 0;
}

void get_decay(const struct bench *bench, char *out, size_t size)
{
	text_copy(out, size, bench->set.decay_factors ? "factors" : "w");
}

static int split_words(char *line, const char **word, int most)
{
	char *rest = NULL;
	int words = 0;

	for (char *w = strtok_r(line, " ", &rest); w && words < most;
	    w = strtok_r(NULL, " ", &rest))
		word[words++] = w;
	return words;
}

static int parse_schedule(const char *value, struct schedule *schedule,
    struct error *error)
{
	const char *word[8];
	char *line = xstrdup(value);
	int status = schedule_parse(split_words(line, word, 8), word,
	    schedule, error);

	free(line);
	return status;
}

int set_schedule(struct call *call, const char *value)
{
	struct schedule schedule;

	if (parse_schedule(value, &schedule, call->error))
		return -1;
	free(call->bench->set.schedule);
	call->bench->set.schedule = xstrdup(value);
	if (call->run)
		call->run->learner->schedule = schedule;
	return 0;
}

void get_schedule(const struct bench *bench, char *out, size_t size)
{
	text_copy(out, size, bench->set.schedule);
}

int set_gradual(struct call *call, const char *value)
{
	if (!call->run)
		return error_set(call->error, "gradual: there is no run yet");
	if (gradual_parse(value, call->run->learner, call->error))
		return error_prefix(call->error, "gradual");
	return 0;
}

void get_gradual(const struct bench *bench, char *out, size_t size)
{
	const struct run *run = bench_run(bench);

	if (run)
		gradual_print(run->learner, out, size);
	else
		text_copy(out, size, "off");
}

int learner_settings_apply(const struct bench *bench, struct learner *learner,
    struct error *error)
{
	const char *word[2 * OPTIONS_MAX];
	char *line = xstrdup(bench->set.optimizer);
	int words = split_words(line, word, 2 * OPTIONS_MAX);
	int status = learner_set_optimizer(learner, words, word, error);

	free(line);
	learner_set_batch(learner, (int)bench->set.batch);
	learner->shuffle = bench->set.shuffle;
	learner->decay_factors = bench->set.decay_factors;
	if (status == 0)
		status = parse_schedule(bench->set.schedule,
		    &learner->schedule, error);
	return status;
}
