/*
 * show: what the panels of the screen show of what was measured before and of
 * what is running, in words. The events are those of the measurements, with
 * "shown" in them.
 */
#include "workbench/command_table.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/curve.h"
#include "workbench/slide.h"

/* (rows, columns), or a list when there is one row. */
static void event_floats(struct event *event, const char *key, int rows,
    int columns, const float *value)
{
	int count = rows * columns;
	double *number = xcalloc((size_t)count + 1, sizeof(*number));

	for (int i = 0; i < count; i++)
		number[i] = (double)value[i];
	if (rows > 1)
		event_grid(event, key, rows, columns, number);
	else
		event_numbers(event, key, columns, number);
	free(number);
}

static struct event *shown_at(const struct run *run, const char *event,
    const char *kind, long step)
{
	struct event *shown = event_new(event);

	event_text(shown, "run", run->name);
	event_number(shown, "step", (double)step);
	event_text(shown, "kind", kind);
	return shown;
}

static struct event *reading_event(const struct run *run, const char *kind,
    const struct reading *reading)
{
	struct event *event = shown_at(run, "sharpness", kind,
	    reading->step);
	char note[96];

	event_number(event, "value", reading->value);
	event_number(event, "error", reading->error);
	text_copy(note, sizeof(note), reading->text);
	if (reading->step != run->learner->step)
		text_format(note, sizeof(note), "%s%sthe run is at step %ld",
		    reading->text, reading->text[0] ? "; " : "",
		    run->learner->step);
	if (note[0])
		event_text(event, "note", note);
	return event;
}

static void show_picture(struct bench *bench, const struct run *run,
    const struct picture *picture)
{
	struct event *event = reading_event(run, picture->density ?
	    "spectrum" : "landscape", &picture->reading);

	if (picture->layer)
		event_number(event, "layer", picture->layer);
	if (!picture->density)
		event_number(event, "dim", picture->rows > 1 ? 2 : 1);
	event_floats(event, "at", 1, picture->columns, picture->at);
	event_floats(event, picture->density ? "density" : "losses",
	    picture->rows, picture->columns, picture->value);
	bench_show(bench, event);
}

static int show_sharpness(struct call *call)
{
	const struct run *run = call->run;
	bool any = false;

	if (call_words(call, 0, 0))
		return -1;
	for (int i = 0; i < CURVES; i++) {
		const struct curve_kind *kind = &curve_kinds[i];
		struct event *event;

		if (!kind->space || !run->reading[i].known)
			continue;
		event = reading_event(run, kind->text, &run->reading[i]);
		event_text(event, "space", kind->space);
		bench_show(call->bench, event);
		any = true;
	}
	for (int i = 0; i < PICTURES; i++) {
		if (!run->picture[i])
			continue;
		show_picture(call->bench, run, run->picture[i]);
		any = true;
	}
	if (!any)
		bench_note(call->bench, "%s: nothing was measured yet; try "
		    "`sharpness lambda`", run->name);
	return 0;
}

/* Rows of layers, or of steps. */
static void show_map(struct bench *bench, const struct run *run,
    const struct map *map, bool bits, bool layers, long step)
{
	const char *kind = bits ? "quant" : "prune";

	for (int i = 0; i < map->rows; i++) {
		struct event *event = shown_at(run, layers ? "sensitivity" :
		    "map", kind, layers ? step : map->step[i]);

		if (layers)
			event_number(event, "layer", (double)map->step[i]);
		else
			event_number(event, "row", i);
		event_floats(event, !layers ? "at" : bits ? "bits" : "prune",
		    1, map->columns, map->at);
		event_floats(event, "accuracy", 1, map->columns,
		    map->accuracy + i * map->columns);
		bench_show(bench, event);
	}
}

static int show_sensitivity(struct call *call)
{
	const struct run *run = call->run;

	if (call_words(call, 0, 0))
		return -1;
	for (int bits = 0; bits < 2; bits++)
		show_map(call->bench, run, &run->sensitivity[bits], bits, true,
		    run->sensitivity_step[bits]);
	if (!run->sensitivity[0].rows && !run->sensitivity[1].rows)
		bench_note(call->bench, "%s: nothing was measured yet; try "
		    "`sensitivity prune`", run->name);
	return 0;
}

/* The curve under a slider. */
static int show_points(struct bench *bench, const struct run *run, bool bits)
{
	int count;
	struct compress_point *point = slide_points(bench, run, bits, &count);
	/* All that is known is of the same weights. */
	long step = count ? slide_cache_at(run->slides, 0)->step : 0;

	for (int i = 0; i < count; i++) {
		struct event *event = shown_at(run, "point", bits ?
		    "quant" : "prune", step);
		const struct compress_point *at = &point[i];
		char text[120];

		event_number(event, "at", (double)at->at);
		event_number(event, "accuracy", (double)at->accuracy);
		event_number(event, "low", (double)at->low);
		event_number(event, "high", (double)at->high);
		event_bool(event, "exact", at->exact);
		text_format(text, sizeof(text), "%-8s step %-6ld %g%s: "
		    "accuracy %.2f%% [%.2f, %.2f]%s", run->name, step,
		    (bits ? 1 : 100) * (double)at->at, bits ? " bits" : "% pruned",
		    100 * (double)at->accuracy, 100 * (double)at->low,
		    100 * (double)at->high, at->exact ? "" : " estimated");
		event_text(event, "text", text);
		bench_show(bench, event);
	}
	free(point);
	return count;
}

static int show_sweeps(struct call *call)
{
	const struct run *run = call->run;
	int shown = 0;

	if (call_words(call, 0, 0))
		return -1;
	for (int bits = 0; bits < 2; bits++) {
		shown += show_points(call->bench, run, bits);
		shown += run->map[bits].rows;
		show_map(call->bench, run, &run->map[bits], bits, false, 0);
	}
	if (!shown)
		bench_note(call->bench, "%s: nothing was measured yet; try "
		    "`sweep prune 0:0.95:0.05`", run->name);
	return 0;
}

static int show_jobs(struct call *call)
{
	struct bench *bench = call->bench;

	if (call_words(call, 0, 0))
		return -1;
	for (int i = 0; i < bench->jobs; i++)
		bench_show(bench, job_event(bench->job[i]));
	if (bench->jobs == 0)
		bench_note(bench, "nothing is running");
	return 0;
}

const struct command commands_show[] = {
	{"show", "jobs", "show jobs", "measured before", "what is running, "
	    "how far it got and how long it will take", "At a prompt without "
	    "a screen a line that takes long says so by itself, every ten "
	    "seconds.", "show jobs", {{0}}, NULL, 0, show_jobs},
	{"show", "sharpness", "show sharpness", "measured before", "the "
	    "newest value of each measure, and the spectrum and landscapes",
	    "Of the current run. What was measured at another step than the "
	    "run is at says so.", "show sharpness", {{0}}, NULL, COMMAND_RUN,
	    show_sharpness},
	{"show", "sensitivity", "show sensitivity", "measured before", "what "
	    "each layer can spare, as `sensitivity` found it", NULL,
	    "show sensitivity", {{0}}, NULL, COMMAND_RUN, show_sensitivity},
	{"show", "sweeps", "show sweeps", "measured before", "the curves "
	    "under the sliders, and the maps over the steps so far", NULL,
	    "show sweeps", {{0}}, NULL, COMMAND_RUN, show_sweeps},
	{0},
};
