#include "workbench/compress_show.h"

#include <math.h>

#include "base/buffer.h"
#include "base/text.h"
#include "compress/settings.h"
#include "net/levels.h"
#include "workbench/run.h"
#include "workbench/slide.h"

static void print_times(const struct compress_view *view, struct buffer *out)
{
	static const char *const name[] = {"in floats", "in whole numbers",
		"without zeros"};
	const double ms[] = {view->ms, view->ms_int8, view->ms_sparse};

	for (int i = 0; i < 3; i++) {
		if (ms[i] > 0)
			buffer_printf(out, ", %.2g ms %s", ms[i], name[i]);
	}
}

/* What the newest position has come to, as far as that is known. */
static void show_figures(struct bench *bench, const struct run *run)
{
	const struct compress_view *view = &bench->compress_view;
	struct buffer text = {0};

	if (view->state != COMPRESS_ESTIMATE && view->state != COMPRESS_EXACT)
		return;
	buffer_printf(&text, "accuracy %.2f%% [%.2f, %.2f] %s %u samples",
	    100 * view->accuracy, 100 * view->low, 100 * view->high,
	    view->state == COMPRESS_EXACT ? "exact on" : "estimated on",
	    view->n);
	if (!isnan(view->measured))
		buffer_printf(&text, ", loss %+.2g", view->measured);
	if (!isnan(view->predicted))
		buffer_printf(&text, " (predicted %+.2g)", view->predicted);
	if (view->bytes > 0)
		buffer_printf(&text, ", %.0f bytes, 1/%.1f of floats",
		    view->bytes, view->float_bytes / view->bytes);
	print_times(view, &text);
	if (view->step != run->learner->step)
		buffer_printf(&text, "; stale: of step %ld", view->step);
	bench_note(bench, "%s", text.text);
	buffer_free(&text);
}

static void print_layer(const struct compress_settings *set,
    const struct slide_result *known, int id, struct buffer *out)
{
	double own = settings_layer_ratio(set, id);
	int own_bits = settings_layer_bits(set, id);
	int bits = own_bits ? own_bits : set->quantised ?
	    (int)option_value(quant_options, &set->quant, "bits") : BITS_FLOAT;

	buffer_printf(out, "\n  layer %d: ", id);
	if (known && id <= known->layers)
		buffer_printf(out, "%.1f%% zeros, ",
		    100 * (double)known->layer_zeros[id]);
	if (bits == BITS_FLOAT)
		buffer_puts(out, "floats");
	else
		buffer_printf(out, "%d bits", bits);
	if (!isnan(own))
		buffer_printf(out, ", ratio %.4g its own", own);
	if (own_bits)
		buffer_puts(out, ", bits its own");
}

static void show_layers(struct bench *bench, const struct run *run)
{
	const struct network *network = run->learner->network;
	struct buffer text = {0};

	buffer_puts(&text, "layer by layer:");
	for (int id = 1; id <= network->layers; id++) {
		if (layer_compressible(network, id))
			print_layer(&bench->compress, slide_cache_find(
				run->slides, &bench->compress), id, &text);
	}
	bench_note(bench, "%s", text.text);
	buffer_free(&text);
}

/* The furthest known position of one slider, the other where it is, that
 * keeps the accuracy; NAN: none does. */
static double furthest(const struct bench *bench, const struct run *run,
    bool bits)
{
	double best = NAN, at;

	for (int i = 0; i < slide_cache_count(run->slides); i++) {
		const struct slide_result *result =
		    slide_cache_at(run->slides, i);

		if (result->accuracy >= bench->screen.target_accuracy &&
		    compress_differs_only(&result->settings,
			&bench->compress, bits, &at))
			best = bits ? fmin(best, at) : fmax(best, at);
	}
	return best;
}

static void show_target(struct bench *bench, const struct run *run)
{
	double ratio = furthest(bench, run, false);
	double bits = furthest(bench, run, true);
	struct buffer text = {0};

	if (!(bench->screen.target_accuracy > 0))
		return;
	buffer_printf(&text, "target accuracy %g%%, of the positions "
	    "measured: ", 100 * bench->screen.target_accuracy);
	if (isnan(ratio))
		buffer_puts(&text, "no ratio keeps it");
	else
		buffer_printf(&text, "kept up to %g%% pruned", 100 * ratio);
	if (!isnan(bits) && bits < BITS_FLOAT)
		buffer_printf(&text, ", down to %g bits", bits);
	bench_note(bench, "%s", text.text);
	buffer_free(&text);
}

void compress_show(struct bench *bench, const struct run *run)
{
	const struct compress_settings *set = &bench->compress;
	double even = slide_break_even(run->slides, set);
	struct buffer lines = {0};

	compress_settings_print(set, &lines);
	bench_note(bench, "%s", lines.length ? lines.text :
	    "nothing is compressed");
	buffer_free(&lines);
	if (set->pruned || set->quantised) {
		show_figures(bench, run);
		show_layers(bench, run);
	}
	if (even > 0)
		bench_note(bench, "leaving zeros out is faster from %.0f%% "
		    "pruned on", 100 * even);
	show_target(bench, run);
}
