/* run ... */
#include "workbench/command_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/run_tree.h"
#include "workbench/settings.h"
#include "workbench/slide.h"
#include "workbench/statement.h"

static struct run *named(const struct call *call)
{
	struct run *run;

	if (call_words(call, 1, 1))
		return NULL;
	run = bench_find_run(call->bench, call->word[0]);
	if (!run)
		error_set(call->error, "there is no run %s (`run list` shows "
		    "them)", call->word[0]);
	return run;
}

/* What is known at the sliders' position stays in sight: of the run so far as
 * a figure beside others', of the next one what it was asked before. */
static void hand_over_sliders(struct bench *bench, struct run *run)
{
	const struct slide_result *known = slide_cache_find(run->slides,
	    &bench->compress);

	if (bench_run(bench))
		bench_run(bench)->slid = slide_beside(&bench->compress_view);
	bench->compress_view.state = COMPRESS_OFF;
	if (known)
		slide_view(known, run, &bench->compress_view);
}

static int run_use(struct call *call)
{
	struct bench *bench = call->bench;
	struct run *run = named(call);

	if (!run)
		return -1;
	if (run != bench_run(bench))
		hand_over_sliders(bench, run);
	for (int i = 0; i < bench->runs; i++) {
		if (bench->run[i] == run)
			bench->current = i;
	}
	return 0;
}

/* A learner with the same network, seed and batches, at step 0. */
static struct run *anew(const struct call *call, const char *name)
{
	const struct learner *like = call->run->learner;
	struct learner *learner;

	if (bench_check_name(call->bench, name, call->error))
		return NULL;
	learner = learner_new(call->bench->dataset,
	    network_copy(like->network), like->seed, call->bench->pool);
	if (learner_like(like, learner, call->error)) {
		learner_free(learner);
		return NULL;
	}
	return run_new(name, learner);
}

static int run_fresh(struct call *call)
{
	struct run *run;

	if (call_words(call, 1, 1))
		return -1;
	run = anew(call, call->word[0]);
	if (!run)
		return -1;
	return bench_add_run(call->bench, run, call->error);
}

/* "snt on ..." or "opt ..." after the name are executed on the twin. */
static int execute_rest(struct call *call)
{
	struct buffer line = {0};
	struct statement *statement;
	struct job *job;
	int count, status = -1;

	for (int i = 1; i < call->words; i++)
		buffer_printf(&line, "%s%s", i > 1 ? " " : "", call->word[i]);
	statement = statements_parse(line.text, &count, call->error);
	buffer_free(&line);
	if (!statement)
		return -1;
	if (count != 1 || (strcmp(statement[0].word[0], "snt") != 0 &&
	    strcmp(statement[0].word[0], "opt") != 0)) {
		error_set(call->error, "after the name: `snt on ...` or "
		    "`opt ...`");
	} else {
		/* The whole line is journalled, not its parts. */
		call->bench->within++;
		status = bench_execute(call->bench, &statement[0], &job,
		    call->error);
		call->bench->within--;
	}
	statements_free(statement, count);
	return status;
}

static int run_twin(struct call *call)
{
	struct bench *bench = call->bench;
	int before = bench->current;
	struct run *run;

	if (call->words == 0)
		return error_set(call->error, "run twin NAME [snt on]");
	run = anew(call, call->word[0]);
	if (!run || bench_add_run(bench, run, call->error))
		return -1;
	if (call->words > 1 && execute_rest(call)) {
		bench_remove_run(bench, run);
		bench->current = before;
		return -1;
	}
	return 0;
}

static int run_forked(struct call *call)
{
	struct run *fork;

	if (call_words(call, 1, 1) ||
	    bench_check_name(call->bench, call->word[0], call->error))
		return -1;
	fork = run_fork(call->run, call->word[0]);
	return bench_add_run(call->bench, fork, call->error);
}

/* Only before training: the journal and the curves know runs by name. */
static int run_rename(struct call *call)
{
	if (call_words(call, 1, 1) ||
	    bench_check_name(call->bench, call->word[0], call->error))
		return -1;
	if (call->run->learner->step > 0)
		return error_set(call->error, "run %s has been trained and "
		    "keeps its name; `run fork %s` copies it",
		    call->run->name, call->word[0]);
	text_copy(call->run->name, sizeof(call->run->name), call->word[0]);
	return 0;
}

static int run_drop(struct call *call)
{
	struct run *run = named(call);

	if (!run)
		return -1;
	if (bench_training(call->bench, run))
		return error_set(call->error, "run %s is being trained: `stop` "
		    "it first", run->name);
	bench_remove_run(call->bench, run);
	return 0;
}

