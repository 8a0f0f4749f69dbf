/* Settings as command lines: the options, reading and printing them. */
#include "compress/settings.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "compress/calibrate.h"
#include "compress/prune.h"
#include "compress/pruners.h"
#include "compress/quantise.h"
#include "compress/rounding.h"

const struct option prune_options[] = {
	{"ratio", OPTION_RATIO, NAN, 0, 1, NULL,
	    "share of the weights that become zero", true},
	{"method", OPTION_CHOICE, 0, 0, 0, PRUNE_METHODS,
	    "which weights go first", false},
	{"scope", OPTION_CHOICE, SCOPE_GLOBAL, 0, 0, "global|layer",
	    "the ratio is of the whole network or of every layer", false},
	{"layer", OPTION_INTEGER, 0, 1, 100000, NULL,
	    "only this layer, with a ratio of its own", false},
	{"pattern", OPTION_CHOICE, 0, 0, 0, PRUNE_PATTERNS,
	    "N:M, of each M consecutive weights of an output N stay", false},
	{"calib_n", OPTION_INTEGER, 1024, 1, 10000000, NULL,
	    "training images that wanda, obs and bn=reestimate look at, from "
	    "the first", false},
	{"bn", OPTION_CHOICE, 0, 0, 0, "keep|reestimate",
	    "batch norm's running statistics: as they are, or estimated anew "
	    "on the pruned network", false},
	{0}
};

const struct option quant_options[] = {
	{"bits", OPTION_INTEGER, NAN, BITS_LEAST, BITS_MOST, NULL,
	    "bits of a weight", true},
	{"per", OPTION_CHOICE, PER_CHANNEL, 0, 0, "channel|tensor|group",
	    "one scale for every output channel, for the whole tensor, or for "
	    "every `group` weights of a channel", false},
	{"group", OPTION_INTEGER, 64, 2, 1 << 20, NULL,
	    "weights that share a scale with per=group", false},
	{"scheme", OPTION_CHOICE, 0, 0, 0, QUANT_SCHEMES,
	    "levels around zero, between the least and the most, or a book of "
	    "means", false},
	{"act", OPTION_INTEGER, 0, 0, BITS_MOST, NULL,
	    "bits of what dense and convolution layers are given, 4 to 8; 0: "
	    "floats", false},
	{"calib", OPTION_CHOICE, 0, 0, 0, CALIBRATORS,
	    "the range of activations: all that was seen, all but one in "
	    "10000, or that of least squared error or divergence", false},
	{"rounding", OPTION_CHOICE, 0, 0, 0, ROUNDINGS,
	    "each weight to the nearest level, or so that it makes up for what "
	    "the ones before it have lost, or up or down as is learned from "
	    "the layer's output", false},
	{"bias_correction", OPTION_SWITCH, 0, 0, 0, NULL,
	    "give each channel its mean back through the bias", false},
	{"equalise", OPTION_SWITCH, 0, 0, 0, NULL,
	    "before rounding, share each channel's range between two layers "
	    "that relu joins", false},
	{"calib_n", OPTION_INTEGER, 1024, 1, 10000000, NULL,
	    "training images to calibrate on, from the first", false},
	{"bn", OPTION_CHOICE, 0, 0, 0, "keep|reestimate",
	    "what batch norm's statistics have folded into a channel: as it "
	    "was, or estimated anew on the quantised network", false},
	{"layer", OPTION_INTEGER, 0, 1, 100000, NULL,
	    "only this layer, with bits of its own", false},
	{0}
};

/* A pattern has a ratio, which need not be said. */
static int take_pattern(const struct option *table,
    struct option_values *values, struct error *error)
{
	double ratio;
	int count;

	if (table != prune_options)
		return 0;
	ratio = pattern_ratio(values);
	if (isnan(ratio))
		return 0;
	if (pruners(&count)[(int)option_value(table, values, "method")].units)
		return error_set(error, "a pattern is one of single weights, "
		    "not of whole neurons or channels");
	if (values->value[AMOUNT] == ratio)
		return 0;
	if (values->given[AMOUNT])
		return error_set(error, "this pattern prunes %g%%, not "
		    "%g%%: leave the ratio out", 100 * ratio,
		    100 * values->value[AMOUNT]);
	values->value[AMOUNT] = ratio;
	return 0;
}

