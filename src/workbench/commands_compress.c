/* prune, quant, compress ..., sweep */
#include "workbench/command_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/levels.h"
#include "workbench/compress_show.h"
#include "workbench/past.h"
#include "workbench/slide.h"

/* Those with an answer that are slid together with the call's run. */
static int runs_beside(const struct call *call, struct run **beside)
{
	const struct bench *bench = call->bench;
	struct error ignored;
	int count = 0;

	for (int i = 0; i < bench->runs && bench->set.slide_all; i++) {
		if (bench->run[i] != call->run && network_check_output(
			bench->run[i]->learner->network, &ignored) == 0)
			beside[count++] = bench->run[i];
	}
	return count;
}

/* The current run first. Jobs of one priority are done in turn, so the line
 * has to wait for the last one only. */
static int evaluate(struct call *call)
{
	struct bench *bench = call->bench;
	struct run *beside[RUNS_MAX];
	struct job *job;
	int count;

	if (bench->dry)
		return 0;
	if (network_check_output(call->run->learner->network, call->error))
		return -1;
	count = runs_beside(call, beside);
	job = job_compress(bench, call->run);
	for (int i = 0; i < count; i++) {
		bench_start(bench, job);
		job = job_compress_beside(bench, beside[i]);
	}
	return call_start(call, job);
}

/* What was asked for is there to be done. */
static void note_no_batch_norm(const struct call *call)
{
	const struct network *network = call->run->learner->network;

	if (option_value(prune_options, &call->bench->compress.prune, "bn") &&
	    call->bench->compress.pruned && network->buffers == 0)
		bench_note(call->bench, "bn=reestimate: run %s has no batch "
		    "norm, so there is nothing to estimate", call->run->name);
}

static int run_prune(struct call *call)
{
	if (call->words == 0)
		return error_set(call->error, "how much? e.g. `prune 0.8`");
	if (compress_prune_line(&call->bench->compress, call->words,
		call->word, call->run->learner->network, call->error))
		return -1;
	note_no_batch_norm(call);
	return evaluate(call);
}

static int start_widths(struct call *call, const struct widths_plan *plan)
{
	if (network_check_output(call->run->learner->network, call->error))
		return -1;
	return call_start(call, job_widths(call->bench, call->run, plan,
	    call->text));
}

/* The other words say how; the widths are found by a job, and set by lines
 * that the journal has too. */
static int quant_budget(struct call *call, int at)
{
	struct widths_plan plan = {.most = BITS_MOST, .least = BITS_LEAST,
		.budgets = 1};
	const char *word[2 * OPTIONS_MAX] = {"8"};
	double bits;
	int words = 1, first = at == 0;

	if (call->words > first && parse_double(call->word[first], &bits) == 0)
		return error_set(call->error, "%s: either bits, or %s, "
		    "which chooses those of each layer", call->word[first],
		    call->word[at]);
	if (parse_double(strchr(call->word[at], '=') + 1, &plan.budget[0]) ||
	    !(plan.budget[0] >= BITS_LEAST && plan.budget[0] <= BITS_MOST))
		return error_set(call->error, "%s: mean bits of a weight, "
		    "from %d to %d", call->word[at], BITS_LEAST, BITS_MOST);
	for (int i = 0; i < call->words && words < 2 * OPTIONS_MAX; i++) {
		if (i != at)
			word[words++] = call->word[i];
	}
	if (call->bench->dry)
		return 0;
	if (compress_quant_line(&call->bench->compress, words, word,
		call->run->learner->network, call->error))
		return -1;
	return start_widths(call, &plan);
}

static int run_quant(struct call *call)
{
	for (int i = 0; i < call->words; i++) {
		if (strncmp(call->word[i], "budget=", 7) == 0)
			return quant_budget(call, i);
	}
	if (call->words == 0)
		return error_set(call->error, "to how many bits? e.g. "
		    "`quant 4`");
	if (compress_quant_line(&call->bench->compress, call->words,
		call->word, call->run->learner->network, call->error))
		return -1;
	return evaluate(call);
}

static const struct option show_options[] = {
	{"draws", OPTION_INTEGER, 16, 0, 100000, NULL, "random vectors for "
	    "the trace that noise is predicted from; 0: do not", false},
	{0}
};

/* The bridge: predicted beside measured, layer by layer. */
static int show_layers(struct call *call)
{
	const struct compress_settings *set = &call->bench->compress;

	if (strcmp(call->word[0], "layers") != 0)
		return error_set(call->error, "%s: only `compress show "
		    "layers`", call->word[0]);
	if (!set->pruned && !set->quantised)
		return error_set(call->error, "nothing is compressed: "
		    "`prune 0.8` or `quant 4` first");
	if (network_check_output(call->run->learner->network, call->error))
		return -1;
	return call_start(call, job_damage(call->bench, call->run,
	    (int)option_value(show_options, &call->options, "draws")));
}

