#include "workbench/study_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "workbench/study_cells.h"

/* Three arms fit into 80 columns; a longer label has a line of its own. */
enum { INDENT = 2, LABEL_LEAST = 18, LABEL_MOST = 24, MEAN_WIDTH = 14,
	DIFFERENCE_WIDTH = 19, TEXT_MOST = 64 };

static void emit_cell(struct bench *bench, const struct study_rows *rows,
    const char *backbone, const struct study_quantity *quantity, int arm)
{
	struct study_cell cell = study_cell(rows, backbone, quantity, arm);
	struct event *event;

	if (cell.mean.n == 0)
		return;
	event = event_new("cell");
	event_text(event, "backbone", backbone);
	event_text(event, "quantity", quantity->name);
	event_text(event, "arm", rows->grid->arm[arm].name);
	event_number(event, "n", cell.mean.n);
	event_number(event, "mean", cell.mean.mean);
	event_number(event, "half", cell.mean.half);
	if (cell.difference.n > 0) {
		event_number(event, "difference", cell.difference.mean);
		event_number(event, "difference_half", cell.difference.half);
		event_number(event, "wins", cell.wins);
	}
	bench_emit(bench, event);
}

static void emit_correlation(struct bench *bench,
    const struct study_rows *rows, const char *backbone, int measure)
{
	int n;
	double value = study_correlation(rows, backbone, measure, &n);
	struct event *event;

	if (isnan(value))
		return;
	event = event_new("correlation");
	event_text(event, "backbone", backbone);
	event_text(event, "measure", rows->grid->sharpness.text[measure]);
	event_number(event, "value", value);
	event_number(event, "n", n);
	bench_emit(bench, event);
}

static void emit_backbone(struct bench *bench, const struct study_rows *rows,
    const char *backbone)
{
	const struct study_grid *grid = rows->grid;

	for (int i = 0; i < study_quantities(grid); i++) {
		struct study_quantity quantity = study_quantity(grid, i);

		for (int arm = 0; arm < grid->arms; arm++)
			emit_cell(bench, rows, backbone, &quantity, arm);
	}
	for (int i = 0; i < grid->sharpness.count; i++)
		emit_correlation(bench, rows, backbone, i);
}

void study_table(struct bench *bench, const struct study_rows *rows)
{
	struct event *event = event_new("study_table");
	struct buffer text = {0};

	for (int i = 0; i < rows->grid->backbones.count; i++)
		emit_backbone(bench, rows, rows->grid->backbones.text[i]);
	study_table_text(rows, &text);
	event_text(event, "text", text.text ? text.text :
	    "no run is done yet");
	bench_emit_quietly(bench, event);
	buffer_free(&text);
}

/* Accuracies in percent with one decimal, the rest in three digits. `sign`
 * is "+" for differences. */
static void print_estimate(const struct study_quantity *quantity,
    const struct estimate *estimate, const char *sign, const char *between,
    char *out, size_t size)
{
	bool percent = study_is_accuracy(quantity);
	double factor = percent ? 100 : 1;
	char format[16], half[32] = "";

	text_format(format, sizeof(format), "%%%s%s%%s", sign,
	    percent ? ".1f" : ".3g");
	if (!isnan(estimate->half))
		text_format(half, sizeof(half), percent ? "%s%.1f" : "%s%.2g",
		    between, factor * estimate->half);
	text_format(out, size, format, factor * estimate->mean, half);
}

/* Sharpness and seconds may be of any size: in percent of `first`, the mean of
 * the first arm, which itself stands as it is. */
static void print_share(const struct estimate *estimate, double first,
    bool itself, char *out, size_t size)
{
	double factor = 100 / fabs(first);
	char half[32] = "";

	if (!isnan(estimate->half))
		text_format(half, sizeof(half), " +-%.0f%s",
		    factor * estimate->half, itself ? "%" : "");
	text_format(out, size, itself ? "%.3g%s" : "%+.0f%%%s",
	    itself ? first : factor * estimate->mean, half);
}

static void print_mean(const struct study_quantity *quantity,
    const struct estimate *estimate, double first, bool itself, char *out,
    size_t size)
{
	if (study_is_accuracy(quantity) || !(fabs(first) > 0))
		print_estimate(quantity, estimate, itself ? "" : "+", " +-",
		    out, size);
	else
		print_share(estimate, first, itself, out, size);
}

/* first: the mean of the first arm */
static void print_cell(const struct study_quantity *quantity,
    const struct study_cell *cell, int arm, double first, char *out,
    size_t size)
{
	char text[TEXT_MOST];

	text_copy(out, size, "-");
	if (arm == 0 && cell->mean.n > 0)
		print_mean(quantity, &cell->mean, first, true, out, size);
	if (cell->difference.n == 0)
		return;
	print_mean(quantity, &cell->difference, first, false, text,
	    sizeof(text));
	text_format(out, size, "%s%s %g/%d", text,
	    study_is_clear(&cell->difference) ? "*" : " ", cell->wins,
	    cell->difference.n);
}

static int label_width(const struct study_grid *grid)
{
	int most = LABEL_LEAST;

	for (int i = 0; i < study_quantities(grid); i++) {
		int width = (int)strlen(study_quantity(grid, i).name);

		most = width > most && width <= LABEL_MOST ? width : most;
	}
	return most;
}

/* Not every arm need have been run on every network. */
static bool is_shown(const struct study_rows *rows, const char *backbone,
    int arm)
{
	struct study_quantity dense = study_quantity(rows->grid, 0);

	return arm == 0 || study_cell(rows, backbone, &dense, arm).mean.n > 0;
}

