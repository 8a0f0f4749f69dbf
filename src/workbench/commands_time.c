/* goto, back, until */
#include "workbench/command_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/condition.h"
#include "workbench/timeline.h"

static int go_to(struct call *call, long step)
{
	struct job *job;

	if (step == call->run->learner->step)
		return 0;
	job = job_goto(call->bench, call->run, step, call->error);
	if (!job)
		return -1;
	return call_start(call, job);
}

static int run_goto(struct call *call)
{
	const struct run *run = call->run;
	long step;

	if (call_words(call, 1, 1))
		return -1;
	if (strcmp(call->word[0], "end") == 0)
		return go_to(call, timeline_head(run->timeline,
		    run->learner->step));
	if (parse_long(call->word[0], &step))
		return error_set(call->error, "%s: a step, or `end`",
		    call->word[0]);
	return go_to(call, step);
}

/* The words from one on as a condition. */
static int parse_condition(const struct call *call, int from,
    struct expression *expression)
{
	struct buffer text = {0};
	int status;

	for (int i = from; i < call->words; i++)
		buffer_printf(&text, "%s%s", i > from ? " " : "",
		    call->word[i]);
	status = condition_parse(text.text ? text.text : "", expression,
	    call->error);
	buffer_free(&text);
	return status;
}

static int search(struct call *call, const struct expression *expression,
    bool back)
{
	const struct run *run = call->run;
	long step = condition_search(expression, run, run->learner->step,
	    back);

	if (step < 0)
		return error_set(call->error, "that never held %s step %ld",
		    back ? "before" : "after", run->learner->step);
	return go_to(call, step);
}

static int run_back(struct call *call)
{
	struct expression expression;
	long steps = 1;

	if (call->words > 0 && strcmp(call->word[0], "until") == 0) {
		if (parse_condition(call, 1, &expression))
			return -1;
		return search(call, &expression, true);
	}
	if (call_words(call, 0, 1))
		return -1;
	if (call->words == 1 && (parse_long(call->word[0], &steps) ||
	    steps < 1))
		return error_set(call->error, "%s: a whole number of steps "
		    "above 0", call->word[0]);
	if (steps > call->run->learner->step)
		return error_set(call->error, "run %s is at step %ld",
		    call->run->name, call->run->learner->step);
	return go_to(call, call->run->learner->step - steps);
}

/* Through what is recorded, or else by training. */
static int run_until(struct call *call)
{
	const struct run *run = call->run;
	struct expression expression;
	struct train_plan plan = {.evaluate = true};
	struct buffer text = {0};
	struct job *job;

	if (parse_condition(call, 0, &expression))
		return -1;
	if (run->learner->step < timeline_head(run->timeline,
		run->learner->step))
		return search(call, &expression, false);
	for (int i = 0; i < call->words; i++)
		buffer_printf(&text, "%s%s", i ? " " : "", call->word[i]);
	plan.until = text.text;
	job = job_train(call->bench, &plan, call->text, call->error);
	return job ? call_start(call, job) : -1;
}

enum { TRAVEL = COMMAND_JOURNAL | COMMAND_RUN | COMMAND_IDLE };

const struct command commands_time[] = {
	{"goto", NULL, "goto STEP|end", "time",
	    "make a recorded step the run's present state",
	    "Every command then sees that step: sharpness, prune, export, ... "
	    "On a screen ( ) { } walk the timeline below the panels. "
	    "Training goes along the recorded path again; `run fork NAME` "
	    "begins another from there, `goto end` returns.", "goto 0",
	    {{WORD_NUMBER, NULL}}, NULL, TRAVEL, run_goto},
	{"back", NULL, "back [N] | back until CONDITION", "time",
	    "go N training steps back, or to where a condition last held",
	    "`back until lambda<2/lr` leads to where the sharpness crossed "
	    "2/lr, as far as it was measured.", "back until test_acc<0.8", {{WORD_CHOICE, "1|until"},
	    {WORD_EXPRESSION, NULL}}, NULL, TRAVEL | COMMAND_RAW, run_back},
	{"until", NULL, "until CONDITION", "time",
	    "go on to where a condition holds, through what is recorded or by "
	    "training", NULL, "until loss<0.5", {{WORD_EXPRESSION, NULL}},
	    NULL, TRAVEL | COMMAND_RAW, run_until},
	{0},
};
