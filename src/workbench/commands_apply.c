/* compress apply, finetune: what changes the run itself. */
#include "workbench/command_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "compress/aware.h"
#include "compress/pruned.h"
#include "workbench/slide.h"

/* The run goes on with this network and these weights, at the same step. */
static int adopt(struct call *call, const struct network *network,
    const real *w, const real *buffers)
{
	struct run *run = call->run;
	long step = run->learner->step;

	bench_cancel_run(call->bench, run);
	if (!network_equal(network, run->learner->network)) {
		if (run_set_network(call->bench, run, network_copy(network),
			call->error))
			return -1;
		run->learner->step = step;
	}
	if (network->buffers)
		memcpy(run->learner->buffers, buffers,
		    network->buffers * sizeof(real));
	free(run->learner->mask);
	run->learner->mask = NULL;
	learner_set_straight(run->learner, NULL);
	if (learner_set_weights(run->learner, w, call->error))
		return -1;
	if (call->bench->compress.pruned &&
	    !prunes_structure(&call->bench->compress))
		learner_keep_zeros(run->learner, w);
	run_changed(run, false);
	return 0;
}

static struct calibration images_of(const struct call *call)
{
	const struct learner *learner = call->run->learner;

	return (struct calibration){learner->dataset, learner->pool};
}

static int apply(struct call *call)
{
	const struct learner *learner = call->run->learner;
	const struct calibration images = images_of(call);
	struct compressed compressed;
	int status;

	if (compress_make(learner->network, learner_weights(learner),
		learner->buffers, &call->bench->compress, NULL, &images,
		&compressed, call->error))
		return -1;
	status = adopt(call, compressed.network, compressed.w,
	    compressed.buffers);
	compressed_free(&compressed);
	return status;
}

/* Only pruned: batch norm stays, as training goes on. */
static int apply_pruning(struct call *call)
{
	const struct learner *learner = call->run->learner;
	const struct calibration images = images_of(call);
	struct pruned pruned;
	int status;

	if (pruned_make(learner->network, learner_weights(learner),
		learner->buffers, &call->bench->compress, NULL, &images,
		&pruned, call->error))
		return -1;
	status = adopt(call, pruned.network, pruned.w, pruned.buffers);
	pruned_free(&pruned);
	return status;
}

static int run_apply(struct call *call)
{
	if (!call->bench->compress.pruned && !call->bench->compress.quantised)
		return error_set(call->error, "nothing to apply: `prune` or "
		    "`quant` first");
	if (apply(call))
		return -1;
	compress_settings_reset(&call->bench->compress,
	    call->run->learner->network->layers);
	call->bench->compress_view = (struct compress_view){0};
	bench_note(call->bench, "run %s has the compressed weights now",
	    call->run->name);
	return 0;
}

static void round_weights(void *context, const real *w, const real *buffers,
    real *rounded)
{
	aware_round(context, w, buffers, rounded);
}

static void release_aware(void *context)
{
	aware_free(context);
}

/* "quant 4 act=8", without what prunes. */
static char *quant_line(const struct compress_settings *settings)
{
	struct compress_settings only = {0};
	struct buffer lines = {0};

	compress_settings_copy(&only, settings);
	only.pruned = false;
	for (int id = 0; id <= only.layers; id++)
		only.layer_ratio[id] = NAN;
	compress_settings_print(&only, &lines);
	compress_settings_free(&only);
	return lines.text ? lines.text : xstrdup("quant off");
}

/* From here on the run trains at the weights that would be shipped. While a
 * session is restored, levels come with its checkpoint. */
static int train_aware(struct call *call)
{
	struct learner *learner = call->run->learner;
	const struct calibration images = images_of(call);
	struct aware *aware = aware_new(learner->network,
	    &call->bench->compress);
	struct network *network = call->bench->dry ?
	    network_copy(learner->network) : aware_network(aware,
		learner_weights(learner), learner->buffers, &images,
		call->error);
	struct straight *straight;

	if (!network) {
		aware_free(aware);
		return -1;
	}
	straight = xcalloc(1, sizeof(*straight));
	*straight = (struct straight){1, quant_line(&call->bench->compress),
		network, round_weights, release_aware, aware};
	learner_set_straight(learner, straight);
	return 0;
}

/* What was taken out cannot be taken out again. */
static void forget_structure(struct call *call)
{
	struct error error;
	const char *off = "off";

	if (prunes_structure(&call->bench->compress))
		compress_prune_line(&call->bench->compress, 1, &off,
		    call->run->learner->network, &error);
}

/* Pruned weights are fixed at zero, the others train on. */
static int prune_for_good(struct call *call)
{
	if (!call->bench->compress.pruned)
		return 0;
	if (apply_pruning(call))
		return -1;
	forget_structure(call);
	return 0;
}

static int run_finetune(struct call *call)
{
	const struct compress_settings *settings = &call->bench->compress;
	struct train_plan plan = {.evaluate = true, .finetune = true};
	struct job *job;

	if (!settings->pruned && !settings->quantised)
		return error_set(call->error, "nothing is compressed: `prune "
		    "0.8` or `quant 4` first");
	if (call_words(call, 2, 2) ||
	    parse_double(call->word[0], &plan.epochs) || plan.epochs <= 0 ||
	    strncmp(call->word[1], "epoch", 5) != 0)
		return error_set(call->error, "finetune N epochs");
	if (prune_for_good(call) ||
	    (settings->quantised && train_aware(call)))
		return -1;
	job = job_train(call->bench, &plan, call->text, call->error);
	if (!job)
		return -1;
	return call_start(call, job);
}

enum { ON_RUN = COMMAND_JOURNAL | COMMAND_RUN };

const struct command commands_apply[] = {
	{"compress", "apply", "compress apply", "compression",
	    "make the compressed weights the run's own",
	    "Pruned weights stay zero when training goes on.", NULL, {{0}},
	    NULL, ON_RUN | COMMAND_IDLE, run_apply},
	{"finetune", NULL, "finetune N epochs", "compression",
	    "train on what pruning and quantisation leave",
	    "What is pruned is so for good, and stays zero. With `quant` on, "
	    "training knows of it: loss and gradient are those of the "
	    "quantised weights (with act= of quantised activations too, at "
	    "levels calibrated when it begins), and the gradient moves the "
	    "floats behind them as if rounding were not there (the "
	    "straight-through estimator, arXiv 1308.3432). Batch norm goes on "
	    "training: weights are rounded as they will be when it is folded. "
	    "Each step rounds to nearest, whatever rounding= says. The run "
	    "keeps the floats; at the end they are quantised once more and "
	    "measured. `train` afterwards trains the floats again.",
	    "quant 2; finetune 1 epochs",
	    {{WORD_NUMBER, NULL}, {WORD_CHOICE, "epochs"}}, NULL,
	    ON_RUN | COMMAND_IDLE, run_finetune},
	{0},
};
