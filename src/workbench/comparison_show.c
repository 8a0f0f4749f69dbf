/* A comparison as objects and as a table. */
#include "workbench/comparison.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "compress/compress.h"

static const char *const axis_names[] = {
	[COMPARE_STEPS] = "steps", [COMPARE_GRADIENTS] = "gradients",
	[COMPARE_SECONDS] = "seconds"};

/* The field of an object, and of the differences too. */
static const char *const position_names[POSITIONS] = {
	[POSITION_PLAIN] = "accuracy",
	[POSITION_PRUNED] = "accuracy_pruned",
	[POSITION_QUANTISED] = "accuracy_quantised",
	[POSITION_BOTH] = "accuracy_both"};

static void add_setting(struct event *event,
    const struct comparison *comparison)
{
	event_text(event, "at", axis_names[comparison->axis]);
	event_number(event, "amount", comparison->amount);
}

static void add_positions(struct event *event,
    const struct comparison *comparison, const struct compared *run)
{
	event_number(event, "prune", comparison->ratio);
	event_number(event, "quant", comparison->bits ?
	    (double)comparison->bits : (double)NAN);
	for (int k = 0; k < POSITIONS; k++) {
		if (comparison_has(comparison, (enum position)k))
			event_number(event, position_names[k],
			    run->accuracy[k]);
	}
}

static void add_measures(struct event *event, const struct compared *run)
{
	int count;
	const struct measure_kind *kind = measure_kinds(&count);

	for (int i = 0; i < count && i < COMPARED_MEASURES; i++) {
		char key[40];

		if (isnan(run->measure[i]))
			continue;
		event_number(event, kind[i].name, run->measure[i]);
		text_format(key, sizeof(key), "%s_step", kind[i].name);
		event_number(event, key, (double)run->measured[i]);
	}
}

static void emit_run(const struct comparison *comparison,
    const struct compared *run, struct bench *bench)
{
	struct event *event = event_new("compare");

	event_text(event, "run", run->name);
	add_setting(event, comparison);
	event_text(event, "arm", run->arm);
	event_number(event, "step", (double)run->step);
	event_number(event, "epoch", run->epoch);
	event_number(event, "gradients", run->gradients);
	event_number(event, "seconds", run->seconds);
	event_number(event, "train_loss", run->train_loss);
	event_number(event, "loss", run->loss[POSITION_PLAIN]);
	event_number(event, "n", comparison->n);
	event_number(event, "w_norm", run->length);
	add_positions(event, comparison, run);
	add_measures(event, run);
	bench_emit(bench, event);
}

static void emit_pair(const struct comparison *comparison, int run,
    enum position position, struct bench *bench)
{
	struct comparison_pair pair = comparison_pair(comparison, run,
	    position);
	struct event *event = event_new("difference");

	event_text(event, "run", comparison->run[run].name);
	event_text(event, "against", comparison->run[0].name);
	add_setting(event, comparison);
	event_text(event, "of", position_names[position]);
	event_number(event, "difference", pair.difference);
	event_number(event, "low", pair.low);
	event_number(event, "high", pair.high);
	event_number(event, "won", (double)pair.won);
	event_number(event, "lost", (double)pair.lost);
	event_number(event, "n", comparison->n);
	event_number(event, "p", pair.p);
	bench_emit(bench, event);
}

enum { NAME_WIDTH = 22, COLUMN_WIDTH = 19 };

static void begin_row(struct buffer *out, const char *name)
{
	buffer_printf(out, "\n%-*s", NAME_WIDTH, name);
}

/* To the right, so that digits stand below digits. */
static void cell(struct buffer *out, const char *text)
{
	buffer_printf(out, "%*s", COLUMN_WIDTH, text);
}

/* A row of numbers, one a run; left out where none is known. */
static void number_row(const struct comparison *comparison, const char *name,
    const char *format, const double *value, struct buffer *out)
{
	int known = 0;

	for (int i = 0; i < comparison->runs; i++)
		known += !isnan(value[i]);
	if (known == 0)
		return;
	begin_row(out, name);
	for (int i = 0; i < comparison->runs; i++) {
		char text[32] = "-";

		if (!isnan(value[i]))
			snprintf(text, sizeof(text), format, value[i]);
		cell(out, text);
	}
}

static double field(const struct compared *run, size_t offset)
{
	double value;

	memcpy(&value, (const char *)run + offset, sizeof(value));
	return value;
}

static void field_rows(const struct comparison *comparison,
    struct buffer *out)
{
	static const struct {
		const char *name, *format;
		size_t offset;
	} rows[] = {
		{"gradient evaluations", "%.0f",
		    offsetof(struct compared, gradients)},
		{"seconds of training", "%.2f",
		    offsetof(struct compared, seconds)},
		{"training loss", "%.4g",
		    offsetof(struct compared, train_loss)},
		{"test loss", "%.4g", offsetof(struct compared, loss)},
		{"|w|", "%.4g", offsetof(struct compared, length)},
	};

