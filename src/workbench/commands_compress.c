/* prune, quant, compress ... */
#include "workbench/commands_compress.h"

#include <string.h>

#include "base/text.h"
#include "net/levels.h"
#include "workbench/compress_show.h"

int call_runs_beside(const struct call *call, struct run **beside)
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
	count = call_runs_beside(call, beside);
	job = job_compress(bench, call->run);
	for (int i = 0; i < count; i++) {
		bench_start(bench, job);
		job = job_compress_beside(bench, beside[i]);
	}
	return call_start(call, job);
}

/* What was asked for is not there to be done. */
static void note_no_batch_norm(const struct call *call)
{
	const struct compress_settings *settings = &call->bench->compress;

	if (compress_restates(settings) &&
	    call->run->learner->network->buffers == 0)
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

int call_start_widths(struct call *call, const struct widths_plan *plan)
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
	return call_start_widths(call, &plan);
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
	note_no_batch_norm(call);
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
	    "`equalise=on` and `bias_correction=on` help coarse scales; "
	    "`bn=reestimate` estimates the statistics of batch norm anew on "
	    "the quantised network, and they go into the scales of channels. "
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
	{0},
};
