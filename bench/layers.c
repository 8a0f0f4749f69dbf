/*
 * The speed of single layers on one thread: GFLOP/s of the forward pass, of
 * the input's and of the weights' gradient, and their share of the measured
 * peak of the core. Times are those of the thread, the best of several.
 *
 *	layers [batch [kernels]]
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "net/kernels.h"
#include "net/operation.h"
#include "peak.h"

enum { WORDS_MAX = 8 };

static const struct row {
	const char *name;
	const char *kind, *words;
	struct shape in;
	bool first;		/* no input gradient */
} rows[] = {
	{"lenet 1", "conv", "20 k=5", {1, 28, 28, false}, true},
	{"lenet 2", "conv", "50 k=5", {20, 12, 12, false}, false},
	{"vgg 1", "conv", "32 pad=1", {1, 28, 28, false}, true},
	{"vgg 2", "conv", "32 pad=1", {32, 28, 28, false}, false},
	{"vgg 3", "conv", "64 pad=1", {32, 14, 14, false}, false},
	{"vgg 4", "conv", "64 pad=1", {64, 14, 14, false}, false},
	{"vgg 1, 3 channels", "conv", "32 pad=1", {3, 32, 32, false}, true},
	{"resnet 1", "conv", "16 pad=1", {1, 28, 28, false}, true},
	{"resnet 16", "conv", "16 pad=1", {16, 28, 28, false}, false},
	{"resnet 16/2", "conv", "32 pad=1 stride=2", {16, 28, 28, false},
	    false},
	{"resnet 32", "conv", "32 pad=1", {32, 14, 14, false}, false},
	{"resnet 32/2", "conv", "64 pad=1 stride=2", {32, 14, 14, false},
	    false},
	{"resnet 64", "conv", "64 pad=1", {64, 7, 7, false}, false},
	{"pointwise 32-64", "conv", "64 k=1", {32, 28, 28, false}, false},
	{"pointwise 64-128", "conv", "128 k=1", {64, 7, 7, false}, false},
	{"pointwise 128", "conv", "128 k=1", {128, 7, 7, false}, false},
	{"depthwise 16", "conv", "16 pad=1 groups=16", {16, 28, 28, false},
	    false},
	{"depthwise 64", "conv", "64 pad=1 groups=64", {64, 14, 14, false},
	    false},
	{"depthwise 64/2", "conv", "64 pad=1 groups=64 stride=2",
	    {64, 14, 14, false}, false},
	{"depthwise 128", "conv", "128 pad=1 groups=128", {128, 7, 7, false},
	    false},
	{"dense 784-300", "dense", "300", {784, 1, 1, false}, true},
	{"dense 300-100", "dense", "100", {300, 1, 1, false}, false},
	{"dense 800-500", "dense", "500", {800, 1, 1, false}, false},
	{"attention 64", "attention", "4", {64, 7, 7, true}, false},
	{"maxpool 20@24", "maxpool", "2", {20, 24, 24, false}, false},
	{"maxpool 32@28", "maxpool", "2", {32, 28, 28, false}, false},
	{"relu 32@28", "relu", "", {32, 28, 28, false}, false},
};

static double thread_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void make_layer(struct layer *layer, const struct row *row)
{
	const struct operation *operation = operation_find(row->kind);
	const char *word[WORDS_MAX];
	struct segment_list list = {0};
	struct error error;
	char *save = NULL, *copy = xstrdup(row->words);
	int words = 0;

	for (char *p = strtok_r(copy, " ", &save); p;
	    p = strtok_r(NULL, " ", &save))
		word[words++] = p;
	*layer = (struct layer) {.operation = operation, .id = 1};
	layer->in[0] = row->in;
	options_default(operation->options, &layer->options);
	if (options_parse(operation->options, words, word, &layer->options,
	    &error) < 0 || operation->shape(layer, &error) < 0)
		die("%s: %s", row->name, error.text);
	if (operation->parameters)
		operation->parameters(layer, &list);
	layer->parameters = list.parameters;
	free(list.segment);
	free(list.buffer_segment);
	free(copy);
}

