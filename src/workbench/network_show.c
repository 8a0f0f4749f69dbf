/* net show, and what a named network answers. */
#include "workbench/network_show.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "compress/settings.h"
#include "train/learner_memory.h"
#include "transform/transform.h"
#include "workbench/weights_view.h"

static void layer_event(struct bench *bench, const struct run *run,
    const struct layer *layer)
{
	bool transformed = transform_covers(run->learner->transform,
	    layer->id);
	struct event *event = event_new("layer");
	char kind[32], out[32], count[16], macs[16];
	struct buffer text = {0};

	layer_describe(layer, kind, sizeof(kind));
	shape_print(layer->out, out, sizeof(out));
	text_short_count(count, sizeof(count), (double)layer->parameters);
	text_short_count(macs, sizeof(macs), layer->macs);
	event_number(event, "id", layer->id);
	event_text(event, "kind", kind);
	event_text(event, "out", out);
	event_number(event, "parameters", (double)layer->parameters);
	event_number(event, "macs", layer->macs);
	event_number(event, "bytes", 4.0 * (double)layer->parameters);
	event_bool(event, "transformed", transformed);
	buffer_printf(&text, "%3d  %-18s %-12s %8s  %8s", layer->id, kind, out,
	    layer->parameters ? count : "-", layer->macs > 0 ? macs : "-");
	if (layer->from[0] != layer->id - 1 || layer->from[1] >= 0)
		buffer_printf(&text, "  from %d", layer->from[0]);
	if (layer->from[1] >= 0)
		buffer_printf(&text, " and %d", layer->from[1]);
	if (transformed)
		buffer_puts(&text, "  trained through SNT");
	event_text(event, "text", text.text);
	bench_emit(bench, event);
	buffer_free(&text);
}

void show_layers(struct bench *bench, const struct run *run)
{
	const struct network *network = run->learner->network;

	for (int i = 1; i <= network->layers; i++)
		layer_event(bench, run, &network->layer[i]);
}

void show_network(struct bench *bench, const struct run *run)
{
	const struct network *network = run->learner->network;
	struct event *event = event_new("network");
	char count[16], macs[16], memory[16];
	struct learner_memory use;
	struct buffer text = {0};

	text_short_count(count, sizeof(count), (double)network->parameters);
	text_short_count(macs, sizeof(macs), network->macs);
	learner_memory(run->learner, &use);
	text_short_count(memory, sizeof(memory),
	    (double)learner_memory_sum(&use));
	event_text(event, "name", network->name);
	event_number(event, "layers", network->layers);
	event_number(event, "parameters", (double)network->parameters);
	event_number(event, "macs", network->macs);
	event_number(event, "bytes", 4.0 * (double)network->parameters);
	event_number(event, "memory", (double)learner_memory_sum(&use));
	buffer_printf(&text, "%s: %d layers, %s parameters, %s multiply-adds "
	    "a sample, training takes %sB", network->name, network->layers,
	    count, macs, memory);
	event_text(event, "text", text.text);
	bench_emit(bench, event);
	buffer_free(&text);
}

static void event_spread(struct event *event, const char *largest,
    const char *rms, const char *bins, const struct spread_view *view)
{
	double bin[WEIGHT_BINS];

	for (int i = 0; i < WEIGHT_BINS; i++)
		bin[i] = (double)view->bin[i];
	event_number(event, largest, view->most);
	event_number(event, rms, view->most > 0 ? view->rms : 0);
	event_numbers(event, bins, WEIGHT_BINS, bin);
}

static void weights_event(struct bench *bench, const struct layer *layer,
    const struct weight_view *view)
{
	const struct spread_view *gradients = &view->gradients;
	struct event *event = event_new("weights");
	double least = view->weights.most;
	struct buffer text = {0};
	char kind[32];

	for (int i = 0; i < view->ranges; i++)
		least = fmin(least, (double)view->range[i]);
	layer_describe(layer, kind, sizeof(kind));
	event_number(event, "layer", layer->id);
	event_text(event, "kind", kind);
	event_number(event, "channels", view->channels);
	event_number(event, "least_range", least);
	event_spread(event, "largest", "rms", "bins", &view->weights);
	event_spread(event, "gradient_largest", "gradient_rms",
	    "gradient_bins", gradients);
	buffer_printf(&text, "%3d  %-18s |w| up to %.3g, rms %.3g; %d channels "
	    "reach %.3g to %.3g; ", layer->id, kind, view->weights.most,
	    view->weights.rms, view->channels, least, view->weights.most);
	if (gradients->most > 0)
		buffer_printf(&text, "gradients up to %.2g, rms %.2g",
		    gradients->most, gradients->rms);
	else
		buffer_puts(&text, "no gradients yet");
	event_text(event, "text", text.text);
	bench_emit(bench, event);
	buffer_free(&text);
}

void show_weights(struct bench *bench, const struct run *run)
{
	const struct network *network = run->learner->network;
	struct weight_view *view = weights_look(bench, run);

	for (int id = 1; id <= network->layers; id++) {
		if (layer_compressible(network, id))
			weights_event(bench, &network->layer[id],
			    &view[id - 1]);
	}
	free(view);
}

struct part {
	const char *name;
	size_t bytes;
};

enum { PARTS = 6 };

/* What the run holds, or will from its first training step on; and the data,
 * which all runs share. */
static void find_parts(const struct bench *bench, const struct run *run,
    struct part part[PARTS])
{
	struct learner_memory use;

	learner_memory(run->learner, &use);
	part[0] = (struct part){"weights", use.weights};
	part[1] = (struct part){"optimizer", use.optimizer};
	part[2] = (struct part){"activations", use.activations};
	part[3] = (struct part){"gradients", use.gradients};
	part[4] = (struct part){"workspace", use.workspace};
	part[5] = (struct part){"data", dataset_bytes(bench->dataset)};
}

static void print_parts(const struct part part[PARTS], struct buffer *out)
{
	char bytes[16];
	double all = 0;

	for (int i = 0; i < PARTS; i++)
		all += (double)part[i].bytes;
	text_short_count(bytes, sizeof(bytes), all);
	buffer_printf(out, "memory %sB: ", bytes);
	for (int i = 0; i < PARTS; i++) {
		text_short_count(bytes, sizeof(bytes), (double)part[i].bytes);
		buffer_printf(out, "%s%s %sB", i ? ", " : "", part[i].name,
		    bytes);
	}
}

void show_memory(struct bench *bench, const struct run *run)
{
	struct event *event = event_new("memory");
	struct buffer text = {0};
	struct part part[PARTS];

	find_parts(bench, run, part);
	event_text(event, "run", run->name);
	for (int i = 0; i < PARTS; i++)
		event_number(event, part[i].name, (double)part[i].bytes);
	print_parts(part, &text);
	event_text(event, "text", text.text);
	bench_emit(bench, event);
	buffer_free(&text);
}

void memory_line(const struct bench *bench, const struct run *run, char *out,
    size_t size)
{
	struct buffer text = {0};
	struct part part[PARTS];

	find_parts(bench, run, part);
	print_parts(part, &text);
	text_copy(out, size, text.text);
	buffer_free(&text);
}
