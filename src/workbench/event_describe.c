/* Events for people: a row an event kind. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "workbench/event.h"
#include "workbench/event_draw.h"
#include "workbench/event_map.h"

static void where(const struct event *event, struct buffer *out)
{
	buffer_printf(out, "%-8s step %-6.0f", event_get_text(event, "run"),
	    event_get(event, "step"));
}

static void percent(struct buffer *out, double fraction)
{
	if (isnan(fraction))
		buffer_puts(out, "-");
	else
		buffer_printf(out, "%.2f%%", 100 * fraction);
}

static void describe_train(const struct event *event, struct buffer *out)
{
	char speed[16];

	where(event, out);
	buffer_printf(out, " epoch %-6.2f ", event_get(event, "epoch"));
	if (isnan(event_get(event, "accuracy"))) {
		buffer_puts(out, "behind noise, so no loss");
	} else {
		buffer_printf(out, "loss %-9.5g acc ",
		    event_get(event, "loss"));
		percent(out, event_get(event, "accuracy"));
	}
	text_short_count(speed, sizeof(speed),
	    event_get(event, "images_per_s"));
	buffer_printf(out, "  lr %g  %s img/s", event_get(event, "lr"), speed);
}

static void describe_eval(const struct event *event, struct buffer *out)
{
	where(event, out);
	buffer_printf(out, " %s loss %.5g  accuracy ",
	    event_get_text(event, "split"), event_get(event, "loss"));
	percent(out, event_get(event, "accuracy"));
	buffer_printf(out, "  of %.0f", event_get(event, "n"));
}

static void describe_sharpness(const struct event *event, struct buffer *out)
{
	double error = event_get(event, "error");
	double layer = event_get(event, "layer");
	const char *note = event_get_text(event, "note");
	const char *space = event_get_text(event, "space");
	bool in_theta = space && strcmp(space, "theta") == 0;

	where(event, out);
	buffer_printf(out, " %s", event_get_text(event, "kind"));
	if (!isnan(layer))
		buffer_printf(out, " of layer %.0f", layer);
	if (in_theta)
		buffer_puts(out, " in theta");
	buffer_printf(out, " %.6g", event_get(event, "value"));
	if (!isnan(error))
		buffer_printf(out, " +-%.2g", error);
	if (!isnan(event_get(event, "n")))
		buffer_printf(out, "  on %.0f samples in %.0f gradients, "
		    "%.2g s", event_get(event, "n"),
		    event_get(event, "gradients"),
		    event_get(event, "seconds"));
	if (note)
		buffer_printf(out, "  (%s)", note);
	/* Said once is enough for what is measured again and again. */
	if (in_theta && event_get(event, "live") != 1)
		buffer_puts(out, "\n  theta is what the weights are made "
		    "from: other factors of the same network\n  have other "
		    "values here, so compare runs by those in w alone");
	event_draw(event, out);
}

/* What differs from the usual: "prune 50% wanda 2:4". */
static void describe_pruning(const struct event *event, double ratio,
    struct buffer *out)
{
	const char *method = event_get_text(event, "method");
	const char *pattern = event_get_text(event, "pattern");

	if (ratio > 0)
		buffer_printf(out, " prune %g%%", 100 * ratio);
	else
		buffer_puts(out, " prune by layer");
	if (method && strcmp(method, "magnitude") != 0)
		buffer_printf(out, " %s", method);
	if (pattern && strcmp(pattern, "none") != 0)
		buffer_printf(out, " %s", pattern);
}

static void describe_settings(const struct event *event, struct buffer *out)
{
	double ratio = event_get(event, "prune");
	double bits = event_get(event, "quant");
	double act = event_get(event, "act");
	const char *bn = event_get_text(event, "bn");

	if (isnan(ratio) && isnan(bits))
		buffer_puts(out, " uncompressed");
	if (!isnan(ratio))
		describe_pruning(event, ratio, out);
	if (!isnan(bits))
		buffer_printf(out, " quant %.0f bits", bits);
	if (!isnan(act))
		buffer_printf(out, " act %.0f bits", act);
	if (bn && strcmp(bn, "keep") != 0)
		buffer_puts(out, " (batch norm estimated anew)");
}

static void describe_compress(const struct event *event, struct buffer *out)
{
	where(event, out);
	describe_settings(event, out);
	buffer_puts(out, ": accuracy ");
	percent(out, event_get(event, "accuracy"));
	buffer_printf(out, " [%.2f, %.2f]  loss %.4g",
	    100 * event_get(event, "low"), 100 * event_get(event, "high"),
	    event_get(event, "loss"));
	if (!isnan(event_get(event, "predicted")))
		buffer_printf(out, "  damage %+.4g (predicted %+.4g)",
		    event_get(event, "measured"),
		    event_get(event, "predicted"));
	if (!isnan(event_get(event, "predicted_ratio")))
		buffer_printf(out, " ratio %.2f",
		    event_get(event, "predicted_ratio"));
	if (!isnan(event_get(event, "predicted_noise")))
		buffer_printf(out, ", as noise %+.4g",
		    event_get(event, "predicted_noise"));
	buffer_printf(out, "  %.0f zeros  %.0f bytes  %.2g ms",
	    event_get(event, "zeros"), event_get(event, "bytes"),
	    event_get(event, "ms"));
	if (!isnan(event_get(event, "ms_int8")))
		buffer_printf(out, ", %.2g as integers",
		    event_get(event, "ms_int8"));
	if (!isnan(event_get(event, "ms_sparse")))
		buffer_printf(out, ", %.2g sparse",
		    event_get(event, "ms_sparse"));
}

