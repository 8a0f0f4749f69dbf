/* sharpness ..., probe ... */
#include "workbench/command_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "net/operation.h"
#include "workbench/past.h"
#include "workbench/probes.h"
#include "workbench/run.h"

static int unknown_measure(const char *name, struct error *error)
{
	struct buffer known = {0};
	int count;
	const struct measure_kind *kind = measure_kinds(&count);

	for (int i = 0; i < count; i++)
		buffer_printf(&known, "%s%s", i ? ", " : "", kind[i].name);
	error_set(error, "%s: no such measure (there are: %s)", name,
	    known.text);
	buffer_free(&known);
	return -1;
}

static int check_layer(const struct call *call,
    const struct measure_kind *kind, long layer)
{
	const struct network *network = call->run->learner->network;

	if (layer < 1 || layer > network->layers)
		return error_set(call->error, "layer=%ld: there are layers 1 "
		    "to %d", layer, network->layers);
	if (!measure_reaches(kind, network, (int)layer))
		return error_set(call->error, "layer=%ld: %s has no %s",
		    layer, network->layer[layer].operation->name,
		    kind->along_weights ? "weights" : "parameters");
	return 0;
}

static int take_number(const struct call *call, const char *word,
    const char *name, long *value)
{
	if (parse_long(word + strlen(name) + 1, value) || *value < 1)
		return error_set(call->error, "%s: a whole number above 0",
		    word);
	return 0;
}

static int take_space(const struct call *call, const char *word,
    struct probe *probe)
{
	probe->in_w = strcmp(word, "space=theta") != 0;
	probe->in_theta = strcmp(word, "space=w") != 0;
	if (probe->in_w && probe->in_theta && strcmp(word, "space=both") != 0)
		return error_set(call->error, "%s: w, theta or both", word);
	return 0;
}

/* Of all runs those that are not transformed are measured in w, which is
 * theta there. */
static int check_space(const struct call *call, const struct probe *probe,
    bool all_runs)
{
	if (!probe->in_theta)
		return 0;
	if (strcmp(probe->kind->name, "landscape") == 0)
		return error_set(call->error, "space=theta: a landscape is "
		    "along filters of the weights, which factors do not have");
	return all_runs || run_transformed(call->run) ? 0 :
	    error_set(call->error, "space=theta: run %s has no transform, it "
		"trains the weights themselves", call->run->name);
}

/* layer=, runs=, space= and steps are ours, the rest is the measure's. */
static int parse_probe(const struct call *call, struct probe *probe,
    bool *all_runs, struct past_steps *past)
{
	const char *name = call->words ? call->word[0] : "lambda";
	long layer = 0;
	int taken;

	*past = (struct past_steps){.to = -1, .every = 100};
	*probe = (struct probe){.kind = measure_find(name), .in_w = true};
	if (!probe->kind)
		return unknown_measure(name, call->error);
	options_default(probe->kind->options, &probe->options);
	for (int i = 1; i < call->words; i++) {
		const char *word = call->word[i];

		taken = past_parse(word, past, call->error);
		if (taken < 0)
			return -1;
		if (taken > 0) {
			probe->every = past->every;
		} else if (strcmp(word, "layer=all") == 0) {
			layer = LAYER_EACH;
		} else if (strncmp(word, "layer=", 6) == 0) {
			if (take_number(call, word, "layer", &layer))
				return -1;
		} else if (strcmp(word, "runs=all") == 0) {
			*all_runs = true;
		} else if (strncmp(word, "space=", 6) == 0) {
			if (take_space(call, word, probe))
				return -1;
		} else if (options_parse(probe->kind->options, 1, &word,
			&probe->options, call->error)) {
			return -1;
		}
	}
	if ((layer > 0 && check_layer(call, probe->kind, layer)) ||
	    check_space(call, probe, *all_runs))
		return -1;
	probe->layer = (int)layer;
	return network_check_output(call->run->learner->network, call->error);
}

/* One run after the other: jobs of one priority are done in turn, so the
 * line has to wait for the last one only. */
static int measure_all_runs(struct call *call, const struct probe *probe)
{
	struct bench *bench = call->bench;
	int status = 0;

	for (int i = 0; i < bench->runs && status == 0; i++) {
		struct call one = *call;

		one.run = bench->run[i];
		status = probe->layer > 0 ? check_layer(&one,
		    probe->kind, probe->layer) :
		    0;
	}
	if (status)
		return status;
	for (int i = 0; i + 1 < bench->runs; i++)
		bench_start(bench, job_sharpness(bench, bench->run[i], probe,
			PRIORITY_ASKED));
	return call_start(call, job_sharpness(bench,
		bench->run[bench->runs - 1], probe, PRIORITY_ASKED));
}

