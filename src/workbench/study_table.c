#include "workbench/study_table.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "workbench/statistics.h"

/* What a row holds of one quantity. */
struct quantity {
	enum { DENSE, COMPRESSED, SHARPNESS, COST } kind;
	int index;
	const char *name;
};

static double value_of(const struct study_row *row,
    const struct quantity *quantity)
{
	if (!row)
		return NAN;
	switch (quantity->kind) {
	case COMPRESSED:
		return row->compressed[quantity->index];
	case SHARPNESS:
		return row->sharpness[quantity->index];
	case COST:
		return row->seconds;
	default:
		return row->accuracy;
	}
}

/* (seeds) of one arm; NAN where a run is missing. */
static double *values(const struct study_rows *rows, const char *backbone,
    const struct study_arm *arm, const struct quantity *quantity)
{
	const struct study_grid *grid = rows->grid;
	double rate = study_rows_rate(rows, backbone, arm);
	double *value = xcalloc((size_t)grid->seeds + 1, sizeof(*value));

	for (int i = 0; i < grid->seeds; i++)
		value[i] = value_of(study_rows_find(rows, backbone, arm->name,
		    grid->seed[i], false, rate), quantity);
	return value;
}

/* Accuracies in percent; the rest as it is. */
static void print_estimate(const struct quantity *quantity,
    const struct estimate *estimate, const char *sign, struct buffer *out)
{
	bool percent = quantity->kind == DENSE || quantity->kind == COMPRESSED;
	double factor = percent ? 100 : 1;
	char format[16];

	text_format(format, sizeof(format), "%%%s%s", sign,
	    percent ? ".2f" : ".4g");
	buffer_printf(out, format, factor * estimate->mean);
	if (!isnan(estimate->half))
		buffer_printf(out, percent ? " +-%.2f" : " +-%.2g",
		    factor * estimate->half);
}

static void emit_cell(struct bench *bench, const struct study_rows *rows,
    const char *backbone, const struct study_arm *arm,
    const struct quantity *quantity)
{
	const struct study_arm *plain = &rows->grid->arm[0];
	int seeds = rows->grid->seeds;
	double *mine = values(rows, backbone, arm, quantity), wins;
	double *twin = values(rows, backbone, plain, quantity);
	struct estimate mean = estimate_mean(seeds, mine);
	struct estimate difference = estimate_difference(seeds, mine, twin,
	    &wins);
	struct event *event = event_new("cell");
	struct buffer text = {0};

	event_text(event, "backbone", backbone);
	event_text(event, "quantity", quantity->name);
	event_text(event, "arm", arm->name);
	event_number(event, "n", mean.n);
	event_number(event, "mean", mean.mean);
	event_number(event, "half", mean.half);
	buffer_printf(&text, "%-14s %-22s %-12s ", backbone, quantity->name,
	    arm->name);
	print_estimate(quantity, &mean, "", &text);
	buffer_printf(&text, " (n %d)", mean.n);
	if (arm != plain && difference.n > 0) {
		event_number(event, "difference", difference.mean);
		event_number(event, "difference_half", difference.half);
		event_number(event, "wins", wins);
		buffer_printf(&text, "   - %s: ", plain->name);
		print_estimate(quantity, &difference, "+", &text);
		buffer_printf(&text, ", above it %g of %d", wins,
		    difference.n);
	}
	event_text(event, "text", text.text);
	if (mean.n > 0)
		bench_emit(bench, event);
	else
		event_free(event);
	buffer_free(&text);
	free(mine);
	free(twin);
}

static void emit_quantity(struct bench *bench, const struct study_rows *rows,
    const char *backbone, const struct quantity *quantity)
{
	for (int i = 0; i < rows->grid->arms; i++)
		emit_cell(bench, rows, backbone, &rows->grid->arm[i],
		    quantity);
}

/* Mean over the settings of the accuracy lost. */
static double accuracy_lost(const struct study_row *row, int settings)
{
	struct estimate compressed = estimate_mean(settings, row->compressed);

	return row->accuracy - compressed.mean;
}

static void emit_correlation(struct bench *bench,
    const struct study_rows *rows, const char *backbone, int measure)
{
	const struct study_grid *grid = rows->grid;
	int most = grid->arms * grid->seeds, count = 0;
	double *x = xcalloc((size_t)most + 1, sizeof(*x));
	double *y = xcalloc((size_t)most + 1, sizeof(*y)), value;
	char *text;

	for (int i = 0; i < most; i++) {
		const struct study_arm *arm = &grid->arm[i / grid->seeds];
		const struct study_row *row = study_rows_find(rows, backbone,
		    arm->name, grid->seed[i % grid->seeds], false,
		    study_rows_rate(rows, backbone, arm));

		if (!row)
			continue;
		x[count] = row->sharpness[measure];
		y[count++] = accuracy_lost(row, grid->compression.count);
	}
	value = rank_correlation(count, x, y);
	if (!isnan(value)) {
		struct event *event = event_new("correlation");

		text = xasprintf("%-14s rank correlation of %s with the "
		    "accuracy lost: %+.2f (%d runs)", backbone,
		    grid->sharpness.text[measure], value, count);
		event_text(event, "backbone", backbone);
		event_text(event, "measure", grid->sharpness.text[measure]);
		event_number(event, "value", value);
		event_number(event, "n", count);
		event_text(event, "text", text);
		bench_emit(bench, event);
		free(text);
	}
	free(x);
	free(y);
}

static void backbone_table(struct bench *bench, const struct study_rows *rows,
    const char *backbone)
{
	const struct study_grid *grid = rows->grid;
	const struct quantity dense = {DENSE, 0, "uncompressed"};
	const struct quantity cost = {COST, 0, "training seconds"};

	emit_quantity(bench, rows, backbone, &dense);
	for (int i = 0; i < grid->compression.count; i++) {
		const struct quantity quantity = {COMPRESSED, i,
			grid->compression.text[i]};

		emit_quantity(bench, rows, backbone, &quantity);
	}
	for (int i = 0; i < grid->sharpness.count; i++) {
		const struct quantity quantity = {SHARPNESS, i,
			grid->sharpness.text[i]};

		emit_quantity(bench, rows, backbone, &quantity);
	}
	emit_quantity(bench, rows, backbone, &cost);
	for (int i = 0; i < grid->sharpness.count; i++)
		emit_correlation(bench, rows, backbone, i);
}

void study_table(struct bench *bench, const struct study_rows *rows)
{
	for (int i = 0; i < rows->grid->backbones.count; i++)
		backbone_table(bench, rows, rows->grid->backbones.text[i]);
	if (rows->grid->headline)
		bench_note(bench, "declared beforehand: %s of the folded "
		    "network", rows->grid->headline);
}
