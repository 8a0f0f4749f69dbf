/* sweep, sensitivity quant, pareto quant: many positions of the sliders. */
#include "workbench/commands_compress.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "net/levels.h"
#include "workbench/past.h"

/* "0:0.95:0.05", "8:2" */
static int parse_range(const char *text, double usual, double *from,
    double *to, double *step)
{
	char part[3][32] = {"", "", ""};
	int parts = 0;

	for (const char *at = text; parts < 3; at++) {
		size_t length = strcspn(at, ":");

		text_format(part[parts++], sizeof(part[0]), "%.*s",
		    (int)(length < 31 ? length : 31), at);
		at += length;
		if (!*at)
			break;
	}
	*step = usual;
	if (parts < 2 || parse_ratio(part[0], from) ||
	    parse_ratio(part[1], to) ||
	    (parts == 3 && parse_ratio(part[2], step)))
		return -1;
	return *step > 0 ? 0 : -1;
}

static const struct option sweep_options[] = {
	{"from", OPTION_INTEGER, 0, 0, 1e9, NULL,
	    "of the recorded steps from this one on; without from and to only "
	    "the present one", false},
	{"to", OPTION_INTEGER, -1, 0, 1e9, NULL, "up to this step, not to the "
	    "last one", false},
	{"every", OPTION_INTEGER, 100, 1, 1e9, NULL,
	    "steps between two that are looked at", false},
	{0}
};

/* One run after the other where they are slid together. */
static struct job *sweep_now(const struct call *call, bool bits, int count,
    const double *value)
{
	struct run *beside[RUNS_MAX];
	int others = call_runs_beside(call, beside);
	struct job *job = job_sweep(call->bench, call->run, bits, count,
	    value);

	for (int i = 0; i < others; i++) {
		bench_start(call->bench, job);
		job = job_sweep(call->bench, beside[i], bits, count, value);
	}
	return job;
}

/* Of the present weights, or of each recorded step. */
static struct job *sweep_job(const struct call *call, bool bits, int count,
    const double *value)
{
	const int from = option_find(sweep_options, "from");
	const int to = option_find(sweep_options, "to");
	const int every = option_find(sweep_options, "every");
	const struct option_values *options = &call->options;
	const struct past_steps steps = {options->given[from] ||
		options->given[to], (long)options->value[from],
		(long)options->value[to], (long)options->value[every]};

	if (!steps.asked && options->given[every]) {
		error_set(call->error, "every= goes with from= or to=");
		return NULL;
	}
	if (!steps.asked)
		return sweep_now(call, bits, count, value);
	return job_past(call->run, &steps, question_sweep(call->bench, bits,
		count, value), bits ? "sweep quant" : "sweep prune",
	    call->error);
}

static int sweep(struct call *call, bool bits)
{
	double from, to, step, value[SWEEP_MOST];
	struct job *job;
	int count;
	double least = bits ? 2 : 0, most = bits ? 8 : 1;

	if (call_words(call, 1, 1))
		return -1;
	if (parse_range(call->word[0], bits ? 1 : 0.05, &from, &to, &step) ||
	    from < least || from > most || to < least || to > most)
		return error_set(call->error, "%s: FROM:TO:STEP within %g and "
		    "%g, e.g. %s", call->word[0], least, most,
		    bits ? "8:2" : "0:0.95:0.05");
	if (bits && (from != floor(from) || step != floor(step)))
		return error_set(call->error, "%s: whole bits",
		    call->word[0]);
	if (network_check_output(call->run->learner->network, call->error))
		return -1;
	count = (int)fmin(floor(fabs(to - from) / step + 1e-9) + 1,
	    SWEEP_MOST);
	for (int i = 0; i < count; i++)
		value[i] = from + (to < from ? -step : step) * i;
	job = sweep_job(call, bits, count, value);
	return job ? call_start(call, job) : -1;
}

static int run_sweep_prune(struct call *call)
{
	return sweep(call, false);
}

static int run_sweep_quant(struct call *call)
{
	return sweep(call, true);
}