static void describe_compressed(const struct event *event,
    struct buffer *out)
{
	where(event, out);
	buffer_printf(out, " %s: accuracy ", event_get_text(event, "position"));
	percent(out, event_get(event, "accuracy"));
	buffer_printf(out, " [%.2f, %.2f]  loss %.4g",
	    100 * event_get(event, "low"), 100 * event_get(event, "high"),
	    event_get(event, "loss"));
}

static void describe_list(const struct event *event, const char *key, int i,
    const char *format, double factor, struct buffer *out)
{
	double value = event_get_at(event, key, i);

	if (isnan(value))
		buffer_puts(out, "-");
	else
		buffer_printf(out, format, factor * value);
}

static void describe_sensitivity(const struct event *event,
    struct buffer *out)
{
	where(event, out);
	buffer_printf(out, " %s layer %-3.0f", event_get_text(event, "kind"),
	    event_get(event, "layer"));
	for (int i = 0; !isnan(event_get_at(event, "bits", i)); i++) {
		buffer_printf(out, " %.0f: ", event_get_at(event, "bits", i));
		describe_list(event, "accuracy", i, "%.2f%%", 100, out);
	}
	for (int i = 0; !isnan(event_get_at(event, "prune", i)); i++) {
		buffer_printf(out, " %g%%: ", 100 *
		    event_get_at(event, "prune", i));
		describe_list(event, "accuracy", i, "%.2f%%", 100, out);
	}
}

static void describe_pareto(const struct event *event, struct buffer *out)
{
	where(event, out);
	buffer_puts(out, " accuracy against bytes (* on the front):");
	for (int i = 0; !isnan(event_get_at(event, "bits", i)); i++) {
		buffer_printf(out, "\n    %s %5.2f bits  ",
		    event_get_at(event, "front", i) > 0 ? "*" : " ",
		    event_get_at(event, "bits", i));
		describe_list(event, "bytes", i, "%9.0f bytes  ", 1, out);
		describe_list(event, "accuracy", i, "%.2f%%", 100, out);
	}
}

static void describe_fold(const struct event *event, struct buffer *out)
{
	where(event, out);
	buffer_printf(out, " folded: largest difference of logits %g, "
	    "%.0f predictions of %.0f changed",
	    event_get(event, "max_abs_diff"), event_get(event, "flips"),
	    event_get(event, "n"));
	if (event_get(event, "ulps") > 0)
		buffer_printf(out, "; %.2g units in the last place of the "
		    "largest logit", event_get(event, "ulps"));
	if (event_get(event, "training_max_abs_diff") > 0)
		buffer_printf(out, "; training runs the factors: %.2g, %.0f",
		    event_get(event, "training_max_abs_diff"),
		    event_get(event, "training_flips"));
	if (event_get(event, "training_ulps") > 0)
		buffer_printf(out, " (%.2g ulps)",
		    event_get(event, "training_ulps"));
	if (!isnan(event_get(event, "merged_flips")))
		buffer_printf(out, "; branches merged: %.2g, %.0f (%.2g ulps)",
		    event_get(event, "merged_max_abs_diff"),
		    event_get(event, "merged_flips"),
		    event_get(event, "merged_ulps"));
}

static void describe_verify(const struct event *event, struct buffer *out)
{
	const char *tensor = event_get_text(event, "tensor");
	const char *problem = event_get_text(event, "problem");
	double hashes = event_get(event, "hashes");

	if (event_get(event, "ok") > 0 && !(event_get(event, "exact") > 0)) {
		buffer_printf(out, "NOT identical, but within the tolerance: "
		    "the weights differ by %.2g of their norm: %s",
		    event_get(event, "difference"), problem);
		return;
	}
	if (event_get(event, "ok") > 0) {
		buffer_printf(out, "identical, %.0f hashes", hashes);
		return;
	}
	buffer_puts(out, "NOT identical");
	if (!isnan(event_get(event, "step")))
		buffer_printf(out, ": first difference in run %s at step %.0f",
		    event_get_text(event, "run"), event_get(event, "step"));
	if (tensor)
		buffer_printf(out, ", tensor %s", tensor);
	if (problem)
		buffer_printf(out, ": %s", problem);
	buffer_printf(out, " (%.0f hashes before it agree)", hashes);
}

static void describe_error(const struct event *event, struct buffer *out)
{
	double line = event_get(event, "line");

	if (!isnan(line))
		buffer_printf(out, "line %.0f: ", line);
	buffer_puts(out, event_get_text(event, "message"));
}

static void describe_text(const struct event *event, struct buffer *out)
{
	const char *text = event_get_text(event, "text");

	buffer_puts(out, text ? text : event_kind(event));
}

/* A table that comes after them tells it. */
static void describe_nothing(const struct event *event, struct buffer *out)
{
	(void)event;
	(void)out;
}

static const struct {
	const char *kind;
	void (*describe)(const struct event *event, struct buffer *out);
} descriptions[] = {
	{"train", describe_train},
	{"eval", describe_eval},
	{"sharpness", describe_sharpness},
	{"compress", describe_compress},
	{"compressed", describe_compressed},
	{"sensitivity", describe_sensitivity},
	{"pareto", describe_pareto},
	{"map", event_describe_map},
	{"fold", describe_fold},
	{"verify", describe_verify},
	{"error", describe_error},
	{"compare", describe_nothing},
	{"difference", describe_nothing},
	{"cell", describe_nothing},
	{"correlation", describe_nothing},
	{"rate", describe_nothing},
};

void event_describe(const struct event *event, struct buffer *out)
{
	const char *kind = event_kind(event);

	for (size_t i = 0; i < sizeof(descriptions) / sizeof(*descriptions);
	    i++) {
		if (strcmp(kind, descriptions[i].kind) == 0) {
			descriptions[i].describe(event, out);
			return;
		}
	}
	describe_text(event, out);
}
