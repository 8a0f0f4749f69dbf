/* net ... */
#include "workbench/command_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "compress/branches.h"
#include "session/network_json.h"
#include "workbench/learner_settings.h"
#include "workbench/network_edits.h"
#include "workbench/network_show.h"

/* The first run, or the current one with another network. Takes `network`
 * over. */
static int use_network(struct call *call, struct network *network)
{
	struct bench *bench = call->bench;
	struct learner *learner;

	if (!network)
		return -1;
	if (network->layers == 0) {
		network_free(network);
		return error_set(call->error, "a network has one layer at "
		    "least; `net clear` takes it away");
	}
	compress_settings_reset(&bench->compress, network->layers);
	bench->compress_view = (struct compress_view){0};
	if (call->run) {
		bench_cancel_run(bench, call->run);
		return run_set_network(bench, call->run, network,
		    call->error);
	}
	learner = learner_new(bench->dataset, network, bench->seed,
	    bench->pool);
	if (learner_settings_apply(bench, learner, call->error)) {
		learner_free(learner);
		return -1;
	}
	return bench_add_run(bench, run_new("main", learner), call->error);
}

static int run_show(struct call *call)
{
	if (call_words(call, 0, 1))
		return -1;
	if (call->words && strcmp(call->word[0], "weights") != 0)
		return error_set(call->error, "%s: only `net show weights`",
		    call->word[0]);
	if (call->words) {
		show_weights(call->bench, call->run);
		return 0;
	}
	show_layers(call->bench, call->run);
	show_network(call->bench, call->run);
	show_memory(call->bench, call->run);
	return 0;
}

static int run_named(struct call *call)
{
	struct bench *bench = call->bench;

	if (call->words == 0)
		return error_set(call->error, "which one? e.g. `net mlp "
		    "300-100`; `net show` shows the present one");
	if (bench_need_data(bench, call->error) ||
	    use_network(call, network_named(call->words, call->word,
		bench->dataset->shape, bench->dataset->classes, call->error)))
		return -1;
	show_network(bench, bench_run(bench));
	return 0;
}

static int run_edit(struct call *call)
{
	return use_network(call, network_edited(call));
}

static int run_save(struct call *call)
{
	const struct learner *learner = call->run->learner;

	if (call_words(call, 1, 1) || network_export(learner->network,
		learner_weights(learner), learner->buffers, call->word[0],
		call->error))
		return -1;
	bench_note(call->bench, "network and weights written to %s",
	    call->word[0]);
	return 0;
}

static int load_weights(struct call *call, const real *w, const real *buffers)
{
	struct run *run = bench_run(call->bench);
	struct learner *learner = run->learner;

	if (!w)
		return 0;
	if (learner->network->buffers)
		memcpy(learner->buffers, buffers,
		    learner->network->buffers * sizeof(real));
	if (learner_set_weights(learner, w, call->error))
		return -1;
	run_changed(run, false);
	return 0;
}

static int run_load(struct call *call)
{
	struct network *network, *adapted;
	real *w = NULL, *buffers = NULL;
	int status = -1;

	if (call_words(call, 1, 1) ||
	    bench_need_data(call->bench, call->error))
		return -1;
	network = network_import(call->word[0], &w, &buffers, call->error);
	if (!network)
		return -1;
	adapted = network_adapt(network, call->bench->dataset->shape,
	    call->bench->dataset->classes, call->error);
	if (!adapted) {
		error_prefix(call->error, "%s", call->word[0]);
	} else if (w && !network_equal(network, adapted)) {
		error_set(call->error, "%s: its weights do not fit the data "
		    "set %s", call->word[0], call->bench->dataset->name);
		network_free(adapted);
	} else if (use_network(call, adapted) == 0) {
		status = load_weights(call, w, buffers);
	}
	network_free(network);
	reals_free(w);
	reals_free(buffers);
	if (status == 0)
		show_network(call->bench, bench_run(call->bench));
	return status;
}

/* A run has a network of one layer at least: with the network it goes. */
static int run_clear(struct call *call)
{
	struct bench *bench = call->bench;

	if (call_words(call, 0, 0) || bench_need_data(bench, call->error))
		return -1;
	if (bench->runs > 1)
		return error_set(call->error, "there are other runs: `run rm "
		    "%s` takes this one away", call->run->name);
	if (call->run)
		bench_remove_run(bench, call->run);
	bench->compress_view = (struct compress_view){0};
	return 0;
}

static int run_branch(struct call *call)
{
	bool quantisable = call->words == 1 &&
	    strcmp(call->word[0], "rep-qa") == 0;

	if (call_words(call, 1, 1))
		return -1;
	if (!quantisable && strcmp(call->word[0], "rep") != 0)
		return error_set(call->error, "net branch %s: rep or rep-qa",
		    call->word[0]);
	if (use_network(call, branches_add(call->run->learner->network,
		quantisable, call->error)))
		return -1;
	show_network(call->bench, call->run);
	return 0;
}

