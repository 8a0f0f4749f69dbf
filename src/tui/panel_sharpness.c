/* How sharp the minimum is: curves of all runs, and the last reading. */
#include "tui/panel.h"

#include <math.h>

#include "base/text.h"
#include "tui/curves.h"
#include "tui/figures.h"

#define MEASURE_HINT "not measured yet\nm, or P to measure while training"

static const struct {
	const char *name, *probe;
} lines[] = {
	{"lambda", "probe lambda every=100"},
	{"sam", "probe sam every=20"},
};

static void describe(const struct ui *ui, int page,
    const struct reading *reading, char *out, size_t size)
{
	char text[200];

	figure_reading(reading, ui_run(ui)->step, 1, text, sizeof(text));
	if (text[0])
		text_format(out, size, "%s %s", lines[page].name, text);
}

static void describe_lambda(const struct ui *ui, char *out, size_t size)
{
	out[0] = '\0';
	if (ui_run(ui))
		describe(ui, 0, &ui_run(ui)->lambda, out, size);
}

static void describe_sam(const struct ui *ui, char *out, size_t size)
{
	out[0] = '\0';
	if (ui_run(ui))
		describe(ui, 1, &ui_run(ui)->sam, out, size);
}

static const struct curve_page pages[] = {
	{"lambda", CURVE_LAMBDA, -1, 1, true, MEASURE_HINT, describe_lambda},
	{"SAM", CURVE_SAM, -1, 1, false, MEASURE_HINT, describe_sam},
};

static void init(struct ui *ui)
{
	curves_init(&ui->sharpness, pages, sizeof(pages) / sizeof(*pages),
	    false);
}

/* What live probes take, where a budget is set. */
static void note(const struct ui *ui, char *out, size_t size)
{
	double spent = ui->snapshot->probe_spent;
	char curves[300];

	curves_note(ui, &ui->sharpness, curves, sizeof(curves));
	if (isnan(spent))
		text_copy(out, size, curves);
	else
		text_format(out, size, "%s · %.2g%% of the time", curves,
		    100 * spent);
}

static void line(const struct ui *ui, char *out, size_t size)
{
	pages[ui->sharpness.page].describe(ui, out, size);
	if (!out[0])
		text_copy(out, size, "not measured yet");
}

static void draw(struct ui *ui, const struct area *area)
{
	curves_draw(ui, &ui->sharpness, area);
}

static void probe(struct ui *ui, int on)
{
	if (!ui_need_run(ui))
		return;
	if (on)
		ui_submit(ui, "%s", lines[ui->sharpness.page].probe);
	else
		ui_submit(ui, "probe off");
}

static const struct key_row keys[] = {
	{"P", {'P'}, "P probe", "measure again and again while training",
		"probe lambda", probe, true},
	{"O", {'O'}, NULL, "no more probes", "probe off", probe, false},
	CURVE_KEYS,
	{0},
};

const struct panel panel_sharpness = {"Sharpness", note, line, draw, keys,
	init};
