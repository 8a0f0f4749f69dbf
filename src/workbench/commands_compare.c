/* compare, curves */
#include "workbench/command_table.h"

#include <math.h>
#include <string.h>

#include "compress/quantise.h"
#include "workbench/curve.h"
#include "workbench/series.h"

static const struct option compare_options[] = {
	{"at", OPTION_CHOICE, 0, 0, 0, "steps|gradients|seconds",
	    "what is the same for all of them", false},
	{"prune", OPTION_RATIO, 0, 0, 1, NULL,
	    "accuracy with that share pruned, too; 0: no", false},
	{"quant", OPTION_INTEGER, 0, 0, BITS_MOST, NULL,
	    "accuracy with weights of so many bits, too; 0: no", false},
	{0}
};

static int take_runs(const struct call *call, struct compare_plan *plan)
{
	struct bench *bench = call->bench;

	for (int i = 0; i < call->words; i++) {
		struct run *run = bench_find_run(bench, call->word[i]);

		if (!run)
			return error_set(call->error, "there is no run %s "
			    "(`run list` shows them)", call->word[i]);
		for (int k = 0; k < plan->runs; k++) {
			if (plan->run[k] == run)
				return error_set(call->error, "run %s twice",
				    run->name);
		}
		plan->run[plan->runs++] = run;
	}
	for (int i = 0; call->words == 0 && i < bench->runs; i++)
		plan->run[plan->runs++] = bench->run[i];
	return 0;
}

static int check_runs(const struct call *call,
    const struct compare_plan *plan)
{
	for (int i = 0; i < plan->runs; i++) {
		const struct run *run = plan->run[i];

		if (network_check_output(run->learner->network, call->error))
			return error_prefix(call->error, "run %s", run->name);
		if (bench_travelling(call->bench, run))
			return error_set(call->error, "run %s is on its way "
			    "to another step: wait, or `stop`", run->name);
	}
	if (call->bench->dataset->split[SPLIT_TEST].count == 0)
		return error_set(call->error, "%s has no test samples",
		    call->bench->dataset->name);
	return 0;
}

static int run_compare(struct call *call)
{
	double ratio = option_value(compare_options, &call->options, "prune");
	int bits = (int)option_value(compare_options, &call->options,
	    "quant");
	struct compare_plan plan = {.axis = (enum compare_axis)option_value(
		compare_options, &call->options, "at"),
		.ratio = ratio > 0 ? ratio : NAN, .bits = bits};
	struct job *job;

	if (bits == 1)
		return error_set(call->error, "quant=1: %d bits at least",
		    BITS_LEAST);
	if (take_runs(call, &plan) || check_runs(call, &plan))
		return -1;
	job = job_compare(call->bench, &plan, call->error);
	return job ? call_start(call, job) : -1;
}

static const struct option curves_options[] = {
	{"at", OPTION_INTEGER, -1, 0, 1e9, NULL,
	    "the step; without: the newest", false},
	{0}
};

/* The value nearest to a step; NAN: there is none, or only later ones. */
static double value_near(const struct series *series, double step)
{
	int size = series_size(series);
	double best = INFINITY, value = NAN;

	for (int i = 0; i < size && step >= (double)series->point[0].x; i++) {
		double far = fabs((double)series->point[i].x - step);

		if (far <= best) {
			best = far;
			value = (double)series->point[i].y;
		}
	}
	return value;
}

static void read_curve(enum curve_name curve, int layer, double value,
    struct event *event, struct buffer *text)
{
	char name[48];

	if (isnan(value))
		return;
	curve_print_name(curve, layer, name, sizeof(name));
	event_number(event, name, value);
	buffer_printf(text, "  %s %.4g", name, value);
}

static void read_curves(struct bench *bench, const struct run *run, long at)
{
	long step = at < 0 || at > run->learner->step ? run->learner->step :
	    at;
	struct event *event = event_new("curves");
	struct buffer text = {0};

	event_text(event, "run", run->name);
	event_number(event, "step", (double)step);
	buffer_printf(&text, "%-8s step %ld", run->name, step);
	for (int i = 0; i < CURVES; i++) {
		if (curve_kinds[i].name)
			read_curve((enum curve_name)i, 0, value_near(
				&run->curve[i], (double)step), event, &text);
	}
	for (size_t i = 0; i < run->layers.count; i++) {
		const struct layer_curve *curve = &run->layers.curve[i];

		read_curve(curve->name, curve->layer, value_near(
			&curve->series, (double)step), event, &text);
	}
	event_text(event, "text", text.text);
	bench_emit(bench, event);
	buffer_free(&text);
}

static int run_curves(struct call *call)
{
	long at = (long)option_value(curves_options, &call->options, "at");

	if (call_words(call, 0, 0))
		return -1;
	for (int i = 0; i < call->bench->runs; i++)
		read_curves(call->bench, call->bench->run[i], at);
	return 0;
}

const struct command commands_compare[] = {
	{"curves", NULL, "curves [at=STEP]", "runs", "read the values of all "
	    "curves of all runs at a step", "What the cursor of the screen "
	    "reads: of each curve the point nearest to that step.",
	    "curves at=100", {{0}}, curves_options, COMMAND_RUN, run_curves},

	{"compare", NULL, "compare [RUN ...] [at=steps|gradients|seconds] "
	    "[prune=RATIO] [quant=BITS]", "runs",
	    "put runs side by side at an equal amount of training",
	    "All runs, or those named; the first is what the others are "
	    "compared with. The amount is that of the run that has spent "
	    "least; the others are looked at where they had spent as much "
	    "(the last step at which they had not spent more). A SAM step "
	    "costs two gradient evaluations, so at=gradients is the fair "
	    "fight. Measures are the newest taken up to that step. With "
	    "prune= and quant= the accuracy is shown with either and with "
	    "both, by the method, scope and scales of the last `prune` and "
	    "`quant` lines. The 95% interval of a difference of accuracies "
	    "is paired on the test images (Bonett and Price 2012), `p` is "
	    "McNemar's exact test: both tell what other test images might "
	    "change, not what another seed would.",
	    "compare at=gradients prune=0.8 quant=4",
	    {{WORD_RUN, NULL}, {WORD_RUN, NULL}, {WORD_RUN, NULL}},
	    compare_options, COMMAND_JOURNAL | COMMAND_RUN | COMMAND_JOB,
	    run_compare},
	{0},
};
