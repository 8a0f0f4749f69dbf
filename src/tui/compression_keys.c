/* What the keys of the compression panel do. */
#include "tui/compression.h"

#include <string.h>

#include "base/text.h"
#include "tui/heat.h"
#include "tui/layer_sliders.h"
#include "workbench/command.h"

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
		if (!slider_again(&ui->slider))
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
	/* The slider's own place: the view's may not have come yet. */
	int tenths = ui->slider.tenths[0];
	char method[24], text[96];

	(void)argument;
	if (!ui_need_run(ui))
		return;
	if (tenths == 0) {
		ui_message(ui, "prune something first, then v changes how");
		return;
	}
	next_method(view->method, method, sizeof(method));
	text_format(text, sizeof(text), "prune %.6g method=%s%s%s",
	    tenths / 1000.0, method, strcmp(view->scope, "global") != 0 ?
	    " scope=" : "", strcmp(view->scope, "global") != 0 ?
	    view->scope : "");
	ui_submit(ui, text);
}

/* One scale for a channel, or for the whole tensor. */
static void change_scales(struct ui *ui, int argument)
{
	const struct compress_view *view = &ui->snapshot->compress;
	bool channel = strcmp(view->per, "channel") == 0;
	int bits = ui->slider.bits[0];
	char text[160];

	(void)argument;
	if (!ui_need_run(ui))
		return;
	if (!bits || bits > 8) {
		ui_message(ui, "quantise first, then c changes the scales");
		return;
	}
	text_format(text, sizeof(text), "quant %d per=%s%s%s", bits,
	    channel ? "tensor" : "channel", view->how[0] ? " " : "",
	    view->how);
	ui_submit(ui, text);
}

/* The others come to where the one is at once. */
static void slide_runs(struct ui *ui, int argument)
{
	bool all = !ui->snapshot->slide_all;

	(void)argument;
	if (!ui_need_run(ui))
		return;
	ui_submit(ui, "set slide_runs %s", all ? "all" : "current");
	if (all)
		slider_again(&ui->slider);
}

static void reset(struct ui *ui, int argument)
{
	(void)argument;
	if (ui_need_run(ui))
		ui_submit(ui, "compress reset");
}

#define DIGIT(c) {c, {(c)[0]}, NULL, NULL, NULL, type_digit, (c)[0]}

const struct key_row compression_keys[] = {
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
	{"Enter", {KEY_CODE_ENTER}, NULL, "take the value; without: measure "
		"anew", NULL, take, 0},
	{"Esc", {KEY_CODE_ESCAPE}, NULL, "forget the value typed", NULL,
		forget_typed, 0},
	{"[ ]", {'['}, NULL, "slide for the layer before, behind",
		"prune .5 layer=3", layer_sliders_choose, -1},
	{"]", {']'}, NULL, NULL, NULL, layer_sliders_choose, 1},
	{"o", {'o'}, NULL, "lock the layer where it is; again: not",
		"prune .5 layer=3", layer_sliders_lock, 0},
	{"&", {'&'}, NULL, "link the layer to other linked ones",
		"prune .5 layer=3", layer_sliders_link, 0},
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
	{"A", {'A'}, NULL, "slide all runs together, or one",
		"set slide_runs all", slide_runs, 0},
	{"R", {'R'}, NULL, "both sliders back to nothing", "compress reset",
		reset, 0},
	{0},
};
