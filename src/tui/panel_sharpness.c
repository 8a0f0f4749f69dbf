/* How sharp the minimum is: curves of all runs and the last reading, how the
 * eigenvalues are spread, and the loss around the weights. */
#include "tui/sharpness.h"

#include <math.h>

#include "base/text.h"
#include "tui/curves.h"
#include "tui/figures.h"
#include "tui/layer_grid.h"
#include "tui/panel.h"
#include "tui/pictures.h"

#define MEASURE_HINT "not measured yet\nm, or P to measure while training"
#define LAYERS_HINT "not measured yet as a whole\nm does it, y shows the layers"

/* How many steps from one value to the next, while training. */
static const int every[PAGE_SPECTRUM] = {
	[PAGE_LAMBDA] = 100, [PAGE_SAM] = 20, [PAGE_ADAPTIVE] = 20,
	[PAGE_AVERAGE] = 100, [PAGE_WORST] = 100, [PAGE_TRACE] = 100,
};

/* Beside it what it is in the factors, which is no measure of the network. */
static void describe(const struct ui *ui, const struct curve_page *page,
    char *out, size_t size)
{
	const struct run_view *run = ui_run(ui);
	const struct reading *in_w, *in_theta;
	char text[200], factors[24];

	out[0] = '\0';
	if (!run)
		return;
	in_w = curves_reading(run, (int)page->line, page->layer);
	in_theta = curves_reading(run, page->marks, page->layer);
	figure_reading(in_w, run->step, 1, text, sizeof(text));
	figure_short(in_theta, run->step, 1, 3, factors, sizeof(factors));
	if (text[0] && in_theta->known && run->transformed)
		text_format(out, size, "%s %s · in theta %s, not to compare",
		    page->title, text, factors);
	else if (text[0])
		text_format(out, size, "%s %s", page->title, text);
}

#define CURVE(word, name, measure) {.title = word, .line = name, \
	.marks = name##_THETA, .marks_name = "theta", .unit = 1, \
	.empty = MEASURE_HINT, .empty_but_layers = LAYERS_HINT, \
	.probe = measure, .describe = describe, \
	.stability = name == CURVE_LAMBDA}

static const struct curve_page pages[PAGES] = {
	[PAGE_LAMBDA] = CURVE("lambda", CURVE_LAMBDA, "lambda"),
	[PAGE_SAM] = CURVE("SAM", CURVE_SAM, "sam"),
	[PAGE_ADAPTIVE] = CURVE("adaptive", CURVE_ADAPTIVE, "adaptive"),
	[PAGE_AVERAGE] = CURVE("average", CURVE_AVERAGE, "average"),
	[PAGE_WORST] = CURVE("worst", CURVE_WORST, "worst"),
	[PAGE_TRACE] = CURVE("trace", CURVE_TRACE, "trace"),
	[PAGE_SPECTRUM] = {.title = "eigenvalues", .marks = -1,
		.describe = spectrum_describe, .draw = spectrum_draw,
		.picture = PICTURE_SPECTRUM},
	[PAGE_LINE] = {.title = "loss on a line", .marks = -1,
		.describe = line_describe, .draw = line_draw,
		.picture = PICTURE_LINE},
	[PAGE_PLANE] = {.title = "loss in a plane", .marks = -1,
		.describe = plane_describe, .draw = plane_draw,
		.picture = PICTURE_PLANE},
};

static void init(struct ui *ui)
{
	curves_init(&ui->sharpness, pages, PAGES, false);
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
	struct curve_page page = curves_page(&ui->sharpness,
	    ui->sharpness.page);

	if (page.layer == EACH_LAYER)
		page.layer = 0;
	page.describe(ui, &page, out, size);
	if (!out[0])
		text_copy(out, size, "not measured yet");
}

static void draw(struct ui *ui, const struct area *area)
{
	curves_draw(ui, &ui->sharpness, area);
}

/* The page in sight if it is a curve, else the first: a picture is measured
 * once, not again and again. */
