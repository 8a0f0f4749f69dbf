/* sharpness ..., probe ... */
#include "workbench/command_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

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

static int check_layer(const struct call *call, long layer)
{
	const struct network *network = call->run->learner->network;

	if (layer < 1 || layer > network->layers)
		return error_set(call->error, "layer=%ld: there are layers 1 "
		    "to %d", layer, network->layers);
	if (network->layer[layer].parameters == 0)
		return error_set(call->error, "layer=%ld has no parameters",
		    layer);
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

/* layer= and every= are ours, the rest is the measure's. */
static int parse_probe(const struct call *call, struct probe *probe)
{
	const char *name = call->words ? call->word[0] : "lambda";
	long layer = 0;

	*probe = (struct probe){.kind = measure_find(name)};
	if (!probe->kind)
		return unknown_measure(name, call->error);
	options_default(probe->kind->options, &probe->options);
	for (int i = 1; i < call->words; i++) {
		const char *word = call->word[i];

		if (strncmp(word, "layer=", 6) == 0) {
			if (take_number(call, word, "layer", &layer))
				return -1;
		} else if (strncmp(word, "every=", 6) == 0) {
			if (take_number(call, word, "every", &probe->every))
				return -1;
		} else if (options_parse(probe->kind->options, 1, &word,
			&probe->options, call->error)) {
			return -1;
		}
	}
	if (layer && check_layer(call, layer))
		return -1;
	probe->layer = (int)layer;
	return network_check_output(call->run->learner->network, call->error);
}

static int run_sharpness(struct call *call)
{
	struct probe probe;

	if (parse_probe(call, &probe))
		return -1;
	if (probe.every)
		return error_set(call->error, "every= belongs to `probe`");
	return call_start(call, job_sharpness(call->bench, call->run, &probe,
	    PRIORITY_ASKED));
}

static void list_probes(struct bench *bench)
{
	if (bench->probes == 0)
		bench_note(bench, "no probes; e.g. `probe lambda every=100`");
	for (int i = 0; i < bench->probes; i++)
		bench_note(bench, "probe %s every %ld steps",
		    bench->probe[i].kind->name, bench->probe[i].every);
}

static bool same_probe(const struct probe *a, const struct probe *b)
{
	return a->kind == b->kind && a->layer == b->layer;
}

static int probe_off(struct call *call)
{
	struct bench *bench = call->bench;
	int kept = 0;

	for (int i = 0; i < bench->probes; i++) {
		if (call->words > 1 && strcmp(bench->probe[i].kind->name,
			call->word[1]) != 0)
			bench->probe[kept++] = bench->probe[i];
	}
	bench->probes = kept;
	return 0;
}

static int run_probe(struct call *call)
{
	struct bench *bench = call->bench;
	struct probe probe;
	int at = 0;

	if (call->words == 0) {
		list_probes(bench);
		return 0;
	}
	if (strcmp(call->word[0], "off") == 0)
		return probe_off(call);
	if (!call->run)
		return error_set(call->error, "there is no network yet");
	if (parse_probe(call, &probe))
		return -1;
	if (probe.every == 0)
		probe.every = 100;
	while (at < bench->probes && !same_probe(&bench->probe[at], &probe))
		at++;
	if (at == PROBES_MAX)
		return error_set(call->error, "%d probes are all there can be",
		    PROBES_MAX);
	bench->probe[at] = probe;
	if (at == bench->probes)
		bench->probes++;
	return 0;
}

const struct command commands_sharpness[] = {
	{"sharpness", NULL, "sharpness MEASURE [OPTIONS] [layer=N]",
	    "sharpness", "measure the sharpness of the folded network",
	    "On the first probe_n samples of probe_split, with running "
	    "statistics frozen and dropout off.", "sharpness lambda",
	    {{WORD_MEASURE, NULL}}, NULL,
	    COMMAND_JOURNAL | COMMAND_RUN | COMMAND_JOB | COMMAND_RAW,
	    run_sharpness},
	{"probe", NULL, "probe MEASURE every=STEPS [OPTIONS] | probe off "
	    "[MEASURE]", "sharpness", "measure again and again while training",
	    NULL, "probe lambda every=100", {{WORD_MEASURE, NULL}}, NULL,
	    COMMAND_JOURNAL | COMMAND_RAW, run_probe},
	{0},
};
