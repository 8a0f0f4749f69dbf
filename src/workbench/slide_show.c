/* What the answer to a position of the sliders looks like: as an event, and
 * in the panel. */
#include "workbench/slide.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "compress/settings.h"
#include "workbench/run.h"

static void event_number_if(struct event *event, const char *key, bool known,
    double value)
{
	if (known)
		event_number(event, key, value);
	else
		event_null(event, key);
}

/* A choice of `prune` by its name. */
static void event_choice(struct event *event, const char *key, bool known,
    const struct option_values *prune)
{
	char text[32];

	if (!known) {
		event_null(event, key);
		return;
	}
	option_print(&prune_options[option_find(prune_options, key)],
	    option_value(prune_options, prune, key), text, sizeof(text));
	event_text(event, key, text);
}

/* As the option is spelled. */
static void event_batch_norm(struct event *event,
    const struct compress_settings *settings)
{
	if (settings->pruned || settings->quantised)
		event_text(event, "bn", compress_restates(settings) ?
		    "reestimate" : "keep");
	else
		event_null(event, "bn");
}

struct event *slide_event(const struct run *run,
    const struct slide_result *result)
{
	const struct compress_settings *settings = &result->settings;
	struct event *event = event_new("compress");

	event_text(event, "run", run->name);
	event_number(event, "step", (double)result->step);
	event_number_if(event, "prune", settings->pruned,
	    option_value(prune_options, &settings->prune, "ratio"));
	event_choice(event, "method", settings->pruned, &settings->prune);
	event_choice(event, "pattern", settings->pruned, &settings->prune);
	event_number_if(event, "quant", settings->quantised,
	    option_value(quant_options, &settings->quant, "bits"));
	event_number_if(event, "act", settings->quantised &&
	    option_value(quant_options, &settings->quant, "act") > 0,
	    option_value(quant_options, &settings->quant, "act"));
	event_batch_norm(event, settings);
	event_text(event, "split", split_names[result->split]);
	event_number(event, "accuracy", result->accuracy);
	event_number(event, "low", result->low);
	event_number(event, "high", result->high);
	event_number(event, "n", result->n);
	event_bool(event, "exact", result->exact);
	event_number(event, "loss", result->loss);
	event_number(event, "predicted", result->predicted);
	event_number(event, "measured", result->measured);
	/* 1 where the quadratic model holds; null where nothing changed. */
	event_number(event, "predicted_ratio", result->measured != 0 ?
	    result->predicted / result->measured : NAN);
	event_number(event, "predicted_noise", result->predicted_noise);
	event_number(event, "zeros", result->zeros);
	event_number(event, "bytes", result->bytes);
	event_number(event, "float_bytes", result->float_bytes);
	event_number(event, "nominal_bits", result->nominal_bits);
	event_number(event, "ms", result->ms);
	event_number(event, "ms_int8", result->ms_int8);
	event_number(event, "ms_sparse", result->ms_sparse);
	return event;
}

void slide_view(const struct slide_result *result, const struct run *run,
    struct compress_view *view)
{
	view->state = result->exact ? COMPRESS_EXACT :
	    result->n ? COMPRESS_ESTIMATE : COMPRESS_WORKING;
	view->accuracy = result->accuracy;
	view->low = result->low;
	view->high = result->high;
	view->loss = result->loss;
	view->n = result->n;
	view->of = result->of;
	view->predicted = result->predicted;
	view->measured = result->measured;
	view->zeros = result->zeros;
	view->prunable = result->prunable;
	view->bytes = result->bytes;
	view->float_bytes = result->float_bytes;
	view->ms = result->ms;
	view->ms_int8 = result->ms_int8;
	view->ms_sparse = result->ms_sparse;
	view->step = result->step;
	view->stale = run->learner->step != result->step;
}

struct slid_view slide_beside(const struct compress_view *view)
{
	return (struct slid_view){view->state, view->accuracy, view->low,
		view->high, view->step};
}

static int by_place(const void *a, const void *b)
{
	const struct compress_point *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

struct compress_point *slide_points(const struct bench *bench,
    const struct run *run, bool bits, int *count)
{
	int known = slide_cache_count(run->slides);
	struct compress_point *point = xcalloc((size_t)known + 1,
	    sizeof(*point));

	*count = 0;
	for (int i = 0; i < known; i++) {
		const struct slide_result *result =
		    slide_cache_at(run->slides, i);
		double at;

		if (!compress_differs_only(&result->settings,
			&bench->compress, bits, &at))
			continue;
		point[(*count)++] = (struct compress_point){
			.at = (float)at, .accuracy = (float)result->accuracy,
			.low = (float)result->low, .high = (float)result->high,
			.exact = result->exact};
	}
	qsort(point, (size_t)*count, sizeof(*point), by_place);
	return point;
}
