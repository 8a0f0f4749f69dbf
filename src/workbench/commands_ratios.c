/* sensitivity prune: what each layer can spare. */
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

const struct command commands_ratios[] = {
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
