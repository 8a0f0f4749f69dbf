/* The sliders, what is left at their position, and the curves under them. */
#include "tui/panel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "tui/figures.h"
#include "tui/heat.h"
#include "tui/layer_sliders.h"
#include "workbench/command.h"

enum { SLIDER_ROWS = 3, TWO_PLOTS = 96, FIGURES = 26, SIDE_BY_SIDE = 58 };

static void note(const struct ui *ui, char *out, size_t size)
{
	const struct compress_view *view = &ui->snapshot->compress;
	const struct run_view *run = ui_run(ui);

	out[0] = '\0';
	if (!run)
		return;
	if (view->state == COMPRESS_OFF)
		text_copy(out, size, run->name);
	else if (view->stale)
		text_format(out, size, "%s · " STYLE_SET "stale @%ld"
		    STYLE_BACK, run->name, STYLE_TEXT(STYLE_WARN),
		    view->step);
	else
		text_format(out, size, "%s · step %ld", run->name,
		    view->step);
}

static void line(const struct ui *ui, char *out, size_t size)
{
	const struct compress_view *view = &ui->snapshot->compress;
	char where[40], accuracy[80];

	figure_compression(view, where, sizeof(where));
	figure_accuracy(view, accuracy, sizeof(accuracy));
	if (view->state == COMPRESS_OFF)
		text_copy(out, size, where);
	else
		text_format(out, size, "%s, accuracy %s", where, accuracy);
}

static void draw_sliders(const struct ui *ui, const struct area *area)
{
	const struct slider_state *slider = &ui->slider;
	const struct compress_view *view = &ui->snapshot->compress;
	bool focus = ui->wish.focus == PANEL_COMPRESSION;
	int bits = slider_bits(slider);
	char value[40];

	text_format(value, sizeof(value), "%.4g%% %s",
	    slider_tenths(slider) / 10.0, view->scope);
	slider_draw(area, 0, "prune", slider_tenths(slider) / 1000.0, value,
	    focus && slider->chosen == SLIDER_PRUNE);
	if (bits)
		text_format(value, sizeof(value), "%d   %s", bits, view->per);
	else
		text_copy(value, sizeof(value), "off");
	slider_draw(area, 1, "bits", bits ? (9 - bits) / 7.0 : 0, value,
	    focus && slider->chosen == SLIDER_BITS);
}

static void draw_layer(const struct ui *ui, const struct area *area, int row)
{
	const struct slider_state *slider = &ui->slider;
	const struct compress_view *view = &ui->snapshot->compress;
	bool chosen = ui->wish.focus == PANEL_COMPRESSION &&
	    slider->chosen == SLIDER_LAYER;
	char which[48] = "all";
	int column;

	if (slider->typed[0]) {
		area_printf(area, row, 0, STYLE_KEY, " value %s_ "
		    "(Enter takes it)", slider->typed);
		return;
	}
	if (slider->layer > 0 && slider->layer <= ui->snapshot->layers)
		text_format(which, sizeof(which), "%d %s", slider->layer,
		    ui->snapshot->layer[slider->layer - 1].text);
	column = area_printf(area, row, 0, chosen ? STYLE_KEY : STYLE_NORMAL,
	    "%slayer ", chosen ? ">" : " ");
	column = area_printf(area, row, column, chosen ? STYLE_BOLD :
	    STYLE_NORMAL, chosen ? "\u2190 %s \u2192" : "%s", which);
	if (view->method[0])
		area_printf(area, row, column + 3, STYLE_DIM, "method %s  %s",
		    view->method, view->bits ? view->how : "");
}

static bool is_measuring(const struct ui *ui)
{
	for (int i = 0; i < ui->snapshot->jobs; i++) {
		if (ui->snapshot->job[i].kind == JOB_COMPRESS)
			return true;
	}
	return false;
}

static void draw_damage(const struct ui *ui, const struct compress_view *view,
    const struct area *area, int row)
{
	if (isnan(view->measured))
		area_puts(area, row, 0, STYLE_DIM, is_measuring(ui) ?
		    "loss: measuring" : "loss: not measured");
	else if (isnan(view->predicted))
		area_printf(area, row, 0, STYLE_NORMAL, "loss %+.2g",
		    view->measured);
	else
		area_printf(area, row, 0, STYLE_NORMAL, "loss %+.2g  "
		    STYLE_SET "pred. %+.2g", view->measured,
		    STYLE_TEXT(STYLE_DIM), view->predicted);
}

