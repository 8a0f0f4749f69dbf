/* snt ... and opt */
#include "workbench/command_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "compress/branches.h"

static int unknown_transform(const char *name, struct error *error)
{
	struct buffer known = {0};
	int count;
	const struct transform_kind *kind = transform_kinds(&count);

	for (int i = 0; i < count; i++)
		buffer_printf(&known, "%s%s", i ? ", " : "", kind[i].name);
	error_set(error, "%s: no such transform (there are: %s)", name,
	    known.text);
	buffer_free(&known);
	return -1;
}

static int set_transform(struct call *call, const char *name, int words,
    const char *const *word)
{
	const struct transform_kind *kind = transform_find(name);
	struct option_values options;

	if (!kind)
		return unknown_transform(name, call->error);
	options_default(kind->options, &options);
	if (options_parse(kind->options, words, word, &options, call->error) ||
	    learner_set_transform(call->run->learner, kind, &options,
		call->error))
		return -1;
	run_changed(call->run, false);
	return 0;
}

/* As if it had been typed. */
static int set_usual_transform(struct call *call)
{
	char *line = xstrdup(TRANSFORM_USUAL), *rest = NULL;
	const char *word[OPTIONS_MAX + 1];
	int words = 0, status;

	for (char *next = strtok_r(line, " ", &rest); next &&
	    words <= OPTIONS_MAX; next = strtok_r(NULL, " ", &rest))
		word[words++] = next;
	status = set_transform(call, word[0], words - 1, word + 1);
	free(line);
	return status;
}

/* Options without a name are those of a product. */
static int set_named_transform(struct call *call)
{
	bool named = !strchr(call->word[0], '=');

	return set_transform(call, named ? call->word[0] : "expand",
	    call->words - named, call->word + named);
}

/* Running statistics are those of the steps without noise, if any. */
static void warn_of_statistics(struct bench *bench,
    const struct learner *learner)
{
	if (learner->network->buffers &&
	    transform_is_always_noisy(learner->transform))
		bench_note(bench, "every=1 leaves no step without noise: "
		    "batch norm will have the statistics of the noise, and "
		    "the network without it may test badly; every=2 or more "
		    "avoids that");
}

static int run_on(struct call *call)
{
	size_t theta;

	if (call->words > 0 ? set_named_transform(call) :
	    set_usual_transform(call))
		return -1;
	theta = transform_size(call->run->learner->transform);
	bench_note(call->bench, "run %s trains %zu numbers that fold to %zu "
	    "weights (a reconstruction of SNT: the network is changed in "
	    "training and folds exactly)", call->run->name, theta,
	    call->run->learner->network->parameters);
	warn_of_statistics(call->bench, call->run->learner);
	return 0;
}

static int run_off(struct call *call)
{
	return set_transform(call, "none", 0, NULL);
}

/* What merging the branches of the network would amount to. */
static void add_merged(const struct learner *learner, struct event *event)
{
	real *w, *buffers;
	int merged;
	struct network *network = branches_merge(learner->network,
	    learner_weights(learner), learner->buffers, &w, &buffers, &merged);
	struct path_difference found;

	if (merged) {
		found = learner_compare(learner, network, w, buffers,
		    SPLIT_TEST);
		event_number(event, "merged_max_abs_diff", found.max_abs_diff);
		event_number(event, "merged_ulps", path_ulps(&found));
		event_number(event, "merged_flips", (double)found.flips);
	}
	network_free(network);
	reals_free(w);
	reals_free(buffers);
}

static int run_check(struct call *call)
{
	struct fold_report report;
	struct event *event;

	learner_check_fold(call->run->learner, SPLIT_TEST, &report);
	event = event_new("fold");
	event_text(event, "run", call->run->name);
	event_number(event, "step", (double)call->run->learner->step);
	event_number(event, "max_abs_diff", report.composed.max_abs_diff);
	event_number(event, "ulps", path_ulps(&report.composed));
	event_number(event, "flips", (double)report.composed.flips);
	event_number(event, "training_max_abs_diff",
	    report.training.max_abs_diff);
	event_number(event, "training_ulps", path_ulps(&report.training));
	event_number(event, "training_flips", (double)report.training.flips);
	event_number(event, "n", report.n);
	add_merged(call->run->learner, event);
	bench_emit(call->bench, event);
	return 0;
}

static int run_fold(struct call *call)
{
	if (run_check(call))
		return -1;
	return run_off(call);
}

static int run_opt(struct call *call)
{
	struct bench *bench = call->bench;
	struct optimizer *trial;
	char *line;

	if (call->words == 0)
		return error_set(call->error, "which one? e.g. `opt adam "
		    "lr=1e-3`");
	trial = optimizer_new(call->words, call->word, 1, call->error);
	if (!trial)
		return -1;
	line = optimizer_line(trial);
	if (optimizer_cost(trial) != 1)
		bench_note(bench, "%s: %.3g gradient evaluations a step",
		    optimizer_name(trial), optimizer_cost(trial));
	optimizer_free(trial);
	if (call->run && learner_set_optimizer(call->run->learner, call->words,
		call->word, call->error)) {
		free(line);
		return -1;
	}
	free(bench->set.optimizer);
	bench->set.optimizer = line;
	return 0;
}

enum { ON_RUN = COMMAND_JOURNAL | COMMAND_RUN };

const struct command commands_snt[] = {
	{"snt", "on", "snt on [TRANSFORM] [OPTIONS]", "SNT",
	    "train through a transformation that folds back exactly",
	    "Alone: `snt on " TRANSFORM_USUAL "`, the transformation that "
	    "made networks easiest to compress so far: each output's weights "
	    "are standardised, and training sees them moved at random by "
	    "about what rounding to 3 or 4 bits would do, without the small "
	    "ones as pruning would. `snt on expand` trains every weight "
	    "matrix as a product of factors, which options "
	    "without a name mean as well (`snt on depth=3`). All start from "
	    "the present weights. This is a reconstruction: of SNT as "
	    "published (arXiv 2305.04526, version 1) only the abstract is "
	    "known.", "snt on expand depth=2", {{WORD_TRANSFORM, NULL}}, NULL,
	    ON_RUN | COMMAND_RAW, run_on},
	{"snt", "off", "snt off", "SNT",
	    "train the weights themselves again", NULL, "snt off", {{0}},
	    NULL, ON_RUN, run_off},
	{"snt", "fold", "snt fold", "SNT",
	    "check the fold, then train the folded weights themselves", NULL,
	    NULL, {{0}}, NULL, ON_RUN, run_fold},
	{"snt", "check", "snt check", "SNT",
	    "compare running and folded network on the whole test set",
	    "The folded network is exact: a difference of 0. Training itself "
	    "may apply the factors of a dense layer one after the other, where "
	    "that is faster; what its rounding amounts to is told too, in units "
	    "in the last place of the largest logit, and what merging the "
	    "branches of `net branch` would change.",
	    "snt check", {{0}}, NULL, ON_RUN | COMMAND_JOB, run_check},
	{"opt", NULL, "opt NAME [OPTIONS]", "optimizer",
	    "choose the optimizer", "A sharpness-aware one takes base= and the "
	    "options of its base on the same line. Options alone can be "
	    "changed in mid-run with `set`, e.g. `set lr 0.01`.",
	    "opt adam lr=1e-3", {{WORD_OPTIMIZER, NULL}}, NULL,
	    COMMAND_JOURNAL | COMMAND_RAW, run_opt},
	{0},
};