/* Words of a line over the defaults. "off" as the first word: *off, and the
 * first option keeps its default; "follow": it becomes NAN, and a layer must
 * be given. */
static int parse_line(const struct option *table, int words,
    const char *const *word, const struct network *network,
    struct option_values *values, bool *off, struct error *error)
{
	bool follow = words > 0 && strcmp(word[0], "follow") == 0;
	int layer;

	options_default(table, values);
	*off = words > 0 && (follow || strcmp(word[0], "off") == 0);
	if (options_parse(table, words - *off, word + *off, values, error))
		return -1;
	if (*off)
		values->value[AMOUNT] = 0;
	if (take_pattern(table, values, error) ||
	    options_complete(table, values, error))
		return -1;
	layer = (int)option_value(table, values, "layer");
	if (follow && !layer)
		return error_set(error, "follow: which layer goes with all "
		    "again? e.g. layer=3");
	if (follow)
		values->value[AMOUNT] = NAN;
	return layer ? check_layer(network, layer, error) : 0;
}

/* How (method, per, scheme) is one answer for the whole network. A line for
 * one layer may set it as long as nothing else depends on it. */
static int take_manner(const struct option *table,
    const struct option_values *line, bool in_use,
    struct option_values *values, struct error *error)
{
	struct option_values taken = *values;

	for (int i = AMOUNT + 1; i < option_count(table); i++) {
		if (!line->given[i] || strcmp(table[i].name, "layer") == 0 ||
		    strcmp(table[i].name, "scope") == 0)
			continue;
		if (in_use && line->value[i] != values->value[i])
			return error_set(error, "%s= is the same for all "
			    "layers: give it without layer=", table[i].name);
		taken.value[i] = line->value[i];
	}
	*values = taken;
	return 0;
}

static void forget_ratios(struct compress_settings *settings)
{
	settings->pruned = false;
	settings_prune_nothing(settings);
	for (int id = 0; id <= settings->layers; id++)
		settings->layer_ratio[id] = NAN;
}

/* The first of the words may be a pattern: "2:4" is "pattern=2:4". */
static int parse_prune_line(int words, const char *const *word,
    const struct network *network, struct option_values *line, bool *off,
    struct error *error)
{
	const char *copy[2 * OPTIONS_MAX];
	char pattern[48];

	if (words < 1 || words > 2 * OPTIONS_MAX || !strchr(word[0], ':') ||
	    strchr(word[0], '='))
		return parse_line(prune_options, words, word, network, line,
		    off, error);
	memcpy(copy, word, (size_t)words * sizeof(*word));
	text_format(pattern, sizeof(pattern), "pattern=%s", word[0]);
	copy[0] = pattern;
	return parse_line(prune_options, words, copy, network, line, off,
	    error);
}

int compress_prune_line(struct compress_settings *settings, int words,
    const char *const *word, const struct network *network,
    struct error *error)
{
	struct option_values line;
	bool off;
	int layer;

	if (parse_prune_line(words, word, network, &line, &off, error))
		return -1;
	layer = (int)option_value(prune_options, &line, "layer");
	if (layer && take_manner(prune_options, &line, settings->pruned,
		&settings->prune, error))
		return -1;
	settings_grow(settings, network->layers);
	settings->pruned = true;
	if (layer)
		settings->layer_ratio[layer] = line.value[AMOUNT];
	else
		settings->prune = line;
	if (isnan(line.value[AMOUNT]))
		compress_set_ratio(settings, settings->prune.value[AMOUNT]);
	if (!layer && line.value[AMOUNT] == 0)
		forget_ratios(settings);
	return 0;
}

