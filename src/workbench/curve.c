#include "workbench/curve.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

#define SHARPNESS(measure) {measure, measure, "sharpness", "value", "kind", \
	measure, "w"}
/* A condition is about the network, not about how it is made. */
#define IN_THETA(measure) {measure "_theta", NULL, "sharpness", "value", \
	"kind", measure, "theta"}

const struct curve_kind curve_kinds[CURVES] = {
	[CURVE_LOSS] = {"loss", "loss", "train", "loss"},
	[CURVE_ACCURACY] = {"accuracy", "acc", "train", "accuracy"},
	[CURVE_TEST_LOSS] = {"test_loss", "test_loss", "eval", "loss",
		"split", "test"},
	[CURVE_TEST_ACCURACY] = {"test_accuracy", "test_acc", "eval",
		"accuracy", "split", "test"},
	[CURVE_COMPRESSED] = {"compressed_accuracy", "compressed_acc",
		"compressed", "accuracy"},
	[CURVE_RATE] = {"lr", "lr", "train", "lr"},
	[CURVE_GRADIENTS] = {"gradients", NULL, "train", "gradients"},
	/* Not in files: the same session is the same file. */
	[CURVE_SECONDS] = {NULL, NULL, "train", "seconds"},
	[CURVE_LAMBDA] = SHARPNESS("lambda"),
	[CURVE_TRACE] = SHARPNESS("trace"),
	[CURVE_SAM] = SHARPNESS("sam"),
	[CURVE_ADAPTIVE] = SHARPNESS("adaptive"),
	[CURVE_AVERAGE] = SHARPNESS("average"),
	[CURVE_WORST] = SHARPNESS("worst"),
	[CURVE_LAMBDA_THETA] = IN_THETA("lambda"),
	[CURVE_TRACE_THETA] = IN_THETA("trace"),
	[CURVE_SAM_THETA] = IN_THETA("sam"),
	[CURVE_ADAPTIVE_THETA] = IN_THETA("adaptive"),
	[CURVE_AVERAGE_THETA] = IN_THETA("average"),
	[CURVE_WORST_THETA] = IN_THETA("worst"),
};

enum curve_name curve_of_measure(const char *measure, bool in_theta)
{
	const char *space = in_theta ? "theta" : "w";

	for (int i = 0; i < CURVES; i++) {
		const struct curve_kind *kind = &curve_kinds[i];

		if (kind->space && strcmp(kind->text, measure) == 0 &&
		    strcmp(kind->space, space) == 0)
			return (enum curve_name)i;
	}
	return CURVES;
}

static bool says(const struct event *event, const char *key, const char *text)
{
	const char *value = key ? event_get_text(event, key) : NULL;

	return !key || (value && strcmp(value, text) == 0);
}

void curve_print_name(enum curve_name name, int layer, char *out, size_t size)
{
	if (layer == 0)
		text_copy(out, size, curve_kinds[name].name);
	else
		text_format(out, size, "%s_layer%d", curve_kinds[name].name,
		    layer);
}

int curve_layer(const struct event *event)
{
	double layer = event_get(event, "layer");

	return layer > 0 && layer <= INT_MAX ? (int)layer : 0;
}

double curve_value(enum curve_name name, const struct event *event)
{
	const struct curve_kind *kind = &curve_kinds[name];
	const char *space;

	if (strcmp(event_kind(event), kind->event) != 0 ||
	    !says(event, kind->key, kind->text))
		return NAN;
	/* Where no space is named it is w: there was no other one. */
	space = event_get_text(event, "space");
	if (kind->space && strcmp(kind->space, space ? space : "w") != 0)
		return NAN;
	return event_get(event, kind->field);
}
