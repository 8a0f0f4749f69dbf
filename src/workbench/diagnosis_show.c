/* A diagnosis as events, which are its text too. */
#include "workbench/diagnosis.h"

#include <math.h>

#include "base/text.h"

static const char *const names[] = {"floats", "32 bits", "weights",
	"activations", "all", "layer weights", "layer input"};

static void print_rung(const struct rung *rung, const struct rung *base,
    struct buffer *out)
{
	const char *of = rung->name == RUNG_LAYER_WEIGHTS ? "weights of" :
	    "input of";
	char name[64];

	if (rung->layer)
		text_format(name, sizeof(name), "%s %d %s", of, rung->layer,
		    rung->kind);
	else
		text_copy(name, sizeof(name), names[rung->name]);
	buffer_printf(out, "%-26s accuracy %6.2f%%  loss %-8.4g", name,
	    100 * rung->accuracy, rung->loss);
	if (rung != base)
		buffer_printf(out, " %+.3g", rung->loss - base->loss);
	if (rung->name == RUNG_LAYER_WEIGHTS)
		buffer_printf(out, "  channels %.1f, peak %.1f",
		    rung->weights.spread, rung->weights.peak);
	if (rung->name == RUNG_LAYER_INPUT)
		buffer_printf(out, "  reach %.1f", rung->reach);
}

struct event *diagnosis_rung(const struct rung *rung, const struct rung *base,
    uint32_t n)
{
	bool weights = rung->name == RUNG_LAYER_WEIGHTS;
	bool input = rung->name == RUNG_LAYER_INPUT;
	struct event *event = event_new("diagnosis");
	struct buffer text = {0};

	event_text(event, "rung", names[rung->name]);
	event_number(event, "layer", rung->layer ? rung->layer : (double)NAN);
	event_number(event, "accuracy", rung->accuracy);
	event_number(event, "loss", rung->loss);
	event_number(event, "cost", rung->loss - base->loss);
	event_number(event, "spread", weights ? rung->weights.spread :
	    (double)NAN);
	event_number(event, "peak", weights ? rung->weights.peak :
	    (double)NAN);
	event_number(event, "reach", input ? rung->reach : (double)NAN);
	event_number(event, "n", n);
	print_rung(rung, base, &text);
	event_text(event, "text", text.text);
	buffer_free(&text);
	return event;
}

struct event *diagnosis_event(const struct rung *rung, int rungs,
    const struct diagnosed *how)
{
	struct culprit found = diagnosis_find(rung, rungs, how);
	struct event *event = event_new("diagnosis");
	struct buffer text = {0};

	event_text(event, "rung", "culprit");
	event_text(event, "what", found.what);
	event_number(event, "layer", found.layer ? found.layer : (double)NAN);
	event_text(event, "why", found.why);
	diagnosis_print(rung, rungs, how, &text);
	event_text(event, "text", text.text);
	buffer_free(&text);
	return event;
}
