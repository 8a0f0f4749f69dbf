/* Curves and marks of all runs: as CSV, or as a JSON object a line. */
#include "workbench/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "workbench/curve.h"

static void csv_point(const char *run, const char *curve,
    const struct point *point, struct buffer *out)
{
	buffer_printf(out, "%s,%s,%.0f,%.9g,%.9g,%.9g,\n", run, curve,
	    (double)point->x, (double)point->y, (double)point->low,
	    (double)point->high);
}

/* Text in quotes, as CSV wants it. */
static void csv_mark(const char *run, const struct mark *mark,
    struct buffer *out)
{
	buffer_printf(out, "%s,mark,%ld,,,,\"", run, mark->step);
	for (const char *text = mark->text; *text; text++)
		buffer_printf(out, *text == '"' ? "%c\"" : "%c", *text);
	buffer_puts(out, "\"\n");
}

static void put_line(struct event *event, struct buffer *out)
{
	char *json = event_json(event);

	buffer_printf(out, "%s\n", json);
	free(json);
	event_free(event);
}

static void json_point(const char *run, const char *curve,
    const struct point *point, struct buffer *out)
{
	struct event *event = event_new("curve");

	event_text(event, "run", run);
	event_text(event, "curve", curve);
	event_number(event, "step", (double)point->x);
	event_number(event, "value", (double)point->y);
	event_number(event, "low", (double)point->low);
	event_number(event, "high", (double)point->high);
	put_line(event, out);
}

static void json_mark(const char *run, const struct mark *mark,
    struct buffer *out)
{
	struct event *event = event_new("mark");

	event_text(event, "run", run);
	event_number(event, "step", (double)mark->step);
	event_text(event, "text", mark->text);
	put_line(event, out);
}

struct curve_format {
	const char *suffix, *head;
	void (*point)(const char *run, const char *curve,
	    const struct point *point, struct buffer *out);
	void (*mark)(const char *run, const struct mark *mark,
	    struct buffer *out);
};

static const struct curve_format *format_of(const char *path)
{
	static const struct curve_format formats[] = {
		{".jsonl", "", json_point, json_mark},
		{"", "run,curve,step,value,low,high,text\n", csv_point,
			csv_mark}};
	const struct curve_format *format = formats;
	size_t length = strlen(path);

	while (length < strlen(format->suffix) || strcmp(path + length -
	    strlen(format->suffix), format->suffix) != 0)
		format++;
	return format;
}

static void add_series(const struct run *run,
    const struct curve_format *format, enum curve_name name, int layer,
    const struct series *series, struct buffer *out)
{
	char text[48];

	curve_print_name(name, layer, text, sizeof(text));
	for (int i = 0; i < series_size(series); i++)
		format->point(run->name, text, &series->point[i], out);
}

static void add_run(const struct run *run, const struct curve_format *format,
    struct buffer *out)
{
	for (int name = 0; name < CURVES; name++) {
		if (curve_kinds[name].name)
			add_series(run, format, (enum curve_name)name, 0,
			    &run->curve[name], out);
	}
	for (size_t i = 0; i < run->layers.count; i++) {
		const struct layer_curve *curve = &run->layers.curve[i];

		add_series(run, format, curve->name, curve->layer,
		    &curve->series, out);
	}
	for (size_t i = 0; i < run->marks.count; i++)
		format->mark(run->name, &run->marks.mark[i], out);
}

int export_curves(const struct bench *bench, const char *path,
    struct error *error)
{
	const struct curve_format *format = format_of(path);
	struct buffer out = {0};
	int status;

	buffer_puts(&out, format->head);
	for (int i = 0; i < bench->runs; i++)
		add_run(bench->run[i], format, &out);
	status = file_replace(path, out.text ? out.text : "", out.length,
	    error);
	buffer_free(&out);
	return status;
}