static void draw_size(const struct compress_view *view,
    const struct area *area, int row)
{
	char bytes[16];
	int column;

	if (!(view->bytes > 0))
		return;
	text_short_count(bytes, sizeof(bytes), view->bytes);
	column = area_printf(area, row, 0, STYLE_NORMAL, "%sB 1/%.1f", bytes,
	    view->float_bytes / view->bytes);
	if (view->ms > 0)
		area_printf(area, row, column + 2, STYLE_NORMAL, "%.2g ms",
		    view->ms);
}

static void draw_figures(const struct ui *ui, const struct area *area)
{
	const struct compress_view *view = &ui->snapshot->compress;
	bool known = view->state == COMPRESS_ESTIMATE ||
	    view->state == COMPRESS_EXACT;
	char accuracy[80];

	if (view->state == COMPRESS_OFF) {
		area_puts(area, 0, 0, STYLE_DIM, "← → move a slider,");
		area_puts(area, 1, 0, STYLE_DIM, "the network stays as it is");
		return;
	}
	figure_accuracy(view, accuracy, sizeof(accuracy));
	area_printf(area, 0, 0, STYLE_NORMAL, "acc %s", accuracy);
	if (!known)
		return;
	draw_damage(ui, view, area, 1);
	draw_size(view, area, 2);
}

/* Exact points make the line; the others are crosses with their interval. */
static struct curve known_points(const struct compress_point *known, int count,
    double unit, bool exact, struct point *point)
{
	int used = 0;

	for (int i = 0; i < count; i++) {
		if (known[i].exact != exact)
			continue;
		point[used++] = (struct point){
			.x = (float)(unit * (double)known[i].at),
			.y = known[i].accuracy,
			.low = exact ? known[i].accuracy : known[i].low,
			.high = exact ? known[i].accuracy : known[i].high};
	}
	return (struct curve){used, point};
}

static void draw_known(const struct ui *ui, const struct area *area,
    bool bits)
{
	const struct compress_view *view = &ui->snapshot->compress;
	const struct run_view *run = ui_run(ui);
	int count = bits ? view->bit_points : view->ratio_points;
	const struct compress_point *known = bits ? view->bit_point :
	    view->ratio_point;
	struct point *points = xcalloc((size_t)count * 2 + 1,
	    sizeof(*points));
	struct plot plot = plot_new(ui->glyphs);
	struct plot_series *series;

	plot.empty = bits ? "accuracy against bits:\nw on the bits slider" :
	    "accuracy against pruning:\nw on the prune slider";
	plot.x_label = bits ? "bits" : "% pruned";
	plot.x_from = bits ? 2 : 0;
	plot.x_to = bits ? 8 : 100;
	plot.cursor = bits ? slider_bits(&ui->slider) :
	    slider_tenths(&ui->slider) / 10.0;
	series = plot_add(&plot, known_points(known, count, bits ? 1 : 100,
	    true, points), run_style(ui->snapshot->current), '*');
	series->y_unit = 100;
	series = plot_add(&plot, known_points(known, count, bits ? 1 : 100,
	    false, points + count), STYLE_WARN, '+');
	series->y_unit = 100;
	series->marks_only = true;
	if (run && run->test_accuracy.known)
		plot.line[plot.lines++] = (struct plot_line){
			100 * run->test_accuracy.value, "uncompressed"};
	plot_draw(area, &plot);
	free(points);
}

static void draw_curves(const struct ui *ui, const struct area *all)
{
	int used = layer_sliders_fit(ui, all) ? LAYER_SLIDERS_WIDTH : 0;
	struct area layers = area_within(all, 0, 0, all->rows, used);
	struct area rest = area_within(all, 0, used, all->rows,
	    all->columns - used), *area = &rest;
	int half = area->columns / 2;
	struct area left = area_within(area, 0, 0, area->rows, half - 1);
	struct area right = area_within(area, 0, half, area->rows,
	    area->columns - half);

	if (used)
		layer_sliders_draw(ui, &layers);
	if (area->columns < TWO_PLOTS) {
		draw_known(ui, area, ui->slider.chosen == SLIDER_BITS);
		return;
	}
	draw_known(ui, &left, false);
	draw_known(ui, &right, true);
}

