#include "config.h"

#include "workbench/report.h"

#include <math.h>
#include <time.h>

#include "base/file.h"
#include "base/text.h"
#include "compress/compress.h"
#include "net/blas.h"
#include "workbench/publish.h"
#include "workbench/recorder.h"
#include "workbench/report_sharpness.h"
#include "workbench/report_table.h"
#include "workbench/slide.h"
#include "workbench/svg_plot.h"

/* Colours: Okabe and Ito 2008, told apart by the colour-blind too. */
static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
    "<meta name=\"viewport\" content=\"width=device-width\"/>\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
    "'none'; style-src 'unsafe-inline'\"/>\n"
    "<style>\n"
    ":root{--ink:#1a1a1a;--paper:#fff;--faint:#ddd;--s0:#0072b2;--s1:#d55e00;"
    "--s2:#009e73;--s3:#cc79a7;--s4:#8a6d00;--s5:#56b4e9;--s6:#666;"
    "--s7:#b00020}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e6e6e6;--paper:#161616;"
    "--faint:#3a3a3a;--s0:#56b4e9;--s1:#ff9e4a;--s2:#2fd0a0;--s3:#e8a0c8;"
    "--s4:#f0e442;--s5:#9ad0ff;--s6:#aaa;--s7:#ff7a8a}}\n"
    "body{color:var(--ink);background:var(--paper);font:15px/1.45 system-ui,"
    "sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}\n"
    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}\n"
    ".plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(22rem,"
    "1fr));gap:1rem}figure{margin:0 0 1rem}figcaption{font-weight:600}\n"
    "svg{width:100%;height:auto;font:12px system-ui,sans-serif}"
    "svg text{fill:var(--ink)}\n"
    ".grid{stroke:var(--faint)}.line{fill:none;stroke-width:2}\n"
    ".s0{stroke:var(--s0)}.s1{stroke:var(--s1);stroke-dasharray:7 3}"
    ".s2{stroke:var(--s2);stroke-dasharray:2 3}"
    ".s3{stroke:var(--s3);stroke-dasharray:9 3 2 3}"
    ".s4{stroke:var(--s4);stroke-dasharray:4 4}"
    ".s5{stroke:var(--s5);stroke-dasharray:12 4}"
    ".s6{stroke:var(--s6);stroke-dasharray:1 3}"
    ".s7{stroke:var(--s7);stroke-dasharray:6 2 1 2 1 2}\n"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}"
    "td,th{padding:.15rem .7rem .15rem 0;text-align:right;border-bottom:1px "
    "solid var(--faint)}td.t,th.t{text-align:left}"
    "td{white-space:nowrap}td.t{white-space:normal}"
    "td.h{padding:.15rem .5rem;text-align:center}figure{overflow-x:auto}\n"
    "pre{white-space:pre-wrap;border-left:3px solid var(--faint);"
    "padding-left:.8rem}\n"
    "@media print{:root{--ink:#000;--paper:#fff}body{font-size:11px;margin:0}"
    ".plots{grid-template-columns:1fr 1fr}h2{break-after:avoid}"
    "figure,table{break-inside:avoid}.h{print-color-adjust:exact}}\n"
    "</style>\n";

static void cell_reading(struct buffer *out, const struct reading *reading,
    bool percent)
{
	double value = reading->known ? reading->value : NAN;

	cell(out, percent ? "%.2f%%" : "%.4g", percent ? 100 * value : value);
}

static void write_head(const struct bench *bench,
    const struct snapshot *snapshot, struct buffer *out)
{
	time_t now = time(NULL);
	struct tm local;
	char date[32];

	localtime_r(&now, &local);
	strftime(date, sizeof(date), "%Y-%m-%d %H:%M", &local);
	buffer_puts(out, head);
	buffer_puts(out, "<title>snt: ");
	html_text(out, snapshot->network);
	buffer_puts(out, "</title></head><body>\n<h1>");
	html_text(out, snapshot->network);
	buffer_puts(out, " on ");
	html_text(out, snapshot->data);
	buffer_printf(out, "</h1>\n<p>%d run%s, seed %llu, snt %s, BLAS core "
	    "%s, %d threads; written %s.</p>\n", snapshot->runs,
	    snapshot->runs == 1 ? "" : "s", (unsigned long long)bench->seed,
	    PACKAGE_VERSION, blas_core(), snapshot->threads, date);
	if (*snapshot->data_note) {
		buffer_puts(out, "<p>");
		html_text(out, snapshot->data_note);
		buffer_puts(out, "</p>\n");
	}
}

/* The run and the step that it was forked at. */
static void cell_origin(struct buffer *out, const struct run_view *run)
{
	char text[64] = "";

	if (run->parent[0])
		text_format(text, sizeof(text), "%s at %ld", run->parent,
		    run->parent_step);
	cell_text(out, text);
}

