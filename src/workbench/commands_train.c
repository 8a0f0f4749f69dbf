/* train, step, pause, resume, stop, eval */
#include "workbench/command_table.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/replay.h"

static const struct option train_options[] = {
	{"runs", OPTION_CHOICE, 0, 0, 0, "current|all",
	    "train the current run, or all in turn by equal steps", false},
	{0},
};

static bool is_unit(const char *word, const char *unit)
{
	size_t length = strlen(word);

	return length > 0 && length <= strlen(unit) &&
	    strncmp(word, unit, length) == 0 && length + 1 >= strlen(unit);
}

static char *joined(int words, const char *const *word)
{
	struct buffer text = {0};

	for (int i = 0; i < words; i++)
		buffer_printf(&text, "%s%s", i ? " " : "", word[i]);
	return text.text ? text.text : xstrdup("");
}

static const double epochs_most = 1e6;

static int parse_amount(const struct call *call, struct train_plan *plan)
{
	const char *number = call->words ? call->word[0] : "";
	const char *unit = call->words > 1 ? call->word[1] : "epochs";
	bool steps = is_unit(unit, "steps");
	long whole;

	if (call_words(call, 1, 2))
		return -1;
	if (!steps && !is_unit(unit, "epochs"))
		return error_set(call->error, "%s: epochs or steps?", unit);
	if (steps) {
		if (parse_long(number, &whole) || whole < 1)
			return error_set(call->error, "%s steps: a whole number "
			    "from 1 to %ld", number, LONG_MAX);
		plan->steps = whole;
		return 0;
	}
	if (parse_double(number, &plan->epochs) || plan->epochs <= 0 ||
	    plan->epochs > epochs_most)
		return error_set(call->error, "%s epochs: a number above 0, at "
		    "most %g", number, epochs_most);
	return 0;
}

static int start_training(struct call *call, struct train_plan *plan)
{
	struct job *job;

	plan->all_runs = option_value(train_options, &call->options, "runs")
	    > 0;
	job = job_train(call->bench, plan, call->text, call->error);
	if (!job)
		return -1;
	return call_start(call, job);
}

static int run_train(struct call *call)
{
	struct train_plan plan = {.evaluate = true};

	if (call->words > 0 && strcmp(call->word[0], "until") == 0)
		plan.until = joined(call->words - 1, call->word + 1);
	else if (parse_amount(call, &plan))
		return -1;
	return start_training(call, &plan);
}

static int run_step(struct call *call)
{
	struct train_plan plan = {.steps = 1};

	if (call_words(call, 0, 1))
		return -1;
	if (call->words == 1 && (parse_long(call->word[0], &plan.steps) ||
	    plan.steps < 1))
		return error_set(call->error, "%s: a whole number of steps "
		    "above 0", call->word[0]);
	return start_training(call, &plan);
}

static int set_pause(struct call *call, bool pause)
{
	bool found = false;

	/* Who watches a replay changes nothing of what is played. */
	if (bench_watches_replay(call->bench)) {
		call->unrecorded = true;
		return replay_pause(call->bench->replay, pause) ? 0 :
		    error_set(call->error, pause ? "it is paused" :
		    "it is not paused");
	}
	for (int i = 0; i < call->bench->jobs; i++) {
		struct job *job = call->bench->job[i];

		if (job->kind == JOB_TRAIN && job->paused != pause) {
			job->paused = pause;
			found = true;
		}
	}
	if (!found && !call->bench->playing)
		return error_set(call->error, pause ? "nothing is being trained"
		    : "nothing is paused; `train 1 epochs` trains");
	return 0;
}

static int run_pause(struct call *call)
{
	return set_pause(call, true);
}

static int run_resume(struct call *call)
{
	return set_pause(call, false);
}

static int run_stop(struct call *call)
{
	struct bench *bench = call->bench;
	bool found = bench->playing || bench->dry;

	if (bench->replay && !bench->playing && !bench->dry) {
		replay_stop(bench);
		found = true;
	}
	for (int i = bench->jobs - 1; i >= 0; i--) {
		/* Cancelling one may have started or ended others. */
		if (i >= bench->jobs || bench->job[i]->kind == JOB_EVALUATE)
			continue;
		bench_cancel(bench, bench->job[i]);
		found = true;
	}
	if (!found)
		return error_set(call->error, "nothing is running");
	return 0;
}

static int run_eval(struct call *call)
{
	static const char *const names[SPLITS] = {"train", "validation",
		"test"};
	const char *name = call->words ? call->word[0] : "test";

	if (call_words(call, 0, 1))
		return -1;
	for (int i = 0; i < SPLITS; i++) {
		if (strcmp(name, names[i]) != 0)
			continue;
		if (network_check_output(call->run->learner->network,
			call->error))
			return -1;
		return call_start(call, job_evaluate(call->bench, call->run,
		    (enum split_name)i, false));
	}
	return error_set(call->error, "%s: train, validation or test", name);
}

enum { TRAIN = COMMAND_JOURNAL | COMMAND_RUN };

const struct command commands_train[] = {
	{"train", NULL, "train N epochs|steps [runs=all] | train until "
	    "CONDITION", "training", "train the current run",
	    "Ends with an evaluation on the test set. A condition is like "
	    "acc>0.9 or loss<0.3 and epoch>=2; there are loss, acc, test_loss, "
	    "test_acc, compressed_acc, lambda, trace, sam, adaptive, average, "
	    "worst, epoch, step, lr.", "train 1 epochs",
	    {{WORD_CHOICE, "1|until"}, {WORD_CHOICE, "epochs|steps"}},
	    train_options, TRAIN, run_train},
	{"step", NULL, "step [N]", "training", "take one step, or N", NULL,
	    "step 10", {{WORD_NUMBER, NULL}}, train_options, TRAIN, run_step},
	{"pause", NULL, "pause", "training", "pause training, or a replay",
	    NULL, NULL, {{0}}, NULL, COMMAND_JOURNAL | COMMAND_REPLAYING,
	    run_pause},
	{"resume", NULL, "resume", "training",
	    "go on with training, or with a replay", NULL, NULL, {{0}}, NULL,
	    COMMAND_JOURNAL | COMMAND_REPLAYING, run_resume},
	{"stop", NULL, "stop", "training", "end what is running", NULL, NULL,
	    {{0}}, NULL, COMMAND_JOURNAL | COMMAND_REPLAYING,
	    run_stop},
	{"eval", NULL, "eval [train|validation|test]", "training",
	    "loss and accuracy on a whole split", NULL, "eval test",
	    {{WORD_CHOICE, "train|validation|test"}}, NULL, TRAIN | COMMAND_JOB, run_eval},
	{0},
};
