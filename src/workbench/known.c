#include "workbench/known.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/curve.h"
#include "workbench/job.h"
#include "workbench/picture.h"
#include "workbench/run.h"

/* free() it; NULL: not so many. */
static double *numbers(const struct event *event, const char *key, int count)
{
	double *value;

	if (count == 0)
		return NULL;
	value = xcalloc((size_t)count, sizeof(*value));
	for (int i = 0; i < count; i++)
		value[i] = event_get_at(event, key, i);
	return value;
}

static void take_map(struct run *run, const struct event *event)
{
	const char *kind = event_get_text(event, "kind");
	int count = event_count(event, "at");
	double *at, *accuracy;

	if (!kind || count == 0 || count > SWEEP_MOST ||
	    event_count(event, "accuracy") != count)
		return;
	at = numbers(event, "at", count);
	accuracy = numbers(event, "accuracy", count);
	map_add(&run->map[strcmp(kind, "quant") == 0],
	    (long)event_get(event, "step"), count, at, accuracy);
	free(at);
	free(accuracy);
}

/* How it was found: "in 14 products, 0.3 s", "10000 images". */
static void print_manner(const struct event *event, char *out, size_t size)
{
	double products = event_get(event, "products");
	double gradients = event_get(event, "gradients");
	double n = event_get(event, "n");

	out[0] = '\0';
	if (products > 0)
		text_format(out, size, "in %.0f products, %.2g s", products,
		    event_get(event, "seconds"));
	else if (gradients > 0)
		text_format(out, size, "in %.0f gradients, %.2g s", gradients,
		    event_get(event, "seconds"));
	else if (n > 0)
		text_format(out, size, "%.0f images", n);
}

static struct reading reading_of(const struct event *event, double value)
{
	struct reading reading = {.known = true, .value = value,
		.error = event_get(event, "error"),
		.step = (long)event_get(event, "step")};

	print_manner(event, reading.text, sizeof(reading.text));
	return reading;
}

static void take_curve(struct run *run, enum curve_name name,
    const struct event *event)
{
	double value = curve_value(name, event);
	int layer = curve_layer(event);
	struct layer_curve *of_layer;
	struct reading now;

	if (isnan(value) || layer > run->learner->network->layers)
		return;
	now = reading_of(event, value);
	if (layer == 0) {
		curve_take(&run->curve[name], &run->reading[name], &now);
		return;
	}
	of_layer = layer_curves_at(&run->layers, name, layer);
	curve_take(&of_layer->series, &of_layer->reading, &now);
}

static void take_measured(struct run *run, const struct event *event)
{
	const char *kind = event_get_text(event, "kind");
	struct measured_value value = {kind ? measure_find(kind) : NULL,
		(long)event_get(event, "step"), event_get(event, "value"),
		event_get(event, "error")};

	if (value.kind && event_compares(event))
		measured_add(&run->measured, &value);
}

/* Losses of a plane are rows of as many places as there are along a line. */
static void take_picture(struct run *run, const struct event *event)
{
	const char *list = event_count(event, "density") ? "density" :
	    "losses";
	int columns = event_count(event, "at"), rows = event_count(event, list);
	struct picture *picture;
	double *at, *value;
	const char *space = event_get_text(event, "space");

	if (event_get(event, "dim") != 2)
		rows = rows == columns;
	if (columns == 0 || rows == 0 || rows > PICTURE_MOST / columns ||
	    (space && strcmp(space, "w") != 0))
		return;
	at = numbers(event, "at", columns);
	value = numbers(event, list, rows * columns);
	picture = picture_new(&(struct picture){
		.density = strcmp(list, "density") == 0,
		.rows = rows, .columns = columns,
		.layer = curve_layer(event),
		.reading = reading_of(event, event_get(event, "value"))},
	    at, value);
	free(at);
	free(value);
	run_picture(run, picture_place(picture), picture);
}

/* Another position of the sliders begins another curve. */
static void take_position(struct run *run, const struct event *event)
{
	const char *position = event_get_text(event, "position");

	run_watch(run, position ? position : "");
}

void known_take(struct run *run, const struct event *event)
{
	const char *kind = event_kind(event);

	if (strcmp(kind, "compressed") == 0)
		take_position(run, event);
	for (int i = 0; i < CURVES; i++)
		take_curve(run, (enum curve_name)i, event);
	if (strcmp(kind, "map") == 0)
		take_map(run, event);
	if (strcmp(kind, "sharpness") != 0)
		return;
	take_measured(run, event);
	take_picture(run, event);
}