/* What the table cannot tell: ways that exclude each other. */
static int check_quant(const struct option_values *line, struct error *error)
{
	int act = (int)option_value(quant_options, line, "act");

	if (act && act < ACT_LEAST)
		return error_set(error, "act %d: from %d to %d bits, or 0", act,
		    ACT_LEAST, BITS_MOST);
	if (option_value(quant_options, line, "bn") == 0)
		return 0;
	if (option_value(quant_options, line, "equalise") != 0)
		return error_set(error, "bn=reestimate would undo "
		    "equalise=on: take one of them");
	if (option_value(quant_options, line, "bias_correction") != 0)
		return error_set(error, "bn=reestimate would undo "
		    "bias_correction=on: take one of them");
	if ((int)option_value(quant_options, line, "per") == PER_TENSOR)
		return error_set(error, "bn=reestimate needs a scale for each "
		    "channel, so not per=tensor");
	return 0;
}

static void forget_bits(struct compress_settings *settings)
{
	settings->quantised = false;
	settings_quant_nothing(settings);
	memset(settings->layer_bits, 0,
	    ((size_t)settings->layers + 1) * sizeof(int));
}

int compress_quant_line(struct compress_settings *settings, int words,
    const char *const *word, const struct network *network,
    struct error *error)
{
	struct option_values line;
	bool off, follow;
	int layer;

	if (parse_line(quant_options, words, word, network, &line, &off,
		error) || check_quant(&line, error))
		return -1;
	layer = (int)option_value(quant_options, &line, "layer");
	if (layer && take_manner(quant_options, &line, settings->quantised,
		&settings->quant, error))
		return -1;
	follow = isnan(line.value[AMOUNT]);
	settings_grow(settings, network->layers);
	settings->quantised = true;
	if (off)
		line.value[AMOUNT] = BITS_FLOAT;
	if (layer)
		settings->layer_bits[layer] = follow ? 0 :
		    (int)line.value[AMOUNT];
	else
		settings->quant = line;
	if (follow)
		compress_set_bits(settings,
		    (int)settings->quant.value[AMOUNT]);
	if (!layer && off)
		forget_bits(settings);
	return 0;
}

/* The words after the amount that say how, where not the default. */
static void print_manner(const struct option *table,
    const struct option_values *values, struct buffer *out)
{
	struct option_values manner = *values;
	struct buffer words = {0};

	manner.value[AMOUNT] = NAN;
	options_print(table, &manner, false, &words);
	if (words.length)
		buffer_printf(out, " %s", words.text);
	buffer_free(&words);
}

static void print_line(const char *verb, const char *amount, int layer,
    const struct option *table, const struct option_values *values,
    struct buffer *out)
{
	buffer_printf(out, "%s%s %s", out->length ? "; " : "", verb, amount);
	print_manner(table, values, out);
	if (layer)
		buffer_printf(out, " layer=%d", layer);
}

static void print_prune(const struct compress_settings *settings, double ratio,
    int layer, struct buffer *out)
{
	struct option_values manner = settings->prune;
	int pattern = option_find(prune_options, "pattern");
	char text[32];

	if (ratio == pattern_ratio(&manner))
		option_print(&prune_options[pattern], manner.value[pattern],
		    text, sizeof(text));
	else
		option_print(&prune_options[AMOUNT], ratio, text,
		    sizeof(text));
	manner.value[pattern] = 0;
	print_line("prune", text, layer, prune_options, &manner, out);
}

static void print_quant(const struct compress_settings *settings, int bits,
    int layer, struct buffer *out)
{
	char text[32] = "off";

	if (bits != BITS_FLOAT)
		option_print(&quant_options[AMOUNT], bits, text, sizeof(text));
	print_line("quant", text, layer, quant_options, &settings->quant, out);
}

void compress_settings_print(const struct compress_settings *settings,
    struct buffer *out)
{
	double ratio = settings->prune.value[AMOUNT];
	int bits = (int)settings->quant.value[AMOUNT];

	if (settings->pruned && ratio > 0)
		print_prune(settings, ratio, 0, out);
	if (settings->quantised && bits != BITS_FLOAT)
		print_quant(settings, bits, 0, out);
	for (int id = 1; id <= settings->layers; id++) {
		ratio = settings_layer_ratio(settings, id);
		bits = settings_layer_bits(settings, id);
		if (!isnan(ratio))
			print_prune(settings, ratio, id, out);
		if (bits)
			print_quant(settings, bits, id, out);
	}
}