static const struct option sensitivity_options[] = {
	{"most", OPTION_INTEGER, BITS_MOST, BITS_LEAST, BITS_MOST, NULL,
	    "bits to begin with", false},
	{"least", OPTION_INTEGER, BITS_LEAST, BITS_LEAST, BITS_MOST, NULL,
	    "bits to end with", false},
	{"n", OPTION_INTEGER, 2000, 0, 10000000, NULL,
	    "test images, from the first; 0: all", false},
	{0}
};

static int run_sensitivity_quant(struct call *call)
{
	struct widths_plan plan = {
		.most = (int)option_value(sensitivity_options, &call->options,
		    "most"),
		.least = (int)option_value(sensitivity_options,
		    &call->options, "least"),
		.samples = (int)option_value(sensitivity_options,
		    &call->options, "n")};

	if (call_words(call, 0, 0))
		return -1;
	if (plan.most < plan.least)
		return error_set(call->error, "most=%d is below least=%d",
		    plan.most, plan.least);
	return call_start_widths(call, &plan);
}

static int run_pareto_quant(struct call *call)
{
	struct widths_plan plan = {.most = BITS_MOST, .least = BITS_LEAST};
	double from = BITS_LEAST, to = BITS_MOST, by = 1;

	if (call_words(call, 0, 1))
		return -1;
	if (call->words && (parse_range(call->word[0], 1, &from, &to, &by) ||
		fmin(from, to) < BITS_LEAST || fmax(from, to) > BITS_MOST))
		return error_set(call->error, "%s: FROM:TO:STEP of mean bits, "
		    "e.g. 2:6:0.5", call->word[0]);
	for (double at = fmin(from, to); at < fmax(from, to) + by / 1e6 &&
	    plan.budgets < WIDTH_BUDGETS; at += by)
		plan.budget[plan.budgets++] = fmin(at, BITS_MOST);
	if (plan.budgets < 2)
		return error_set(call->error, "%s: at least two budgets",
		    call->word[0]);
	return call_start_widths(call, &plan);
}

static const char sweep_past[] = "With from= or to= the recorded steps are "
    "visited again, as `goto` does, without the run moving: a table with a "
    "row for each step, which the screen shows as a heat map (t in the panel "
    "of the sliders). It comes after training, and `stop` ends it; what is "
    "measured stays.";

enum { ON_RUN = COMMAND_JOURNAL | COMMAND_RUN };

const struct command commands_sweep[] = {
	{"sweep", "prune", "sweep prune FROM:TO:STEP [from=STEP] [to=STEP] "
	    "[every=100]", "compression", "accuracy at each pruning ratio, now "
	    "or at each of the steps so far", sweep_past,
	    "sweep prune 0:0.9:0.3", {{WORD_TEXT, NULL}}, sweep_options,
	    ON_RUN | COMMAND_JOB, run_sweep_prune},
	{"sweep", "quant", "sweep quant FROM:TO [from=STEP] [to=STEP] "
	    "[every=100]", "compression", "accuracy at each number of bits, "
	    "now or at each of the steps so far", sweep_past,
	    "sweep quant 8:2", {{WORD_TEXT, NULL}}, sweep_options,
	    ON_RUN | COMMAND_JOB, run_sweep_quant},
	{"sensitivity", "quant", "sensitivity quant [most=8] [least=2] [n=2000]",
	    "compression", "accuracy with one layer at a time at each number "
	    "of bits", "Scales and rounding are those of the last `quant` "
	    "line; the other layers stay as they are, activations too.",
	    "sensitivity quant least=3", {{0}}, sensitivity_options,
	    ON_RUN | COMMAND_JOB, run_sensitivity_quant},
	{"pareto", "quant", "pareto quant [FROM:TO:STEP]", "compression",
	    "accuracy against bytes at several mean numbers of bits, each "
	    "layer at a width of its own", "The widths are those that "
	    "`quant budget=` would choose.", "pareto quant 2:6:1",
	    {{WORD_TEXT, NULL}}, NULL, ON_RUN | COMMAND_JOB,
	    run_pareto_quant},
	{0},
};