	for (size_t r = 0; r < sizeof(rows) / sizeof(*rows); r++) {
		double value[RUNS_MAX];

		for (int i = 0; i < comparison->runs; i++)
			value[i] = field(&comparison->run[i], rows[r].offset);
		number_row(comparison, rows[r].name, rows[r].format, value,
		    out);
	}
}

/* With the step where a value is older than the rest of the table. */
static void measure_rows(const struct comparison *comparison,
    struct buffer *out)
{
	int count;
	const struct measure_kind *kind = measure_kinds(&count);

	for (int k = 0; k < count && k < COMPARED_MEASURES; k++) {
		int known = 0;

		for (int i = 0; i < comparison->runs; i++)
			known += !isnan(comparison->run[i].measure[k]);
		if (known == 0)
			continue;
		begin_row(out, kind[k].name);
		for (int i = 0; i < comparison->runs; i++) {
			const struct compared *run = &comparison->run[i];
			char text[40] = "-";

			if (run->measured[k] == run->step)
				text_format(text, sizeof(text), "%.4g",
				    run->measure[k]);
			else if (!isnan(run->measure[k]))
				text_format(text, sizeof(text), "%.4g at %ld",
				    run->measure[k], run->measured[k]);
			cell(out, text);
		}
	}
}

static void name_position(const struct comparison *comparison,
    enum position position, char *out, size_t size)
{
	char prune[16] = "", quant[16] = "";

	if (position == POSITION_PRUNED || position == POSITION_BOTH)
		text_format(prune, sizeof(prune), " %g%%",
		    100 * comparison->ratio);
	if (position == POSITION_QUANTISED || position == POSITION_BOTH)
		text_format(quant, sizeof(quant), " %d bits",
		    comparison->bits);
	text_format(out, size, "%s%s%s", position == POSITION_PLAIN ?
	    "test accuracy" : "accuracy at", prune, quant);
}

static void accuracy_row(const struct comparison *comparison,
    enum position position, struct buffer *out)
{
	double value[RUNS_MAX];
	char name[48];

	for (int i = 0; i < comparison->runs; i++)
		value[i] = 100 * comparison->run[i].accuracy[position];
	name_position(comparison, position, name, sizeof(name));
	number_row(comparison, name, "%.2f%%", value, out);
}

static void difference_row(const struct comparison *comparison,
    enum position position, struct buffer *out)
{
	char text[40];

	text_format(text, sizeof(text), "  - %s, 95%%",
	    comparison->run[0].name);
	begin_row(out, text);
	cell(out, "");
	for (int i = 1; i < comparison->runs; i++) {
		struct comparison_pair pair = comparison_pair(comparison, i,
		    position);

		text_format(text, sizeof(text), "[%+.2f, %+.2f]",
		    100 * pair.low, 100 * pair.high);
		cell(out, text);
	}
}

static void table_head(const struct comparison *comparison,
    struct buffer *out)
{
	buffer_printf(out, "at equal %s (%.4g), %u test images",
	    axis_names[comparison->axis], comparison->amount, comparison->n);
	begin_row(out, "");
	for (int i = 0; i < comparison->runs; i++)
		cell(out, comparison->run[i].name);
	begin_row(out, "step");
	for (int i = 0; i < comparison->runs; i++)
		buffer_printf(out, "%*ld", COLUMN_WIDTH,
		    comparison->run[i].step);
}

static void emit_table(const struct comparison *comparison,
    struct bench *bench)
{
	struct event *event = event_new("comparison");
	struct buffer out = {0};

	table_head(comparison, &out);
	field_rows(comparison, &out);
	measure_rows(comparison, &out);
	for (int k = 0; k < POSITIONS; k++) {
		if (!comparison_has(comparison, (enum position)k))
			continue;
		accuracy_row(comparison, (enum position)k, &out);
		if (comparison->runs > 1)
			difference_row(comparison, (enum position)k, &out);
	}
	add_setting(event, comparison);
	event_text(event, "text", out.text);
	bench_emit(bench, event);
	free(bench->comparison);
	bench->comparison = out.text;
}

void comparison_emit(const struct comparison *comparison,
    struct bench *bench)
{
	for (int i = 0; i < comparison->runs; i++)
		emit_run(comparison, &comparison->run[i], bench);
	for (int i = 1; i < comparison->runs; i++) {
		for (int k = 0; k < POSITIONS; k++) {
			if (comparison_has(comparison, (enum position)k))
				emit_pair(comparison, i, (enum position)k,
				    bench);
		}
	}
	emit_table(comparison, bench);
}