static int column_width(int arm)
{
	return arm == 0 ? MEAN_WIDTH : DIFFERENCE_WIDTH;
}

static void text_head(const struct study_rows *rows, const char *backbone,
    int label, struct buffer *out)
{
	const struct study_grid *grid = rows->grid;
	char text[TEXT_MOST];

	buffer_printf(out, "%s%-*s", out->length ? "\n" : "",
	    INDENT + label, backbone);
	for (int arm = 0; arm < grid->arms; arm++) {
		if (!is_shown(rows, backbone, arm))
			continue;
		text_format(text, sizeof(text), arm ? "%s - %s" : "%s",
		    grid->arm[arm].name, grid->arm[0].name);
		buffer_printf(out, " %*s", column_width(arm) - 1, text);
	}
}

static void text_row(const struct study_rows *rows, const char *backbone,
    const struct study_quantity *quantity, int label, struct buffer *out)
{
	double first = study_cell(rows, backbone, quantity, 0).mean.mean;

	buffer_printf(out, "\n%*s%-*s", INDENT, "", label, quantity->name);
	if ((int)strlen(quantity->name) > label)
		buffer_printf(out, "\n%*s", INDENT + label, "");
	for (int arm = 0; arm < rows->grid->arms; arm++) {
		struct study_cell cell = study_cell(rows, backbone, quantity,
		    arm);
		char text[TEXT_MOST];

		if (!is_shown(rows, backbone, arm))
			continue;
		print_cell(quantity, &cell, arm, first, text, sizeof(text));
		buffer_printf(out, " %*s", column_width(arm) - 1, text);
	}
}

static void text_correlations(const struct study_rows *rows,
    const char *backbone, struct buffer *out)
{
	const struct study_grid *grid = rows->grid;
	int known = 0;

	for (int i = 0; i < grid->sharpness.count; i++) {
		int n;
		double value = study_correlation(rows, backbone, i, &n);

		if (isnan(value))
			continue;
		if (known++ == 0)
			buffer_printf(out, "\n%*srank correlation with the "
			    "accuracy lost (%d runs):\n%*s", INDENT, "", n,
			    INDENT, "");
		buffer_printf(out, " %s %+.2f", grid->sharpness.text[i],
		    value);
	}
}

static void text_legend(const struct study_grid *grid, struct buffer *out)
{
	if (grid->on_validation)
		buffer_puts(out, "\nmeasured on the validation split");
	if (grid->seeds > 1)
		buffer_printf(out, "\nmeans over at most %d seeds, 95%% "
		    "intervals; * leaves out 0; n/m: above in n of m\npairs; "
		    "of accuracies in points, of all else in %% of the first "
		    "arm's mean", grid->seeds);
	else
		buffer_puts(out, "\none seed, so no intervals; n/m: above in n "
		    "of m pairs");
	if (grid->headline)
		buffer_printf(out, "\ndeclared beforehand: %s",
		    grid->headline);
}

void study_table_text(const struct study_rows *rows, struct buffer *out)
{
	const struct study_grid *grid = rows->grid;
	int label = label_width(grid);
	size_t before = out->length;

	for (int b = 0; b < grid->backbones.count; b++) {
		const char *backbone = grid->backbones.text[b];

		if (!study_begun(rows, backbone))
			continue;
		text_head(rows, backbone, label, out);
		for (int i = 0; i < study_quantities(grid); i++) {
			struct study_quantity quantity = study_quantity(grid,
			    i);

			text_row(rows, backbone, &quantity, label, out);
		}
		text_correlations(rows, backbone, out);
	}
	if (out->length > before)
		text_legend(grid, out);
}

static void markdown_row(const struct study_rows *rows, const char *backbone,
    const struct study_quantity *quantity, struct buffer *out)
{
	bool first = quantity->kind == STUDY_DENSE;

	if (first)
		buffer_printf(out, "| **%s** %s |", backbone, quantity->name);
	else
		buffer_printf(out, "| %s |", quantity->name);
	for (int arm = 0; arm < rows->grid->arms; arm++) {
		struct study_cell cell = study_cell(rows, backbone, quantity,
		    arm);
		char text[TEXT_MOST] = "-";

		if (cell.mean.n > 0)
			print_estimate(quantity, arm ? &cell.difference :
			    &cell.mean, arm ? "+" : "", " ±", text,
			    sizeof(text));
		buffer_printf(out, " %s%s |", text,
		    study_is_clear(&cell.difference) ? " *" : "");
	}
	buffer_puts(out, "\n");
}

void study_table_markdown(const struct study_rows *rows, struct buffer *out)
{
	const struct study_grid *grid = rows->grid;

	buffer_puts(out, "| accuracy in % |");
	for (int arm = 0; arm < grid->arms; arm++)
		buffer_printf(out, arm ? " %s - %s |" : " %s |",
		    grid->arm[arm].name, grid->arm[0].name);
	buffer_puts(out, "\n|---|");
	for (int arm = 0; arm < grid->arms; arm++)
		buffer_puts(out, "---|");
	buffer_puts(out, "\n");
	for (int b = 0; b < grid->backbones.count; b++) {
		for (int i = 0; i < study_quantities(grid); i++) {
			struct study_quantity quantity = study_quantity(grid,
			    i);

			if (study_is_accuracy(&quantity) && study_begun(rows,
				grid->backbones.text[b]))
				markdown_row(rows, grid->backbones.text[b],
				    &quantity, out);
		}
	}
}
