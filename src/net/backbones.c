/*
 * Named networks, written down as the lines a user would type. To add one is
 * to write a function and a row of the table.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/network_private.h"
#include "net/operation.h"

/* A network under construction. The first failure stays. */
struct plan {
	struct network *network;
	struct error *error;
	bool failed;
};

enum { WORDS_MAX = 12 };

/* Append a layer that takes its input(s) from `first` (and `second`, or -1).
 * Its id. */
static int append(struct plan *plan, int first, int second, char *line)
{
	const char *word[WORDS_MAX];
	char *save = NULL;
	int words = 0;
	struct layer layer;
	struct network *network = plan->network;

	if (plan->failed)
		return network->layers;
	for (char *p = strtok_r(line, " ", &save); p && words < WORDS_MAX;
	    p = strtok_r(NULL, " ", &save))
		word[words++] = p;
	if (layer_parse(&layer, words, word, plan->error)) {
		plan->failed = true;
		return network->layers;
	}
	layer.from[0] = first;
	layer.from[1] = second;
	network->layer = xreallocarray(network->layer,
	    (size_t)network->layers + 2, sizeof(*network->layer));
	network->layer[++network->layers] = layer;
	return network->layers;
}

/* Append to the last layer; or, from(), to given ones. */
static int next(struct plan *plan, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static int from(struct plan *plan, int first, int second,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

static int next(struct plan *plan, const char *format, ...)
{
	char line[128];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	return append(plan, plan->network->layers, -1, line);
}

static int from(struct plan *plan, int first, int second,
    const char *format, ...)
{
	char line[128];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	return append(plan, first, second, line);
}

static int last(const struct plan *plan)
{
	return plan->network->layers;
}

static bool is_image(const struct plan *plan)
{
	struct shape input = plan->network->input;

	return input.h > 1 || input.w > 1;
}

/* A convolution of size k, keeping the image's size at stride 1, batch norm
 * and, but for the end of a residual branch, relu. */
static void conv_norm(struct plan *plan, int channels, int k, int stride)
{
	next(plan, "conv %d k=%d pad=%d stride=%d bias=off", channels, k,
	    k / 2, stride);
	next(plan, "bn");
}

static void conv_norm_relu(struct plan *plan, int channels, int stride)
{
	conv_norm(plan, channels, 3, stride);
	next(plan, "relu");
}

static int widths(struct plan *plan, const char *text, struct error *error)
{
	char *copy = xstrdup(text), *rest = copy, *p;
	int result = 0;
	long width;

	while ((p = strsep(&rest, "-"))) {
		if (parse_long(p, &width) || width < 1 || width > 1 << 20) {
			result = error_set(error, "mlp %s: '%s' is no width "
			    "(an example: mlp 300-100)", text, p);
			break;
		}
		next(plan, "dense %ld", width);
		next(plan, "relu");
	}
	free(copy);
	return result;
}

static int build_mlp(struct plan *plan, int words, const char *const *word,
    struct error *error)
{
	if (words != 1)
		return error_set(error, "usage: mlp A-B-... (an example: "
		    "mlp 300-100)");
	if (is_image(plan))
		next(plan, "flatten");
	if (widths(plan, word[0], error))
		return -1;
	next(plan, "dense %d", plan->network->classes);
	return 0;
}

static int no_words(int words, const char *const *word, struct error *error)
{
	if (words == 0)
		return 0;
	return error_set(error, "%s: nothing is expected here", word[0]);
}

/* LeCun et al. 1998, in the form of Caffe's example. */
static int build_lenet5(struct plan *plan, int words,
    const char *const *word, struct error *error)
{
	if (no_words(words, word, error))
		return -1;
	for (int channels = 20; channels <= 50; channels += 30) {
		next(plan, "conv %d k=5", channels);
		next(plan, "relu");
		next(plan, "maxpool 2");
	}
	next(plan, "flatten");
	next(plan, "dense 500");
	next(plan, "relu");
	next(plan, "dense %d", plan->network->classes);
	return 0;
}

static int build_vgg8(struct plan *plan, int words, const char *const *word,
    struct error *error)
{
	if (no_words(words, word, error))
		return -1;
	for (int channels = 32; channels <= 64; channels *= 2) {
		conv_norm_relu(plan, channels, 1);
		conv_norm_relu(plan, channels, 1);
		next(plan, "maxpool 2");
	}
	next(plan, "flatten");
	next(plan, "dense 128");
	next(plan, "relu");
	next(plan, "dense %d", plan->network->classes);
	return 0;
}

/* A basic block: the main path, then the shortcut, then the sum. */
static void basic_block(struct plan *plan, int channels, int stride,
    bool project)
{
	int start = last(plan), main_path;

	conv_norm_relu(plan, channels, stride);
	conv_norm(plan, channels, 3, 1);
	main_path = last(plan);
	if (project) {
		from(plan, start, -1, "conv %d k=1 stride=%d bias=off",
		    channels, stride);
		next(plan, "bn");
		start = last(plan);
	}
	from(plan, main_path, start, "add");
	next(plan, "relu");
}

/* He et al. 2016, section 4.2, with n = 3 and projections. */
static int build_resnet20(struct plan *plan, int words,
    const char *const *word, struct error *error)
{
	if (no_words(words, word, error))
		return -1;
	conv_norm_relu(plan, 16, 1);
	for (int stage = 0; stage < 3; stage++)
		for (int block = 0; block < 3; block++) {
			bool smaller = stage > 0 && block == 0;

			basic_block(plan, 16 << stage, smaller ? 2 : 1,
			    smaller);
		}
	next(plan, "globalavg");
	next(plan, "dense %d", plan->network->classes);
	return 0;
}

/* Howard et al. 2017, shrunk. */
static int build_mobilenet(struct plan *plan, int words,
    const char *const *word, struct error *error)
{
	static const int channels[] = {32, 64, 64, 128, 128};
	static const int stride[] = {1, 2, 1, 2, 1};
	int before = 16;

	if (no_words(words, word, error))
		return -1;
	conv_norm_relu(plan, before, 1);
	for (size_t i = 0; i < sizeof(channels) / sizeof(*channels); i++) {
		next(plan, "conv %d k=3 pad=1 stride=%d groups=%d bias=off",
		    before, stride[i], before);
		next(plan, "bn");
		next(plan, "relu");
		conv_norm(plan, channels[i], 1, 1);
		next(plan, "relu");
		before = channels[i];
	}
	next(plan, "globalavg");
	next(plan, "dense %d", plan->network->classes);
	return 0;
}

/* Pixels missing to a whole number of patches. */
static int missing(int length, int patch)
{
	return (patch - length % patch) % patch;
}

static void patches(struct plan *plan, int width)
{
	struct shape in = plan->network->input;
	int k = in.h % 4 == 0 && in.w % 4 == 0 ? 4 : 7;
	int h = missing(in.h, k), w = missing(in.w, k);

	next(plan, "conv %d k=%d stride=%d pad=%d", width, k, k,
	    ((h > w ? h : w) + 1) / 2);
	next(plan, "positions");
}

/* Pre-norm, as Dosovitskiy et al. 2021. */
static void transformer_block(struct plan *plan, int width)
{
	int start = last(plan);

	next(plan, "layernorm");
	next(plan, "attention heads=4");
	start = from(plan, last(plan), start, "add");
	next(plan, "layernorm");
	next(plan, "dense %d", 2 * width);
	next(plan, "gelu");
	next(plan, "dense %d", width);
	from(plan, last(plan), start, "add");
}

static int build_vit(struct plan *plan, int words, const char *const *word,
    struct error *error)
{
	const int width = 64;

	if (no_words(words, word, error))
		return -1;
	patches(plan, width);
	for (int block = 0; block < 4; block++)
		transformer_block(plan, width);
	next(plan, "layernorm");
	next(plan, "tokenmean");
	next(plan, "dense %d", plan->network->classes);
	return 0;
}

static const struct backbone table[] = {
	{"mlp", "mlp A-B-...", "dense layers of these widths with relu, and "
	    "one for the classes", build_mlp},
	{"lenet5", "lenet5", "two convolutions with pooling, two dense "
	    "layers", build_lenet5},
	{"vgg8", "vgg8", "four convolutions with batch norm, two dense "
	    "layers", build_vgg8},
	{"resnet20", "resnet20", "nine residual blocks with batch norm",
	    build_resnet20},
	{"mobilenet", "mobilenet", "five depthwise-separable blocks with "
	    "batch norm", build_mobilenet},
	{"vit", "vit", "four transformer blocks over patches of the image",
	    build_vit},
};

enum { BACKBONES = sizeof(table) / sizeof(*table) };

const struct backbone *backbones(int *count)
{
	*count = BACKBONES;
	return table;
}

static const struct backbone *find(const char *name, struct error *error)
{
	struct buffer known = {0};

	for (int i = 0; i < BACKBONES; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	for (int i = 0; i < BACKBONES; i++)
		buffer_printf(&known, "%s%s", i ? ", " : "", table[i].usage);
	error_set(error, "%s: no such network (there are: %s)", name,
	    known.text);
	buffer_free(&known);
	return NULL;
}

static void set_name(struct network *network, int words,
    const char *const *word)
{
	struct buffer name = {0};

	for (int i = 0; i < words; i++)
		buffer_printf(&name, "%s%s", i ? " " : "", word[i]);
	text_copy(network->name, sizeof(network->name), name.text);
	buffer_free(&name);
}

struct network *network_named(int words, const char *const *word,
    struct shape input, int classes, struct error *error)
{
	const struct backbone *backbone;
	struct plan plan = {.error = error};

	if (words < 1) {
		error_set(error, "a network's name is missing");
		return NULL;
	}
	backbone = find(word[0], error);
	if (!backbone)
		return NULL;
	plan.network = network_new(input, classes);
	if (backbone->build(&plan, words - 1, word + 1, error) ||
	    plan.failed || network_derive(plan.network, error)) {
		network_free(plan.network);
		error_prefix(error, "net %s", backbone->name);
		return NULL;
	}
	set_name(plan.network, words, word);
	return plan.network;
}