static void write_runs(const struct snapshot *snapshot, struct buffer *out)
{
	buffer_puts(out, "<h2>Runs</h2>\n");
	table_begin(out, COLUMNS("run", "from", "trained by", "step", "epoch",
	    "gradients", "test accuracy", "test loss", "lambda"), 3);
	for (int i = 0; i < snapshot->runs; i++) {
		const struct run_view *run = &snapshot->run[i];

		buffer_puts(out, "<tr>");
		cell_text(out, run->name);
		cell_origin(out, run);
		cell_text(out, run->arm);
		cell(out, "%.0f", (double)run->step);
		cell(out, "%.2f", run->epoch);
		cell(out, "%.0f", run->gradients);
		cell_reading(out, &run->reading[CURVE_TEST_ACCURACY], true);
		cell_reading(out, &run->reading[CURVE_TEST_LOSS], false);
		cell_reading(out, &run->reading[CURVE_LAMBDA], false);
		buffer_puts(out, "</tr>\n");
	}
	buffer_puts(out, "</table>\n");
}

static void plot_points(struct svg_plot *plot, const char *name,
    const struct curve *curve)
{
	for (int i = 0; i < curve->count; i++)
		svg_plot_point(plot, name, (double)curve->point[i].x,
		    (double)curve->point[i].y);
}

static void plot_curve(const struct snapshot *snapshot, enum curve_name name,
    const char *title, bool log_y, bool percent, struct buffer *out)
{
	struct svg_plot plot = {.title = title, .x_name = "training step",
		.log_y = log_y, .percent = percent};

	for (int i = 0; i < snapshot->runs; i++) {
		const struct curve *curve = &snapshot->run[i].curve[name];

		plot_points(&plot, snapshot->run[i].name, curve);
	}
	svg_plot_draw(&plot, out);
	svg_plot_free(&plot);
}

/* Of one layer alone, of all runs. */
static void plot_layer(const struct snapshot *snapshot, enum curve_name name,
    int layer, const char *title, struct buffer *out)
{
	struct svg_plot plot = {.x_name = "training step", .log_y = true};
	char text[64];

	text_format(text, sizeof(text), "layer %d, %s", layer, title);
	plot.title = text;
	for (int i = 0; i < snapshot->runs; i++) {
		const struct run_view *run = &snapshot->run[i];

		for (int j = 0; j < run->layer_curves; j++) {
			const struct layer_curve_view *of = &run->layer_curve[j];

			if (of->name == name && of->layer == layer)
				plot_points(&plot, run->name, &of->curve);
		}
	}
	svg_plot_draw(&plot, out);
	svg_plot_free(&plot);
}

static void plot_layers(const struct snapshot *snapshot, enum curve_name name,
    const char *title, struct buffer *out)
{
	int layers = 0;

	for (int i = 0; i < snapshot->runs; i++) {
		const struct run_view *run = &snapshot->run[i];

		for (int j = 0; j < run->layer_curves; j++)
			if (run->layer_curve[j].layer > layers)
				layers = run->layer_curve[j].layer;
	}
	for (int layer = 1; layer <= layers; layer++)
		plot_layer(snapshot, name, layer, title, out);
}

static void write_curves(const struct snapshot *snapshot, struct buffer *out)
{
	static const struct {
		enum curve_name name;
		const char *title;
		bool log_y, percent;
	} curves[] = {
		{CURVE_LOSS, "training loss (log scale)", true, false},
		{CURVE_TEST_ACCURACY, "test accuracy", false, true},
		{CURVE_LAMBDA, "sharpness: lambda (log scale)", true, false},
		{CURVE_SAM, "sharpness: sam (log scale)", true, false},
		{CURVE_ADAPTIVE, "sharpness: adaptive (log scale)", true,
			false},
		{CURVE_AVERAGE, "sharpness: average (log scale)", true, false},
		{CURVE_WORST, "sharpness: worst (log scale)", true, false},
		{CURVE_TRACE, "sharpness: trace (log scale)", true, false},
		{CURVE_COMPRESSED, "test accuracy when compressed", false,
			true},
		{CURVE_RATE, "learning rate (log scale)", true, false},
	};

	buffer_puts(out, "<h2>Training</h2>\n<div class=\"plots\">\n");
	for (size_t i = 0; i < sizeof(curves) / sizeof(*curves); i++)
		plot_curve(snapshot, curves[i].name, curves[i].title,
		    curves[i].log_y, curves[i].percent, out);
	for (size_t i = 0; i < sizeof(curves) / sizeof(*curves); i++)
		plot_layers(snapshot, curves[i].name, curves[i].title, out);
	buffer_puts(out, "</div>\n");
}

static void write_network(const struct snapshot *snapshot,
    struct buffer *out)
{
	buffer_printf(out, "<h2>Network</h2>\n<p>%.0f parameters, %.0f "
	    "multiply-adds a sample.</p>\n", snapshot->parameters,
	    snapshot->macs);
	table_begin(out, COLUMNS("layer", "kind", "output", "parameters",
	    "multiply-adds"), 3);
	for (int i = 0; i < snapshot->layers; i++) {
		const struct layer_view *layer = &snapshot->layer[i];
		char number[16];

		text_format(number, sizeof(number), "%d", layer->id);
		buffer_puts(out, "<tr>");
		cell_text(out, number);
		cell_text(out, layer->text);
		cell_text(out, layer->out);
		cell(out, "%.0f", layer->parameters);
		cell(out, "%.0f", layer->macs);
		buffer_puts(out, "</tr>\n");
	}
	buffer_puts(out, "</table>\n");
}