static int run_sharpness(struct call *call)
{
	struct past_steps past;
	bool all_runs = false;
	struct probe probe;

	if (parse_probe(call, &probe, &all_runs, &past))
		return -1;
	if (probe.every)
		return error_set(call->error, "every=, from= and to= belong to "
		    "`probe`");
	if (all_runs)
		return measure_all_runs(call, &probe);
	return call_start(call, job_sharpness(call->bench, call->run, &probe,
	    PRIORITY_ASKED));
}

/* "lambda", "lambda layer=3", "sam layer=all space=both" */
static void print_probe(const struct probe *probe, char *out, size_t size)
{
	char layer[24] = "";

	if (probe->layer == LAYER_EACH)
		text_copy(layer, sizeof(layer), " layer=all");
	else if (probe->layer > 0)
		text_format(layer, sizeof(layer), " layer=%d", probe->layer);
	text_format(out, size, "%s%s%s", probe_name(probe), layer,
	    !probe->in_theta ? "" : probe->in_w ? " space=both" :
	    " space=theta");
}

static void list_probes(struct bench *bench)
{
	char text[64];

	if (bench->probes == 0)
		bench_note(bench, "no probes; e.g. `probe lambda every=100`");
	for (int i = 0; i < bench->probes; i++) {
		const struct probe *probe = &bench->probe[i];

		print_probe(probe, text, sizeof(text));
		if (probe->every || bench->probe_share <= 0)
			bench_note(bench, "probe %s every %ld steps", text,
			    probe->every ? probe->every : 100);
		else
			bench_note(bench, "probe %s within the budget: %ld "
			    "times, %.3g s", text, probe->cost.count,
			    probe->cost.spent);
	}
}

/* What probes may take, and what they took. */
static void show_budget(struct bench *bench)
{
	double spent = probes_share_spent(bench);
	struct event *event = event_new("budget");
	struct buffer text = {0};
	char waiting[120];

	event_number(event, "share", bench->probe_share);
	event_number(event, "spent", spent);
	event_number(event, "training_seconds", bench->probe_trained);
	if (bench->probe_share > 0)
		buffer_printf(&text, "probes may take %.3g%% of the training "
		    "time", 100 * bench->probe_share);
	else
		buffer_puts(&text, "probes have no budget");
	if (!isnan(spent))
		buffer_printf(&text, "; they took %.2g%% of %.3g s",
		    100 * spent, bench->probe_trained);
	probes_waiting(bench, waiting, sizeof(waiting));
	event_text(event, "waiting", waiting);
	if (waiting[0])
		buffer_printf(&text, "; first %s of training", waiting);
	event_text(event, "text", text.text);
	bench_emit(bench, event);
	buffer_free(&text);
}

static int probe_budget(struct call *call)
{
	double share = 0;

	if (call->words > 2)
		return error_set(call->error, "%s: not understood",
		    call->word[2]);
	if (call->words == 1) {
		show_budget(call->bench);
		return 0;
	}
	if (strcmp(call->word[1], "off") != 0 &&
	    (parse_ratio(call->word[1], &share) || share <= 0 || share > 1))
		return error_set(call->error, "budget %s: a share of the "
		    "training time, e.g. 10%%, or off", call->word[1]);
	probes_budget(call->bench, share);
	return 0;
}

static int probe_off(struct call *call)
{
	struct bench *bench = call->bench;
	int kept = 0;

	for (int i = 0; i < bench->probes; i++) {
		if (call->words > 1 && strcmp(probe_name(&bench->probe[i]),
			call->word[1]) != 0)
			bench->probe[kept++] = bench->probe[i];
	}
	bench->probes = kept;
	return 0;
}

static int add_probe(const struct call *call, const struct probe *probe)
{
	struct bench *bench = call->bench;
	int at = 0;

	while (at < bench->probes && !probe_same(&bench->probe[at], probe))
		at++;
	if (at == PROBES_MAX)
		return error_set(call->error, "%d probes are all there can be",
		    PROBES_MAX);
	bench->probe[at] = *probe;
	if (at == bench->probes)
		bench->probes++;
	return 0;
}

/* Only work, so it is left out when a session is restored. */
static int ask_past(struct call *call, const struct probe *probe,
    const struct past_steps *steps)
{
	struct job *job;

	if (call->bench->dry)
		return 0;
	job = job_past(call->run, steps, question_probe(probe),
	    probe_name(probe), call->error);
	return job ? call_start(call, job) : -1;
}