static void draw(struct ui *ui, const struct area *area)
{
	bool beside = area->columns >= SIDE_BY_SIDE;
	int left = beside ? area->columns - FIGURES - (area->columns -
	    SIDE_BY_SIDE) / 3 : area->columns;
	/* Where they do not stand side by side the figures come first, or in
	 * the place of the layer. */
	int figures = beside ? 0 : area->rows > SLIDER_ROWS ? 1 : 0;
	bool instead = !beside && !figures && !ui->slider.typed[0] &&
	    ui->slider.chosen != SLIDER_LAYER;
	struct area sliders = area_within(area, figures, 0, SLIDER_ROWS,
	    left - 2 * beside);
	struct area right = area_within(area, instead ? SLIDER_ROWS - 1 : 0,
	    beside ? left : 1, beside ? SLIDER_ROWS : 1,
	    area->columns - (beside ? left : 1));
	struct area below = area_within(area, SLIDER_ROWS + figures, 0,
	    area->rows - SLIDER_ROWS - figures, area->columns);

	if (!ui_run(ui)) {
		area_middle(area, STYLE_DIM, "no network to compress yet");
		return;
	}
	if (ui->heat.shown) {
		heat_draw(ui, area);
		return;
	}
	ui->sliders = sliders;
	draw_sliders(ui, &sliders);
	if (!instead)
		draw_layer(ui, &sliders, 2);
	for (int i = 0; beside && i < SLIDER_ROWS; i++)
		area_put(area, i, left - 2, STYLE_BORDER, 0x2502);
	if (beside || figures || instead)
		draw_figures(ui, &right);
	if (below.rows >= 3)
		draw_curves(ui, &below);
}

static void choose(struct ui *ui, int step)
{
	if (ui->heat.shown) {
		heat_move(ui, step, 0);
		return;
	}
	ui->slider.chosen = (enum slider_name)(((int)ui->slider.chosen + step +
	    SLIDERS) % SLIDERS);
	ui->slider.typed[0] = '\0';
}

static void slide(struct ui *ui, int notches)
{
	if (ui->heat.shown)
		heat_move(ui, 0, notches);
	else if (ui_need_run(ui))
		slider_move(&ui->slider, notches, ui->snapshot);
}

static void type_digit(struct ui *ui, int digit)
{
	if (ui_need_run(ui))
		slider_type(&ui->slider, (char)digit);
}

static void take(struct ui *ui, int argument)
{
	const char *expected;

	(void)argument;
	if (ui->heat.shown) {
		heat_go(ui);
		return;
	}
	if (!ui->slider.typed[0]) {
		ui_message(ui, "type a value first, then Enter");
		return;
	}
	expected = slider_take(&ui->slider, ui->snapshot);
	if (expected)
		ui_message(ui, "%s", expected);
}

static void forget_typed(struct ui *ui, int argument)
{
	(void)argument;
	ui->slider.typed[0] = '\0';
}

static void sweep(struct ui *ui, int argument)
{
	(void)argument;
	if (!ui_need_run(ui))
		return;
	ui_submit(ui, ui->slider.chosen == SLIDER_BITS ? "sweep quant 8:2" :
	    "sweep prune 0:0.95:0.05");
}

static void toggle_map(struct ui *ui, int argument)
{
	(void)argument;
	ui->heat.shown = !ui->heat.shown;
}

static void ask_map(struct ui *ui, int argument)
{
	(void)argument;
	heat_ask(ui);
}

/* The choices of `prune method=`, as the command table has them. */
static const char *methods(void)
{
	int count;
	const struct command *row = commands(&count);

	for (int i = 0; i < count; i++) {
		if (strcmp(row[i].verb, "prune") == 0 && !row[i].object)
			return row[i].options[option_find(row[i].options,
			    "method")].choices;
	}
	return "";
}

/* The one after `method` in "a|b|c", or the first. */
static void next_method(const char *method, char *out, size_t size)
{
	const char *list = methods(), *at = list;
	size_t length = strlen(method);

	while (at && (strncmp(at, method, length) != 0 ||
	    (at[length] && at[length] != '|'))) {
		at = strchr(at, '|');
		at = at ? at + 1 : NULL;
	}
	if (!at || !at[length])
		at = list;
	else
		at += length + 1;
	text_format(out, size, "%.*s", (int)strcspn(at, "|"), at);
}

