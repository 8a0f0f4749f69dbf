#include "workbench/report_sharpness.h"

#include <math.h>

#include "base/text.h"
#include "workbench/curve.h"
#include "workbench/report_table.h"
#include "workbench/svg_plot.h"

static void write_reading(const struct run_view *run, enum curve_name name,
    struct buffer *out)
{
	const struct reading *reading = &run->reading[name];
	const struct curve_kind *kind = &curve_kinds[name];

	buffer_puts(out, "<tr>");
	cell_text(out, run->name);
	cell_text(out, kind->text);
	cell_text(out, kind->space[0] == 'w' ? "weights" : "factors");
	cell_text(out, reading->text);
	cell(out, "%.0f", (double)reading->step);
	cell(out, "%.5g", reading->value);
	cell(out, "%.2g", reading->error);
	buffer_puts(out, "</tr>\n");
}

static bool is_measured(const struct run_view *run, int name)
{
	return curve_kinds[name].space && run->reading[name].known &&
	    !run->reading[name].failed;
}

static void write_readings(const struct snapshot *snapshot,
    struct buffer *out)
{
	table_begin(out, COLUMNS("run", "measure", "in the", "found", "step",
	    "value", "error"), 4);
	for (int i = 0; i < snapshot->runs; i++) {
		for (int name = 0; name < CURVES; name++) {
			if (is_measured(&snapshot->run[i], name))
				write_reading(&snapshot->run[i],
				    (enum curve_name)name, out);
		}
	}
	buffer_puts(out, "</table>\n<p>Of the folded network on the probe set; "
	    "lambda: the largest eigenvalue of the Hessian; trace: the sum of "
	    "all; sam: the rise of the loss at the distance rho along the "
	    "gradient; adaptive: the same in a ball that scales with the "
	    "weights; average and worst: the rise for noise, and the largest "
	    "one found in that ball. Error: the residual of lambda, else the "
	    "standard error.</p>\n");
}

/* Between eigenvalues a density falls to nothing that a page has room for. */
static const double density_least = 1e-5;

/* The lines of a kind of picture, run by run; the middle row of a plane. */
static void plot_pictures(const struct snapshot *snapshot,
    enum picture_name name, struct svg_plot *plot, struct buffer *out)
{
	for (int i = 0; i < snapshot->runs; i++) {
		const struct picture *picture =
		    snapshot->run[i].picture[name];

		for (int j = 0; picture && j < picture->columns; j++) {
			double value = (double)picture->value[
			    picture->rows / 2 * picture->columns + j];

			svg_plot_point(plot, snapshot->run[i].name,
			    (double)picture->at[j], picture->density ?
			    fmax(value, density_least) : value);
		}
	}
	svg_plot_draw(plot, out);
	svg_plot_free(plot);
}

void report_sharpness(const struct snapshot *snapshot, struct buffer *out)
{
	struct svg_plot density = {.title = "density of the Hessian's "
	    "eigenvalues (log scale)", .x_name = "eigenvalue", .log_y = true};
	struct svg_plot line = {.title = "loss along a random direction",
		.x_name = "distance, filter by filter"};
	struct svg_plot plane = {.title = "loss through the middle of a plane",
		.x_name = "distance, filter by filter"};
	bool any = false;

	for (int i = 0; i < snapshot->runs; i++) {
		for (int name = 0; name < CURVES; name++)
			any = any || is_measured(&snapshot->run[i], name);
		for (int name = 0; name < PICTURES; name++)
			any = any || snapshot->run[i].picture[name];
	}
	if (!any)
		return;
	buffer_puts(out, "<h2>Sharpness</h2>\n");
	write_readings(snapshot, out);
	buffer_puts(out, "<div class=\"plots\">\n");
	plot_pictures(snapshot, PICTURE_SPECTRUM, &density, out);
	plot_pictures(snapshot, PICTURE_LINE, &line, out);
	plot_pictures(snapshot, PICTURE_PLANE, &plane, out);
	buffer_puts(out, "</div>\n");
}

static void write_map(const char *run, const char *title,
    const struct map_view *map, bool bits, const char *row,
    struct buffer *out)
{
	if (map->rows == 0)
		return;
	buffer_puts(out, "<figure><figcaption>");
	html_text(out, run);
	buffer_printf(out, ": %s</figcaption>\n<table><tr><th>%s</th>", title,
	    row);
	for (int i = 0; i < map->columns; i++)
		buffer_printf(out, bits ? "<th>%g bits</th>" :
		    "<th>%.3g%%</th>", (bits ? 1 : 100) *
		    (double)map->at[i]);
	buffer_puts(out, "</tr>\n");
	for (int i = 0; i < map->rows; i++) {
		buffer_puts(out, "<tr>");
		cell(out, "%.0f", (double)map->step[i]);
		for (int j = 0; j < map->columns; j++)
			cell_heat(out, (double)map->accuracy[i *
			    map->columns + j]);
		buffer_puts(out, "</tr>\n");
	}
	buffer_puts(out, "</table></figure>\n");
}

void report_maps(const struct snapshot *snapshot, struct buffer *out)
{
	static const char *const maps[] = {
		"accuracy in %, pruned at old steps",
		"accuracy in %, quantised at old steps"};
	static const char *const layers[] = {
		"accuracy in %, one layer pruned",
		"accuracy in %, one layer quantised"};

	for (int i = 0; i < snapshot->runs; i++) {
		const struct run_view *run = &snapshot->run[i];

		for (int bits = 0; bits < 2; bits++) {
			write_map(run->name, maps[bits], &run->map[bits], bits,
			    "step", out);
			write_map(run->name, layers[bits],
			    &run->sensitivity[bits], bits, "layer", out);
		}
	}
}