/* Accuracy with the sliders as they are now, wherever they go later. */
static int probe_compressed(struct call *call)
{
	struct bench *bench = call->bench;
	struct past_steps past = {.to = -1, .every = 100};
	struct probe probe = {0};
	char position[POSITION_TEXT];

	for (int i = 1; i < call->words; i++) {
		int taken = past_parse(call->word[i], &past, call->error);

		if (taken < 0)
			return -1;
		if (!taken)
			return error_set(call->error, "%s: probe compressed "
			    "takes every=, from= and to=", call->word[i]);
		probe.every = past.every;
	}
	if (!bench->compress.pruned && !bench->compress.quantised)
		return error_set(call->error, "probe compressed: nothing is "
		    "compressed; first `prune` or `quant` says how");
	compress_settings_copy(&bench->watched, &bench->compress);
	probe_position(&bench->watched, position, sizeof(position));
	for (int i = 0; i < bench->runs; i++)
		run_watch(bench->run[i], position);
	return past.asked ? ask_past(call, &probe, &past) :
	    add_probe(call, &probe);
}

static int run_probe(struct call *call)
{
	struct bench *bench = call->bench;
	struct past_steps past;
	bool all_runs = false;
	struct probe probe;

	if (call->words == 0) {
		list_probes(bench);
		return 0;
	}
	if (strcmp(call->word[0], "off") == 0)
		return probe_off(call);
	if (strcmp(call->word[0], "budget") == 0)
		return probe_budget(call);
	if (!call->run)
		return error_set(call->error, "there is no network yet");
	if (strcmp(call->word[0], PROBE_COMPRESSED) == 0)
		return probe_compressed(call);
	if (parse_probe(call, &probe, &all_runs, &past))
		return -1;
	if (all_runs)
		return error_set(call->error, "runs=all belongs to "
		    "`sharpness`: probes look at the run that is trained");
	if (past.asked)
		return ask_past(call, &probe, &past);
	return add_probe(call, &probe);
}

const struct command commands_sharpness[] = {
	{"sharpness", NULL, "sharpness MEASURE [OPTIONS] [layer=N|all] "
	    "[runs=all] [space=w|theta|both]",
	    "sharpness", "measure the sharpness of the folded network",
	    "On the first probe_n samples of probe_split, with running "
	    "statistics frozen and dropout off. layer=N looks at that layer's "
	    "parameters alone, layer=all at each layer in turn (one event a "
	    "layer), runs=all at every run. Of a transformed run space=theta "
	    "measures in the factors that the weights are made from, both "
	    "in w and then there. Only values in w may be compared between "
	    "runs: rescaled factors make the same network with another "
	    "curvature.", "sharpness lambda k=5",
	    {{WORD_MEASURE, NULL}}, NULL,
	    COMMAND_JOURNAL | COMMAND_RUN | COMMAND_JOB | COMMAND_RAW,
	    run_sharpness},
	{"probe", NULL, "probe MEASURE|compressed [every=STEPS] [from=STEP] "
	    "[to=STEP] [layer=N|all] [OPTIONS] | probe budget SHARE|off | probe off "
	    "[MEASURE]",
	    "sharpness",
	    "measure again and again while training, or at the steps so far",
	    "With every= at every so many steps, else every 100 or, after "
	    "`probe budget 10%`, as often as that share of the training time "
	    "allows, at most four times a second; `probe budget` tells what "
	    "was spent, and when what has no value yet will have one. On a "
	    "screen lambda and sam are measured within 10% "
	    "unless told otherwise, without lines in the log. Training gives "
	    "the same bits whatever is probed and when. The steps that a "
	    "budget chooses follow the clock, so they, and by its tolerance "
	    "what a warm-started lambda says there, differ from one time to "
	    "the next; with every= they are the same. A replay and `verify` "
	    "compare weights, not probes. With from= or to= the recorded "
	    "steps are visited again, as `goto` does, without the run moving, "
	    "and the curve is filled with what would have been measured then. "
	    "It comes after training, and `stop` ends it; what is measured "
	    "stays. `probe compressed` follows the accuracy of the network "
	    "pruned and quantised as the sliders are when it is said; they "
	    "may move on. With layer=N or layer=all each layer has a curve of "
	    "its own: on a screen (y in the panel), in reports, as "
	    "lambda_layer3 in files. space=theta and both: see "
	    "`sharpness`.",
	    "probe lambda every=100", {{WORD_MEASURE, NULL}}, NULL,
	    COMMAND_JOURNAL | COMMAND_RAW, run_probe},
	{0},
};
