/* sensitivity prune, diagnose: what each layer can spare, and which cannot. */
#include "workbench/command_table.h"

#include <math.h>

#include "compress/pruners.h"
#include "compress/settings.h"

static const struct option options[] = {
	{"method", OPTION_CHOICE, 0, 0, 0, PRUNE_METHODS,
	    "which weights go first", false},
	{"n", OPTION_INTEGER, 2000, 0, 10000000, NULL,
	    "test images, from the first; 0: all", false},
	{"target", OPTION_RATIO, 0, 0, 0.98, NULL,
	    "set ratios of the layers that prune so much together", false},
	{0}
};

static void set_method(const struct call *call,
    struct compress_settings *settings)
{
	int method = option_find(prune_options, "method");

	settings->prune.value[method] = option_value(options, &call->options,
	    "method");
	compress_set_ratio(settings, 0);
	for (int id = 1; id <= call->run->learner->network->layers; id++)
		compress_set_layer_ratio(settings, id, NAN);
}

static int run_sensitivity_prune(struct call *call)
{
	struct ratios_plan plan = {
		.samples = (int)option_value(options, &call->options, "n"),
		.target = option_value(options, &call->options, "target")};
	struct job *job;

	if (call_words(call, 0, 0) ||
	    network_check_output(call->run->learner->network, call->error))
		return -1;
	compress_settings_copy(&plan.settings, &call->bench->compress);
	set_method(call, &plan.settings);
	job = job_ratios(call->run, &plan, call->text,
	    call->error);
	compress_settings_free(&plan.settings);
	return job ? call_start(call, job) : -1;
}

static const struct option diagnose_options[] = {
	{"n", OPTION_INTEGER, 2000, 0, 10000000, NULL,
	    "test images, from the first; 0: all", false},
	{0}
};

static int run_diagnose(struct call *call)
{
	if (call_words(call, 0, 0) ||
	    network_check_output(call->run->learner->network, call->error))
		return -1;
	if (!call->bench->compress.quantised)
		return error_set(call->error, "nothing is quantised: `quant 4` "
		    "or `quant 8 act=8` first");
	return call_start(call, job_diagnose(call->bench, call->run,
	    (int)option_value(diagnose_options, &call->options, "n")));
}

const struct command commands_ratios[] = {
	{"diagnose", NULL, "diagnose [n=2000]", "compression",
	    "which part of the quantisation costs so much, and why",
	    "A ladder: the run as it is; pruned and folded, at 32 bits; its "
	    "weights quantised alone, its activations alone, both; then each "
	    "layer's weights alone and what each is given alone, with the "
	    "ranges that explain a cost: how far the largest channel reaches "
	    "against the middle one (channels), the largest weight against "
	    "the root mean square of its channel (peak), and all inputs "
	    "against nearly all of them (reach). The last line names the "
	    "culprit, and what to try.", "diagnose", {{0}}, diagnose_options,
	    COMMAND_RUN | COMMAND_JOB, run_diagnose},
	{"sensitivity", "prune", "sensitivity prune [method=] [n=2000] "
	    "[target=RATIO]", "compression", "accuracy with one layer at a "
	    "time pruned at each of several ratios", "The other layers stay "
	    "as they are. With a target, the sliders of the layers are then "
	    "set so that together they prune so much, where it costs least by "
	    "these figures.", "sensitivity prune method=obs target=0.9",
	    {{0}}, options, COMMAND_JOURNAL | COMMAND_RUN | COMMAND_JOB,
	    run_sensitivity_prune},
	{0},
};