static double ratio_of(const struct compress_settings *settings)
{
	return settings->pruned ? option_value(prune_options,
	    &settings->prune, "ratio") : 0;
}

static double bits_of(const struct compress_settings *settings)
{
	return settings->quantised ? option_value(quant_options,
	    &settings->quant, "bits") : 32;
}

/* Positions where only one slider was moved, in the order of the slider. */
static void plot_slider(const struct bench *bench, bool bits,
    struct buffer *out)
{
	struct svg_plot plot = {.percent = true,
		.title = bits ? "accuracy against bits" :
		    "accuracy against pruning ratio",
		.x_name = bits ? "bits a weight" : "percent pruned"};

	for (int i = 0; i < bench->runs; i++) {
		const struct slide_cache *cache = bench->run[i]->slides;
		double last = -INFINITY;

		for (int n = slide_cache_count(cache); n > 0; n--) {
			const struct slide_result *next = NULL;
			double least = INFINITY;

			for (int j = 0; j < slide_cache_count(cache); j++) {
				const struct slide_result *r =
				    slide_cache_at(cache, j);
				double at = bits ? bits_of(&r->settings) :
				    100 * ratio_of(&r->settings);

				if ((bits ? r->settings.pruned :
				    r->settings.quantised) || !r->exact ||
				    at <= last || at >= least)
					continue;
				least = at;
				next = r;
			}
			if (!next || (bits && least > 8))
				break;
			svg_plot_point(&plot, bench->run[i]->name, least,
			    next->accuracy);
			last = least;
		}
	}
	svg_plot_draw(&plot, out);
	svg_plot_free(&plot);
}

static void write_position(const struct run *run,
    const struct slide_result *result, struct buffer *out)
{
	struct buffer line = {0};

	compress_settings_print(&result->settings, &line);
	buffer_puts(out, "<tr>");
	cell_text(out, run->name);
	cell_text(out, line.text ? line.text : "uncompressed");
	cell(out, "%.0f", (double)result->step);
	cell(out, "%.2f%%", 100 * result->accuracy);
	buffer_printf(out, "<td>[%.2f, %.2f]</td>", 100 * result->low,
	    100 * result->high);
	cell(out, "%+.4g", result->measured);
	cell(out, "%+.4g", result->predicted);
	cell(out, "%.0f", result->zeros);
	cell(out, "%.0f", result->bytes);
	cell(out, "%.2g", result->ms);
	buffer_puts(out, "</tr>\n");
	buffer_free(&line);
}

static void write_compression(const struct bench *bench, struct buffer *out)
{
	int positions = 0;

	for (int i = 0; i < bench->runs; i++)
		positions += slide_cache_count(bench->run[i]->slides);
	if (positions == 0)
		return;
	buffer_puts(out, "<h2>Compression</h2>\n<div class=\"plots\">\n");
	plot_slider(bench, false, out);
	plot_slider(bench, true, out);
	buffer_puts(out, "</div>\n");
	table_begin(out, COLUMNS("run", "settings", "step", "test accuracy",
	    "95% interval", "loss, measured", "predicted", "zeros", "bytes",
	    "ms"), 2);
	for (int i = 0; i < bench->runs; i++) {
		const struct slide_cache *cache = bench->run[i]->slides;

		for (int j = 0; j < slide_cache_count(cache); j++)
			write_position(bench->run[i], slide_cache_at(cache, j),
			    out);
	}
	buffer_puts(out, "</table>\n<p>Of the present weights of each run. "
	    "Measured and predicted: the change of the loss on the probe set; "
	    "bytes: of the file that is written; ms: of a batch of 256.</p>\n");
}

static void write_journal(const struct bench *bench, struct buffer *out)
{
	const struct journal_entry *entry;
	int entries = recorder_entries(bench->recorder, &entry);

	buffer_puts(out, "<h2>To repeat it</h2>\n<p>The journal: each line "
	    "with the training step at which it took effect.</p>\n<pre>");
	for (int i = 0; i < entries; i++) {
		if (entry[i].kind != JOURNAL_COMMAND)
			continue;
		buffer_printf(out, "%7ld  ", entry[i].step);
		html_text(out, entry[i].text);
		buffer_puts(out, "\n");
	}
	buffer_puts(out, "</pre>\n");
}

int report_write(const struct bench *bench, const char *path,
    struct error *error)
{
	struct snapshot *snapshot = snapshot_make(bench, 0);
	struct buffer out = {0};
	int status;

	write_head(bench, snapshot, &out);
	write_runs(snapshot, &out);
	write_curves(snapshot, &out);
	report_sharpness(snapshot, &out);
	write_compression(bench, &out);
	report_maps(snapshot, &out);
	write_network(snapshot, &out);
	write_journal(bench, &out);
	buffer_puts(&out, "</body></html>\n");
	status = file_replace(path, out.text, out.length, error);
	buffer_free(&out);
	snapshot_free(snapshot);
	return status;
}