static int run_show(struct call *call)
{
	if (call_words(call, 0, 1))
		return -1;
	if (call->words)
		return show_layers(call);
	compress_show(call->bench, call->run);
	return 0;
}

static int run_reset(struct call *call)
{
	compress_settings_reset(&call->bench->compress,
	    call->run->learner->network->layers);
	call->bench->compress_view = (struct compress_view){0};
	for (int i = 0; i < call->bench->runs; i++)
		call->bench->run[i]->slid = (struct slid_view){0};
	return 0;
}

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
	int others = runs_beside(call, beside);
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
	return start_widths(call, &plan);
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
	return start_widths(call, &plan);
}

static const char sweep_past[] = "With from= or to= the recorded steps are "
    "visited again, as `goto` does, without the run moving: a table with a "
    "row for each step, which the screen shows as a heat map (t in the panel "
    "of the sliders). It comes after training, and `stop` ends it; what is "
    "measured stays.";

enum { ON_RUN = COMMAND_JOURNAL | COMMAND_RUN };

const struct command commands_compress[] = {
	{"prune", NULL, "prune RATIO|N:M [method=] [scope=] [layer=N] "
	    "[calib_n=] | prune off | prune follow layer=N",
	    "compression", "prune that share of the weights, to see what is "
	    "left", "Nothing is lost: the run keeps its weights. Combines with "
	    "`quant`. `compress apply` makes it permanent. A layer given with "
	    "layer= keeps its own ratio when that of all changes, until it "
	    "is to `follow` again. With N:M (1:4, 2:4, "
	    "4:8, 8:16), of each M consecutive weights of an output, in "
	    "PyTorch's flattened order, the N that matter most stay; what is "
	    "left over at the end of a row is as if filled up with zeros. "
	    "wanda and obs look at the first `calib_n` training images. obs "
	    "also changes the weights that stay, so that they make up for the "
	    "others. neurons, channels and units (both) take whole rows of "
	    "weights out, with bias and norm, and the network really shrinks; "
	    "the ratio is then one of units, a layer keeps its last one, and "
	    "those that a residual sum ties go together. bn=reestimate "
	    "estimates batch norm's running statistics anew.", "prune 0.8",
	    {{WORD_NUMBER, NULL}}, prune_options, ON_RUN | COMMAND_RAW,
	    run_prune},
	{"quant", NULL, "quant BITS [act=] [per=] [scheme=] [rounding=] "
	    "[layer=N] | quant budget=BITS | quant off | quant follow "
	    "layer=N",
	    "compression", "quantise the weights to 2 to 8 bits, to see what "
	    "is left", "Batch norm is folded first. With `act=8` what dense "
	    "and convolution layers are given is rounded too, to levels "
	    "calibrated on the first `calib_n` training images. "
	    "`rounding=gptq` rounds a row column by column, each weight "
	    "making up for what the ones before it have lost on those images; "
	    "`rounding=adaround` (arXiv 2004.10568) learns for each weight "
	    "whether up or down disturbs the layer's output less; "
	    "`equalise=on` and `bias_correction=on` help coarse scales. "
	    "`quant budget=4.0` measures what each layer costs alone on the "
	    "probe set and gives each a width of its own, 4 bits a weight on "
	    "average.",
	    "quant 4 rounding=gptq", {{WORD_NUMBER, NULL}}, quant_options,
	    ON_RUN | COMMAND_RAW, run_quant},
	{"compress", "show", "compress show [layers] [draws=16]",
	    "compression", "show where the sliders are and what is left, or "
	    "the damage layer by layer", "Accuracy, loss, bytes and times of "
	    "the newest position; the share of zeros and the bits of each "
	    "layer; from which ratio on leaving zeros out is faster; and how "
	    "far `set target_accuracy` is kept. With `layers`: what "
	    "compressing that layer alone does to the loss of the probe set, "
	    "beside what the gradient and the Hessian predict, g.d + d.Hd/2; "
	    "and where weights are rounded to a grid and none is pruned, what "
	    "is expected when the error is seen as noise: the sum over "
	    "channels of (step^2/24) tr(H_cc), the traces by Hutchinson's "
	    "estimator, +- its error. What is measured is one rounding of "
	    "many, which lie about that by the spread, |step g|/sqrt(12): "
	    "where the spread is larger the gradient decides, not the "
	    "curvature. Weights only: activations stay floats here.",
	    "compress show layers",
	    {{WORD_CHOICE, "layers"}}, show_options,
	    COMMAND_RUN | COMMAND_JOB, run_show},
	{"compress", "reset", "compress reset", "compression",
	    "take pruning and quantisation back", NULL, "compress reset",
	    {{0}}, NULL, ON_RUN, run_reset},
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
