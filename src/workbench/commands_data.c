/* data */
#include "workbench/command_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static const char *const default_words[] = {"fashion-mnist"};
static const char *const toy_words[] = {"toy", "spiral"};

int bench_need_data(struct bench *bench, struct error *error)
{
	struct error missing;

	if (bench->dataset)
		return 0;
	bench->dataset = dataset_open(1, default_words, bench->seed,
	    &missing);
	if (bench->dataset)
		return 0;
	bench->dataset = dataset_open(2, toy_words, bench->seed, error);
	if (!bench->dataset)
		return -1;
	free(bench->data_note);
	bench->data_note = xasprintf("toy spiral, because %s", missing.text);
	bench_note(bench, "%s: the toy spiral is used instead", missing.text);
	return 0;
}

/* All networks for the new data, or none: a failure changes nothing. */
static struct network **adapt_all(const struct bench *bench,
    const struct dataset *dataset, struct error *error)
{
	struct network **network = xcalloc(RUNS_MAX, sizeof(*network));

	for (int i = 0; i < bench->runs; i++) {
		network[i] = network_adapt(bench->run[i]->learner->network,
		    dataset->shape, dataset->classes, error);
		if (network[i])
			continue;
		error_prefix(error, "run %s does not fit the data",
		    bench->run[i]->name);
		while (i-- > 0)
			network_free(network[i]);
		free(network);
		return NULL;
	}
	return network;
}

int bench_set_data(struct bench *bench, struct dataset *dataset,
    struct error *error)
{
	struct network **network = adapt_all(bench, dataset, error);
	struct dataset *old = bench->dataset;
	int status = 0;

	if (!network) {
		dataset_free(dataset);
		return -1;
	}
	bench->dataset = dataset;
	for (int i = 0; i < bench->runs; i++) {
		bench_cancel_run(bench, bench->run[i]);
		if (status == 0)
			status = run_set_network(bench, bench->run[i],
			    network[i], error);
		else
			network_free(network[i]);
	}
	free(network);
	dataset_free(old);
	free(bench->data_note);
	bench->data_note = NULL;
	return status;
}

/* What normalises images, by channel; of measured values there is none. */
static void add_numbers(struct event *event, const struct dataset *dataset)
{
	double mean[CHANNELS_MAX], deviation[CHANNELS_MAX];
	bool images = dataset->split[SPLIT_TRAIN].bytes;

	for (int c = 0; images && c < dataset->channels; c++) {
		mean[c] = (double)dataset->mean[c];
		deviation[c] = (double)dataset->deviation[c];
	}
	event_numbers(event, "mean", images ? dataset->channels : 0, mean);
	event_numbers(event, "deviation", images ? dataset->channels : 0,
	    deviation);
	event_number(event, "shift", dataset->augmentation.shift);
	event_bool(event, "flip", dataset->augmentation.flip);
}

static void describe_data(struct bench *bench)
{
	struct dataset *dataset = bench->dataset;
	struct event *event = event_new("data");
	char shape[32];
	struct buffer text = {0};

	shape_print(dataset->shape, shape, sizeof(shape));
	event_text(event, "name", dataset->name);
	event_text(event, "shape", shape);
	event_number(event, "classes", dataset->classes);
	event_number(event, "train", dataset->split[SPLIT_TRAIN].count);
	event_number(event, "validation",
	    dataset->split[SPLIT_VALIDATION].count);
	event_number(event, "test", dataset->split[SPLIT_TEST].count);
	add_numbers(event, dataset);
	event_text(event, "hash", dataset_hash(dataset));
	buffer_printf(&text, "%s: %s, %d classes, %u training", dataset->name,
	    shape, dataset->classes, dataset->split[SPLIT_TRAIN].count);
	if (dataset->split[SPLIT_VALIDATION].count)
		buffer_printf(&text, ", %u validation",
		    dataset->split[SPLIT_VALIDATION].count);
	buffer_printf(&text, " and %u test samples",
	    dataset->split[SPLIT_TEST].count);
	if (dataset->augmentation.shift)
		buffer_printf(&text, "; training moves them by up to %d "
		    "pixel%s", dataset->augmentation.shift,
		    dataset->augmentation.shift == 1 ? "" : "s");
	if (dataset->augmentation.flip)
		buffer_printf(&text, "; training mirrors half of them");
	event_text(event, "text", text.text);
	bench_emit(bench, event);
	buffer_free(&text);
}

static int run_data(struct call *call)
{
	struct bench *bench = call->bench;
	struct dataset *dataset;

	if (call->words == 0) {
		if (bench_need_data(bench, call->error))
			return -1;
		describe_data(bench);
		return 0;
	}
	if (!bench->dry && bench_training(bench, NULL))
		return error_set(call->error, "a run is being trained: `stop` "
		    "it first");
	dataset = dataset_open(call->words, call->word, bench->seed,
	    call->error);
	if (!dataset || bench_set_data(bench, dataset, call->error))
		return -1;
	describe_data(bench);
	return 0;
}

const struct command commands_data[] = {
	{"data", NULL, "data SOURCE [WORDS ...]", "data",
	    "choose the data set", "Without a word: shows the present one. "
	    "Runs begin anew on the new data, their networks adapted to its "
	    "shape and classes. With shift=2 flip=on each training image is "
	    "moved by up to two pixels and mirrored or not, another way in "
	    "every step; evaluation, probes and compression see the images "
	    "as they are.", "data fashion-mnist shift=2 flip=on",
	    {{WORD_DATA, NULL}, {WORD_FILE, NULL}, {WORD_FILE, NULL}}, NULL,
	    COMMAND_JOURNAL | COMMAND_RAW, run_data},
	{0},
};