static void change_method(struct ui *ui, int argument)
{
	const struct compress_view *view = &ui->snapshot->compress;
	char method[24], text[96];

	(void)argument;
	if (!ui_need_run(ui))
		return;
	if (!(view->ratio > 0)) {
		ui_message(ui, "prune something first, then m changes how");
		return;
	}
	next_method(view->method, method, sizeof(method));
	text_format(text, sizeof(text), "prune %.6g method=%s%s%s",
	    view->ratio, method, strcmp(view->scope, "global") != 0 ?
	    " scope=" : "", strcmp(view->scope, "global") != 0 ?
	    view->scope : "");
	ui_submit(ui, text);
}

/* One scale for a channel, or for the whole tensor. */
static void change_scales(struct ui *ui, int argument)
{
	const struct compress_view *view = &ui->snapshot->compress;
	bool channel = strcmp(view->per, "channel") == 0;
	char text[160];

	(void)argument;
	if (!ui_need_run(ui))
		return;
	if (!view->bits || view->bits > 8) {
		ui_message(ui, "quantise first, then c changes the scales");
		return;
	}
	text_format(text, sizeof(text), "quant %d per=%s%s%s", view->bits,
	    channel ? "tensor" : "channel", view->how[0] ? " " : "",
	    view->how);
	ui_submit(ui, text);
}

static void reset(struct ui *ui, int argument)
{
	(void)argument;
	if (ui_need_run(ui))
		ui_submit(ui, "compress reset");
}

#define DIGIT(c) {c, {(c)[0]}, NULL, NULL, NULL, type_digit, (c)[0]}

static const struct key_row keys[] = {
	{"↑", {KEY_CODE_UP, 'k'}, NULL, "the slider above", NULL, choose, -1},
	{"↓", {KEY_CODE_DOWN, 'j'}, "↑↓ slider", "the slider below: prune, "
		"bits, layer", NULL, choose, 1},
	{"←", {KEY_CODE_LEFT, 'h'}, NULL, "a notch less: 1%, one bit",
		"prune 0.79", slide, -1},
	{"→", {KEY_CODE_RIGHT, 'l'}, "←→ slide", "a notch more", "prune 0.81",
		slide, 1},
	{"PgDn H", {KEY_CODE_PAGE_DOWN, 'H'}, NULL, "ten notches less, as "
		"Shift-←", NULL, slide, -10},
	{"PgUp L", {KEY_CODE_PAGE_UP, 'L'}, NULL, "ten notches more, as "
		"Shift-→", NULL, slide, 10},
	{"Home", {KEY_CODE_HOME}, NULL, "all the way back", NULL, slide,
		-1000},
	{"0-9", {'0'}, "0-9 type", "type a value, Enter takes it",
		"prune 0.9", type_digit, '0'},
	DIGIT("1"), DIGIT("2"), DIGIT("3"), DIGIT("4"), DIGIT("5"),
	DIGIT("6"), DIGIT("7"), DIGIT("8"), DIGIT("9"), DIGIT("."),
	{"Enter", {KEY_CODE_ENTER}, NULL, "take the value typed", NULL, take,
		0},
	{"Esc", {KEY_CODE_ESCAPE}, NULL, "forget the value typed", NULL,
		forget_typed, 0},
	{"[ ]", {'['}, NULL, "slide for the layer before, behind",
		"prune .5 layer=3", layer_sliders_choose, -1},
	{"]", {']'}, NULL, NULL, NULL, layer_sliders_choose, 1},
	{"o", {'o'}, NULL, "the layer keeps what it has as its own",
		"prune .5 layer=3", layer_sliders_lock, 0},
	{"w", {'w'}, "w sweep", "measure the whole curve",
		"sweep prune 0:0.95", sweep, 0},
	{"t", {'t'}, "t time", "old steps as a map; Enter goes to one",
		"goto 200", toggle_map, 0},
	{"W", {'W'}, NULL, "measure the map of twenty old steps",
		"sweep ... from=0", ask_map, 0},
	{"v", {'v'}, "v method", "prune as much by the next method",
		"prune .8 method=obs", change_method, 0},
	{"c", {'c'}, NULL, "a scale for each channel, or for a tensor",
		"quant 4 per=tensor", change_scales, 0},
	{"R", {'R'}, NULL, "both sliders back to nothing", "compress reset",
		reset, 0},
	{0},
};

const struct panel panel_compression = {"Compression", note, line, draw,
	keys, NULL};