/* As `snt check` tells it. */
static void merge_event(struct call *call, struct path_difference found)
{
	const struct learner *learner = call->run->learner;
	struct event *event = event_new("fold");

	event_text(event, "run", call->run->name);
	event_number(event, "step", (double)learner->step);
	event_number(event, "max_abs_diff", found.max_abs_diff);
	event_number(event, "flips", (double)found.flips);
	event_number(event, "ulps", path_ulps(&found));
	event_number(event, "n",
	    learner->dataset->split[SPLIT_TEST].count);
	bench_emit(call->bench, event);
}

static int run_merge(struct call *call)
{
	struct learner *learner = call->run->learner;
	long step = learner->step;
	real *w, *buffers;
	int merged, status;
	struct network *network = branches_merge(learner->network,
	    learner_weights(learner), learner->buffers, &w, &buffers, &merged);

	if (merged == 0) {
		network_free(network);
		status = error_set(call->error, "no sum of convolutions of "
		    "one input: `net branch rep` makes some");
	} else {
		merge_event(call, learner_compare(learner, network, w,
		    buffers, SPLIT_TEST));
		status = use_network(call, network);
	}
	if (status == 0) {
		call->run->learner->step = step;
		status = load_weights(call, w, buffers);
		show_network(call->bench, call->run);
	}
	reals_free(w);
	reals_free(buffers);
	return status;
}

enum { EDIT = COMMAND_JOURNAL | COMMAND_RUN | COMMAND_IDLE | COMMAND_RAW };

const struct command commands_network[] = {
	{"net", NULL, "net NAME [WORDS]", "network",
	    "build a named network", "The current run begins anew with it.",
	    "net mlp 300-100", {{WORD_NETWORK, NULL}}, NULL,
	    COMMAND_JOURNAL | COMMAND_IDLE | COMMAND_RAW, run_named},
	{"net", "show", "net show [weights]", "network",
	    "list the layers with shapes, parameters and multiply-adds",
	    "At the end the memory that training takes, by purpose: planned "
	    "before the first step, and the same in all others. With "
	    "`weights`: how large weights and the gradients of the last step "
	    "are in each layer, and how far its channels reach.",
	    "net show", {{WORD_CHOICE, "weights"}}, NULL, COMMAND_RUN,
	    run_show},
	{"net", "add", "net add KIND [OPTIONS] [at=N] [from=A,B]", "network",
	    "add a layer", "At the end, or so that it becomes layer N. It "
	    "takes the output of the layer before, or of the layers named.",
	    "net add dense 64", {{WORD_OPERATION, NULL}}, NULL,
	    COMMAND_JOURNAL | COMMAND_IDLE | COMMAND_RAW, run_edit},
	{"net", "rm", "net rm N", "network", "remove a layer", NULL, NULL,
	    {{WORD_LAYER, NULL}}, NULL, EDIT, run_edit},
	{"net", "move", "net move N M", "network",
	    "move layer N so that it becomes layer M", NULL, NULL,
	    {{WORD_LAYER, NULL}, {WORD_LAYER, NULL}}, NULL, EDIT, run_edit},
	{"net", "set", "net set N OPTION=VALUE ...", "network",
	    "change the options of a layer", NULL, NULL,
	    {{WORD_LAYER, NULL}, {WORD_TEXT, NULL}}, NULL, EDIT, run_edit},
	{"net", "branch", "net branch rep|rep-qa", "network",
	    "train each convolution as branches that become one again",
	    "rep is RepVGG's (arXiv 2101.03697): a convolution and its batch "
	    "norm become a large and a 1 x 1 convolution and the input itself, "
	    "each with a batch norm of its own, summed. Famous for losing its "
	    "accuracy in few bits; rep-qa is QARepVGG's answer (arXiv "
	    "2212.01593): batch norm on the large branch and behind the sum "
	    "only. The run begins anew; `net merge` makes one convolution of "
	    "each sum, which is what is to be compressed.", "net branch rep",
	    {{WORD_CHOICE, "rep|rep-qa"}}, NULL, EDIT, run_branch},
	{"net", "merge", "net merge", "network",
	    "fold batch norm, and make sums of convolutions one",
	    "The same function, but for rounding: the largest difference of "
	    "logits on the test set is shown, also in units in the last place "
	    "of the largest logit, and the predictions that changed. The run "
	    "goes on at its step, without batch norm.", "net merge", {{0}},
	    NULL, COMMAND_JOURNAL | COMMAND_RUN | COMMAND_IDLE, run_merge},
	{"net", "clear", "net clear", "network",
	    "take the network away, and its run with it: `net add` begins "
	    "a new one", NULL, NULL, {{0}}, NULL,
	    COMMAND_JOURNAL | COMMAND_IDLE, run_clear},
	{"net", "save", "net save FILE", "network",
	    "write network and weights as safetensors", NULL, NULL,
	    {{WORD_FILE, NULL}}, NULL, COMMAND_RUN, run_save},
	{"net", "load", "net load FILE", "network",
	    "read a network, with its weights if it has any",
	    "From safetensors or .npz written by this program, a network's JSON, or a "
	    "packed file.", NULL, {{WORD_FILE, NULL}}, NULL,
	    COMMAND_JOURNAL | COMMAND_IDLE, run_load},
	{0},
};