static int page_of_curve(const struct ui *ui)
{
	return ui->sharpness.page < PAGE_SPECTRUM ? ui->sharpness.page :
	    PAGE_LAMBDA;
}

static void probe(struct ui *ui, int on)
{
	char words[48];

	if (!ui_need_run(ui))
		return;
	sharpness_in_sight(ui, words, sizeof(words));
	if (on)
		ui_submit(ui, "probe %s every=%d", words,
		    every[page_of_curve(ui)]);
	else
		ui_submit(ui, "probe off");
}

/* A plain run's weights are what it trains. */
static void factors(struct ui *ui, int argument)
{
	const struct run_view *run = ui_need_run(ui);
	char words[48];

	(void)argument;
	sharpness_in_sight(ui, words, sizeof(words));
	if (run && !run->transformed)
		ui_message(ui, "%s trains the weights themselves; n turns "
		    "SNT on", run->name);
	else if (run)
		ui_submit(ui, "sharpness %s space=both", words);
}

/* All as one, each beside the others, one after the other. The first key
 * measures what was never measured. */
static void next_layer(struct ui *ui, int argument)
{
	int page = page_of_curve(ui);
	int layer = layer_grid_next(ui, pages[page].line,
	    ui->sharpness.layer);

	(void)argument;
	if (!ui_need_run(ui))
		return;
	ui->sharpness.page = page;
	if (layer == 0 && ui->sharpness.layer == 0) {
		layer = EACH_LAYER;
		ui_submit(ui, "sharpness %s layer=all", pages[page].probe);
	}
	ui->sharpness.layer = layer;
}

void sharpness_in_sight(const struct ui *ui, char *out, size_t size)
{
	int page = page_of_curve(ui), layer = ui->sharpness.layer;
	char word[24] = "";

	if (layer == EACH_LAYER)
		text_copy(word, sizeof(word), " layer=all");
	else if (layer > 0)
		text_format(word, sizeof(word), " layer=%d", layer);
	text_format(out, size, "%s%s", pages[page].probe, word);
}

void sharpness_look(struct ui *ui, int page)
{
	static const char *const measure[PAGES] = {
		[PAGE_SPECTRUM] = "sharpness spectrum",
		[PAGE_LINE] = "sharpness landscape runs=all",
		[PAGE_PLANE] = "sharpness landscape dim=2 points=15"};

	if (ui_need_run(ui))
		ui_submit(ui, "%s", measure[page]);
}

/* The first key turns to the picture if it is of the present weights. */
static void look(struct ui *ui, int page)
{
	const struct run_view *run = ui_need_run(ui);
	const struct picture *picture;
	bool turned = ui->sharpness.page != page;

	if (!run)
		return;
	picture = run->picture[page - PAGE_SPECTRUM + PICTURE_SPECTRUM];
	ui->sharpness.page = page;
	if (!picture || !turned || picture->reading.step != run->step)
		sharpness_look(ui, page);
}

static const struct key_row keys[] = {
	{"P", {'P'}, "P probe", "measure again and again while training",
		"probe lambda", probe, true},
	{"O", {'O'}, NULL, "no more probes", "probe off", probe, false},
	{"T", {'T'}, NULL, "in the weights and in their factors",
		"sharpness", factors, 0},
	{"y", {'y'}, NULL, "all layers as one, each, one by one",
		"sharpness", next_layer, 0},
	{"e", {'e'}, "e f F y look", "how eigenvalues are spread; again: anew",
		"sharpness spectrum", look, PAGE_SPECTRUM},
	{"f", {'f'}, NULL, "the loss on a line through the weights",
		"sharpness landscape", look, PAGE_LINE},
	{"F", {'F'}, NULL, "the loss in a plane through the weights",
		"sharpness landscape", look, PAGE_PLANE},
	CURVE_KEYS,
	{0},
};

const struct panel panel_sharpness = {"Sharpness", note, line, draw, keys,
	init};