static void list_one(struct bench *bench, const struct run *run)
{
	const struct reading *test = &run->reading[CURVE_TEST_ACCURACY];
	const struct reading *lambda = &run->reading[CURVE_LAMBDA];
	const struct reading *sam = &run->reading[CURVE_SAM];
	double epoch = learner_epoch(run->learner), lr = NAN;
	struct event *event = event_new("run");
	struct buffer text = {0};
	char arm[96];

	run_arm(run, arm, sizeof(arm));
	event_text(event, "name", run->name);
	event_bool(event, "current", run == bench_run(bench));
	event_number(event, "step", (double)run->learner->step);
	event_text(event, "arm", arm);
	if (run->parent[0]) {
		event_text(event, "parent", run->parent);
		event_number(event, "parent_step", (double)run->parent_step);
	} else {
		event_null(event, "parent");
		event_null(event, "parent_step");
	}
	optimizer_get(run->learner->optimizer, "lr", &lr);
	lr *= schedule_factor(&run->learner->schedule, epoch);
	event_number(event, "epoch", epoch);
	event_number(event, "lr", lr);
	event_number(event, "gradients", run->learner->gradients);
	event_number(event, "sam", sam->known ? sam->value : NAN);
	event_number(event, "loss", run->loss);
	event_number(event, "test_accuracy", test->known ? test->value : NAN);
	event_number(event, "lambda", lambda->known ? lambda->value : NAN);
	buffer_printf(&text, "%c %-10s step %-6ld %-28s",
	    run == bench_run(bench) ? '*' : ' ', run->name,
	    run->learner->step, arm);
	if (test->known)
		buffer_printf(&text, " test %.2f%%", 100 * test->value);
	if (lambda->known)
		buffer_printf(&text, " lambda %.4g", lambda->value);
	if (sam->known)
		buffer_printf(&text, " sam %.3g", sam->value);
	if (!isnan(run->loss))
		buffer_printf(&text, " loss %.4g", run->loss);
	buffer_printf(&text, " epoch %.2f lr %.3g, %.0f gradients", epoch,
	    lr, run->learner->gradients);
	if (bench_training(bench, run))
		buffer_puts(&text, ", training");
	if (run->parent[0])
		buffer_printf(&text, " from %s at %ld", run->parent,
		    run->parent_step);
	event_text(event, "text", text.text);
	bench_emit(bench, event);
	buffer_free(&text);
}

static int run_list(struct call *call)
{
	for (int i = 0; i < call->bench->runs; i++)
		list_one(call->bench, call->bench->run[i]);
	return 0;
}

static int run_as_tree(struct call *call)
{
	if (call_words(call, 0, 0))
		return -1;
	run_tree(call->bench);
	return 0;
}

enum { ON_RUN = COMMAND_JOURNAL | COMMAND_RUN };

const struct command commands_run[] = {
	{"run", "new", "run new NAME", "runs",
	    "begin a run with the present settings, and use it",
	    "Network, seed, optimizer and transform are those of the current "
	    "run; it starts at step 0.", NULL, {{WORD_TEXT, NULL}}, NULL,
	    ON_RUN, run_fresh},
	{"run", "use", "run use NAME", "runs", "make a run the current one",
	    NULL, NULL, {{WORD_RUN, NULL}}, NULL, COMMAND_JOURNAL, run_use},
	{"run", "twin", "run twin NAME [snt on ... | opt ...]", "runs",
	    "a run with the same start, seed and batches, and use it",
	    "What follows the name is executed on the twin, so that it differs "
	    "in just that.", "run twin snt snt on", {{WORD_TEXT, NULL},
	    {WORD_CHOICE, "snt|opt"}}, NULL, ON_RUN | COMMAND_RAW, run_twin},
	{"run", "fork", "run fork NAME", "runs",
	    "a copy of the run as it is now, and use it",
	    "At any step: `goto 500; run fork other; set lr 0.01` goes "
	    "another way from there. `run tree` tells where each came from.",
	    NULL,
	    {{WORD_TEXT, NULL}}, NULL, ON_RUN, run_forked},
	{"run", "rename", "run rename NAME", "runs",
	    "give the current run, still untrained, another name", NULL,
	    NULL, {{WORD_TEXT, NULL}}, NULL, ON_RUN | COMMAND_IDLE,
	    run_rename},
	{"run", "list", "run list", "runs", "list the runs", NULL, "run list",
	    {{0}}, NULL, 0, run_list},
	{"run", "tree", "run tree", "runs",
	    "the runs as a tree: where each was forked, what was changed",
	    "Below a run stand the lines that changed how it goes on, with "
	    "their steps, and then its forks.", "run tree", {{0}}, NULL,
	    COMMAND_REPLAYING, run_as_tree},
	{"run", "rm", "run rm NAME", "runs", "remove a run", NULL, NULL,
	    {{WORD_RUN, NULL}}, NULL, COMMAND_JOURNAL, run_drop},
	{0},
};