static real *random_reals(size_t count)
{
	real *values = reals_new(count);

	random_normal((struct random_key) {1, RANDOM_PROBE, count}, 0, count,
	    values);
	return values;
}

static size_t size_of(size_t (*size)(const struct layer *),
    const struct layer *layer)
{
	return size ? size(layer) : 0;
}

static struct pass make_pass(const struct layer *layer, int n)
{
	const struct operation *o = layer->operation;
	size_t in = (size_t)n * shape_size(layer->in[0]);
	size_t out = (size_t)n * shape_size(layer->out);
	real *packed = reals_new(size_of(o->packed, layer));
	struct pass p = {
		.layer = layer,
		.n = n,
		.parts = 1,
		.scale = 1,	/* with 0 a product would be left out */
		.x = {random_reals(in)},
		.y = reals_new(out),
		.w = random_reals(layer->parameters),
		.packed = packed,
		.dy = random_reals(out),
		.dx = {reals_new(in)},
		.dw = reals_new(o->gradient ? o->gradient(layer) :
		    layer->parameters),
		.saved = reals_new((size_t)n * size_of(o->saved, layer)),
		.scratch = reals_new(o->scratch ? o->scratch(layer, n) : 0),
	};

	if (o->pack)
		o->pack(layer, p.w, packed);
	return p;
}

static void free_pass(struct pass *p)
{
	reals_free((real *)p->x[0]);
	reals_free(p->y);
	reals_free((real *)p->w);
	reals_free((real *)p->packed);
	reals_free((real *)p->dy);
	reals_free(p->dx[0]);
	reals_free(p->dw);
	reals_free(p->saved);
	reals_free(p->scratch);
}

/* The best time of a pass in about 50 ms of them. */
static double seconds_of(operation_pass *function, const struct pass *pass)
{
	double start = thread_seconds(), best = INFINITY;

	if (!function)
		return 0;
	for (int i = 0; i < 3 || thread_seconds() - start < 0.05; i++) {
		double before = thread_seconds(), taken;

		function(pass);
		taken = thread_seconds() - before;
		best = taken < best ? taken : best;
	}
	return best;
}

static void print_share(double flops, double seconds, double peak)
{
	if (seconds <= 0)
		printf("        -      ");
	else
		printf("  %6.1f %5.1f%%", flops / seconds * 1e-9,
		    100 * flops / seconds / peak);
}

static void measure(const struct row *row, int n, double peak)
{
	struct layer layer;
	const struct operation *o;
	struct pass p;
	double forward, both, weights, input, flops;

	make_layer(&layer, row);
	o = layer.operation;
	p = make_pass(&layer, n);
	forward = seconds_of(o->forward, &p);
	both = seconds_of(o->backward, &p);
	weights = seconds_of(o->weight_gradient, &p);
	if (!o->weight_gradient && o->macs) {
		struct pass no_input = p;

		no_input.dx[0] = NULL;
		weights = seconds_of(o->backward, &no_input);
		both -= weights;
	}
	input = row->first ? 0 : both;
	flops = o->macs ? 2 * o->macs(&layer) * n : 0;
	printf("%-18s %9.2f", row->name, 1e6 * (forward + weights + input) / n);
	if (o->macs) {
		print_share(flops, forward, peak);
		print_share(flops, input, peak);
		print_share(flops, weights, peak);
	}
	printf("\n");
	fflush(stdout);
	free_pass(&p);
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 64;
	double peak;

	if (argc > 2 && kernels_choose(argv[2]) < 0)
		die("no kernels '%s' here", argv[2]);
	peak = peak_flops(kernels_name());
	printf("kernels %s, batch %d, peak %.1f GFLOP/s\n", kernels_name(), n,
	    peak * 1e-9);
	printf("%-18s %9s  %13s  %13s  %13s\n", "layer", "us/image",
	    "forward", "dX", "dW");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		measure(&rows[i], n, peak);
	return 0;
}
